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
	t.Legend = "Positive: L2 or above is documented. Unilateral: a takeover, theft or false flag. Contested: claimed and doubted. Negative: no more than L1. What is not named does not matter."
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
			"A group has about 12 of 200 tools, 28 of 350 techniques and 24 acts against 38 states and 12 sectors, more or less of everything by a factor of about 2; records go through name resolution, all channels and the ladder like anybody's evidence."},
		document.List{Items: []document.Item{
			{Term: "Heaped dates", Text: "57 of 100 dates are known to the month or year only (EuRepoC v1.1) and written as its first day; 5 in 100 of these pass for exact"},
			{Term: "Popular tools", Text: "popularity falls with the rank to the power .8, at which the hypergeometric test calls about half of all pairs significant on techniques, as it does in ATT&CK v18.1"},
			{Term: "One vendor", Text: "one vendor tells 7 of 10 records of half the groups of both sides, names a third of all items three times as often as others do, and puts half of its disclosures into quarterly reports"},
			{Term: "Shared shock", Text: "3 of 10 acts of everybody follow an invasion or a monthly patch day by five days on average; half of all groups take up the same exploit"},
		}},
		document.Paragraph{Text: "What these corpora do not have: groups that share a part of the world with some and not with others, vendors that copy one another, and names that mean two groups. Error rates on real evidence may be higher for these reasons."},
	}
	return s
}
