package files

import (
	"fmt"
	"io"
	"os"
)

// Open opens a file that a flag names, to be read up to a number of bytes: more
// is an error of the reader, which names the file. Anything but a regular file
// or a pipe is refused: a device may never end.
func Open(path string, limit int64) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = fmt.Errorf("%s is a folder, not a file", path)
	case info.Mode()&os.ModeDevice != 0:
		err = fmt.Errorf("%s is a device, not a file", path)
	case info.Size() > limit:
		err = tooLong(path, limit)
	default:
		return &bounded{f, path, limit, limit}, nil
	}
	f.Close()
	return nil, err
}

// Read reads such a file whole; see [Open].
func Read(path string, limit int64) ([]byte, error) {
	r, err := Open(path, limit)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func tooLong(path string, limit int64) error {
	return fmt.Errorf("%s is longer than %d bytes, the most that is read: name another file, or a part of it", path, limit)
}

type bounded struct {
	*os.File
	path        string
	limit, left int64
}

// Read gives one byte beyond the limit no chance to be taken for the end.
func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.File.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, tooLong(b.path, b.limit)
	}
	return n, err
}

// WriteTo would pass the bound by.
func (b *bounded) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{b})
}
