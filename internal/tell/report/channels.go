package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// channels says for each channel how many pairs were tested and what came of it.
func (b *assessmentBuilder) channels() document.Section {
	s := document.Section{ID: "channels", Title: "Tests, channel by channel"}
	if len(b.a.Channels) == 0 {
		return s
	}
	adjusted := adjustments(b.a.Channels)
	t := &document.Table{ID: "channels", Columns: []document.Column{
		{ID: "channel", Title: "Channel"}, {ID: "null", Title: "Null model"}, {ID: "pairs", Title: "Pairs", Kind: document.Integer},
		{ID: "tested", Title: "Could see", Kind: document.Integer}, {ID: "blind", Title: "Blind", Kind: document.Integer}, {ID: "not_measurable", Title: "Not measurable", Kind: document.Integer},
		{ID: "raw_below_05", Title: "Raw p<.05", Kind: document.Integer}, {ID: "raw_share", Title: "Share", Kind: document.Percent},
		{ID: "rejected", Title: "Beyond chance", Kind: document.Integer}, {ID: "adjustment", Title: "Adjustment", Machine: len(adjusted) < 2},
		{ID: "actors", Title: "Groups in the model", Kind: document.Integer, Machine: true}, {ID: "items", Title: "Items in the model", Kind: document.Integer, Machine: true},
		{ID: "inflation", Title: "Inflation", Kind: document.Decimal, Machine: true}, {ID: "expected_share", Title: "Expected by SDSM", Kind: document.Decimal, Machine: true}, {ID: "beside", Title: "Beside", Machine: true},
		{ID: "warnings", Title: "Warnings", Machine: true},
	}}
	for _, c := range b.a.Channels {
		name := document.Words(c.Channel)
		if c.Beside {
			name.Notes = append(name.Notes, t.Note("Stands beside the joint test and raises nothing."))
		}
		if c.ExpectedShare > 0 {
			name.Notes = append(name.Notes, t.Note(fmt.Sprintf("SDSM, a contrast, expects %.2f times what all pairs share of %s.", c.ExpectedShare, c.Channel)))
		}
		if c.Inflation > 1 {
			name.Notes = append(name.Notes, t.Note(fmt.Sprintf("Pairs nobody asked about are %.2f times as spread as chance on %s; what was seen is divided by it.", c.Inflation, c.Channel)))
		}
		for _, w := range c.Warnings {
			name.Notes = append(name.Notes, t.Note(w))
		}
		t.Rows = append(t.Rows, document.Row{ID: "channel-" + slug(c.Channel), Cells: []document.Cell{
			name, document.Words(nullName(c.Null)), document.Count(c.Pairs), document.Count(c.Tested), document.Count(c.Blind), document.Count(c.NotMeasurable), document.Count(c.RawBelow05),
			rawShare(c), document.Count(c.Rejected), document.Words(cmp.Or(c.Adjustment, "none")), document.Count(c.Actors), document.Count(c.Items),
			document.Number(c.Inflation), document.Number(c.ExpectedShare), document.Words(fmt.Sprint(c.Beside)), document.Words(strings.Join(c.Warnings, "; ")),
		}})
	}
	t.Legend = "Raw p<.05: tests below .05 before adjustment; up to 5 in 100 fall there by chance alone. Beyond chance: " +
		fmt.Sprintf("adjusted p at or below %s. Blind: no link of any size could have been found. Not measurable: too few items or dated events for a test. Neither is evidence either way. Asked one by one, the level is spent each time.", alphaText(b.a.Question))
	s.Blocks = append(s.Blocks, t)
	return s
}

// adjustments are the distinct ways in which the channels adjust p.
func adjustments(cs []assess.ChannelSummary) []string {
	var out []string
	for _, c := range cs {
		if c.Adjustment != "" {
			out = append(out, c.Adjustment)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func rawShare(c assess.ChannelSummary) document.Cell {
	if c.Tested == 0 {
		return document.Cell{Text: "-", Value: ""}
	}
	share := float64(c.RawBelow05) / float64(c.Tested)
	return document.Cell{Text: fmt.Sprintf("%.1f%%", 100*share), Value: share}
}

// nullName shows the models by the names of the literature.
func nullName(s string) string {
	if strings.EqualFold(s, "sdsm") {
		return "SDSM"
	}
	return cmp.Or(s, "-")
}
