package report_test

import (
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// firm is small with what later versions add.
func firm(t testing.TB) *assess.Assessment {
	a := small(t)
	p := .2
	a.Robustness = &assess.RobustnessMatrix{
		Variants: []assess.VariantSummary{
			{Kind: "publisher country", What: "Russia", Records: 4, Pairs: 3, Same: 2, Turned: 1},
			{Kind: "publisher country", What: "Norway", Records: 1, Pairs: 3, Same: 3},
			{Kind: "dates", What: "draws", Why: "no day decides"},
		},
		WhoSays: []assess.Testimony{{Publisher: "RU", Attributed: "CN", Victim: "RU", Records: 3, Sources: 2}},
	}
	a.Sides.Timing = []channel.Measurement{
		{Channel: "timing (activity)", Direction: channel.AToB, Result: stat.Result{Verdict: stat.NotDistinguishable, Observed: 3, Expected: 2, P: &p, PAdjusted: &p, Tail: "upper", NA: 9, NB: 8, Null: stat.NullJitter},
			Checks: []channel.Check{{Name: "placebo dyads", Observed: 2, P: &p, N: 9, Note: "the same side after others"}}},
		{Channel: "timing (disclosure)", Result: stat.Unmeasurable(stat.NullJitter, stat.FollowingEvents, 0, 1, "no dated events")},
	}
	w, err := stat.WeightOfEvidence(.02, []stat.LikelihoodRatio{{Label: "shared tool, Vendor", Ratio: 3}}, 20)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Pairs {
		x := &a.Pairs[i]
		x.Robustness = &assess.Robustness{Variants: 2, LevelLow: assess.NoneFound, LevelHigh: x.Level, Signs: []assess.Sign{x.Sign}, Mover: "without the publishers of Russia it would be L0 none found, sign none"}
		x.Weight = &assess.Weight{Weight: w, Sweep: []assess.PriorPoint{{Prior: .005, Posterior: .01, Wording: "almost no chance"}, {Prior: .2, Posterior: .4, Wording: "unlikely"}}}
		x.Explanations = []assess.Explanation{{Name: "coordination", For: []assess.Reason{}, Against: []assess.Reason{{Text: "consent is not shown"}}, Test: "one victim's logs"}}
	}
	return a
}

func TestFirmnessIsToldInEveryFormatAndReadBack(t *testing.T) {
	a := firm(t)
	saved := render(t, a, "json", document.Options{})
	for _, schema := range []bool{false, true} {
		doc := schemaDocument(t)
		if schema {
			closed(doc)
		}
		if err := validate(t, compile(t, doc), saved); err != nil {
			t.Error(err)
		}
	}
	back, err := report.Read(strings.NewReader(saved))
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"text", "markdown", "html"} {
		want := render(t, a, format, document.Options{Static: true, Full: true})
		if got := render(t, back, format, document.Options{Static: true, Full: true}); got != want {
			t.Errorf("%s: a saved file renders otherwise", format)
		}
		for _, must := range []string{"no day decides", "placebo dyads", "Without the publishers of Russia", "knowingly work together", "If coordination", "no dated events"} {
			if !strings.Contains(strings.Join(strings.Fields(want), " "), must) {
				t.Errorf("%s does not say %q", format, must)
			}
		}
	}
	if strings.Contains(render(t, a, "text", document.Options{Full: true}), "Norway") || !strings.Contains(render(t, a, "text", document.Options{All: true}), "Norway") {
		t.Error("a change that moves nothing is not folded, or not there with all")
	}
}
