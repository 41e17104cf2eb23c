package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// comparison is the section of one agreement: the tests, the placebos, the
// regression.
func (b *dyadsBuilder) comparison(k *dyad.Comparison) document.Section {
	since := "in force since"
	if k.Signed {
		since = "signed"
	}
	s := document.Section{ID: "comparison-" + slug(k.Agreement), Title: "Before and after: " + k.Name}
	s.Blocks = append(s.Blocks, document.Paragraph{Text: fmt.Sprintf(
		"%s, %s %s. Compared are the incidents that began from %s up to that day with those up to %s; one whose dates hold the day is on neither side. "+
			"Exposure is the number of all other incidents of the same windows.", k.Agreement, since, k.Date, k.From, k.To), Refs: b.bib.cite(agreementRecords(b.agreements[k.Agreement]))})
	s.Blocks = append(s.Blocks, changesTable(k), placeboTable(k))
	s.Blocks = append(s.Blocks, document.List{Items: comparisonItems(k)})
	return s
}

func changesTable(k *dyad.Comparison) *document.Table {
	t := &document.Table{ID: "changes-" + slug(k.Agreement), Columns: []document.Column{
		{ID: "initiator", Title: "From"}, {ID: "target", Title: "Against"}, {ID: "kind", Title: "Date of"},
		{ID: "before", Title: "Before", Kind: document.Integer}, {ID: "after", Title: "After", Kind: document.Integer}, {ID: "undecided", Title: "Undecided", Kind: document.Integer},
		{ID: "all_before", Title: "Others before", Kind: document.Integer}, {ID: "all_after", Title: "Others after", Kind: document.Integer},
		{ID: "verdict", Title: "Result"}, {ID: "expected", Title: "Expected after", Kind: document.Decimal},
		{ID: "ratio", Title: "Ratio", Kind: document.Decimal}, {ID: "ratio_low", Title: "2.5%", Kind: document.Decimal}, {ID: "ratio_high", Title: "97.5%", Kind: document.Decimal},
		{ID: "p", Title: "p", Kind: document.PValue}, {ID: "p_adjusted", Title: "adj. p", Kind: document.PValue}, {ID: "mde", Title: "MDE", Kind: document.Decimal},
		{ID: "null", Title: "Null", Machine: true}, {ID: "warnings", Title: "Warnings", Machine: true},
	}}
	for _, c := range k.Changes {
		verdict := document.Cell{Text: resultSign(c.Test), Value: string(c.Test.Verdict)}
		for _, w := range c.Test.Warnings {
			verdict.Notes = append(verdict.Notes, t.Note(w))
		}
		expected := document.Number(c.Test.Expected)
		if c.Test.P == nil {
			expected = document.Cell{Value: ""}
		}
		r := document.Row{Cells: []document.Cell{
			document.Words(orAny(c.Initiator)), document.Words(orAny(c.Target)), {Text: dateKind(c.Kind), Value: c.Kind},
			document.Count(c.Before), document.Count(c.After), document.Count(c.Undecided), document.Count(c.AllBefore), document.Count(c.AllAfter), verdict, expected,
		}}
		if c.Ratio != nil {
			r.Cells = append(r.Cells, document.Number(c.Ratio.Estimate), document.Number(c.Ratio.Low), document.Number(c.Ratio.High))
		} else {
			r.Cells = append(r.Cells, document.Cell{Value: ""}, document.Cell{Value: ""}, document.Cell{Value: ""})
		}
		r.Cells = append(r.Cells, document.Optional(c.Test.P, document.PText, ""), document.Optional(c.Test.PAdjusted, document.PText, ""), document.Optional(c.Test.MDE, document.Quantity, ""),
			document.Words(c.Test.Null), document.Words(strings.Join(c.Test.Warnings, "; ")))
		t.Rows = append(t.Rows, r)
	}
	t.Legend = "~ no fall beyond chance found; < rarer than before; ? not measurable. p is one-sided: would so few after be chance if nothing had changed? " +
		"MDE: the mean number after that the test would find as a fall in four of five cases; anything above it could have gone unseen. " +
		"Ratio: rate after to rate before, with its exact 95% interval; none without incidents before."
	return t
}

