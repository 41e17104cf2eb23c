package calibration

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A confounder is something that makes unlinked groups look linked.
type confounder string

// The planted confounders.
const (
	// heapedDates: 57 of 100 dates are known to the month or year only and are
	// written as its first day, as in EuRepoC v1.1; of these 5 in 100 pass for
	// exact.
	heapedDates confounder = "heaped dates"
	// popularTools: the popularity of tools, techniques, sectors and targets
	// falls with the rank to the power .8, which makes some as common as the
	// most common of ATT&CK.
	popularTools confounder = "popular tools"
	// oneVendor: one vendor tells most of what is known of half the groups of
	// both sides. It names a third of all items three times as often as others
	// do, and puts half of its disclosures into quarterly reports.
	oneVendor confounder = "one vendor"
	// sharedShock: an invasion and the monthly patch days move everybody: 3 of
	// 10 acts follow one by five days on average. Acts after the invasion go
	// against the state invaded; half of all groups take up the exploit of the
	// day.
	sharedShock confounder = "shared shock"
)

// Further confounders, which the choice of the method did not see.
const (
	// Campaigns: half of all acts of a group follow its last within 20 days,
	// against the same target.
	campaigns confounder = "campaigns"
	// Theatres: the states lie in four parts of the world, both sides in one; every
	// group turns four times as often against the states of its own part.
	theatres confounder = "theatres"
	// copiedReports: three in ten records are told again by another vendor, acts as
	// incidents of their own.
	copiedReports confounder = "copied reports"
	// excerptedLists: of every third group only the more popular half of its tools
	// and techniques is listed.
	excerptedLists confounder = "excerpted lists"
	// ambiguousNames: every tenth group shares a name with another, and a tenth of
	// what is told of it is laid to that one; one tool in ten goes by the name of
	// another.
	ambiguousNames confounder = "ambiguous names"
)

// usual are the confounders on which the method was chosen.
func usual() []confounder { return []confounder{heapedDates, popularTools, oneVendor, sharedShock} }

// Confounders lists them all.
func Confounders() []confounder {
	return append(usual(), campaigns, theatres, copiedReports, excerptedLists, ambiguousNames)
}

// A link is the kind of a planted link.
type link string

// The planted links: the first group of side A takes from the first of side B.
// The zero value plants none.
const (
	Aligned      link = "aligned"       // tools, techniques and targets, and acts within a week of it
	softwareOnly link = "software only" // tools
	actsOnly     link = "acts only"     // acts, with their targets
	oneTool      link = "one tool"      // the least popular tool that it has not, once, as documented links are
)

// A Setting says how a synthetic corpus is made. Its zero value has no
// confounder and no link.
type Setting struct {
	Confounders []confounder `json:"confounders"`
	Link        link         `json:"link,omitempty"`
	// Linked is the probability with which each tool, technique and act of the
	// linked group comes from its partner: 0 to 1.
	Linked float64 `json:"linked"`
	// DateSD is the standard deviation in days of the error of every date of an
	// act; 0 is exact.
	DateSD float64 `json:"date_sd"`
	// Size multiplies how much is on record of the linked pair; 0 is 1.
	Size float64 `json:"size,omitempty"`
	// Sparse makes lists as long as those of ATT&CK: 4 tools and 18 techniques at
	// the median, and few acts.
	Sparse bool `json:"sparse,omitempty"`
}

// Name of the setting's confounders, as tables have it.
func (s Setting) Name() string {
	switch {
	case len(s.Confounders) == 0:
		return "none"
	case len(s.Confounders) == len(Confounders()):
		return "all"
	case slices.Equal(s.Confounders, usual()):
		return "usual"
	}
	names := make([]string, len(s.Confounders))
	for i, c := range s.Confounders {
		names[i] = string(c)
	}
	return strings.Join(names, ", ")
}

// SizeName is how much is on record, as tables have it.
func (s Setting) SizeName() string {
	if s.Sparse {
		return "ATT&CK"
	}
	return fmt.Sprint(max(s.Size, 1))
}

func (s Setting) has(c confounder) bool { return slices.Contains(s.Confounders, c) }

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
