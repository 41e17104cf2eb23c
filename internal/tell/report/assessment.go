package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// Short renderings fold tables longer than these. Everything folded is counted
// in a line of its own, and stands in full with Options.All, in CSV and in JSON.
const (
	foldPairs    = 40 // rows of the verdict table
	foldMeasures = 60 // rows of the table of tests
	lowestShown  = 20 // of those, the lowest p-values that stay
	foldAttacks  = 40
	foldLinks    = 60
	foldPossibly = 20
	few          = 5 // rows too few to be worth a line that says they are missing
)

// Assessment is the document of an assessment: the answer, the verdict on every
// pair, what is known of the states, attacks across, links, tests, reasons,
// warnings and sources. It decides wording, rounding and folding; it changes no
// verdict and leaves a as it is.
func Assessment(a *assess.Assessment) document.Document {
	b := &assessmentBuilder{a: a, bib: newBibliography(a.Records)}
	b.arrange()
	b.crossings = crossings(a)
	b.assaults = b.gatherAssaults()
	b.numberCitations()
	d := document.Document{
		ID: "assessment", Title: b.title(), Setup: b.setup(), Marking: cmp.Or(a.Marking, evidence.Clear),
		Notices: a.Notices, Main: "measurements", Result: a,
	}
	d.Sections = append(d.Sections, b.answer(), b.verdicts(), b.sides(), b.attacksSection(), b.links(), b.possibly(),
		b.timing(), b.channels(), b.measurements(), b.robustness())
	d.Sections = append(d.Sections, b.details()...)
	d.Sections = append(d.Sections, b.activity(), b.records(), b.network(), b.publishers(), warnings(b.a.Warnings), b.reading(), b.data())
	d.Sections = laidOut(filled(d.Sections), a.Data, a.Reach)
	d.Citations = b.bib.list
	d.Card = b.card()
	return d
}

type assessmentBuilder struct {
	a         *assess.Assessment
	bib       *bibliography
	pairs     []pairView // in the order of the document
	crossings []crossing
	assaults  []*assault
	notes     *merger // of the warnings of the tests shown
}

// A pairView is a pair with what decides its place in the document.
type pairView struct {
	assess.Pair
	id     string
	folded bool
	tested int // channels that could be measured
}

// arrange orders the pairs, highest level first, and decides which ones a short
// rendering folds: those that do not stand out, once there are many.
func (b *assessmentBuilder) arrange() {
	ids := map[string]int{}
	for _, p := range b.a.Pairs {
		v := pairView{Pair: p, id: slug(p.A.Name) + "--" + slug(p.B.Name)}
		for _, m := range p.Channels {
			if measurable(m) {
				v.tested++
			}
		}
		b.pairs = append(b.pairs, v)
	}
	slices.SortStableFunc(b.pairs, func(x, y pairView) int {
		return cmp.Or(
			cmp.Compare(y.Level, x.Level), cmp.Compare(x.A.Name, y.A.Name), cmp.Compare(x.B.Name, y.B.Name),
			cmp.Compare(x.A.ID, y.A.ID), cmp.Compare(x.B.ID, y.B.ID),
		)
	})
	shown := 0
	for i := range b.pairs {
		p := &b.pairs[i]
		if ids[p.id]++; ids[p.id] > 1 {
			p.id += fmt.Sprintf("-%d", ids[p.id])
		}
		p.folded = len(b.pairs) > foldPairs && (!standsOut(p.Pair) || shown >= foldPairs)
		if !p.folded {
			shown++
		}
	}
}

// standsOut reports whether a reader looks for the pair first: above L0,
// contested, linked by cited evidence, or beyond chance on a channel. An attack
// on the other's state alone does not single out a pair: it is the same for all
// groups of that state, and has a table of its own.
func standsOut(p assess.Pair) bool {
	return p.Level > 0 || p.Contested ||
		slices.ContainsFunc(p.Links, func(l channel.Link) bool { return l.Channel != "attacks" }) ||
		slices.ContainsFunc(p.Channels, func(m channel.Measurement) bool { return m.Verdict == stat.Distinguishable })
}

// measurable reports whether the test was run. A Result without a verdict
// claims nothing.
func measurable(m channel.Measurement) bool {
	return m.Verdict == stat.Distinguishable || m.Verdict == stat.NotDistinguishable
}