func resultSign(r stat.Result) string {
	switch r.Verdict {
	case stat.Distinguishable:
		return "<"
	case stat.NotDistinguishable:
		return "~"
	}
	return "?"
}

func orAny(state string) string { return place(state, "all together") }

// placeboTable lists the same split where nothing was agreed.
func placeboTable(k *dyad.Comparison) *document.Table {
	t := &document.Table{ID: "placebos-" + slug(k.Agreement), Title: "Placebos: the same comparison where nothing was agreed", Empty: "No placebo has enough incidents.", Columns: []document.Column{
		{ID: "placebo", Title: "Placebo"}, {ID: "initiator", Title: "From"}, {ID: "target", Title: "Against"}, {ID: "date", Title: "Divided at", Kind: document.Date},
		{ID: "kind", Title: "Date of"}, {ID: "before", Title: "Before", Kind: document.Integer}, {ID: "after", Title: "After", Kind: document.Integer},
		{ID: "undecided", Title: "Undecided", Kind: document.Integer, Machine: true},
		{ID: "all_before", Title: "Others before", Kind: document.Integer}, {ID: "all_after", Title: "Others after", Kind: document.Integer},
		{ID: "ratio", Title: "Ratio", Kind: document.Decimal}, {ID: "p", Title: "p", Kind: document.PValue},
	}}
	add := func(what string, ps []dyad.Placebo) {
		for i, p := range ps {
			r := document.Row{Cells: []document.Cell{
				document.Words(what), document.Words(orAny(p.Initiator)), document.Words(orAny(p.Target)), document.Words(p.Date), {Text: dateKind(p.Kind), Value: p.Kind},
				document.Count(p.Before), document.Count(p.After), document.Count(p.Undecided), document.Count(p.AllBefore), document.Count(p.AllAfter), document.Number(p.Ratio), document.Optional(p.P, document.PText, ""),
			}}
			if len(ps) > foldPlacebos+few && i >= foldPlacebos {
				r.Fold = document.WhenAll
				t.FoldNote = "Further placebos are folded; " + document.SeeAllHere + "."
			}
			t.Rows = append(t.Rows, r)
		}
	}
	add("date", k.PlaceboDates)
	add("dyad", k.PlaceboDyads)
	t.Legend = "Ratio of the rates, after to before, with half an incident added to each count. p is not adjusted."
	return t
}

func comparisonItems(k *dyad.Comparison) []document.Item {
	var items []document.Item
	rank := func(term string, r dyad.Rank) {
		switch {
		case r.Test.P == nil:
			items = append(items, document.Item{Term: term, Text: "not measurable: " + strings.Join(r.Test.Warnings, "; ") + "."})
		default:
			items = append(items, document.Item{Term: term, Text: fmt.Sprintf("ratio %s, by date of %s; of %s, as low a ratio has rank p %s. %s.",
				document.Quantity(r.Ratio), dateKind(r.Kind), document.Plural(r.Test.Draws, "placebo", "placebos"), document.PText(*r.Test.P), capital(strings.Join(r.Test.Warnings, "; ")))})
		}
	}
	rank("Among other dates", k.DateRank)
	for _, r := range k.DyadRanks {
		rank(capital(fmt.Sprintf("%s against %s, among other targets", placeInText(r.Initiator, ""), placeInText(r.Target, ""))), r)
	}
	step := "not measurable: " + strings.Join(k.Step.Warnings, "; ") + "."
	if k.Step.P != nil {
		step = fmt.Sprintf("rate ratio of the step %s, two-sided p %s (%s).", document.Quantity(k.Step.Observed), document.PText(*k.Step.P), k.Step.Verdict)
	}
	items = append(items, document.Item{Term: "Segmented regression of quarterly counts", Text: step})
	for _, w := range slices.Sorted(slices.Values(k.Warnings)) {
		items = append(items, document.Item{Term: "Warning", Text: sentence(capital(w))})
	}
	return items
}
