package sighting

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
)

// Class is what sort of group an actor is.
type Class string

// Classes of groups.
const (
	StateAffiliated Class = "state-affiliated"
	Criminal        Class = "criminal"
	Hacktivist      Class = "hacktivist"
	UnknownClass    Class = "unknown"
)

// Objective is what a group is after.
type Objective string

// Objectives.
const (
	Espionage        Objective = "espionage"
	Disruption       Objective = "disruption"
	Financial        Objective = "financial"
	UnknownObjective Objective = "unknown"
)

// A Group is whom indicators are attributed to, after names were resolved.
type Group struct {
	Key       string    // the same for all names of one actor
	Name      string    // to show
	State     string    // ISO 3166-1 alpha-2 of the sponsor; empty where none or unknown
	Class     Class     // never empty
	Objective Objective // never empty
	// Candidates are the names of the groups between which sources disagree;
	// empty for a group on which they agree.
	Candidates []string
}

// Unattributed is the group of indicators that are attributed to nobody.
var Unattributed = Group{Key: "unattributed", Name: "unattributed", Class: UnknownClass, Objective: UnknownObjective}

// SyntheticMark begins the source of every indicator that was made up. What
// rests on such an indicator is labelled synthetic wherever it is shown.
const SyntheticMark = indicator.SyntheticMark

// A Finding is what a partial says of one group.
type Finding struct {
	Group      Group
	Indicators []string  // keys in force for the group, sorted
	Disclosed  time.Time // earliest disclosure of any of them; zero where none is known
	Marking    evidence.TLP
	Confidence evidence.Confidence // the highest that is stated
	Synthetic  bool
	// Known says that an indicator had been disclosed by then.
	Known bool
}

// A Judge says whom indicators stand for at a time. It is immutable.
type Judge struct {
	said   map[string][]said // by indicator key
	window indicator.Window
}

// said is one statement about an indicator with its groups resolved.
type said struct {
	Statement
	groups []Group // several where the name means one of them, and nobody says which
}

// NewJudge judges by these statements, in any order, with a window. who resolves what a source
// says of the group: to one, to nobody, or to several, between which the name
// leaves the choice. It is asked once for every claim, in order.
func NewJudge(statements []Statement, window indicator.Window, who func(Claim) []Group) *Judge {
	claims := map[Claim][]Group{}
	for i := range statements {
		claims[statements[i].Claim()] = nil
	}
	for _, c := range slices.SortedFunc(maps.Keys(claims), indicator.CompareClaims) {
		if c != (Claim{}) {
			claims[c] = who(c)
		}
	}
	j := &Judge{said: map[string][]said{}, window: window}
	for _, s := range statements {
		j.said[s.Key()] = append(j.said[s.Key()], said{Statement: s, groups: claims[s.Claim()]})
	}
	return j
}

// Split reports whether a window of an indicator begins or ends, or the indicator
// is disclosed, between the partial's first and last entry, so that its entries
// must be judged one by one.
func (j *Judge) Split(p *Partial) bool {
	for _, key := range p.Indicators {
		for i := range j.said[key] {
			s := &j.said[key][i]
			from, until := j.window.Of(&s.Statement)
			if edge(from, p) || edge(until, p) || edge(s.Disclosed, p) {
				return true
			}
		}
	}
	return false
}

func edge(t time.Time, p *Partial) bool { return !t.IsZero() && t.After(p.First) && !t.After(p.Last) }

// Judge returns what a partial says of each group, by the groups' keys; nothing
// where no indicator is in force. Where the sources in force attribute one
// indicator to several groups, or by a name of several, the finding is on a group
// of its own that names them: it counts for none of them. A name of several
// groups does not contradict a source that names one of them.
func (j *Judge) Judge(p *Partial) []Finding { return j.findings(p, indicator.InForce) }

// Early returns alike what a partial says by indicators that are not yet in force
// at its time by any source.
func (j *Judge) Early(p *Partial) []Finding { return j.findings(p, indicator.TooSoon) }

// Late returns alike what a partial says by indicators that are in force at its
// time by no source, nor will be.
func (j *Judge) Late(p *Partial) []Finding { return j.findings(p, indicator.TooLate) }

// Names reports whether a source names a group for which is true.
func (j *Judge) Names(is func(Group) bool) bool {
	for _, list := range j.said {
		for i := range list {
			if slices.ContainsFunc(list[i].groups, is) {
				return true
			}
		}
	}
	return false
}