// numberCitations gives the sources numbers in the order in which a reader of
// the short rendering meets them, those of folded rows last.
func (b *assessmentBuilder) numberCitations() {
	for _, agreements := range []bool{true, false} { // the two tables, one after the other
		for _, r := range b.recordsByDate(b.a.Sides.Evidence) {
			if (r.Class == evidence.Agreement) == agreements {
				b.bib.cite([]evidence.ID{r.ID})
			}
		}
	}
	for _, c := range b.claimsByDate() {
		b.bib.cite(c.Evidence)
	}
	for _, folded := range []bool{false, true} {
		b.bib.folding = folded
		for i, c := range b.crossings {
			if b.attacksFolded(i) == folded {
				b.bib.cite(c.link.Records)
			}
		}
		for _, p := range b.pairs {
			if p.folded == folded {
				b.bib.cite(pairRecords(p.Pair))
			}
		}
	}
	b.bib.cite(slices.Sorted(maps.Keys(b.a.Records))) // what nothing refers to is listed all the same
	if act := b.a.Activity; act != nil {
		b.bib.folding = true // its section is
		for _, a := range act.Acts {
			b.actRefs(a)
		}
	}
}

// pairRecords are the records a pair rests on, each once.
func pairRecords(p assess.Pair) []evidence.ID {
	ids := slices.Clone(p.Evidence)
	for _, l := range p.Links {
		ids = append(ids, l.Records...)
	}
	if p.Possibly != nil {
		ids = append(ids, p.Possibly.Records...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (b *assessmentBuilder) title() string {
	x, y := b.a.Sides.A, b.a.Sides.B
	switch {
	case isState(x) && isState(y):
		return fmt.Sprintf("Are the hacking groups of %s in cahoots with those of %s?", sideName(x), sideName(y))
	case len(b.pairs) == 1 && !isState(x) && !isState(y):
		return fmt.Sprintf("Is %s in cahoots with %s?", sideName(x), sideName(y))
	}
	verb := "Are"
	if !isState(x) && len(x.Actors) == 1 {
		verb = "Is"
	}
	return fmt.Sprintf("%s %s in cahoots with %s?", verb, titleSide(x), titleSide(y))
}

func titleSide(s assess.Side) string {
	if isState(s) {
		return "the hacking groups of " + sideName(s)
	}
	return sideName(s)
}

func (b *assessmentBuilder) setup() []document.Field {
	q, tool := b.a.Question, b.a.Tool
	fields := []document.Field{
		{ID: "tool", Name: "Made by", Value: fmt.Sprintf("%s %s, seed %d", cmp.Or(tool.Name, "cahoots"), cmp.Or(tool.Version, "(version unknown)"), tool.Seed)},
		{ID: "question", Name: "Question", Value: fmt.Sprintf("%s against %s, %s", cmp.Or(q.A, "?"), cmp.Or(q.B, "?"), period(q))},
		{ID: "null", Name: "Tests", Value: fmt.Sprintf("joint test of the channels, level %s after adjustment; in contrast null model %s", alphaText(q), nullName(cmp.Or(q.Null, "sdsm")))},
	}
	return append(append(fields, asOfField(q.AsOf)...), dataFields(b.a.Data)...)
}

// asOfField says that a question was put into the past.
func asOfField(day string) []document.Field {
	if day == "" {
		return nil
	}
	return []document.Field{{ID: "as-of", Name: "As of", Value: day + "; what was disclosed later does not count"}}
}

// dataFields names the bodies of evidence; what the program carries is one line.
func dataFields(sets []assess.Dataset) []document.Field {
	var fields []document.Field
	var carried []string
	n, links := 0, 0
	for _, d := range sets {
		if d.Builtin {
			n += d.Records
			if name, ok := strings.CutPrefix(d.Name, "case:control-"); ok && name != "" {
				links++
			} else {
				carried = append(carried, strings.TrimPrefix(d.Name, "case:"))
			}
			continue
		}
		fields = append(fields, document.Field{ID: "data-" + slug(d.Name), Name: "Data", Value: fmt.Sprintf("%s: %s, sha256 %s",
			strings.TrimSpace(d.Name+" "+d.Version), document.Plural(d.Records, "record", "records"), shortHash(d.SHA256))})
	}
	if links > 0 {
		carried = append(carried, document.Plural(links, "documented link", "documented links"))
	}
	if n > 0 {
		fields = append(fields, document.Field{ID: "data-builtin", Name: "Built in", Value: fmt.Sprintf("%s: %s", list(carried, 4), document.Plural(n, "record", "records"))})
	}
	return fields
}

func period(q assess.Question) string {
	switch {
	case q.From == "" && q.To == "":
		return "any time"
	case q.From == "":
		return "until " + q.To
	case q.To == "":
		return "since " + q.From
	}
	return q.From + " to " + q.To
}

func shortHash(h string) string {
	if len(h) > 12 {
		return h[:12] + "..."
	}
	return cmp.Or(h, "not recorded")
}

// alphaText is the level of the tests without a leading zero, as p-values are
// written.
func alphaText(q assess.Question) string {
	return strings.TrimPrefix(strconv.FormatFloat(q.Alpha, 'g', -1, 64), "0")
}
