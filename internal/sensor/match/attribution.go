package match

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// Attribution is whose the indicators of a run are, by the names that their lists
// give.
type Attribution struct {
	Names        string            `json:"names"` // whose names: "store" or "built-in cases"
	Groups       []attributedGroup `json:"groups"`
	Conflicts    []NameConflict    `json:"conflicts"`
	Unattributed unattributed      `json:"unattributed"`
}

// An attributedGroup are the indicators of one group.
type attributedGroup struct {
	Group      string       `json:"group"`
	State      string       `json:"state,omitempty"`
	Known      bool         `json:"known"` // evidence knows the group; else it is a name of its own
	Indicators int64        `json:"indicators"`
	Reasons    []NameReason `json:"reasons"`        // the most frequent, at most maxListed
	Others     int64        `json:"more,omitempty"` // indicators of other reasons
	named      map[NameReason]int64
	key        string
}

// NameReason says in which words, and why, indicators are attributed.
type NameReason struct {
	By         landscape.By `json:"by"`
	Said       string       `json:"said"`
	Why        string       `json:"why"`
	Indicators int64        `json:"indicators"`
}

// NameConflict are indicators of a name that leaves the choice between groups:
// they are nobody's.
type NameConflict struct {
	NameReason
	Readings []string `json:"readings"`
}

// unattributed are indicators whose lists name nobody.
type unattributed struct {
	Indicators int64        `json:"indicators"`
	Said       []NameReason `json:"said"` // the most frequent, at most maxListed
	Others     int64        `json:"more,omitempty"`
}

// maxClaims bounds how many different claims are held to be counted together.
const maxClaims = 1 << 14

// Attribute counts the indicators of a set by group, name and reason.
func Attribute(set *indicator.Set, who *landscape.Attributor) *Attribution {
	type counted struct {
		claim sighting.Claim
		n     int64
	}
	sum := attributionSum{who: who, groups: map[string]*attributedGroup{}, conflicts: map[string]*NameConflict{}, nobody: map[NameReason]int64{}}
	claims := map[string]*counted{}
	var key []byte
	for c, words := range set.Claims() {
		key = append(append(append(append(append(key[:0], c.Group...), 0), c.Fallback...), 0), words...)
		if k := claims[string(key)]; k != nil {
			k.n++
			continue
		}
		c.Context = string(words)
		if len(claims) < maxClaims {
			claims[string(key)] = &counted{c, 1}
		} else {
			sum.add(c, 1) // the words of the rest are counted, not listed
		}
	}
	list := make([]*counted, 0, len(claims))
	for _, k := range claims {
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b *counted) int {
		return cmp.Or(cmp.Compare(b.n, a.n), indicator.CompareClaims(a.claim, b.claim))
	})
	sum.list = true
	for _, k := range list {
		sum.add(k.claim, k.n)
	}
	return sum.out()
}

type attributionSum struct {
	who       *landscape.Attributor
	groups    map[string]*attributedGroup
	conflicts map[string]*NameConflict
	nobody    map[NameReason]int64
	others    int64 // nobody's, of words that are not listed
	list      bool
}

// note counts a reason, the most frequent first: as many as may be listed.
func (s *attributionSum) note(counted map[NameReason]int64, others *int64, why NameReason, n int64) {
	if _, there := counted[why]; there || s.list && len(counted) < maxListed {
		counted[why] += n
	} else {
		*others += n
	}
}

func (s *attributionSum) add(c sighting.Claim, n int64) {
	a := s.who.Of(c)
	why := NameReason{By: a.By, Said: a.Said, Why: a.Why}
	switch len(a.Groups) {
	case 0:
		s.note(s.nobody, &s.others, why, n)
	case 1:
		g := a.Groups[0]
		if s.groups[g.Key] == nil {
			s.groups[g.Key] = &attributedGroup{Group: g.Name, State: g.State, Known: a.Known, named: map[NameReason]int64{}, key: g.Key}
		}
		s.groups[g.Key].Indicators += n
		s.note(s.groups[g.Key].named, &s.groups[g.Key].Others, why, n)
	default:
		k := s.conflicts[a.Said]
		if k == nil {
			k = &NameConflict{NameReason: why}
			for _, g := range a.Groups {
				k.Readings = append(k.Readings, labelled(g.Name, g.State))
			}
			s.conflicts[a.Said] = k
		}
		k.Indicators += n
	}
}

func labelled(name, state string) string {
	if state == "" {
		return name
	}
	return name + " (" + state + ")"
}

func (s *attributionSum) out() *Attribution {
	out := &Attribution{Groups: []attributedGroup{}, Conflicts: []NameConflict{}}
	for _, g := range s.groups {
		g.Reasons = reasons(g.named)
		out.Groups = append(out.Groups, *g)
	}
	slices.SortFunc(out.Groups, func(a, b attributedGroup) int {
		return cmp.Or(cmp.Compare(b.Indicators, a.Indicators), strings.Compare(a.Group, b.Group), strings.Compare(a.key, b.key))
	})
	for _, k := range s.conflicts {
		out.Conflicts = append(out.Conflicts, *k)
	}
	slices.SortFunc(out.Conflicts, func(a, b NameConflict) int { return compareReasons(a.NameReason, b.NameReason) })
	out.Unattributed = unattributed{Indicators: s.others, Said: reasons(s.nobody), Others: s.others}
	for _, n := range s.nobody {
		out.Unattributed.Indicators += n
	}
	return out
}

// reasons lists them, the most frequent first.
func reasons(counted map[NameReason]int64) []NameReason {
	list := make([]NameReason, 0, len(counted))
	for r, n := range counted {
		r.Indicators = n
		list = append(list, r)
	}
	slices.SortFunc(list, compareReasons)
	return list
}

func compareReasons(a, b NameReason) int {
	return cmp.Or(cmp.Compare(b.Indicators, a.Indicators), strings.Compare(a.Said, b.Said), strings.Compare(string(a.By), string(b.By)), strings.Compare(a.Why, b.Why))
}