func (j *Judge) findings(p *Partial, want indicator.Standing) []Finding {
	var out []Finding
	for _, key := range p.Indicators {
		f, standing := j.indicator(key, p.First)
		if standing != want {
			continue
		}
		i := slices.IndexFunc(out, func(o Finding) bool { return o.Group.Key == f.Group.Key })
		if i < 0 {
			out = append(out, f)
			continue
		}
		out[i].join(&f)
	}
	slices.SortFunc(out, func(a, b Finding) int { return strings.Compare(a.Group.Key, b.Group.Key) })
	return out
}

func (f *Finding) join(o *Finding) {
	f.Indicators = append(f.Indicators, o.Indicators...)
	f.Disclosed = earlier(f.Disclosed, o.Disclosed)
	f.Marking = evidence.Strictest(f.Marking, o.Marking)
	f.Confidence = surer(f.Confidence, o.Confidence)
	f.Synthetic = f.Synthetic || o.Synthetic
	f.Known = f.Known || o.Known
}

// standing is that of an indicator at a time by the source most in its favour.
func (j *Judge) standing(key string, at time.Time) indicator.Standing {
	best := indicator.TooLate
	for i := range j.said[key] {
		switch j.window.At(&j.said[key][i].Statement, at) {
		case indicator.InForce:
			return indicator.InForce
		case indicator.TooSoon:
			best = indicator.TooSoon
		}
	}
	return best
}

// indicator judges one indicator at a time, by the sources of its standing.
func (j *Judge) indicator(key string, at time.Time) (f Finding, standing indicator.Standing) {
	standing = j.standing(key, at)
	f.Indicators = []string{key}
	var sure []Group
	var open [][]Group
	for i := range j.said[key] {
		s := &j.said[key][i]
		f.Disclosed = earlier(f.Disclosed, s.Disclosed)
		if j.window.At(&s.Statement, at) != standing {
			continue
		}
		f.Marking = evidence.Strictest(f.Marking, s.Marking)
		f.Confidence = surer(f.Confidence, s.Confidence)
		f.Synthetic = f.Synthetic || strings.HasPrefix(s.Source, SyntheticMark)
		if len(s.groups) > 1 {
			open = append(open, s.groups)
		} else {
			sure = with(sure, s.groups)
		}
	}
	f.Group = one(settle(sure, open))
	f.Known = !f.Disclosed.IsZero() && !at.Before(f.Disclosed)
	return f, standing
}

// settle adds to the groups that are named for sure the candidates of names that
// none of these explains.
func settle(sure []Group, open [][]Group) []Group {
	all := sure
	for _, candidates := range open {
		if !slices.ContainsFunc(candidates, func(g Group) bool { return holds(sure, g) }) {
			all = with(all, candidates)
		}
	}
	return all
}

func holds(groups []Group, g Group) bool {
	return slices.ContainsFunc(groups, func(h Group) bool { return h.Key == g.Key })
}

// with adds groups, each once.
func with(groups, more []Group) []Group {
	for _, g := range more {
		if !holds(groups, g) {
			groups = append(slices.Clip(groups), g)
		}
	}
	return groups
}

// one is the group for those that sources name: the one, nobody, or a disputed
// group with what all of them have in common.
func one(groups []Group) Group {
	switch len(groups) {
	case 0:
		return Unattributed
	case 1:
		return groups[0]
	}
	slices.SortFunc(groups, func(a, b Group) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Key, b.Key)) })
	d := Group{Key: "disputed", State: groups[0].State, Class: groups[0].Class, Objective: groups[0].Objective}
	for _, g := range groups {
		d.Key += "\n" + g.Key
		d.Candidates = append(d.Candidates, g.Name)
		if g.State != d.State {
			d.State = ""
		}
		if g.Class != d.Class {
			d.Class = UnknownClass
		}
		if g.Objective != d.Objective {
			d.Objective = UnknownObjective
		}
	}
	d.Name = "disputed: " + strings.Join(d.Candidates, " or ")
	return d
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func surer(a, b evidence.Confidence) evidence.Confidence {
	x, ok := a.Value()
	y, stated := b.Value()
	if !ok || stated && y > x {
		return b
	}
	return a
}

// A Statement is what one source says of one indicator.
type Statement = indicator.Indicator

// A Claim is what a source says of the group behind an indicator.
type Claim = indicator.Claim
