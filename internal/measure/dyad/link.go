package dyad

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// A Merge joins the reports of two data sets into one incident. What is needed
// (precision first: an incident counted twice is a smaller fault than two made
// one):
//
//   - the data sets differ, and both name the same initiator and target state
//     (items of a case file that each speak of one victim state may join the
//     same incident of another data set);
//   - the dates agree, see gapDays;
//   - a strong tie: an address that both cite, the same actor near in time, or
//     titles that share rare words; see strong;
//   - each is the other's best match, with no second as good.
type Merge struct {
	A     string   `json:"a"` // events
	B     string   `json:"b"`
	Pairs []string `json:"pairs"` // the dyads both name: "CN>RU"
	Ties  []string `json:"ties"`  // sentences
	Gap   float64  `json:"gap"`   // days between the dates; 0 where they overlap, -1 where they cannot be compared
	Score float64  `json:"score"` // orders rival matches; no probability
}

// A refusal is a pair of reports with a tie that was not enough.
type refusal struct {
	Merge
	Why string `json:"why"`
}

// The bounds of the rule, in days and as cosines.
const (
	sourceGap  = 731 // a page cited by both may follow the act by years
	titleGap   = 366
	actorGap   = 31  // most actors strike the same state often
	actorSpan  = 366 // a longer activity overlaps too much to tell incidents apart
	sameTitle  = .5
	someTitle  = .15
	partOf     = 1. / 3
	dateSlack  = 1  // a day of time zones
	nearEnough = 92 // with a common source: publication takes weeks
)

// A candidate is a pair of reports of different data sets that name a common
// dyad, with what ties them.
type candidate struct {
	Merge
	a, b    *report
	source  string // address both cite
	several bool   // the address tells of several incidents of a data set
	actor   bool
	sole    bool // the actor's only incident, in both data sets
	title   float64
	named   bool // the shared words are a name
	span    bool // the same first and last month of an activity
	dated   bool
	undated bool // one has no date, which contradicts nothing
	refused string
}

// linker finds and joins.
type linker struct {
	list  []*report
	words *lexicon
	cites map[string][]*report // by address
	// strikes counts the reports of an actor's incidents anywhere.
	strikes map[strike]int
}

type strike struct {
	actor   resolve.ActorID
	dataset string
}

// link returns the reports grouped into incidents, with the joins made and
// those refused. It fails only where it is cancelled.
func link(ctx context.Context, list []*report) (groups [][]*report, merges []Merge, refused []refusal, err error) {
	l := newLinker(list)
	cs, err := l.candidates(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	groups, merges, refused = join(list, cs)
	return groups, merges, refused, nil
}

func newLinker(list []*report) *linker {
	l := &linker{list: list, words: newLexicon(list), cites: map[string][]*report{}, strikes: map[strike]int{}}
	for _, t := range list {
		for _, id := range t.actors {
			l.strikes[strike{id, t.dataset}]++
		}
		for _, u := range t.urls {
			l.cites[u] = append(l.cites[u], t)
		}
	}
	return l
}

// join makes the joins of candidates, best first, that nothing speaks against.
func join(list []*report, cs []*candidate) (groups [][]*report, merges []Merge, refused []refusal) {
	rivals(cs)
	group := map[*report][]*report{}
	for _, t := range list {
		group[t] = []*report{t}
	}
	for _, c := range cs {
		if c.refused == "" && contradicts(group[c.a], group[c.b]) {
			c.refused = "another report of the same data set belongs to the incident already"
		}
		if c.refused != "" {
			refused = append(refused, refusal{c.Merge, c.refused})
			continue
		}
		merges = append(merges, c.Merge)
		if &group[c.a][0] == &group[c.b][0] {
			continue // joined by way of a third
		}
		joined := slices.Concat(group[c.a], group[c.b])
		for _, t := range joined {
			group[t] = joined
		}
	}
	for _, t := range list {
		g := slices.Clone(group[t])
		slices.SortFunc(g, func(a, b *report) int { return cmp.Compare(a.event, b.event) })
		if g[0] == t {
			groups = append(groups, g)
		}
	}
	byEvents := func(a, b Merge) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) }
	slices.SortFunc(merges, byEvents)
	slices.SortFunc(refused, func(a, b refusal) int { return byEvents(a.Merge, b.Merge) })
	return groups, merges, refused
}

// contradicts reports whether two different groups hold reports that cannot
// both belong to one incident.
func contradicts(a, b []*report) bool {
	if &a[0] == &b[0] {
		return false
	}
	return slices.ContainsFunc(a, func(x *report) bool {
		return slices.ContainsFunc(b, func(y *report) bool { return rival(x, y) })
	})
}

