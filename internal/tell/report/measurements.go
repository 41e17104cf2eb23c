package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// A measure is one pair on one channel, and whether a short rendering folds it.
type measure struct {
	pair   *pairView
	m      *channel.Measurement // nil for a pair without any channel
	folded bool
}

// measurements is the table of tests in long form, a row for each pair and
// channel. It is the table that CSV writes by default, so it carries the verdict
// on the pair too, and a row for a pair that has no channel at all.
func (b *assessmentBuilder) measurements() document.Section {
	s := document.Section{ID: "measurements", Title: "Tests, pair by pair"}
	if len(b.pairs) == 0 {
		return s
	}
	ms := b.measures()
	t := &document.Table{ID: "measurements", Columns: b.measureColumns(ms)}
	b.notes = newMerger()
	for _, x := range ms {
		if x.m != nil && !x.folded {
			b.notes.add(x.m.Warnings)
		}
	}
	t.Legend = "~ no difference from chance found; blind: no link of this kind could have been found, so it is no test; ? not measurable; > more in common than chance; < less shared than chance. " +
		"Joint test: software, technique, target country and time with target together, which alone decides; adj. p is that of the maximum over all pairs, of a channel that of closed testing. Seen: shared items, events that follow one of the other side, or a log likelihood. Expected: their mean under the null model. n: items or events on each side. p is one-sided."
	if slices.ContainsFunc(t.Columns, func(c document.Column) bool { return c.ID == "mde" && !c.Machine }) {
		t.Legend += " MDE: the smallest link that the test would find in four of five cases, as the share of what one side has that came from the other (beside the joint test, in the unit of the channel); less could have gone unseen."
	}
	for _, x := range ms {
		t.Rows = append(t.Rows, b.measureRow(t, x))
	}
	b.foldMeasures(t, ms)
	s.Blocks = append(s.Blocks, t)
	if h, ok := pHistogram(ms); ok {
		s.Blocks = append(s.Blocks, h)
	}
	return s
}

// measures lists all tests, those that stay in a short rendering first: beyond
// chance, then by p; then the others in the order of the pairs.
func (b *assessmentBuilder) measures() []measure {
	var ms []measure
	for i := range b.pairs {
		p := &b.pairs[i]
		if len(p.Channels) == 0 {
			ms = append(ms, measure{pair: p})
			continue
		}
		if p.Together.Verdict != "" {
			ms = append(ms, measure{pair: p, m: &channel.Measurement{Channel: assess.JointTest, Result: p.Together.Result}})
		}
		for k := range p.Channels {
			ms = append(ms, measure{pair: p, m: &p.Channels[k]})
		}
	}
	if len(ms) <= foldMeasures {
		return ms
	}
	slices.SortStableFunc(ms, func(x, y measure) int {
		return cmp.Or(cmp.Compare(x.rank(), y.rank()), cmp.Compare(x.p(), y.p()))
	})
	shown := lowestShown
	if tested := rankBelow(ms, 2); tested <= lowestShown+few {
		shown = tested
	}
	shown = min(foldMeasures, max(shown, rankBelow(ms, 1)))
	for i := range ms {
		ms[i].folded = i >= shown || ms[i].rank() > 1
	}
	return ms
}

// rankBelow counts the tests of a sorted list whose rank is below r.
func rankBelow(ms []measure, r int) int {
	i := slices.IndexFunc(ms, func(x measure) bool { return x.rank() >= r })
	if i < 0 {
		return len(ms)
	}
	return i
}

// rank is 0 for a test beyond chance, 1 for one that is not, 2 for one that
// could not be run.
func (x measure) rank() int {
	switch {
	case x.m == nil || !measurable(*x.m):
		return 2
	case x.m.Verdict == stat.Distinguishable:
		return 0
	}
	return 1
}

func (x measure) p() float64 {
	if x.m == nil || x.m.P == nil {
		return math.Inf(1)
	}
	return *x.m.P
}

