package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// comparison is the section of one agreement: the tests, the placebos, the
// regression.
func (b *dyadsBuilder) comparison(k *dyad.Comparison) Section {
	since := "in force since"
	if k.Signed {
		since = "signed"
	}
	s := Section{ID: "comparison-" + slug(k.Agreement), Title: "Before and after: " + k.Name}
	s.Blocks = append(s.Blocks, Paragraph{Text: fmt.Sprintf(
		"%s, %s %s. Compared are the incidents that began from %s up to that day with those up to %s; one whose dates hold the day is on neither side. "+
			"Exposure is the number of all other incidents of the same windows.", k.Agreement, since, k.Date, k.From, k.To), Refs: b.bib.cite(agreementRecords(b.agreements[k.Agreement]))})
	s.Blocks = append(s.Blocks, changesTable(k), placeboTable(k))
	s.Blocks = append(s.Blocks, List{Items: comparisonItems(k)})
	return s
}

func changesTable(k *dyad.Comparison) *Table {
	t := &Table{ID: "changes-" + slug(k.Agreement), Columns: []Column{
		{ID: "initiator", Title: "From"}, {ID: "target", Title: "Against"}, {ID: "kind", Title: "Date of"},
		{ID: "before", Title: "Before", Kind: Integer}, {ID: "after", Title: "After", Kind: Integer}, {ID: "undecided", Title: "Undecided", Kind: Integer},
		{ID: "all_before", Title: "Others before", Kind: Integer}, {ID: "all_after", Title: "Others after", Kind: Integer},
		{ID: "verdict", Title: "Result"}, {ID: "expected", Title: "Expected after", Kind: Decimal},
		{ID: "ratio", Title: "Ratio", Kind: Decimal}, {ID: "ratio_low", Title: "2.5%", Kind: Decimal}, {ID: "ratio_high", Title: "97.5%", Kind: Decimal},
		{ID: "p", Title: "p", Kind: PValue}, {ID: "p_adjusted", Title: "adj. p", Kind: PValue}, {ID: "mde", Title: "MDE", Kind: Decimal},
		{ID: "null", Title: "Null", Machine: true}, {ID: "warnings", Title: "Warnings", Machine: true},
	}}
	for _, c := range k.Changes {
		verdict := Cell{Text: resultSign(c.Test), Value: string(c.Test.Verdict)}
		for _, w := range c.Test.Warnings {
			verdict.Notes = append(verdict.Notes, t.note(w))
		}
		expected := decimal(c.Test.Expected)
		if c.Test.P == nil {
			expected = Cell{Value: ""}
		}
		r := Row{Cells: []Cell{
			words(orAny(c.Initiator)), words(orAny(c.Target)), {Text: dateKind(c.Kind), Value: c.Kind},
			count(c.Before), count(c.After), count(c.Undecided), count(c.AllBefore), count(c.AllAfter), verdict, expected,
		}}
		if c.Ratio != nil {
			r.Cells = append(r.Cells, decimal(c.Ratio.Estimate), decimal(c.Ratio.Low), decimal(c.Ratio.High))
		} else {
			r.Cells = append(r.Cells, Cell{Value: ""}, Cell{Value: ""}, Cell{Value: ""})
		}
		r.Cells = append(r.Cells, optional(c.Test.P, PText, ""), optional(c.Test.PAdjusted, PText, ""), optional(c.Test.MDE, quantity, ""),
			words(c.Test.Null), words(strings.Join(c.Test.Warnings, "; ")))
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
func placeboTable(k *dyad.Comparison) *Table {
	t := &Table{ID: "placebos-" + slug(k.Agreement), Title: "Placebos: the same comparison where nothing was agreed", Empty: "No placebo has enough incidents.", Columns: []Column{
		{ID: "placebo", Title: "Placebo"}, {ID: "initiator", Title: "From"}, {ID: "target", Title: "Against"}, {ID: "date", Title: "Divided at", Kind: Date},
		{ID: "kind", Title: "Date of"}, {ID: "before", Title: "Before", Kind: Integer}, {ID: "after", Title: "After", Kind: Integer},
		{ID: "undecided", Title: "Undecided", Kind: Integer, Machine: true},
		{ID: "all_before", Title: "Others before", Kind: Integer}, {ID: "all_after", Title: "Others after", Kind: Integer},
		{ID: "ratio", Title: "Ratio", Kind: Decimal}, {ID: "p", Title: "p", Kind: PValue},
	}}
	add := func(what string, ps []dyad.Placebo) {
		for i, p := range ps {
			r := Row{Cells: []Cell{
				words(what), words(orAny(p.Initiator)), words(orAny(p.Target)), words(p.Date), {Text: dateKind(p.Kind), Value: p.Kind},
				count(p.Before), count(p.After), count(p.Undecided), count(p.AllBefore), count(p.AllAfter), decimal(p.Ratio), optional(p.P, PText, ""),
			}}
			if len(ps) > foldPlacebos+few && i >= foldPlacebos {
				r.Fold = WhenAll
				t.FoldNote = "Further placebos are folded; " + seeAllHere + "."
			}
			t.Rows = append(t.Rows, r)
		}
	}
	add("date", k.PlaceboDates)
	add("dyad", k.PlaceboDyads)
	t.Legend = "Ratio of the rates, after to before, with half an incident added to each count. p is not adjusted."
	return t
}

func comparisonItems(k *dyad.Comparison) []Item {
	var items []Item
	rank := func(term string, r dyad.Rank) {
		switch {
		case r.Test.P == nil:
			items = append(items, Item{Term: term, Text: "not measurable: " + strings.Join(r.Test.Warnings, "; ") + "."})
		default:
			items = append(items, Item{Term: term, Text: fmt.Sprintf("ratio %s, by date of %s; of %s, as low a ratio has rank p %s. %s.",
				quantity(r.Ratio), dateKind(r.Kind), plural(r.Test.Draws, "placebo", "placebos"), PText(*r.Test.P), capital(strings.Join(r.Test.Warnings, "; ")))})
		}
	}
	rank("Among other dates", k.DateRank)
	for _, r := range k.DyadRanks {
		rank(fmt.Sprintf("%s against %s, among other targets", place(r.Initiator, ""), place(r.Target, "")), r)
	}
	step := "not measurable: " + strings.Join(k.Step.Warnings, "; ") + "."
	if k.Step.P != nil {
		step = fmt.Sprintf("rate ratio of the step %s, two-sided p %s (%s).", quantity(k.Step.Observed), PText(*k.Step.P), k.Step.Verdict)
	}
	items = append(items, Item{Term: "Segmented regression of quarterly counts", Text: step})
	for _, w := range slices.Sorted(slices.Values(k.Warnings)) {
		items = append(items, Item{Term: "Warning", Text: sentence(capital(w))})
	}
	return items
}
