package telemetry

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// oldLog is a renamed log that is still to be read, from an offset on.
type oldLog struct {
	path string
	from int64
}

// resume sets the feed to go on behind a position.
func (f *followFeed) resume(p Position) (missed bool, err error) {
	if p.Offset == 0 {
		return false, nil
	}
	switch head, err := headOf(f.name, p.HeadSize); {
	case err == nil && headHash(head) == p.Head:
		return false, f.continueAt(p)
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return false, err
	}
	for _, path := range family(f.name) {
		head, err := headOf(path, p.HeadSize)
		if err != nil || headHash(head) != p.Head {
			continue
		}
		st, err := os.Stat(path)
		if err != nil {
			return false, fmt.Errorf("follow log %s: %w", f.name, err)
		}
		f.old = append([]oldLog{{path, p.Offset}}, siblings(f.name, st)...)
		f.fresh = false
		return false, nil
	}
	f.fresh = true
	return true, nil
}

// continueAt opens the log behind a position in it. The lines before it say
// what format and columns the lines behind it have.
func (f *followFeed) continueAt(p Position) error {
	if !f.open() {
		return fmt.Errorf("follow log %s: it was there a moment ago", f.name)
	}
	st, err := f.file.Stat()
	if err != nil || st.Size() < p.Offset {
		return err // shorter than it was: read from the beginning
	}
	head := make([]byte, min(p.Offset, sniffSize))
	if _, err := f.file.ReadAt(head, 0); err != nil {
		return fmt.Errorf("follow log %s: %w", f.name, err)
	}
	k, err := f.look(head)
	if err != nil {
		return err
	}
	f.schema = k.schema
	if k.format.Headers {
		if f.schema, err = schemaAt(f.file, f.schema, p.Offset); err != nil {
			return fmt.Errorf("follow log %s: %w", f.name, err)
		}
	}
	f.offset, f.head = p.Offset, head[:p.HeadSize]
	return nil
}

// schemaAt runs the schema over the lines before an offset.
func schemaAt(file io.ReaderAt, s Schema, offset int64) (Schema, error) {
	feed := &streamFeed{schema: s, headers: true, r: io.NewSectionReader(file, 0, offset)}
	for {
		b, err := feed.next()
		if errors.Is(err, io.EOF) {
			return feed.schema, nil
		}
		if err != nil {
			return nil, err
		}
		b.Release()
	}
}

// nextOld returns the next block of the renamed logs, nil if there is none.
func (f *followFeed) nextOld() (*Block, error) {
	for len(f.old) > 0 || f.oldNow != nil {
		if f.oldNow == nil {
			if err := f.openOld(); err != nil {
				return nil, err
			}
		}
		b, err := f.oldNow.Next()
		if err == nil {
			b.Log = f.name
			p := f.oldPos
			p.Offset = b.Offset + int64(len(b.Data)) + b.TooLong
			b.After = &p
			return b, nil
		}
		if !errors.Is(err, io.EOF) {
			return nil, err
		}
		err = f.oldNow.Close()
		f.oldNow, f.fresh = nil, true
		if err != nil {
			return nil, fmt.Errorf("follow log %s: %w", f.name, err)
		}
	}
	return nil, nil
}

// openOld opens the first of the renamed logs behind what was read of it.
func (f *followFeed) openOld() error {
	o := f.old[0]
	f.old = f.old[1:]
	head, err := headOf(o.path, positionHead)
	if err != nil {
		return fmt.Errorf("follow log %s: %w", f.name, err)
	}
	l, err := f.opt.Open(o.path)
	if err != nil {
		return err
	}
	l.skipTo(o.from)
	f.oldNow, f.oldPos = l, Position{Name: f.name, Head: headHash(head), HeadSize: len(head)}
	return nil
}

// skipTo makes Next leave out the lines before an offset.
func (l *Log) skipTo(offset int64) { l.feed = &skipFeed{feed: l.feed, offset: offset} }

// skipFeed drops what stands before an offset.
type skipFeed struct {
	feed
	offset int64
}

func (s *skipFeed) next() (*Block, error) {
	for {
		b, err := s.feed.next()
		if err != nil {
			return nil, err
		}
		if b.Offset >= s.offset {
			return b, nil
		}
		if b.Offset+int64(len(b.Data)) <= s.offset {
			b.Release()
			continue
		}
		n := s.offset - b.Offset
		b.Schema = b.Schema.After(b.Data[:n])
		b.Data, b.Offset = b.Data[n:], s.offset
		return b, nil
	}
}

// headOf returns the first n bytes of a log, decompressed.
func headOf(path string, n int) (head []byte, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	r, stop, err := unpack(newPeeker(file))
	if err != nil {
		return nil, err
	}
	defer stop()
	head, err = io.ReadAll(io.LimitReader(r, int64(n)))
	return head, err
}

// family lists the files beside a log whose names are its own, or its own before
// the extension, with a number or date behind it, newest first.
func family(name string) []string {
	base := filepath.Base(name)
	stem := strings.TrimSuffix(base, filepath.Ext(base))
	entries, err := os.ReadDir(filepath.Dir(name))
	if err != nil {
		return nil
	}
	type found struct {
		path string
		st   os.FileInfo
	}
	var all []found
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), base)
		if !ok {
			rest, ok = strings.CutPrefix(e.Name(), stem)
		}
		if !ok || !e.Type().IsRegular() || !dated(rest) {
			continue
		}
		if st, err := e.Info(); err == nil {
			all = append(all, found{filepath.Join(filepath.Dir(name), e.Name()), st})
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		if c := b.st.ModTime().Compare(a.st.ModTime()); c != 0 {
			return c
		}
		return strings.Compare(a.path, b.path)
	})
	paths := make([]string, len(all))
	for i, f := range all {
		paths[i] = f.path
	}
	return paths
}

// dated reports whether what a name was given by rotation is a number or date:
// ".1", "-20240501.json.gz".
func dated(rest string) bool {
	return len(rest) >= 2 && strings.IndexByte(".-_", rest[0]) >= 0 && rest[1] >= '0' && rest[1] <= '9'
}

// siblings lists the renamed logs that were written after old, oldest first.
func siblings(name string, old os.FileInfo) []oldLog {
	var out []oldLog
	for _, path := range family(name) {
		st, err := os.Stat(path)
		if err == nil && st.ModTime().After(old.ModTime()) && !os.SameFile(st, old) {
			out = append(out, oldLog{path: path})
		}
	}
	slices.Reverse(out)
	return out
}
