package telemetry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// A Position says how far a followed log was read, so that reading can go on
// from there after a restart, also when the log was renamed meanwhile.
type Position struct {
	Name   string `json:"name"`   // path of the log
	Offset int64  `json:"offset"` // bytes read, up to the end of a line
	Line   int64  `json:"line"`   // lines read; filled in by whoever counts them
	// Head is the SHA-256 of the log's first HeadSize bytes: what tells it
	// from the log that took its name.
	Head     string `json:"head"`
	HeadSize int    `json:"head_size"`
}

// positionHead is how much of a log's beginning identifies it, once it has as
// much.
const positionHead = 1024

// FollowOptions steer Follow.
type FollowOptions struct {
	From *Position     // where to go on; nil is the beginning of the log
	Poll time.Duration // how often to look for more; 0 is a quarter of a second
	Opening
}

// Follow reads a growing plain log: what it holds now, and what is added, until
// ctx ends; then Next returns io.EOF. Next yields whole lines only. When
// another file takes the log's name (rotation), the old one is read to its end
// first; when the log becomes shorter (copy and truncate), it is read from its
// beginning.
//
// With a position, reading goes on behind it. Where the log at that name is
// another one by now, the one meant is looked for among its renamed siblings
// (name.1, name-20240501, also compressed), and every sibling written after it
// is read as well. Missed then says whether it could not be found.
func Follow(ctx context.Context, name string, opt FollowOptions) (l *Log, missed bool, err error) {
	if opt.Poll <= 0 {
		opt.Poll = time.Second / 4
	}
	f := &followFeed{ctx: ctx, name: name, opt: opt}
	if opt.From != nil {
		if missed, err = f.resume(*opt.From); err != nil {
			return nil, false, err
		}
	}
	f.log = &Log{Name: name, feed: f, close: f.close}
	return f.log, missed, nil
}

// followFeed is the feed of a followed log. What waits in old is read before
// the log itself.
type followFeed struct {
	ctx  context.Context
	name string
	opt  FollowOptions
	log  *Log

	mu     sync.Mutex
	seq    int64
	old    []oldLog
	oldNow *Log
	oldPos Position
	file   *os.File
	schema Schema
	offset int64
	head   []byte // the first bytes of the file, as far as it was read
	fresh  bool   // the next block is the first of its file
}

func (f *followFeed) next() (*Block, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		if f.ctx.Err() != nil {
			return nil, io.EOF
		}
		b, err := f.nextOld()
		if b == nil && err == nil {
			b, err = f.more()
		}
		if err != nil {
			return nil, err
		}
		if b != nil {
			b.Seq, b.Restart, f.fresh = f.seq, f.fresh, false
			f.seq++
			return b, nil
		}
		select {
		case <-f.ctx.Done():
			return nil, io.EOF
		case <-time.After(f.opt.Poll):
		}
	}
}

// more returns a block of what was added to the log, or nil if there is
// nothing new. It sees to rotation and truncation.
func (f *followFeed) more() (*Block, error) {
	if f.file == nil && !f.open() {
		return nil, nil
	}
	// Whether it was rotated is asked before its size: what had been written by
	// the time another log began is then within the size.
	rotated := f.rotated()
	st, err := f.file.Stat()
	if err != nil {
		return nil, fmt.Errorf("follow log %s: %w", f.name, err)
	}
	if st.Size() < f.offset || !f.sameHead() {
		f.offset, f.head, f.schema, f.fresh = 0, nil, nil, true
	}
	b, err := f.read(st.Size(), rotated)
	if b != nil || err != nil || !rotated {
		return b, err
	}
	// The old file has been read to its end, and another has its name.
	f.old = append(f.old, siblings(f.name, st)...)
	err = f.file.Close()
	f.file, f.offset, f.head, f.schema, f.fresh = nil, 0, nil, nil, true
	if err != nil {
		return nil, fmt.Errorf("follow log %s: %w", f.name, err)
	}
	return f.nextOld()
}

