package indicator

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
	"math/bits"
	"net/netip"
	"slices"
)

// A Set is an immutable collection of indicators, named by its content. It may
// be used by many goroutines.
type Set struct {
	rows    *rows
	count   int
	version string
	window  Window
	table   table
	lengths [2][129]bool // lengths of networks that occur, IPv4 and IPv6

	// What the fast path looks at first; see prefilter.
	any24, cidr24 bitmap
	v4            filter // of addresses; the table is too large for the caches
	v6            filter // of the top 48 bits
	short6        []int  // lengths of IPv6 networks under 48
	names         filter // of domains, and of hosts of URLs
	hashes        filter // of files and of clients
	urlHosts      table
	oneLabel      bool            // a domain without a dot occurs
	kinds         [len(types)]int // indicators of each kind
}

// A Builder gathers indicators for a Set. The zero Builder is empty.
type Builder struct {
	// Warnings are consulted for everything that is added; may be nil.
	Warnings *WarningLists
	// Window says which validity counts for matches of the set.
	Window Window

	rows   *rows
	key    []byte
	benign []Refusal // what stands on a list of benign values, by value and list

	editions map[objectID]edition
	dropped  [][2]uint32 // runs of rows, see version
}

// mark is where the builder stands.
func (b *Builder) mark() (rows uint32, benign int) { return b.len(), len(b.benign) }

// Add adds an indicator that [parse] or [Guess] made, with its other fields
// filled in. A context over 1000 bytes and a reference over 255 are cut.
func (b *Builder) Add(i Indicator) error {
	t, ok := kindOf(i.Type)
	if !ok || i.Value == "" {
		return fmt.Errorf("indicator %q of type %q was not made by Parse", clip(i.Value), i.Type)
	}
	if err := special(&i); err != nil {
		return err
	}
	if i.Benign = b.Warnings.Of(&i); i.Benign != "" {
		b.benign = append(b.benign, Refusal{Value: i.Key(), Ref: i.Ref, Why: "on the list " + i.Benign})
	}
	if b.rows == nil {
		b.rows = newRows()
	}
	var err error
	if b.key, err = appendKey(b.key[:0], t, i.Value); err != nil {
		return err
	}
	if len(b.key) > maxURL {
		return fmt.Errorf("a value of %d bytes is over the limit of %d", len(b.key), maxURL)
	}
	return b.rows.add(t, b.key, &i)
}

// Set returns the set of what was added, each indicator once, whatever the
// order, and empties the builder.
func (b *Builder) Set() *Set {
	r := b.rows
	if r == nil {
		r = newRows()
	}
	b.rows = nil
	old := b.superseded()
	b.editions, b.dropped = nil, nil
	r.knownCredits, r.knownWindows = nil, nil
	s := &Set{rows: r, window: b.Window, table: newTable(max(r.list.len(), 1))}
	// The digests are half of the work and wait for nothing else; those of
	// repetitions are taken off again.
	sum := make(chan [2]uint64)
	go func() { sum <- r.sum(r.all()) }()
	var again []uint32
	for n := range uint32(r.list.len()) {
		w := r.list.get(n)
		if old[n] || !s.link(n, w) {
			again = append(again, n)
			continue
		}
		s.count++
		s.kinds[w.kind]++
	}
	s.prefilter()
	all, less := <-sum, r.sum(slices.Values(again))
	lo, borrow := bits.Sub64(all[1], less[1], 0)
	hi, _ := bits.Sub64(all[0], less[0], borrow)
	s.version = fmt.Sprintf("%016x%016x", hi, lo)
	return s
}

// link puts row n into the table, or behind the rows of the same key; false
// where one of them says the same.
func (s *Set) link(n uint32, w *row) bool {
	key := s.rows.key(w)
	hash := hashKey(w.kind, key)
	first := s.first(w.kind, key, hash)
	if first == 0 {
		s.table.put(hash, n)
		return true
	}
	at := s.rows.list.get(first - 1)
	for {
		if s.rows.same(at, w) {
			return false
		}
		if at.next == 0 {
			at.next = n + 1
			return true
		}
		at = s.rows.list.get(at.next - 1)
	}
}

