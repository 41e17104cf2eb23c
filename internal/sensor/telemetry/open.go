package telemetry

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// A Log is one open sensor log. Next may be called by many goroutines.
type Log struct {
	Name   string
	Format Format

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

// Open opens a log by path, or standard input for "-", undoes gzip, zstd, bzip2 or xz
// compression (recognised by content, not by name) and finds its format among
// those given. as is the name of a format to use without asking, or empty.
//
// Where no format recognises the log, the error gives every format's reason.
func Open(name string, formats []Format, as string) (*Log, error) {
	if name == "-" {
		return Read("-", os.Stdin, formats, as)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	st, err := f.Stat()
	if err == nil && st.IsDir() {
		err = fmt.Errorf("open log: %s is a folder; name its files or let Expand list them", name)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	l, err := newLog(name, f, f, formats, as)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return l, nil
}

// Read opens a log from a reader, as Open does from a file.
func Read(name string, r io.Reader, formats []Format, as string) (*Log, error) {
	return newLog(name, nil, r, formats, as)
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

func newLog(name string, file *os.File, r io.Reader, formats []Format, as string) (*Log, error) {
	br := newPeeker(r)
	in, stop, err := unpack(br)
	if err != nil {
		return nil, fmt.Errorf("open log %s: %w", name, err)
	}
	packed := in != br
	l, err := formatLog(name, file, in, packed, formats, as)
	if err != nil {
		stop()
		return nil, err
	}
	l.stop = stop
	return l, nil
}

// formatLog finds the format of an unpacked log and the feed that suits it.
func formatLog(name string, file *os.File, in *bufio.Reader, packed bool, formats []Format, as string) (*Log, error) {
	head, err := in.Peek(sniffSize)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return nil, fmt.Errorf("read log %s: %w", name, err)
	}
	if head = bytes.Clone(head); len(head) == 0 {
		if _, err := recognise(nil, name, formats, as); as != "" && err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("read log %s: %w", name, ErrEmpty)
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return nil, fmt.Errorf("log %s is %w: it is a tar archive; unpack it, or read one log of it: tar -xOf FILE LOG | cahoots match ... -", name, ErrFormat)
	}
	var wrapped wrapping
	format, head, err := recogniseFrom(head, name, formats, as)
	if errors.Is(err, ErrFormat) && as == "" {
		if w, inner, f, ok := unwrapped(head, name, formats); ok {
			wrapped, head, format, err = w, inner, f, nil
		}
	}
	if err != nil {
		return nil, err
	}
	schema, err := format.Schema(head, bareName(name))
	if err != nil {
		return nil, fmt.Errorf("read log %s as %s: %w", name, format.Name, err)
	}
	l := &Log{Name: name, Format: format, file: file, size: regularSize(file)}
	objects := wrapped == nil && format.Objects != nil && format.Objects(head)
	if wrapped != nil {
		l.feed = &streamFeed{name: name, schema: schema, r: &unwrapReader{r: in, w: wrapped}}
		return l, nil
	}
	if l.size > 0 && !packed && !objects && !format.Headers {
		l.feed = &fileFeed{name: name, schema: schema, file: file, size: l.size}
		return l, nil
	}
	var src io.Reader = in
	if objects {
		src = newObjectReader(in)
	}
	l.feed = &streamFeed{name: name, schema: schema, headers: format.Headers, r: src}
	return l, nil
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

// unpack undoes compression; what is not compressed comes back as it is. stop frees
// what unpacking holds.
func unpack(br *bufio.Reader) (r *bufio.Reader, stop func(), err error) {
	stop = func() {}
	magic, err := br.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, stop, err
	}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, stop, fmt.Errorf("gzip: %w", err)
		}
		return newPeeker(z), stop, nil
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}), len(magic) == 4 && magic[0]&0xf0 == 0x50 && bytes.Equal(magic[1:], []byte{0x2a, 0x4d, 0x18}): // the latter a frame to be skipped
		// Two, so that a second processor helps as soon as it has nothing else
		// to do; more would only hold more memory.
		z, err := zstd.NewReader(br, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			return nil, stop, fmt.Errorf("zstd: %w", err)
		}
		return newPeeker(z), z.Close, nil
	case bytes.HasPrefix(magic, []byte("BZh")):
		return newPeeker(bzip2.NewReader(br)), stop, nil
	case bytes.HasPrefix(magic, []byte{0xfd, '7', 'z', 'X'}):
		z, err := xz.ReaderConfig{DictCap: 64 << 20}.NewReader(br)
		if err != nil {
			return nil, stop, fmt.Errorf("xz: %w", err)
		}
		return newPeeker(z), stop, nil
	}
	for _, c := range captures {
		if bytes.HasPrefix(magic, c.magic) {
			return nil, stop, fmt.Errorf("%w: it is %s", ErrFormat, c.advice)
		}
	}
	return br, stop, nil
}

