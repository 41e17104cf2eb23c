package source

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// Limits of compressed inputs. 128 MiB is the window of zstd --long and twice
// that of xz -9. Real exports shrink 5 to 50 times; what grows more than 500
// times, once it is large, is a bomb.
const (
	maxDictionary = 128 << 20
	maxRatio      = 500
	ratioFrom     = 256 << 20
)

// StripSuffix returns name without a compression suffix: "a.json.xz" is "a.json".
func StripSuffix(name string) string {
	for _, s := range []string{".gz", ".xz", ".zst"} {
		if n, ok := strings.CutSuffix(name, s); ok {
			return n
		}
	}
	return name
}

// decompress tells the compression by its first bytes, whatever the name, and
// limits what comes out.
func decompress(r io.Reader, raw *meter, maxBytes int64) (io.Reader, func() error, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	magic, err := in.Peek(6)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	none := func() error { return nil }
	switch {
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, fmt.Errorf("decompressing gzip: %w", whole(err))
		}
		return &limited{r: z, raw: raw, max: maxBytes, layer: "gzip"}, z.Close, nil
	case bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxDictionary))
		if err != nil {
			return nil, nil, fmt.Errorf("decompressing zstd: %w", whole(err))
		}
		end := func() error { z.Close(); return nil }
		return &limited{r: z, raw: raw, max: maxBytes, layer: "zstd"}, end, nil
	case bytes.Equal(magic, []byte("\xfd7zXZ\x00")):
		z, err := xz.NewReader(bufio.NewReaderSize(&xzGuard{r: in}, 64<<10))
		if err != nil {
			return nil, nil, fmt.Errorf("decompressing xz: %w", whole(err))
		}
		return &limited{r: z, raw: raw, max: maxBytes, layer: "xz"}, none, nil
	}
	return &limited{r: in, raw: raw, max: maxBytes}, none, nil
}

// whole turns an early end into one that cannot be taken for a proper one.
func whole(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// limited ends a decompressed stream that grows beyond what is allowed.
type limited struct {
	r     io.Reader
	raw   *meter
	n     int64
	max   int64
	layer string // "" where nothing was compressed

	packed int64 // what is read takes so many bytes in its archive; 0 outside of one
}

// before is how many bytes those read so far were.
func (l *limited) before() int64 {
	if l.packed > 0 {
		return l.packed
	}
	return l.raw.n.Load()
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	l.n += int64(n)
	switch {
	case l.n > l.max:
		return 0, fmt.Errorf("larger than the limit of %d bytes; split it, or raise the limit if you trust it", l.max)
	case l.layer != "" && l.n > ratioFrom && l.n/maxRatio > l.before():
		return 0, fmt.Errorf("decompressing %s: %d bytes became more than %d; it looks like a decompression bomb", l.layer, l.before(), l.n)
	case err != nil && err != io.EOF && l.layer != "" && !errors.Is(err, context.Canceled):
		return n, fmt.Errorf("decompressing %s: %w", l.layer, err)
	}
	return n, err
}

// A meter counts and hashes what is read from the file.
type meter struct {
	r    io.Reader
	size int64
	n    atomic.Int64
	h    hash.Hash
}

func newMeter(r io.Reader, size int64) *meter { return &meter{r: r, size: size, h: sha256.New()} }

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.h.Write(p[:n])
	m.n.Add(int64(n))
	return n, err
}

func (m *meter) sum() string { return hex.EncodeToString(m.h.Sum(nil)) }

// interruptible ends reading when ctx does. A regular file never waits long; a
// pipe or terminal may wait for ever, so it is read in a goroutine, which
// stays behind if it is still waiting.
func interruptible(ctx context.Context, r io.Reader, regular bool) io.Reader {
	if regular {
		return readerFunc(func(p []byte) (int, error) {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			return r.Read(p)
		})
	}
	var rest []byte
	var end error
	return readerFunc(func(p []byte) (int, error) {
		if len(rest) == 0 && end == nil {
			ch := make(chan struct{})
			buf := make([]byte, 64<<10)
			var n int
			var err error
			go func() {
				n, err = r.Read(buf)
				close(ch)
			}()
			select {
			case <-ch:
				rest, end = buf[:n], err
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		}
		n := copy(p, rest)
		rest = rest[n:]
		if len(rest) == 0 {
			return n, end
		}
		return n, nil
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