// open opens the log; a log that is not there (yet) is waited for.
func (f *followFeed) open() bool {
	file, err := os.Open(f.name)
	if err != nil {
		return false
	}
	f.file = file
	return true
}

// rotated reports whether the name now stands for another file that has been
// written to. While that one is empty the sensor may not have been told yet,
// and writes on to the old one.
func (f *followFeed) rotated() bool {
	st, err := f.file.Stat()
	if err != nil {
		return false
	}
	now, err := os.Stat(f.name)
	return err == nil && now.Size() > 0 && !os.SameFile(st, now)
}

// read returns a block of whole lines between the offset and size, nil if there
// is none. At the end of a rotated file a line without its end counts as whole.
func (f *followFeed) read(size int64, rotated bool) (*Block, error) {
	number := f.offset / BlockSize
	want := min(size-f.offset, (number+1)*BlockSize-f.offset+step)
	if want <= 0 {
		return nil, nil
	}
	for {
		data := make([]byte, want)
		n, err := f.file.ReadAt(data, f.offset)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("follow log %s at byte %d: %w", f.name, f.offset, err)
		}
		data = data[:n]
		end := lineGrid(data, (number+1)*BlockSize-f.offset)
		atEnd := f.offset+int64(n) >= size
		if end == 0 && !atEnd && n < maxLine {
			want = min(size-f.offset, 2*want)
			continue
		}
		if end == 0 && atEnd && rotated {
			end = n
		}
		if end == 0 && n < maxLine {
			return nil, nil
		}
		return f.block(data, end, number)
	}
}

// lineGrid is the end of the last whole line of data that begins before limit.
func lineGrid(data []byte, limit int64) int {
	if int64(len(data)) > limit {
		if i := bytes.IndexByte(data[limit-1:], '\n'); i >= 0 {
			return int(limit) + i
		}
	}
	return bytes.LastIndexByte(data, '\n') + 1
}

func (f *followFeed) block(data []byte, end int, number int64) (*Block, error) {
	if f.schema == nil {
		k, err := f.look(data)
		if err != nil {
			return nil, err
		}
		f.schema, f.log.Year = k.schema, k.year
	}
	b := &Block{Log: f.name, Number: number, Offset: f.offset, Data: data[:end], Schema: f.schema}
	if end == 0 { // a line over the limit: read on behind what there is of it
		b.TooLong, end = int64(len(data)), len(data)
	}
	f.schema = f.schema.After(b.Data)
	f.offset += int64(end)
	if len(f.head) < positionHead {
		f.readHead()
	}
	b.After = &Position{Name: f.name, Offset: f.offset, Head: headHash(f.head), HeadSize: len(f.head)}
	return b, nil
}

// look finds the format of the log by its beginning.
func (f *followFeed) look(head []byte) (looked, error) {
	at := time.Now()
	if st, err := f.file.Stat(); err == nil {
		at = st.ModTime()
	}
	return f.opt.look(head[:min(len(head), sniffSize)], f.name, at)
}

// readHead reads as much of the file's beginning as identifies it and has been
// read already.
func (f *followFeed) readHead() {
	head := make([]byte, min(f.offset, positionHead))
	n, err := f.file.ReadAt(head, 0)
	if err == nil || errors.Is(err, io.EOF) {
		f.head = head[:n]
	}
}

// sameHead reports whether the file still begins as it did; one that was
// truncated and has grown again does not.
func (f *followFeed) sameHead() bool {
	head := make([]byte, len(f.head))
	_, err := f.file.ReadAt(head, 0)
	return err == nil && bytes.Equal(head, f.head)
}

func headHash(head []byte) string {
	sum := sha256.Sum256(head)
	return hex.EncodeToString(sum[:])
}

func (f *followFeed) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var err error
	if f.oldNow != nil {
		err = f.oldNow.Close()
	}
	if f.file != nil {
		err = errors.Join(err, f.file.Close())
	}
	return err
}
