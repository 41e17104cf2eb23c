package telemetry

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"
)

// layers bounds how often a log is compressed: a packed log may be packed again.
const layers = 3

// unpack undoes compression; what is not compressed comes back as it is. stop frees
// what unpacking holds.
func unpack(br *bufio.Reader) (r *bufio.Reader, stop func(), err error) {
	var stops []func()
	stop = func() {
		for _, s := range stops {
			s()
		}
	}
	for range layers {
		inner, s, err := unpackOnce(br)
		if err != nil {
			stop()
			return nil, nil, err
		}
		if inner == br {
			break
		}
		br, stops = inner, append(stops, s)
	}
	return br, stop, nil
}

func unpackOnce(br *bufio.Reader) (r *bufio.Reader, stop func(), err error) {
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
	case bytes.HasPrefix(magic, []byte{0x04, 0x22, 0x4d, 0x18}), bytes.HasPrefix(magic, lz4Old):
		return newPeeker(&lz4Reader{in: br}), stop, nil
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

// lz4Reader reads the frames of a file one after another; the library ends behind the
// first, and takes a file that breaks off between two blocks for one that ends.
type lz4Reader struct {
	in     *bufio.Reader
	frame  *lz4.Reader // nil behind its end
	marked bool        // the frame's end has a mark
	broken bool        // more was read than there is
}

// lz4Source is what a frame is read from.
type lz4Source struct{ l *lz4Reader }

func (s lz4Source) Read(p []byte) (int, error) {
	n, err := s.l.in.Read(p)
	s.l.broken = s.l.broken || n == 0 && errors.Is(err, io.EOF)
	return n, err
}

func (l *lz4Reader) Read(p []byte) (int, error) {
	for {
		if l.frame == nil {
			magic, err := l.in.Peek(4)
			if len(magic) == 0 {
				return 0, err
			}
			l.marked = !bytes.Equal(magic, lz4Old)
			l.frame = lz4.NewReader(lz4Source{l})
		}
		n, err := l.frame.Read(p)
		if errors.Is(err, io.EOF) {
			l.frame, err = nil, nil // it may not be asked again
			if l.marked && l.broken {
				err = io.ErrUnexpectedEOF
			}
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// lz4Old is how files of lz4 before version 1.4 begin, and of its option -l.
var lz4Old = []byte{0x02, 0x21, 0x4c, 0x18}

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
	{[]byte{0x0c, 0xa5}, nfcapdAdvice}, {[]byte{0xa5, 0x0c}, nfcapdAdvice},
}

const (
	pcapAdvice   = "a capture of packets; make logs of it: zeek -r FILE, or suricata -r FILE"
	nfcapdAdvice = "a binary flow file; make a log of it: nfdump -r FILE -o csv"
)
