package telemetry

import (
	"bufio"
	"bytes"

	"golang.org/x/text/encoding/unicode"
)

// plain makes of a log's beginning what its lines are looked for in: UTF-16 becomes
// UTF-8, and a run of NULs, as copying and truncating leaves one at the beginning of
// a log, becomes one of them. Anything else comes back as it is.
func plain(in *bufio.Reader) *bufio.Reader {
	head, _ := in.Peek(sniffSize) // what is the matter with it is found when it is read
	switch {
	case len(head) == sniffSize && len(bytes.TrimLeft(head, "\x00")) == 0:
		return newPeeker(&nulReader{in: in})
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return newPeeker(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(in))
	case len(head) > 8 && bytes.Count(head[:8], []byte{0}) == 4 && head[0] != 0 && bytes.IndexByte([]byte{head[1], head[3], head[5], head[7]}, 0) == 0:
		return newPeeker(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Reader(in))
	}
	return in
}

// nulReader gives one NUL in place of those at the beginning.
type nulReader struct {
	in   *bufio.Reader
	past bool
}

func (n *nulReader) Read(p []byte) (int, error) {
	if n.past || len(p) == 0 {
		return n.in.Read(p)
	}
	for {
		head, err := n.in.Peek(1)
		if len(head) == 0 {
			return 0, err
		}
		head, _ = n.in.Peek(n.in.Buffered())
		rest := bytes.TrimLeft(head, "\x00")
		if _, err := n.in.Discard(len(head) - len(rest)); err != nil {
			return 0, err
		}
		if len(rest) > 0 {
			n.past, p[0] = true, 0
			return 1, nil
		}
	}
}
