package fetch

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

const headBytes = 64 << 10

// inspect refuses a file that is not what the source offers: an error page, a
// truncated bundle, another table.
func inspect(path string, want File) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, headBytes))
	if err != nil {
		return err
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(text) == 0:
		return fmt.Errorf("the file is empty, where %s was expected", want.Kind)
	case text[0] == '<':
		return fmt.Errorf("it is a web page, where %s was expected: %s", want.Kind, excerpt(text))
	case bytes.IndexByte(text, 0) >= 0:
		return fmt.Errorf("it is binary data, where %s was expected", want.Kind)
	case want.Kind == JSON && text[0] != '{' && text[0] != '[':
		return fmt.Errorf("it is not JSON: %s", excerpt(text))
	case want.Kind == CSV && (text[0] == '{' || text[0] == '['):
		return fmt.Errorf("it is JSON, where CSV was expected: %s", excerpt(text))
	}
	for _, s := range want.Holds {
		if !bytes.Contains(text, []byte(s)) {
			return fmt.Errorf("its beginning does not hold %s, as the real one does: %s", s, excerpt(text))
		}
	}
	if want.Kind == JSON {
		return closed(f)
	}
	return nil
}

// closed reports JSON that breaks off, as a transfer of unknown length may.
func closed(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	tail := make([]byte, min(info.Size(), 512))
	if _, err := f.ReadAt(tail, info.Size()-int64(len(tail))); err != nil {
		return err
	}
	tail = bytes.TrimRight(tail, " \t\r\n")
	if !bytes.HasSuffix(tail, []byte("}")) && !bytes.HasSuffix(tail, []byte("]")) {
		return fmt.Errorf("the JSON breaks off after %d bytes", info.Size())
	}
	return nil
}

// excerpt is the beginning of a text, on one line and without control
// characters.
func excerpt(text []byte) string {
	return fmt.Sprintf("%.80q", bytes.ToValidUTF8(text[:min(len(text), 80)], []byte("?")))
}
