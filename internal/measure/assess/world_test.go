package assess_test

import (
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

func TestTheWorldLosesNoPair(t *testing.T) {
	silent := evidence.Record{
		Class: evidence.Alias, Subject: evidence.Actor{Name: "Silent Group", Ref: "case:t:silent", Country: "SE"}, Value: "Silent Group",
		Citation: evidence.Citation{Publisher: "Weekly"}, Origin: evidence.Origin{Dataset: "case:t", Object: "silent"},
	}
	lone := silent
	lone.Subject, lone.Value, lone.Origin.Object = evidence.Actor{Name: "Lone Group", Ref: "case:t:lone", Country: "SE"}, "Lone Group", "lone"
	deed := lone
	deed.Class, deed.Value, deed.Origin.Object = evidence.UsesSoftware, "Tool 1", "deed"
	a := run(t, more(corpus(), silent, lone, deed), assess.Question{A: "world", B: "World"})
	total := len(a.Pairs)
	for _, u := range a.Unlisted {
		total += u.Pairs
		if u.Why == "" || u.Pairs == 0 {
			t.Errorf("%+v", u)
		}
	}
	if total != 10*9/2 {
		t.Errorf("%d pairs accounted for, want 45: %+v", total, a.Unlisted)
	}
	if len(a.Unlisted) == 0 || len(a.Unlisted[0].Actors) != 1 || a.Unlisted[0].Actors[0] != "Silent Group" || a.Unlisted[0].Pairs != 9 {
		t.Errorf("the silent group is not accounted for: %+v", a.Unlisted)
	}
	for _, c := range a.Channels {
		if c.Pairs != 45 || c.Tested+c.Blind+c.NotMeasurable != 45 {
			t.Errorf("%s counts %d pairs, %d of them tested and %d not measurable", c.Channel, c.Pairs, c.Tested, c.NotMeasurable)
		}
	}
	// The pair of a world run is the pair of a question about the two.
	for _, p := range a.Pairs {
		if p.A.Name == "Group A1" && p.B.Name == "Group B1" && p.Level != assess.SharedSupply {
			t.Errorf("%v in the world, L2 between the two", p.Level)
		}
	}
}

func TestTwoStatesAreTimedAsSuch(t *testing.T) {
	a := run(t, corpus(), assess.Question{A: "NO", B: "PT"})
	if len(a.Sides.Timing) != 2 {
		t.Fatalf("%d tests of the sides' timing", len(a.Sides.Timing))
	}
	for _, m := range a.Sides.Timing {
		if len(m.Warnings) == 0 {
			t.Errorf("%s could not be measured and does not say why", m.Channel)
		}
	}
}
