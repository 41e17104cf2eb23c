package telemetry

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// A Log is one open sensor log. Next may be called by many goroutines.
type Log struct {
	Name   string
	Format Format
	// Addresses says that every entry of such a log should name an address.
	Addresses bool
	// Year is whence the year of its times is known, where they name none.
	Year string

	file *os.File // nil for standard input handed in by a caller
	size int64    // of the file on disk; 0 where unknown
	feed feed
	// close replaces closing file, where set.
	close func() error
	stop  func() // ends unpacking, where set
}

// A feed yields the blocks of one log, in any order, to many goroutines.
type feed interface {
	next() (*Block, error)
}

// sniffSize is how much of a log a format may look at.
const sniffSize = 64 << 10

// Opening says how logs are opened.
type Opening struct {
	Formats []Format // among which the format of a log is found
	As      string   // name of the format to use without asking; empty to ask
	// Unwrap is where in every line of the log the entry stands: keys, from the
	// outside in, separated by dots. What stands there is an object, or text that is a
	// line of a log. Empty looks for entries that are wrapped, see [Format.Objects].
	Unwrap string
}

// Open opens a log by path, or standard input for "-", undoes compression (gzip, zstd,
// lz4, bzip2, xz; recognised by content, not by name) and finds its format.
//
// Where no format recognises the log, the error gives every format's reason.
func (o Opening) Open(name string) (*Log, error) {
	if name == "-" {
		return o.Read(name, os.Stdin)
	}
	l, a, err := o.open(name)
	return l, errors.Join(err, a.refuse())
}

// Read opens a log from a reader, as Open does from a file.
func (o Opening) Read(name string, r io.Reader) (*Log, error) {
	l, a, err := o.read(name, nil, r, time.Now())
	return l, errors.Join(err, a.refuse())
}

// open opens a log or an archive of some.
func (o Opening) open(name string) (*Log, *archive, error) {
	if name == "-" {
		return o.read("-", nil, os.Stdin, time.Now())
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, fmt.Errorf("open log: %w", err)
	}
	st, err := f.Stat()
	if err == nil && st.IsDir() {
		err = fmt.Errorf("open log: %s is a folder; name its files or let Expand list them", name)
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	l, a, err := o.read(name, f, f, st.ModTime())
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return l, a, nil
}

// Size is the number of bytes of the log as stored (compressed), 0 if unknown.
func (l *Log) Size() int64 { return l.size }

// Close closes the log's file.
func (l *Log) Close() error {
	if l.stop != nil {
		l.stop()
	}
	switch {
	case l.close != nil:
		return l.close()
	case l.file != nil:
		return l.file.Close()
	}
	return nil
}

// Next returns a block that nobody else was given, or io.EOF. Blocks come in
// order; a caller that shares the log must order its results by Block.Number.
// An error other than io.EOF is final; the blocks before it stand.
func (l *Log) Next() (*Block, error) { return l.feed.next() }

func (o Opening) read(name string, file *os.File, r io.Reader, at time.Time) (*Log, *archive, error) {
	br := newPeeker(r)
	if isZip(br) {
		a, err := newZip(name, file)
		return nil, a, err
	}
	in, stop, err := unpack(br)
	if err != nil {
		return nil, nil, fmt.Errorf("open log %s: %w", name, err)
	}
	if isTar(in) {
		return nil, newTar(name, file, in, stop), nil
	}
	text := plain(in)
	l, err := o.format(name, file, text, text != br, at)
	if err != nil {
		stop()
		return nil, nil, err
	}
	l.stop = stop
	return l, nil, nil
}

// format finds the format of an unpacked log and the feed that suits it. at is when it
// was last written to.
func (o Opening) format(name string, file *os.File, in *bufio.Reader, packed bool, at time.Time) (*Log, error) {
	head, err := in.Peek(sniffSize)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return nil, fmt.Errorf("read log %s: %w", name, err)
	}
	if len(head) == 0 || errors.Is(err, io.EOF) && saysEmpty(head) {
		if _, err := recognise(nil, name, o.Formats, o.As); o.As != "" && err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("read log %s: %w", name, ErrEmpty)
	}
	k, err := o.look(bytes.Clone(head), name, at)
	if err != nil {
		return nil, err
	}
	l := &Log{Name: name, Format: k.format, Addresses: k.addresses, Year: k.year, file: file, size: regularSize(file)}
	if l.size > 0 && !packed && !k.objects && k.each == "" && !k.format.Headers {
		l.feed = &fileFeed{name: name, schema: k.schema, file: file, size: l.size}
		return l, nil
	}
	var src io.Reader = in
	switch {
	case k.each != "":
		src = newElementReader(in, k.each)
	case k.objects:
		src = newObjectReader(in)
	}
	l.feed = &streamFeed{name: name, schema: k.schema, headers: k.format.Headers, r: src}
	return l, nil
}

// saysEmpty reports a log whose writer says that there is nothing in it: an empty
// list, or nfdump's words.
func saysEmpty(text []byte) bool {
	text = bytes.TrimSpace(text)
	inside, list := bytes.CutPrefix(text, []byte("["))
	return string(text) == "No matching flows" || list && string(bytes.TrimSpace(inside)) == "]"
}

func newPeeker(r io.Reader) *bufio.Reader { return bufio.NewReaderSize(r, sniffSize) }

// regularSize is the size of a regular file, 0 for anything else.
func regularSize(f *os.File) int64 {
	if f == nil {
		return 0
	}
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() {
		return 0
	}
	return st.Size()
}

func bareName(name string) string {
	for _, end := range []string{".gz", ".zst", ".lz4", ".bz2", ".xz"} {
		name = strings.TrimSuffix(name, end)
	}
	return name
}

// buffers holds the memory of released blocks.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, BlockSize+(128<<10)); return &b }}
