package document

import "bufio"

// AddFormat adds a format until the function that it returns is called.
func AddFormat(format, media string, render func(*bufio.Writer, *Document, Options) error) (remove func()) {
	before := renderers
	renderers = append(before[:len(before):len(before)], renderer{format, media, render})
	return func() { renderers = before }
}