// candidates are the reports with a common dyad and some tie, best first.
func (l *linker) candidates(ctx context.Context) ([]*candidate, error) {
	met, err := l.meetings(ctx)
	if err != nil {
		return nil, err
	}
	var out []*candidate
	for n, m := range met {
		if n%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		i, j := m.both()
		if a, b := l.list[i], l.list[j]; a.event != b.event {
			if c := l.weigh(a, b); c != nil {
				out = append(out, c)
			}
		}
	}
	best(out)
	return out, nil
}

// best orders candidates, the best first.
func best(list []*candidate) {
	slices.SortFunc(list, func(x, y *candidate) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
}

// weigh gathers what ties two reports; nil where nothing worth listing does.
func (l *linker) weigh(a, b *report) *candidate {
	c := &candidate{a: a, b: b, Merge: Merge{A: a.event, B: b.event, Pairs: commonPairs(a, b)}}
	c.Gap, c.dated = gapDays(a, b)
	c.undated = a.undated() || b.undated()
	l.commonSource(c)
	l.commonActor(c)
	var shared []string
	c.title, shared = l.words.similarity(a, b)
	c.named = l.words.names(shared)
	if c.title >= someTitle {
		c.Ties = append(c.Ties, fmt.Sprintf("titles share %s (cosine %.2f)", strings.Join(shared[:min(5, len(shared))], ", "), c.title))
	}
	if c.span = sameSpan(a, b); c.span {
		c.Ties = append(c.Ties, "both date the activity to "+a.activity.String())
	}
	c.Score = c.title * 2
	if c.span {
		c.Score++
	}
	if c.source != "" {
		c.Score += 3
	}
	if c.actor {
		c.Score++
	}
	if c.sole {
		c.Score++
	}
	// Days decide nothing between rivals, months do.
	c.Score = math.Round((c.Score-math.Floor(math.Min(c.Gap, 366)/31)/12)*1000) / 1000
	c.refused = c.weakness()
	if !c.dated {
		c.Gap = -1
	}
	if c.refused != "" && c.source == "" && c.title < sameTitle && !(c.actor && c.dated && c.Gap <= nearEnough) {
		return nil
	}
	return c
}

// commonActor looks for an actor both name.
func (l *linker) commonActor(c *candidate) {
	for _, id := range c.a.actors {
		if !slices.Contains(c.b.actors, id) {
			continue
		}
		c.actor = true
		if l.strikes[strike{id, c.a.dataset}] == 1 && l.strikes[strike{id, c.b.dataset}] == 1 {
			c.sole = true
		}
	}
	switch {
	case c.sole:
		c.Ties = append(c.Ties, "both name the same actor, of which each tells one incident in all")
	case c.actor:
		c.Ties = append(c.Ties, "both name the same actor")
	}
}

// commonSource finds an address both cite, preferring one that tells of one
// incident only.
func (l *linker) commonSource(c *candidate) {
	for _, u := range c.a.urls {
		if !slices.Contains(c.b.urls, u) {
			continue
		}
		several := l.cited(u, c.a) > 1 || l.cited(u, c.b) > 1
		if c.source == "" || c.several && !several {
			c.source, c.several = u, several
		}
	}
	if c.source == "" {
		return
	}
	tie := "both cite " + c.source
	if c.several {
		tie += ", which is cited for several incidents"
	}
	c.Ties = append(c.Ties, tie)
}

// cited counts the reports of t's data set that cite an address for a dyad of
// t's: where a page tells of several victims, the dyad says which.
func (l *linker) cited(u string, t *report) int {
	n := 0
	for _, o := range l.cites[u] {
		if o == t || o.dataset == t.dataset && len(commonPairs(o, t)) > 0 {
			n++
		}
	}
	return n
}

// sameSpan reports whether both name the same first and last month or day of an
// activity of several months, which seldom happens by chance.
func sameSpan(a, b *report) bool {
	return a.activity == b.activity && spans(a.activity)
}

// weakness says why the ties are not strong enough; "" where they are.
//
// A report of many states and one of few may be a campaign and one of its
// incidents: they need a name of their own in common, whatever else ties them.
// An address cited for one incident by each is enough with any second sign: the
// actor, a rare word of the titles, or near dates. An address cited for
// several incidents does not say which: it needs the title, an actor each data
// set knows from one incident alone, or the actor with a short activity and a
// near date. Without a common address, titles must share a name; or such an
// actor does; or the first and last month of an activity are the same, with the
// actor or a word; or the actor with a word of the titles, a short activity and a
// nearer date.
func (c *candidate) weakness() string {
	word := c.title >= someTitle
	near := c.Gap <= nearEnough
	switch {
	case c.breadth() <= partOf && !c.named && !c.sole && !c.a.slice() && !c.b.slice():
		return "one tells of many more states: it may be a campaign of which the other is a part"
	case c.undated && c.source != "" && !c.several && (c.actor || word):
		return ""
	case !c.dated:
		return "the dates contradict each other or are missing"
	case c.source != "" && c.Gap > sourceGap:
		return fmt.Sprintf("both cite a source, but %.0f days lie between the dates", c.Gap)
	case c.source != "" && (word || c.sole || c.span || !c.several && (c.actor || near) || c.actor && near && c.short()):
		return ""
	case (c.title >= sameTitle && c.named || c.sole) && c.Gap <= titleGap:
		return ""
	case c.span && (c.actor || word):
		return ""
	case c.actor && word && c.Gap <= actorGap && c.short():
		return ""
	case c.source != "":
		return "both cite a source, and nothing else ties them"
	case c.title >= sameTitle && c.Gap > titleGap:
		return fmt.Sprintf("the titles are alike, but %.0f days lie between the dates", c.Gap)
	case c.title >= sameTitle:
		return "the titles share no more than a common word"
	}
	return "the same actor struck the same state near that time, and nothing else ties them"
}

// slice reports a report of class attack-on-state alone: such an item speaks of
// one attacker and one victim by definition, and a campaign against several
// states takes several items.
func (t *report) slice() bool {
	return !slices.ContainsFunc(t.records, func(r *evidence.Record) bool { return r.Class != evidence.AttackOnState })
}

// rival reports whether two reports cannot both belong to one incident: those
// of one data set, unless they are slices of different dyads.
func rival(x, y *report) bool {
	return x != y && x.dataset == y.dataset && !(x.slice() && y.slice() && len(commonPairs(x, y)) == 0)
}

// breadth is the share of the dyads of either that both name, in 0..1.
func (c *candidate) breadth() float64 {
	return float64(len(c.Pairs)) / float64(len(c.a.pairs)+len(c.b.pairs)-len(c.Pairs))
}

// short reports whether both activities are short enough to be told from others.
func (c *candidate) short() bool {
	for _, t := range []*report{c.a, c.b} {
		if d := t.activity.Days(); !t.activity.IsZero() && (d < 0 || d > actorSpan) {
			return false
		}
	}
	return true
}

// rivals refuses every candidate that is not the best of both its reports
// among rival ones of the other's data set, or not the only best.
func rivals(cs []*candidate) {
	at := map[*report][]*candidate{}
	for _, c := range cs { // best first
		if c.refused == "" {
			at[c.a] = append(at[c.a], c)
			at[c.b] = append(at[c.b], c)
		}
	}
	for _, c := range cs {
		if c.refused != "" {
			continue
		}
		for _, t := range []*report{c.a, c.b} {
			for _, d := range at[t] {
				if !rival(d.other(t), c.other(t)) {
					continue
				}
				if d.Score > c.Score {
					c.refused = fmt.Sprintf("%s matches %s better", t.event, d.other(t).event)
				} else if d.Score == c.Score {
					c.refused = fmt.Sprintf("%s matches more than one incident of %s equally well", t.event, c.other(t).dataset)
				}
				break // the best rival decides
			}
		}
	}
}

func (c *candidate) other(t *report) *report {
	if c.a == t {
		return c.b
	}
	return c.a
}

// gapDays is how far apart the dates of two reports lie, in days; ok is false
// where they contradict each other or one is undated. Two activities, or two
// disclosures, lie apart by the time between them. A disclosure may follow the
// activity, by the time from its end, and never precedes its beginning.
func gapDays(a, b *report) (days float64, ok bool) {
	switch {
	case !a.activity.IsZero() && !b.activity.IsZero():
		return daysBetween(a.activity, b.activity), true
	case !a.activity.IsZero() && !b.disclosed.IsZero():
		return daysAfter(a.activity, b.disclosed)
	case !b.activity.IsZero() && !a.disclosed.IsZero():
		return daysAfter(b.activity, a.disclosed)
	case !a.disclosed.IsZero() && !b.disclosed.IsZero():
		return daysBetween(a.disclosed, b.disclosed), true
	}
	return math.Inf(1), false
}

func (t *report) undated() bool { return t.activity.IsZero() && t.disclosed.IsZero() }

func daysBetween(x, y evidence.Interval) float64 {
	switch {
	case x.Overlaps(y):
		return 0
	case !x.To.IsZero() && !y.From.IsZero() && !x.To.After(y.From):
		return y.From.Sub(x.To).Hours() / 24
	}
	return x.From.Sub(y.To).Hours() / 24
}

func daysAfter(act, told evidence.Interval) (float64, bool) {
	if !act.From.IsZero() && !told.To.IsZero() && act.From.Sub(told.To).Hours()/24 > dateSlack {
		return math.Inf(1), false
	}
	return daysBetween(act, told), true
}

func commonPairs(a, b *report) []string {
	var out []string
	for _, p := range a.pairs {
		if slices.Contains(b.pairs, p) {
			out = append(out, p.initiator+">"+p.target)
		}
	}
	return out
}
