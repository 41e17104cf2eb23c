package telemetry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
)

// step is how much is read beyond a block's grid at a time to find the end of
// its last line.
const step = 64 << 10

// streamFeed cuts a stream into blocks. It reads under its lock, so that while
// one goroutine decompresses the next block another works on the last.
type streamFeed struct {
	name    string
	schema  Schema
	headers bool
	r       io.Reader

	mu      sync.Mutex
	seq     int64
	offset  int64  // of pending in the stream
	pending []byte // begins at a line's first byte
	err     error  // final: io.EOF or what broke the stream
}

func (f *streamFeed) next() (*Block, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	buf := buffers.Get().(*[]byte)
	data := append((*buf)[:0], f.pending...)
	f.pending = f.pending[:0]
	b := &Block{Log: f.name, Number: f.offset / BlockSize, Seq: f.seq, Offset: f.offset, Schema: f.schema}
	searched := int((b.Number+1)*BlockSize-f.offset) - 1
	end := -1
	for end < 0 {
		if len(data) > searched {
			if i := bytes.IndexByte(data[searched:], '\n'); i >= 0 {
				end = searched + i + 1
				break
			}
			searched = len(data)
		}
		if f.err != nil {
			end = len(data)
			break
		}
		if len(data) > maxLine {
			if start := bytes.LastIndexByte(data, '\n') + 1; len(data)-start > maxLine {
				b.TooLong = f.skipLine(int64(len(data) - start))
				data, end = data[:start], start
				break
			}
		}
		data = f.fill(data, max(searched+1+step-len(data), step))
	}
	if b.TooLong == 0 {
		f.pending = append(f.pending, data[end:]...)
		b.Cut = f.err != nil && !errors.Is(f.err, io.EOF) && end > 0 && data[end-1] != '\n'
	}
	return f.finish(b, buf, data[:end])
}

func (f *streamFeed) finish(b *Block, buf *[]byte, data []byte) (*Block, error) {
	*buf = data[:0]
	if len(data) == 0 && b.TooLong == 0 {
		buffers.Put(buf)
		if errors.Is(f.err, io.EOF) {
			return nil, io.EOF
		}
		return nil, fmt.Errorf("read log %s after %d bytes: %w (the lines before it were read)", f.name, f.offset, f.err)
	}
	b.Data = data
	b.release = func() { buffers.Put(buf) }
	f.offset += int64(len(data)) + b.TooLong
	f.seq++
	if f.headers {
		f.schema = f.schema.After(data)
	}
	return b, nil
}

// fill reads up to n more bytes, remembering how the stream ended.
func (f *streamFeed) fill(data []byte, n int) []byte {
	have := len(data)
	if cap(data)-have < n {
		grown := make([]byte, have, max(2*have, have+n))
		copy(grown, data)
		data = grown
	}
	for n > 0 && f.err == nil {
		var m int
		m, f.err = f.r.Read(data[len(data) : len(data)+n])
		data = data[:len(data)+m]
		n -= m
	}
	return data
}

// skipLine reads to the end of a line of which n bytes were read and dropped,
// keeps what follows it as pending, and returns the line's length.
func (f *streamFeed) skipLine(n int64) int64 {
	chunk := make([]byte, step)
	for f.err == nil {
		var m int
		m, f.err = f.r.Read(chunk)
		if i := bytes.IndexByte(chunk[:m], '\n'); i >= 0 {
			f.pending = append(f.pending, chunk[i+1:m]...)
			return n + int64(i) + 1
		}
		n += int64(m)
	}
	return n
}
