package jsonscan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// window is the part of the input an Scanner looks at: it grows to hold
// one marked value, counts lines, and passes over values without decoding them.
type window struct {
	r       io.Reader
	buf     []byte // buf[pos:end] is unread
	pos     int
	end     int
	base    int64 // offset of buf[0] in the input
	readErr error // what ended reading

	line    int // newlines before buf[counted]
	counted int

	mark     int  // start of the bytes to keep; -1 for none
	overflow bool // the marked bytes passed max and were let go
	deepest  int  // nesting met since hold
	max      int64
}

const windowSize = 256 << 10

func newWindow(r io.Reader, maxHeld int64) window {
	return window{r: r, buf: make([]byte, windowSize), mark: -1, max: maxHeld}
}

// hold keeps everything from pos on until release.
func (w *window) hold() { w.mark, w.overflow, w.deepest = w.pos, false, 0 }

// release returns the bytes since hold, nil if they grew over the limit.
func (w *window) release() []byte {
	if w.mark < 0 {
		return nil
	}
	b := w.buf[w.mark:w.pos:w.pos]
	w.mark = -1
	return b
}

func (w *window) offset() int64 { return w.base + int64(w.pos) }

// lineHere is the 1-based line of pos.
func (w *window) lineHere() int {
	w.count(w.pos)
	return w.line + 1
}

func (w *window) count(to int) {
	if to > w.counted {
		w.line += bytes.Count(w.buf[w.counted:to], newline)
		w.counted = to
	}
}

var newline = []byte{'\n'}

// fill reads more, and is false at the end of the input.
func (w *window) fill() bool {
	if w.readErr != nil {
		return false
	}
	from := w.pos
	if w.mark >= 0 {
		if int64(w.pos-w.mark) > w.max {
			w.mark, w.overflow = -1, true
		} else {
			from = w.mark
		}
	}
	w.shift(from)
	if w.end == len(w.buf) {
		w.buf = append(w.buf, make([]byte, len(w.buf))...)
	}
	for range 100 {
		n, err := w.r.Read(w.buf[w.end:])
		w.end += n
		if err != nil {
			w.readErr = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	w.readErr = io.ErrNoProgress
	return false
}

// shift moves buf[from:end] to the front.
func (w *window) shift(from int) {
	if from == 0 {
		return
	}
	w.count(from)
	copy(w.buf, w.buf[from:w.end])
	w.base += int64(from)
	w.pos, w.end, w.counted = w.pos-from, w.end-from, w.counted-from
	if w.mark >= 0 {
		w.mark -= from
	}
}

func (w *window) byteOrderMark() {
	for w.end-w.pos < 3 && w.fill() {
	}
	if bytes.HasPrefix(w.buf[w.pos:w.end], []byte("\xef\xbb\xbf")) {
		w.pos += 3
	}
}

// token passes over white space and returns the byte at pos, which it leaves.
func (w *window) token() (byte, bool) {
	for {
		for w.pos < w.end {
			switch c := w.buf[w.pos]; c {
			case ' ', '\n', '\t', '\r':
				w.pos++
			default:
				return c, true
			}
		}
		if !w.fill() {
			return 0, false
		}
	}
}

func (w *window) found() string {
	if w.pos >= w.end {
		return "the end of the input"
	}
	r, _ := utf8.DecodeRune(w.buf[w.pos:w.end])
	return strconv.QuoteRune(r)
}

func (w *window) errorf(format string, args ...any) error {
	if w.readErr != nil && w.readErr != io.EOF {
		return w.broken("")
	}
	return fmt.Errorf("line %d: %s", w.lineHere(), fmt.Sprintf(format, args...))
}

// truncated says that the input ends inside something that began on line since.
func (w *window) truncated(inside string, since int) error {
	if since > 0 {
		inside += " of the value that begins on line " + strconv.Itoa(since)
	}
	if w.readErr != nil && w.readErr != io.EOF {
		return w.broken(inside)
	}
	return fmt.Errorf("line %d: the input is truncated: it ends inside %s", w.lineHere(), inside)
}

// broken reports a failed read with its place.
func (w *window) broken(inside string) error {
	err := w.readErr
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the compressed input is truncated: %w", err)
	}
	if inside != "" {
		return fmt.Errorf("line %d, inside %s: %w", w.lineHere(), inside, err)
	}
	return fmt.Errorf("line %d: %w", w.lineHere(), err)
}