// first returns 1 + the first row of a key, 0 where there is none.
func (s *Set) first(t kind, key []byte, hash uint64) uint32 {
	for from := s.table.first(hash); ; {
		n, next := s.table.find(hash, from)
		if n == 0 {
			return 0
		}
		if w := s.rows.list.get(n - 1); w.kind == t && string(s.rows.key(w)) == string(key) {
			return n
		}
		from = next
	}
}

// Version names the set by its content: the same indicators give the same
// version whatever the order in which they were added. (The sum, modulo 2^128,
// of the truncated SHA-256 of each.)
func (s *Set) Version() string { return s.version }

// Len is the number of different indicators.
func (s *Set) Len() int { return s.count }

// All yields every indicator, in the order in which they were added.
func (s *Set) All() iter.Seq[Indicator] {
	return func(yield func(Indicator) bool) {
		for n := range uint32(s.rows.list.len()) {
			if s.linked(n) && !yield(s.rows.indicator(n)) {
				return
			}
		}
	}
}

// Of yields what a list gave to the set, also what other lists gave before it.
func (s *Set) Of(l *Loaded) iter.Seq[Indicator] {
	return func(yield func(Indicator) bool) {
		for n := l.from; n < l.to; n++ {
			if !yield(s.rows.indicator(n)) {
				return
			}
		}
	}
}

// linked reports whether row n is in the set and not the repetition of another.
func (s *Set) linked(n uint32) bool {
	w := s.rows.list.get(n)
	key := s.rows.key(w)
	for at := s.first(w.kind, key, hashKey(w.kind, key)); at != 0; at = s.rows.list.get(at - 1).next {
		if at == n+1 {
			return true
		}
	}
	return false
}

// prefilter builds what the fast path looks at first.
func (s *Set) prefilter() {
	s.names = newFilter(s.kinds[kindDomain] + s.kinds[kindURL])
	s.v4 = newFilter(s.kinds[kindIPv4])
	s.hashes = newFilter(s.kinds[kindMD5] + s.kinds[kindSHA1] + s.kinds[kindSHA256] + s.kinds[kindJA3] + s.kinds[kindJA4])
	s.v6 = newFilter(s.kinds[kindIPv6] + s.kinds[kindCIDR])
	s.urlHosts = newTable(max(s.kinds[kindURL], 1))
	s.any24, s.cidr24 = newBitmap(), newBitmap()
	for n := range uint32(s.rows.list.len()) {
		w := s.rows.list.get(n)
		key := s.rows.key(w)
		switch w.kind {
		case kindIPv4:
			a := binary.BigEndian.Uint32(key)
			s.any24.set(a)
			s.v4.add(hashV4(a))
		case kindIPv6:
			s.v6.add(hashV6(binary.BigEndian.Uint64(key)))
		case kindCIDR:
			s.addNetwork(prefixOf(key))
		case kindDomain:
			s.names.add(hashName(key))
			s.oneLabel = s.oneLabel || !bytes.Contains(key, []byte("."))
		case kindURL:
			s.addURLHost(key)
		case kindMD5, kindSHA1, kindSHA256, kindJA3, kindJA4:
			s.hashes.add(hashKey(w.kind, key))
		}
	}
	for length := range 48 {
		if s.lengths[1][length] {
			s.short6 = append(s.short6, length)
		}
	}
}

func (s *Set) addNetwork(p netip.Prefix) {
	s.lengths[family(p.Addr())][p.Bits()] = true
	b := p.Addr().AsSlice()
	if p.Addr().Is4() {
		a := binary.BigEndian.Uint32(b)
		s.any24.setRange(a, p.Bits())
		s.cidr24.setRange(a, p.Bits())
		return
	}
	if p.Bits() >= 48 {
		s.v6.add(hashV6(binary.BigEndian.Uint64(b)))
	}
}

// addURLHost notes the host of a URL, so that paths are looked at only where
// there is one to find. A host that is an address is found as text.
func (s *Set) addURLHost(key []byte) {
	host := key
	for i, c := range key {
		if c == '/' {
			host = key[:i]
			break
		}
	}
	h := hashName(host)
	s.names.add(h)
	if !s.urlHosts.has(h) {
		s.urlHosts.put(h, 0)
	}
}

// hashV6 hashes the top 48 bits of an IPv6 address.
func hashV6(hi uint64) uint64 { return mix(hi >> 16 << 16) }

func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}