// Errors of logs that are none.
var (
	ErrEmpty  = errors.New("the log is empty")
	ErrFormat = errors.New("in no known format")
)

// captures are files beside logs that a program must convert first.
var captures = []struct {
	magic  []byte
	advice string
}{
	{[]byte{0xd4, 0xc3, 0xb2, 0xa1}, pcapAdvice}, {[]byte{0xa1, 0xb2, 0xc3, 0xd4}, pcapAdvice}, {[]byte{0x4d, 0x3c, 0xb2, 0xa1}, pcapAdvice}, {[]byte{0x0a, 0x0d, 0x0d, 0x0a}, pcapAdvice},
	{[]byte("PK\x03\x04"), "a ZIP archive; unpack it, or read one log of it: unzip -p FILE LOG | cahoots match ... -"},
	{[]byte{0x0c, 0xa5}, nfcapdAdvice}, {[]byte{0xa5, 0x0c}, nfcapdAdvice},
}

const (
	pcapAdvice   = "a capture of packets; make logs of it: zeek -r FILE, or suricata -r FILE"
	nfcapdAdvice = "a binary flow file; make a log of it: nfdump -r FILE -o csv"
)

// recogniseFrom recognises a log whose beginning may be damaged, by the first line
// from which on it is one; the lines before are read with the rest, and rejected.
func recogniseFrom(head []byte, name string, formats []Format, as string) (Format, []byte, error) {
	f, first := recognise(head, name, formats, as)
	rest := head
	for n := 0; first != nil && as == "" && n < damagedLines; n++ {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 || i+1 == len(rest) {
			break
		}
		rest = rest[i+1:]
		if f, err := recognise(rest, name, formats, as); err == nil && (f.Objects != nil || f.Headers) {
			return f, rest, nil
		}
	}
	return f, head, first
}

// damagedLines is how many lines at the beginning of a log may be damaged.
const damagedLines = 50

func recognise(head []byte, name string, formats []Format, as string) (Format, error) {
	var why, others []string
	for _, f := range formats {
		if as != "" {
			if f.Name == as {
				return f, nil
			}
			why = append(why, f.Name)
			continue
		}
		ok, reason := f.Sniff(head, bareName(name))
		if ok {
			return f, nil
		}
		if reason == "" {
			others = append(others, f.Name)
		} else {
			why = append(why, f.Name+": "+reason)
		}
	}
	if as != "" {
		return Format{}, fmt.Errorf("log format %q is unknown; use one of %s", as, strings.Join(why, ", "))
	}
	if len(others) > 0 {
		why = append(why, "no entry that has the marks of "+strings.Join(others, ", "))
	}
	return Format{}, fmt.Errorf("log %s is %w (%s); name one with --as", name, ErrFormat, strings.Join(why, "; "))
}

func bareName(name string) string {
	for _, end := range []string{".gz", ".zst", ".bz2", ".xz"} {
		name = strings.TrimSuffix(name, end)
	}
	return name
}

// buffers holds the memory of released blocks.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, BlockSize+(128<<10)); return &b }}
