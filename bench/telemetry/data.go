package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/cahoots-project/cahoots/internal/scaffold/traffic"
)

// data is the made-up input of all contestants.
type data struct {
	dir                string
	events, indicators int
}

func (d *data) path(name string) string {
	return filepath.Join(d.dir, fmt.Sprintf("%d-%d", d.events, d.indicators), name)
}

// make makes what is not there yet. A file under its final name is complete.
func (d *data) make() error {
	if err := os.MkdirAll(d.path(""), 0o755); err != nil {
		return err
	}
	csv, bad := traffic.Indicators(nil, 7, d.indicators)
	maker := traffic.New(9)
	maker.Bad = bad
	zeek := traffic.New(10)
	zeek.Bad = bad
	steps := []struct {
		name string
		fill func(io.Writer) error
	}{
		{"indicators.csv", func(w io.Writer) error { _, err := w.Write(csv); return err }},
		{"eve.json", func(w io.Writer) error { return entries(w, d.events, maker.EVE) }},
		{"eve-tenth.json", func(w io.Writer) error { return d.head(w, "eve.json", d.events/10) }},
		{"eve.json.zst", func(w io.Writer) error { return d.packZstd(w, "eve.json") }},
		{"eve.json.gz", func(w io.Writer) error { return d.packGzip(w, "eve.json") }},
		{"conn.log", func(w io.Writer) error {
			if _, err := io.WriteString(w, traffic.ZeekHeader("conn")); err != nil {
				return err
			}
			return entries(w, d.events*2, func(b []byte) []byte { return zeek.Zeek(b, "conn") })
		}},
	}
	for _, s := range steps {
		if err := d.file(s.name, s.fill); err != nil {
			return fmt.Errorf("make %s: %w", s.name, err)
		}
	}
	return nil
}

func (d *data) file(name string, fill func(io.Writer) error) error {
	if _, err := os.Stat(d.path(name)); err == nil {
		return nil
	}
	f, err := os.Create(d.path(name + ".part"))
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	if err := errors.Join(fill(w), w.Flush(), f.Close()); err != nil {
		return err
	}
	return os.Rename(d.path(name+".part"), d.path(name))
}

func entries(w io.Writer, n int, entry func([]byte) []byte) error {
	var b []byte
	for range n {
		b = entry(b[:0])
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

func (d *data) head(w io.Writer, name string, lines int) error {
	f, err := os.Open(d.path(name))
	if err != nil {
		return err
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for n := 0; n < lines && sc.Scan(); n++ {
		if _, err := w.Write(append(sc.Bytes(), '\n')); err != nil {
			return err
		}
	}
	return sc.Err()
}

func (d *data) packZstd(w io.Writer, name string) error {
	z, err := zstd.NewWriter(w)
	if err != nil {
		return err
	}
	return errors.Join(d.copy(z, name), z.Close())
}

func (d *data) packGzip(w io.Writer, name string) error {
	z := gzip.NewWriter(w)
	return errors.Join(d.copy(z, name), z.Close())
}

func (d *data) copy(w io.Writer, name string) error {
	f, err := os.Open(d.path(name))
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}
