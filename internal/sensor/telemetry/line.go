package telemetry

import "bytes"

// cutLine returns the first line of data without its line end ("\n" or
// "\r\n"), and how many bytes it takes with it.
func cutLine(data []byte) (line []byte, n int) {
	i := bytes.IndexByte(data, '\n')
	if i < 0 {
		return trimCR(data), len(data)
	}
	return trimCR(data[:i]), i + 1
}

func trimCR(line []byte) []byte {
	if len(line) > 0 && line[len(line)-1] == '\r' {
		return line[:len(line)-1]
	}
	return line
}

// FirstLine returns the first line of data without its line end.
func FirstLine(data []byte) []byte {
	line, _ := cutLine(data)
	return line
}

// trimEnd is the line without its line end.
func trimEnd(line []byte) []byte { return trimCR(bytes.TrimSuffix(line, []byte{'\n'})) }
