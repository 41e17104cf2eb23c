package indicator

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"math/bits"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// rows holds indicators compactly: a million of them take some tens of
// megabytes, none of which the garbage collector has to look through.
type rows struct {
	list    chunks[row]
	text    chunks[byte]
	credits []credit
	windows []span
	// What is there already, while rows are added; bounded, because finding
	// every repetition is not worth the memory.
	knownCredits map[credit]uint32
	knownWindows map[span]uint32
}

// row is one indicator. Its key, context and reference stand one behind the
// other in text.
type row struct {
	at      uint32
	credit  uint32
	window  uint32
	next    uint32 // 1 + the next row with the same key; 0 is none
	size    uint16 // of the key
	context uint16 // size
	ref     uint8  // size
	kind    kind
}

// credit is who says it, of whom, and how sure.
type credit struct {
	group, source string
	fallback      string
	benign        string
	marking       evidence.TLP
	confidence    evidence.Confidence
}

// span is from, until and disclosed in nanoseconds since 1970; never is none.
// unknown says that from is no start.
type span struct {
	from, until, disclosed int64
	unknown                bool
}

const never = -1 << 63

// Limits of what is kept beside a value.
const (
	maxContext = 1000
	maxRef     = 255
	maxKnown   = 1 << 16
)

func newRows() *rows {
	return &rows{
		list: chunks[row]{size: 1 << 14}, text: chunks[byte]{size: 1 << 20},
		knownCredits: map[credit]uint32{}, knownWindows: map[span]uint32{},
	}
}

// add stores an indicator whose key is given.
func (r *rows) add(t kind, key []byte, i *Indicator) error {
	if r.text.full() || r.list.len() >= 1<<32-2 {
		return fmt.Errorf("a set holds at most %d indicators or 4 GiB of values", uint32(1<<32-2))
	}
	ref, context := i.Ref[:min(len(i.Ref), maxRef)], i.Context[:min(len(i.Context), maxContext)]
	at := r.text.add(len(key)+len(ref)+len(context), func(dst []byte) {
		n := copy(dst, key)
		n += copy(dst[n:], context)
		copy(dst[n:], ref)
	})
	r.list.push(row{
		at: at, size: uint16(len(key)), context: uint16(len(context)), ref: uint8(len(ref)), kind: t,
		credit: intern(&r.credits, r.knownCredits, credit{i.Group, i.Source, i.Fallback, i.Benign, i.Marking, i.Confidence}),
		window: intern(&r.windows, r.knownWindows, span{nanos(i.From), nanos(i.Until), nanos(i.Disclosed), i.StartUnknown}),
	})
	return nil
}

// intern returns the place of v in list, adding it where it is new.
func intern[T comparable](list *[]T, known map[T]uint32, v T) uint32 {
	if n, ok := known[v]; ok {
		return n
	}
	n := uint32(len(*list))
	*list = append(*list, v)
	if len(known) < maxKnown {
		known[v] = n
	}
	return n
}

// nanos is the time in nanoseconds; times that 64 bits cannot hold ("9999-12-31")
// become the last or first moment that they can, in 2262 and 1677.
func nanos(t time.Time) int64 {
	switch {
	case t.IsZero():
		return never
	case t.Year() >= 2262:
		return math.MaxInt64
	case t.Year() <= 1677:
		return never + 1
	}
	return t.UnixNano()
}

func moment(n int64) time.Time {
	if n == never {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

func (r *rows) key(w *row) []byte { return r.text.at(w.at, int(w.size)) }

// indicator returns row n in full.
func (r *rows) indicator(n uint32) Indicator {
	w := r.list.get(n)
	c, s := &r.credits[w.credit], &r.windows[w.window]
	rest := r.text.at(w.at+uint32(w.size), int(w.context)+int(w.ref))
	return Indicator{
		Type: types[w.kind], Value: valueOf(w.kind, r.key(w)), Group: c.group, Fallback: c.fallback, Benign: c.benign, Confidence: c.confidence,
		From: moment(s.from), Until: moment(s.until), Disclosed: moment(s.disclosed), StartUnknown: s.unknown,
		Source: c.source, Marking: c.marking, Context: string(rest[:w.context]), Ref: string(rest[w.context:]),
	}
}

// same reports whether two rows of the same key say the same.
func (r *rows) same(a, b *row) bool {
	x := r.text.at(a.at, int(a.size)+int(a.context)+int(a.ref))
	y := r.text.at(b.at, int(b.size)+int(b.context)+int(b.ref))
	return a.kind == b.kind && a.size == b.size && a.context == b.context && string(x) == string(y) &&
		r.credits[a.credit] == r.credits[b.credit] && r.windows[a.window] == r.windows[b.window]
}

// digest is the SHA-256 of everything a row says, cut to 128 bits.
func (r *rows) digest(w *row, scratch []byte) (hi, lo uint64, _ []byte) {
	c, s := &r.credits[w.credit], &r.windows[w.window]
	b := append(scratch[:0], byte(w.kind))
	b = binary.AppendUvarint(b, uint64(w.size))
	b = binary.AppendUvarint(b, uint64(w.context))
	b = append(b, r.text.at(w.at, int(w.size)+int(w.context)+int(w.ref))...)
	for _, text := range [...]string{c.group, c.source, string(c.marking)} {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	for _, n := range [...]int64{s.from, s.until, s.disclosed, int64(rank(c.confidence))} {
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	if c.fallback != "" { // sets without keep the version they always had
		b = append(b, c.fallback...)
	}
	if s.unknown {
		b = append(b, 0)
	}
	if c.benign != "" {
		b = append(append(b, 1), c.benign...)
	}
	sum := sha256.Sum256(b)
	return binary.BigEndian.Uint64(sum[:]), binary.BigEndian.Uint64(sum[8:]), b
}

// all yields the number of every row.
func (r *rows) all() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for n := range uint32(r.list.len()) {
			if !yield(n) {
				return
			}
		}
	}
}

// sum is the sum of the digests of rows, modulo 2^128, the high word first.
func (r *rows) sum(list iter.Seq[uint32]) (sum [2]uint64) {
	var scratch []byte
	for n := range list {
		var hi, lo uint64
		hi, lo, scratch = r.digest(r.list.get(n), scratch)
		sum[0], sum[1] = add128(sum[0], sum[1], hi, lo)
	}
	return sum
}

// add128 adds b to a.
func add128(ahi, alo, bhi, blo uint64) (hi, lo uint64) {
	lo, carry := bits.Add64(alo, blo, 0)
	hi, _ = bits.Add64(ahi, bhi, carry)
	return hi, lo
}
