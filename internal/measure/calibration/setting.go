package calibration

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A Confounder is something that makes unlinked groups look linked.
type Confounder string

// The planted confounders.
const (
	// HeapedDates: 57 of 100 dates are known to the month or year only and are
	// written as its first day, as in EuRepoC v1.1; of these 5 in 100 pass for
	// exact.
	HeapedDates Confounder = "heaped dates"
	// PopularTools: the popularity of tools, techniques, sectors and targets
	// falls with the rank to the power .8, which makes some as common as the
	// most common of ATT&CK.
	PopularTools Confounder = "popular tools"
	// OneVendor: one vendor tells most of what is known of half the groups of
	// both sides. It names a third of all items three times as often as others
	// do, and puts half of its disclosures into quarterly reports.
	OneVendor Confounder = "one vendor"
	// SharedShock: an invasion and the monthly patch days move everybody: 3 of
	// 10 acts follow one by five days on average. Acts after the invasion go
	// against the state invaded; half of all groups take up the exploit of the
	// day.
	SharedShock Confounder = "shared shock"
)

// Confounders lists them all.
func Confounders() []Confounder {
	return []Confounder{HeapedDates, PopularTools, OneVendor, SharedShock}
}

// A Link is the kind of a planted link.
type Link string

// The planted links. The zero value plants none.
const (
	// Aligned: the first group of side A takes tools, techniques and targets
	// from the first of side B, and acts within a week of it.
	Aligned Link = "aligned"
	// Divided: the first group of side A leaves the targets of the first of
	// side B to it.
	Divided Link = "divided"
)

// A Setting says how a synthetic corpus is made. Its zero value has no
// confounder and no link.
type Setting struct {
	Confounders []Confounder `json:"confounders"`
	Link        Link         `json:"link,omitempty"`
	// Linked is the probability with which each tool, technique and act of the
	// linked group comes from its partner: 0 to 1.
	Linked float64 `json:"linked"`
	// DateSD is the standard deviation in days of the error of every date of an
	// act; 0 is exact.
	DateSD float64 `json:"date_sd"`
	// Size multiplies how much is on record of the linked pair; 0 is 1.
	Size float64 `json:"size,omitempty"`
}

// Name of the setting's confounders, as tables have it.
func (s Setting) Name() string {
	switch len(s.Confounders) {
	case 0:
		return "none"
	case len(Confounders()):
		return "all"
	}
	names := make([]string, len(s.Confounders))
	for i, c := range s.Confounders {
		names[i] = string(c)
	}
	return strings.Join(names, ", ")
}

// moves reports whether the link moves any act in time.
func (s Setting) moves() bool { return s.Link == Aligned && s.Linked > 0 }

func (s Setting) has(c Confounder) bool { return slices.Contains(s.Confounders, c) }

func (s Setting) check() error {
	for _, c := range s.Confounders {
		if !slices.Contains(Confounders(), c) {
			return fmt.Errorf("calibration: confounder %q is unknown", c)
		}
	}
	if !(s.Linked >= 0 && s.Linked <= 1) || !(s.DateSD >= 0) || !(s.Size >= 0) {
		return fmt.Errorf("calibration: linked share %v, date error %v days, size %v", s.Linked, s.DateSD, s.Size)
	}
	return nil
}

// stream returns the random numbers of one part of one corpus: a pure function
// of its arguments, so that settings that differ in one figure share the rest of
// their luck, and corpora can be made in any order.
func stream(seed, corpus, part uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, spread(corpus<<16|part)))
}

// spread takes consecutive numbers over the whole range (the finaliser of
// SplitMix64; Steele, Lea and Flood, OOPSLA 2014).
func spread(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
