package indicator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
)

// A Set is an immutable collection of indicators, named by its content. It may
// be used by many goroutines.
type Set struct {
	all     []Indicator // sorted
	version string
	exact   map[string][]int // Key -> places in all
	nets    map[netip.Prefix][]int
	bits    [2][129]bool // lengths that occur, per family
}

// A Builder gathers indicators for a Set.
type Builder struct{ all []Indicator }

// Add adds an indicator that [Parse] or [Guess] made, with its other fields
// filled in.
func (b *Builder) Add(i Indicator) error {
	if i.Value == "" || !slices.Contains(types, i.Type) {
		return fmt.Errorf("indicator %q of type %q was not made by Parse", i.Value, i.Type)
	}
	b.all = append(b.all, i)
	return nil
}

// Set returns the set of what was added, each indicator once, whatever the
// order.
func (b *Builder) Set() *Set {
	all := slices.Clone(b.all)
	slices.SortFunc(all, Compare)
	all = slices.Compact(all)
	s := &Set{all: all, exact: map[string][]int{}, nets: map[netip.Prefix][]int{}}
	h := sha256.New()
	enc := json.NewEncoder(h)
	for n := range all {
		i := &all[n]
		_ = enc.Encode(i) // a hash takes everything, and every field can be encoded
		if i.Type != CIDR {
			s.exact[i.Key()] = append(s.exact[i.Key()], n)
			continue
		}
		p := netip.MustParsePrefix(i.Value)
		s.nets[p] = append(s.nets[p], n)
		s.bits[family(p.Addr())][p.Bits()] = true
	}
	s.version = hex.EncodeToString(h.Sum(nil)[:16])
	return s
}

func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

// Version names the set by its content: the same indicators give the same
// version whatever the order in which they were added.
func (s *Set) Version() string { return s.version }

// Len is the number of indicators.
func (s *Set) Len() int { return len(s.all) }
