package source

import (
	"fmt"
	"io"
)

// xzGuard follows the container of an xz file as it is read and refuses a block
// whose dictionary is larger than maxDictionary, before the decoder allocates
// it: the size stands in every block header and may be 4 GiB.
//
// It follows the .xz file format 1.2.0 (stream header, blocks, index, footer,
// padding) and the chunk headers of LZMA2. Whatever it does not understand it
// leaves to the decoder, which then refuses it.
type xzGuard struct {
	r     io.Reader
	state xzState
	skip  int64  // bytes to pass over before state applies
	head  []byte // bytes gathered for the present header
	check int64  // bytes of check after a block
	size  int64  // bytes of the present block's data so far
	index struct{ fields, size int64 }
	err   error
}

type xzState uint8

const (
	xzStream xzState = iota // at a stream header or padding
	xzBlock                 // at a block header or the index
	xzChunk                 // at an LZMA2 chunk
	xzIndex                 // inside the index
	xzLost                  // no longer understood
)

func (g *xzGuard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	if bad := g.follow(p[:n]); bad != nil {
		return 0, bad
	}
	return n, err
}

func (g *xzGuard) follow(b []byte) error {
	for len(b) > 0 && g.err == nil && g.state != xzLost {
		if g.skip > 0 {
			n := min(g.skip, int64(len(b)))
			g.skip -= n
			b = b[n:]
			continue
		}
		g.head = append(g.head, b[0])
		b = b[1:]
		switch g.state {
		case xzStream:
			g.stream()
		case xzBlock:
			g.block()
		case xzChunk:
			g.chunk()
		case xzIndex:
			g.indexField()
		}
	}
	return g.err
}

func (g *xzGuard) enter(s xzState, skip int64) { g.state, g.skip, g.head = s, skip, g.head[:0] }

// stream reads four bytes of padding or the 12 of a stream header. The check
// takes 0, 4, 8, 16, 32 or 64 bytes by its type (section 2.1.1.2).
func (g *xzGuard) stream() {
	switch {
	case len(g.head) == 4 && string(g.head) == "\x00\x00\x00\x00":
		g.enter(xzStream, 0)
	case len(g.head) == 12:
		g.check = [16]int64{0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64}[g.head[7]&15]
		g.enter(xzBlock, 0)
	}
}

// block reads a block header (section 3.1), or enters the index.
func (g *xzGuard) block() {
	if g.head[0] == 0 {
		g.index.fields, g.index.size = -1, 1
		g.enter(xzIndex, 0)
		return
	}
	if len(g.head) < (int(g.head[0])+1)*4 {
		return
	}
	rest := g.head[2:]
	for _, flag := range []byte{0x40, 0x80} { // compressed and uncompressed size
		if g.head[1]&flag != 0 {
			_, n := vli(rest)
			rest = rest[n:]
		}
	}
	if g.head[1]&3 != 0 || len(rest) < 3 || rest[0] != 0x21 || rest[1] != 1 {
		g.state = xzLost // a filter chain the decoder does not know either
		return
	}
	if d := dictionary(rest[2]); d > maxDictionary {
		g.err = fmt.Errorf("its dictionary of %d MiB is over the limit of %d MiB; compress it again with xz -9 or less", d>>20, maxDictionary>>20)
		return
	}
	g.size = 0
	g.enter(xzChunk, 0)
}

// dictionary decodes the size property of LZMA2 (section 5.3.1).
func dictionary(bits byte) int64 {
	switch {
	case bits > 40:
		return 0 // invalid: the decoder says so
	case bits == 40:
		return 1<<32 - 1
	}
	return int64(2|bits&1) << (bits/2 + 11)
}

func (g *xzGuard) chunk() {
	h := g.head
	switch c := h[0]; {
	case c == 0:
		g.size++
		g.enter(xzBlock, -g.size&3+g.check)
	case c == 1 || c == 2:
		if len(h) == 3 {
			g.data(3 + int64(h[1])<<8 + int64(h[2]) + 1)
		}
	case c < 0x80:
		g.state = xzLost
	case len(h) == 5:
		n := 5 + int64(h[3])<<8 + int64(h[4]) + 1
		if c >= 0xc0 {
			n++ // properties
		}
		g.data(n)
	}
}

// data passes over the rest of a chunk of n bytes.
func (g *xzGuard) data(n int64) {
	g.size += n
	g.enter(xzChunk, n-int64(len(g.head)))
}

// indexField counts the integers of the index (section 4): their number, then
// two for each block; then padding, a CRC32 and the stream footer follow.
func (g *xzGuard) indexField() {
	g.index.size++
	if last := g.head[len(g.head)-1]; last&0x80 != 0 {
		if len(g.head) > 9 {
			g.state = xzLost
		}
		return
	}
	v, _ := vli(g.head)
	g.head = g.head[:0]
	if g.index.fields < 0 {
		g.index.fields = 2 * v
	} else {
		g.index.fields--
	}
	if g.index.fields == 0 {
		g.enter(xzStream, -g.index.size&3+4+12)
	}
}

// vli decodes a variable-length integer (section 1.2) and says how long it is.
func vli(b []byte) (v int64, n int) {
	for n < len(b) && n < 9 {
		v |= int64(b[n]&0x7f) << (7 * n)
		n++
		if b[n-1]&0x80 == 0 {
			break
		}
	}
	return v, n
}
