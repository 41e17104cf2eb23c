package telemetry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"unsafe"
)

// fileFeed reads the blocks of a plain file independently of one another: any
// goroutine, or machine, can read any block knowing only its number. What is
// appended to the file after it was opened is not read.
type fileFeed struct {
	name   string
	schema Schema
	file   *os.File
	size   int64
	taken  atomic.Int64
}

func (f *fileFeed) next() (*Block, error) {
	k := f.taken.Add(1) - 1
	if k*BlockSize >= f.size {
		return nil, io.EOF
	}
	return f.read(k)
}

// read returns block k, which is empty where a long line covers it.
func (f *fileFeed) read(k int64) (*Block, error) {
	b := &Block{Log: f.name, Number: k, Seq: k, Schema: f.schema}
	from := k * BlockSize
	if k > 0 {
		from-- // a line begins at the grid where the byte before it ends one
	}
	b.Offset = from
	buf := buffers.Get().(*[]byte)
	b.release = func() { buffers.Put(buf) }
	last := (k+1)*BlockSize - 1 - from // the last line's end is the first newline from here on
	data, err := f.readAt(congruent(*buf, from), from, last+1+step)
	start := int64(0)
	if err == nil && k > 0 {
		if start = int64(bytes.IndexByte(data, '\n')) + 1; start == 0 || start > last {
			start = -1
		}
	}
	if err != nil || start < 0 {
		b.Release()
		return b, err
	}
	end, searched := int64(-1), last
	for {
		if int64(len(data)) > searched {
			if i := bytes.IndexByte(data[searched:], '\n'); i >= 0 {
				end = searched + int64(i) + 1
				break
			}
			searched = int64(len(data))
		}
		at := from + int64(len(data))
		if at >= f.size {
			end = int64(len(data))
			break
		}
		if line := lastLine(data, start); int64(len(data))-line > maxLine {
			end = line
			b.TooLong, err = f.lineLength(from+line, at)
			break
		}
		if data, err = f.readAt(data, at, max(step, int64(len(data))/2)); err != nil {
			break
		}
	}
	if cap(data) > cap(*buf) {
		*buf = data[:0]
	}
	if err != nil {
		b.Release()
		return nil, err
	}
	b.Offset, b.Data = from+start, data[start:end]
	return b, nil
}

// congruent returns the part of buf at whose beginning an address modulo the page
// size is that of the offset at. The kernel copies from the page cache by whole
// pages; a read that is out of step with them costs it half as much again, and a
// block begins one byte before a page does.
func congruent(buf []byte, at int64) []byte {
	const page = 4096
	pad := int(uintptr(at)-uintptr(unsafe.Pointer(unsafe.SliceData(buf)))) & (page - 1)
	if pad > cap(buf) {
		return buf[:0]
	}
	return buf[pad:pad]
}

// lastLine is where the last line of data begins, not before start.
func lastLine(data []byte, start int64) int64 {
	return max(start, int64(bytes.LastIndexByte(data, '\n'))+1)
}

// readAt appends up to n bytes of the file from offset at.
func (f *fileFeed) readAt(data []byte, at, n int64) ([]byte, error) {
	n = min(n, f.size-at)
	have := int64(len(data))
	if int64(cap(data))-have < n {
		grown := make([]byte, have, have+n)
		copy(grown, data)
		data = grown
	}
	m, err := f.file.ReadAt(data[have:have+n], at)
	if err != nil && (!errors.Is(err, io.EOF) || int64(m) < n) {
		if errors.Is(err, io.EOF) {
			err = errors.New("the file became shorter while it was read")
		}
		return nil, fmt.Errorf("read log %s at byte %d: %w", f.name, at+int64(m), err)
	}
	return data[:have+int64(m)], nil
}

// lineLength is the length of the line that begins at from and has no end
// before at.
func (f *fileFeed) lineLength(from, at int64) (int64, error) {
	chunk := make([]byte, 0, step)
	for at < f.size {
		data, err := f.readAt(chunk, at, step)
		if err != nil {
			return 0, err
		}
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			return at + int64(i) + 1 - from, nil
		}
		at += int64(len(data))
	}
	return f.size - from, nil
}
