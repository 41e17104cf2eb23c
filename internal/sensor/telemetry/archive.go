package telemetry

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"
)

// An archive holds logs, in tar (packed or not) or ZIP.
type archive struct {
	name string
	file *os.File // nil for standard input
	stop func()
	tar  *tar.Reader
	zip  []*zip.File
}

func isZip(br *bufio.Reader) bool {
	magic, _ := br.Peek(4)
	return string(magic) == "PK\x03\x04" || string(magic) == "PK\x05\x06" // the latter is empty
}

func isTar(br *bufio.Reader) bool {
	const magicAt = 257
	head, _ := br.Peek(magicAt + len("ustar"))
	return len(head) > magicAt && string(head[magicAt:]) == "ustar"
}

func newTar(name string, file *os.File, in *bufio.Reader, stop func()) *archive {
	return &archive{name: name, file: file, stop: stop, tar: tar.NewReader(in)}
}

func newZip(name string, file *os.File) (*archive, error) {
	size := regularSize(file)
	if size == 0 {
		return nil, fmt.Errorf("log %s is %w: a ZIP archive can only be read from a file: save it, or unpack it first", name, ErrFormat)
	}
	z, err := zip.NewReader(file, size)
	if err != nil {
		return nil, fmt.Errorf("open archive %s: %w", name, err)
	}
	return &archive{name: name, file: file, zip: z.File}, nil
}

// refuse closes an archive where one log is wanted; a may be nil.
func (a *archive) refuse() error {
	if a == nil {
		return nil
	}
	return errors.Join(fmt.Errorf("log %s is %w: it is an archive; unpack it first", a.name, ErrFormat), a.close())
}

func (a *archive) close() error {
	if a.stop != nil {
		a.stop()
	}
	if a.file == nil {
		return nil
	}
	return a.file.Close()
}

// Each opens a log and hands it to use, or in turn every log of an archive, whose name
// is then archive/member; what could not be opened comes with the error instead.
// Hidden files and what is no file are left out. The log is closed behind use, whose
// error ends it.
func (o Opening) Each(name string, use func(name string, within bool, l *Log, err error) error) error {
	l, a, err := o.open(name)
	if a == nil {
		return o.use(name, false, l, err, use)
	}
	logs := 0
	err = a.each(func(member string, at time.Time, r io.Reader, err error) error {
		if strings.HasPrefix(path.Base(member), ".") {
			return nil
		}
		logs++
		full := name + "/" + path.Clean(member)
		if err != nil {
			return use(full, true, nil, fmt.Errorf("open %s: %w", full, err))
		}
		l, inner, err := o.read(full, nil, r, at)
		if inner != nil {
			err = inner.refuse()
		}
		return o.use(full, true, l, err, use)
	})
	if err == nil && logs == 0 {
		err = fmt.Errorf("archive %s holds no file", name)
	}
	return errors.Join(err, a.close())
}

func (o Opening) use(name string, within bool, l *Log, err error, use func(string, bool, *Log, error) error) error {
	if err != nil {
		return use(name, within, nil, err)
	}
	return errors.Join(use(name, within, l, nil), l.Close())
}

// each yields the files of the archive.
func (a *archive) each(yield func(member string, at time.Time, r io.Reader, err error) error) error {
	for _, f := range a.zip {
		if !f.Mode().IsRegular() {
			continue
		}
		r, err := f.Open()
		if err != nil {
			err = yield(f.Name, f.Modified, nil, err)
		} else {
			err = errors.Join(yield(f.Name, f.Modified, r, nil), r.Close())
		}
		if err != nil {
			return err
		}
	}
	for a.tar != nil {
		h, err := a.tar.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read archive %s: %w (the logs before it were read)", a.name, err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := yield(h.Name, h.ModTime, a.tar, nil); err != nil {
			return err
		}
	}
	return nil
}