func (b *assessmentBuilder) measureColumns(ms []measure) []document.Column {
	mde := slices.ContainsFunc(ms, func(x measure) bool { return x.m != nil && x.m.MDE != nil })
	nulls := map[string]bool{}
	for _, x := range ms {
		if x.m != nil && measurable(*x.m) {
			nulls[x.m.Null] = true
		}
	}
	return []document.Column{
		{ID: "a", Title: b.header(b.a.Sides.A, "Side A")}, {ID: "a_country", Title: "Country", Machine: true},
		{ID: "b", Title: b.header(b.a.Sides.B, "Side B")}, {ID: "b_country", Title: "Country", Machine: true},
		{ID: "level", Title: "Level", Kind: document.Integer, Machine: true}, {ID: "level_name", Title: "Level", Machine: true},
		{ID: "sign", Title: "Sign", Machine: true}, {ID: "confidence", Title: "Confidence", Machine: true},
		{ID: "contested", Title: "Contested", Machine: true}, {ID: "records", Title: "Records", Kind: document.Integer, Machine: true},
		{ID: "channel", Title: "Channel"}, {ID: "verdict", Title: "Result"},
		{ID: "observed", Title: "Seen", Kind: document.Decimal}, {ID: "expected", Title: "Expected", Kind: document.Decimal},
		{ID: "effect", Title: "Effect", Kind: document.Decimal, Machine: true},
		{ID: "null_low", Title: "Null 2.5%", Kind: document.Decimal, Machine: true}, {ID: "null_high", Title: "Null 97.5%", Kind: document.Decimal, Machine: true},
		{ID: "p", Title: "p", Kind: document.PValue}, {ID: "p_adjusted", Title: "adj. p", Kind: document.PValue}, {ID: "tail", Title: "Tail", Machine: true},
		{ID: "n_a", Title: "n A", Kind: document.Integer}, {ID: "n_b", Title: "n B", Kind: document.Integer},
		{ID: "mde", Title: "MDE", Kind: document.Decimal, Machine: !mde},
		{ID: "null", Title: "Null", Machine: len(nulls) < 2}, {ID: "draws", Title: "Draws", Kind: document.Integer, Machine: true},
		{ID: "seed", Title: "Seed", Machine: true}, {ID: "statistic", Title: "Statistic", Machine: true},
		{ID: "shared", Title: "Shared items", Machine: true}, {ID: "warnings", Title: "Warnings", Machine: true},
		{ID: "direction", Title: "Direction", Machine: true}, {ID: "contrast_p", Title: "p, contrast", Kind: document.PValue, Machine: true},
	}
}

func (b *assessmentBuilder) measureRow(t *document.Table, x measure) document.Row {
	p := x.pair
	r := document.Row{ID: "test-" + p.id, Pair: p.id, Cells: []document.Cell{
		document.Words(p.A.Name), document.Words(p.A.Country), document.Words(p.B.Name), document.Words(p.B.Country), levelCell(p.Level), document.Words(p.Level.Name()),
		document.Words(string(p.Sign)), document.Words(p.Confidence), {Text: contestedMark(p.Contested), Value: contestedMark(p.Contested)},
		document.Count(len(pairRecords(p.Pair))),
	}}
	if x.folded {
		r.Fold = document.WhenAll
	}
	if x.m == nil {
		r.Cells = append(r.Cells, document.Words("-"), document.Cell{Text: "?", Value: string(stat.NotMeasurable)})
		for len(r.Cells) < len(t.Columns) {
			r.Cells = append(r.Cells, document.Cell{Value: ""})
		}
		return r
	}
	m := *x.m
	r.ID += "-" + slug(m.Channel)
	verdict := document.Cell{Text: sign(m), Value: string(cmp.Or(m.Verdict, stat.NotMeasurable))}
	if !x.folded {
		for _, w := range m.Warnings {
			verdict.Notes = append(verdict.Notes, t.Note(b.notes.text(w)))
		}
		slices.Sort(verdict.Notes)
		verdict.Notes = slices.Compact(verdict.Notes)
	}
	seen, expected := document.Number(m.Observed), document.Number(m.Expected)
	if !measurable(m) && m.Verdict != stat.Blind {
		seen, expected = document.Cell{Value: ""}, document.Cell{Value: ""}
	}
	r.Cells = append(r.Cells, document.Words(m.Channel), verdict, seen, expected,
		document.Optional(m.Effect, document.Quantity, ""), document.Optional(m.Low, document.Quantity, ""), document.Optional(m.High, document.Quantity, ""),
		document.Optional(m.P, document.PText, ""), document.Optional(m.PAdjusted, document.PText, ""), document.Words(m.Tail), document.Count(m.NA), document.Count(m.NB),
		mdeCell(m), document.Words(nullName(m.Null)), document.Count(m.Draws), document.Cell{Text: fmt.Sprint(m.Seed), Value: m.Seed},
		document.Words(m.Statistic), document.Words(sharedText(m.Shared)), document.Words(strings.Join(m.Warnings, "; ")),
		document.Words(m.Direction), contrastCell(m))
	return r
}

// contrastCell is the raw p under a null model that is no part of the verdict.
func contrastCell(m channel.Measurement) document.Cell {
	if m.Contrast == nil {
		return document.Cell{Value: ""}
	}
	return document.Optional(&m.Contrast.P, document.PText, "")
}

// mdeCell is a share where the channel takes part in the joint test, else a count.
func mdeCell(m channel.Measurement) document.Cell {
	if m.MDE != nil && (m.PAlone != nil || m.Channel == assess.JointTest) {
		return document.Cell{Text: percentText(*m.MDE), Value: *m.MDE}
	}
	return document.Optional(m.MDE, document.Quantity, "")
}

// sign is the verdict in one character.
func sign(m channel.Measurement) string {
	switch {
	case m.Verdict == stat.Blind:
		return "blind"
	case !measurable(m):
		return "?"
	case m.Verdict == stat.NotDistinguishable:
		return "~"
	case m.Tail == "lower":
		return "<"
	}
	return ">"
}

func sharedText(items []channel.SharedItem) string {
	s := make([]string, len(items))
	for i, it := range items {
		s[i] = it.Item
	}
	return strings.Join(s, "; ")
}
