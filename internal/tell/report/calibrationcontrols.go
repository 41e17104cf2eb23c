package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/calibration"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// controls shows what was expected of each documented link, and what came out.
func controls(c *calibration.Calibration) document.Section {
	s := document.Section{ID: "controls", Title: "Controls: links whose outcome is documented"}
	if len(c.Controls) == 0 {
		return s
	}
	t := &document.Table{ID: "controls", Columns: []document.Column{
		{ID: "id", Title: "Control"}, {ID: "kind", Title: "Kind"}, {ID: "a", Title: "A"}, {ID: "b", Title: "B"},
		{ID: "expected", Title: "Expected"}, {ID: "got", Title: "Got"}, {ID: "holds", Title: "As expected"},
		{ID: "wrong", Title: "wrong", Machine: true}, {ID: "case", Title: "case", Machine: true}, {ID: "verdict", Title: "verdict", Machine: true},
	}}
	for _, o := range c.Controls {
		holds := document.Cell{Text: "yes"}
		if !o.Holds {
			holds = document.Cell{Text: "NO", Notes: []int{t.Note(fmt.Sprintf("%s: %s. The method says: %s", o.ID, strings.Join(o.Wrong, "; "), cmp.Or(o.Verdict, "nothing")))}}
		}
		t.Rows = append(t.Rows, document.Row{ID: "control-" + slug(o.ID), Cells: []document.Cell{
			document.Words(o.ID), document.Words(string(o.Kind)), document.Words(o.A), document.Words(o.B), document.Words(readingText(o.Expected)), document.Words(readingText(o.Got)), holds,
			document.Words(strings.Join(o.Wrong, "; ")), document.Words(o.Case), document.Words(o.Verdict),
		}})
	}
	t.Legend = "Positive: L2 or above is documented. Unilateral: a takeover, theft or false flag. Contested: claimed and doubted. Negative: no more than L1. Neither: may lie on either side of that line. What is not named does not matter."
	s.Blocks = []document.Block{t}
	return s
}

func readingText(r calibration.Reading) string {
	parts := []string{r.Level}
	if len(r.Sign) > 0 {
		parts = append(parts, strings.Join(r.Sign, " or "))
	}
	if r.Confidence != "" {
		parts = append(parts, "confidence "+r.Confidence)
	}
	if r.Contested {
		parts = append(parts, "contested")
	}
	return strings.Join(parts, ", ")
}

// corpora says how the synthetic corpora were made.
func corpora(c *calibration.Calibration) document.Section {
	s := document.Section{ID: "corpora", Title: "How the corpora were made"}
	if c.Design.Corpora+c.Design.Each+c.Design.Linked == 0 {
		return s
	}
	s.Blocks = []document.Block{
		document.Paragraph{Text: "Groups, states and vendors are invented. Each corpus has 6 groups on either side and 28 of other states, told of by 6 vendors over two years. " +
			"A group has about 12 of 200 tools, 28 of 350 techniques and 24 acts against 38 states and 12 sectors, more or less of everything by a factor of about 2; records go through name resolution and the channels like anybody's evidence."},
		document.List{Items: []document.Item{
			{Term: "Heaped dates", Text: "57 of 100 dates are known to the month or year only (EuRepoC v1.1) and written as its first day; 5 in 100 of these pass for exact"},
			{Term: "Popular tools", Text: "popularity falls with the rank to the power .8, at which the hypergeometric test calls about half of all pairs significant on techniques, as it does in ATT&CK v18.1"},
			{Term: "One vendor", Text: "one vendor tells 7 of 10 records of half the groups of both sides, names a third of all items three times as often as others do, and puts half of its disclosures into quarterly reports"},
			{Term: "Shared shock", Text: "3 of 10 acts of everybody follow an invasion or a monthly patch day by five days on average; half of all groups take up the same exploit"},
			{Term: "Campaigns", Text: "half of all acts follow the group's last within 20 days, against the same target"},
			{Term: "Theatres", Text: "the states lie in four parts of the world, both sides in one; groups turn four times as often against their own part"},
			{Term: "Copied reports", Text: "3 of 10 records are told again by another vendor, acts as incidents of their own"},
			{Term: "Excerpted lists", Text: "of every third group only the more popular half of its tools and techniques is listed"},
			{Term: "Ambiguous names", Text: "every tenth group shares a name with another, and a tenth of what is told of it is laid to that one; one tool in ten goes by the name of another"},
		}},
		document.Paragraph{Text: "The usual confounders are the first four. The form of the joint test was chosen on corpora with these, of other seeds, and fixed before this run; nothing was changed after looking. The others it had not seen. Each confounder alone is tried on few corpora: one costs a fifth of a second of processor time, 1,000 of each of the eleven settings would take 40 minutes of it."},
	}
	return s
}
