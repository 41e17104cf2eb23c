package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// attribution is whose the indicators of a run are, by the names that their lists
// give.
type attribution struct {
	Names        string            `json:"names"` // whose names: "store" or "built-in cases"
	Groups       []attributedGroup `json:"groups"`
	Conflicts    []nameConflict    `json:"conflicts"`
	Unattributed unattributed      `json:"unattributed"`
}

// attributedGroup are the indicators of one group.
type attributedGroup struct {
	Group      string       `json:"group"`
	State      string       `json:"state,omitempty"`
	Known      bool         `json:"known"` // evidence knows the group; else it is a name of its own
	Indicators int64        `json:"indicators"`
	Reasons    []nameReason `json:"reasons"`        // the most frequent, at most maxListed
	Others     int64        `json:"more,omitempty"` // indicators of other reasons
	named      map[nameReason]int64
	key        string
}

// nameReason says in which words, and why, indicators are attributed.
type nameReason struct {
	By         landscape.By `json:"by"`
	Said       string       `json:"said"`
	Why        string       `json:"why"`
	Indicators int64        `json:"indicators"`
}

// nameConflict are indicators of a name that leaves the choice between groups:
// they are nobody's.
type nameConflict struct {
	nameReason
	Readings []string `json:"readings"`
}

// unattributed are indicators whose lists name nobody.
type unattributed struct {
	Indicators int64        `json:"indicators"`
	Said       []nameReason `json:"said"` // the most frequent, at most maxListed
	Others     int64        `json:"more,omitempty"`
}

const (
	namesOfStore = "store"
	namesOfCases = "built-in cases"
)

// evidenceOnNames is all evidence of the store and, where none of it names a
// group, the names of the built-in cases; from says which.
func evidenceOnNames(ctx context.Context, s *store.Store) (list []evidence.Record, from string, err error) {
	if list, err = records(ctx, s, store.Filter{}); err != nil {
		return nil, "", err
	}
	list, builtIn, err := server.WithNames(list)
	if builtIn {
		return list, namesOfCases, err
	}
	return list, namesOfStore, err
}

// attribute attributes the indicators of the run as the landscape will.
func (m *matcher) attribute(ctx context.Context) error {
	if m.set == nil {
		return nil
	}
	// Resolving makes garbage, which beside a large set would raise the peak.
	defer debug.SetGCPercent(debug.SetGCPercent(attributeGC))
	runtime.GC()
	list, from, err := evidenceOnNames(ctx, m.store)
	if err != nil {
		return err
	}
	policy, err := readPolicy(m.opt.policy)
	if err != nil {
		return err
	}
	who, err := landscape.NewAttributor(list, policy)
	if err != nil {
		return fmt.Errorf("resolving names: %w", err)
	}
	m.out.Attribution = attributions(m.set, who)
	m.out.Attribution.Names = from
	return nil
}

// attributeGC is the garbage collector's target meanwhile, in percent of what is
// held.
const attributeGC = 20

// maxClaims bounds how many different claims are held to be counted together.
const maxClaims = 1 << 14

// attributions counts the indicators of a set by group, name and reason.
func attributions(set *indicator.Set, who *landscape.Attributor) *attribution {
	type counted struct {
		claim sighting.Claim
		n     int64
	}
	sum := attributionSum{who: who, groups: map[string]*attributedGroup{}, conflicts: map[string]*nameConflict{}, nobody: map[nameReason]int64{}}
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
	conflicts map[string]*nameConflict
	nobody    map[nameReason]int64
	others    int64 // nobody's, of words that are not listed
	list      bool
}

// note counts a reason, the most frequent first: as many as may be listed.
func (s *attributionSum) note(counted map[nameReason]int64, others *int64, why nameReason, n int64) {
	if _, there := counted[why]; there || s.list && len(counted) < maxListed {
		counted[why] += n
	} else {
		*others += n
	}
}

func (s *attributionSum) add(c sighting.Claim, n int64) {
	a := s.who.Of(c)
	why := nameReason{By: a.By, Said: a.Said, Why: a.Why}
	switch len(a.Groups) {
	case 0:
		s.note(s.nobody, &s.others, why, n)
	case 1:
		g := a.Groups[0]
		if s.groups[g.Key] == nil {
			s.groups[g.Key] = &attributedGroup{Group: g.Name, State: g.State, Known: a.Known, named: map[nameReason]int64{}, key: g.Key}
		}
		s.groups[g.Key].Indicators += n
		s.note(s.groups[g.Key].named, &s.groups[g.Key].Others, why, n)
	default:
		k := s.conflicts[a.Said]
		if k == nil {
			k = &nameConflict{nameReason: why}
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

func (s *attributionSum) out() *attribution {
	out := &attribution{Groups: []attributedGroup{}, Conflicts: []nameConflict{}}
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
	slices.SortFunc(out.Conflicts, func(a, b nameConflict) int { return compareReasons(a.nameReason, b.nameReason) })
	out.Unattributed = unattributed{Indicators: s.others, Said: reasons(s.nobody), Others: s.others}
	for _, n := range s.nobody {
		out.Unattributed.Indicators += n
	}
	return out
}

// reasons lists them, the most frequent first.
func reasons(counted map[nameReason]int64) []nameReason {
	list := make([]nameReason, 0, len(counted))
	for r, n := range counted {
		r.Indicators = n
		list = append(list, r)
	}
	slices.SortFunc(list, compareReasons)
	return list
}

func compareReasons(a, b nameReason) int {
	return cmp.Or(cmp.Compare(b.Indicators, a.Indicators), strings.Compare(a.Said, b.Said), strings.Compare(string(a.By), string(b.By)), strings.Compare(a.Why, b.Why))
}
