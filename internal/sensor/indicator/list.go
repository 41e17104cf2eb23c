package indicator

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxListLine is the longest line of a plain list.
const maxListLine = 64 << 10

// LoadList adds the lines of a plain list, one value a line with its type
// guessed; blank lines and comments (#, ;, //) are skipped, and what
// follows " #" on a line is its context.
func LoadList(b *Builder, name string, r io.Reader, def Defaults) (*Loaded, error) {
	l := &Loaded{Format: "list"}
	br := bufio.NewReaderSize(limited(r), maxListLine)
	for line := int64(1); ; line++ {
		raw, err := br.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			l.Rows++
			l.refuse(name, line, "", string(raw[:64]), fmt.Sprintf("line over %d bytes", maxListLine))
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = br.ReadSlice('\n')
			}
		} else if len(raw) > 0 {
			l.Rows++
			addLine(b, l, name, line, raw, def)
		}
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil {
			return l, fmt.Errorf("read indicators %s after line %d: %w", name, line, err)
		}
	}
}

func addLine(b *Builder, l *Loaded, name string, line int64, raw []byte, def Defaults) {
	raw, comment, _ := bytes.Cut(raw, []byte(" #"))
	text := string(bytes.TrimSpace(raw))
	switch {
	case text == "":
		l.skip("blank line")
		return
	case text[0] == '#' || text[0] == ';' || len(text) > 1 && text[:2] == "//":
		l.skip("comment")
		return
	}
	i, err := Guess(text)
	if err == nil {
		i.Context = string(bytes.TrimSpace(comment))
		def.fill(&i)
		err = b.Add(i)
	}
	if err != nil {
		l.refuse(name, line, "", text, err.Error())
		return
	}
	l.Indicators++
}
