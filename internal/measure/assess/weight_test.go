package assess

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

func weighed(t testing.TB, f findings) *Weight {
	t.Helper()
	w, err := weigh(f)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestNothingKnownLeavesThePrior(t *testing.T) {
	w := weighed(t, findings{})
	if math.Abs(w.Posterior-Prior) > 1e-12 || w.Wording != "almost no chance" || len(w.Sweep) != len(priors) {
		t.Errorf("%+v", w)
	}
}

func TestAStoryCopiedTenTimesWeighsOnce(t *testing.T) {
	once := findings{ledger: []channel.Link{link(evidence.SharedTool, "x")}}
	ten := once
	for range 9 {
		ten.ledger = append(ten.ledger, link(evidence.SharedTool, "x"))
	}
	if a, b := weighed(t, once), weighed(t, ten); a.Posterior != b.Posterior {
		t.Errorf("one telling %v, ten %v", a.Posterior, b.Posterior)
	}
}

func TestNoClassOutweighsItsCap(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var f findings
		for i := range rapid.IntRange(0, 30).Draw(rt, "links") {
			class := rapid.SampledFrom(evidence.Classes()).Draw(rt, "class")
			f.ledger = append(f.ledger, link(class, string(rune('a'+i)), func(l *channel.Link) {
				l.Basis = rapid.SampledFrom([]evidence.Basis{evidence.Observed, evidence.Assessed, ""}).Draw(rt, "basis")
				l.Consent = rapid.SampledFrom([]evidence.Consent{evidence.ConsentShown, evidence.ConsentRefused, ""}).Draw(rt, "consent")
			}))
		}
		w := weighed(t, f)
		byClass := map[string]float64{}
		for _, term := range w.Terms {
			class, _, _ := strings.Cut(term.Label, ",")
			byClass[class] += term.Weight
			if math.Abs(term.Weight) > math.Log(termCap)+1e-9 {
				rt.Fatalf("%s weighs %v", term.Label, term.Weight)
			}
		}
		for class, sum := range byClass {
			if math.Abs(sum) > math.Log(classCap)+1e-9 {
				rt.Fatalf("%s together weighs %v", class, sum)
			}
		}
		for i := 1; i < len(w.Sweep); i++ {
			if w.Sweep[i].Posterior < w.Sweep[i-1].Posterior {
				rt.Fatal("a larger prior gives a smaller posterior")
			}
		}
	})
}

func TestTakingSpeaksAgainstCooperationAndContestedClaimsForNothing(t *testing.T) {
	if w := weighed(t, findings{ledger: []channel.Link{link(evidence.Takeover, "x")}}); w.Posterior >= Prior {
		t.Errorf("a takeover raises the odds to %v", w.Posterior)
	}
	if w := weighed(t, findings{ledger: []channel.Link{link(evidence.AccessHandover, "x", observed, agreed, isContested)}}); len(w.Terms) != 0 {
		t.Errorf("a contested hand-over weighs %+v", w.Terms)
	}
}

func TestExplanationsStandSideBySideWithEvidenceForAndAgainst(t *testing.T) {
	looked := coverage{Records: 9, Sources: 3}
	f := findings{
		a: Actor{Name: "X", Country: "NO"}, b: Actor{Name: "Y", Country: "PT"}, lookedA: looked, lookedB: looked,
		ledger: []channel.Link{link(evidence.AccessHandover, "x", observed, agreed), link(evidence.SharedTool, "y")},
	}
	got := explanations(f)
	if len(got) != 5 {
		t.Fatalf("%d explanations", len(got))
	}
	for _, e := range got {
		if e.Test == "" || len(e.For)+len(e.Against) == 0 {
			t.Errorf("%s says neither what speaks for or against it nor what would tell it apart: %+v", e.Name, e)
		}
	}
	if len(got[0].For) != 1 || len(got[0].For[0].Evidence) != 1 {
		t.Errorf("coordination does not cite the hand-over: %+v", got[0])
	}
	if len(explanations(findings{lookedA: looked, lookedB: looked})) != 0 {
		t.Error("there is nothing to explain, and it is explained")
	}
}

func TestAvoidanceAndSequencesAloneProveNothing(t *testing.T) {
	found := func(name string) findings {
		return findings{
			lookedA: coverage{Records: 9, Sources: 3}, lookedB: coverage{Records: 9, Sources: 3},
			together: channel.Together{Result: stat.Result{Verdict: stat.Distinguishable}, Named: []string{name}},
			tests:    tested(channel.Measurement{Channel: name, Result: stat.Result{Verdict: stat.Distinguishable, Tail: stat.TailUpper}}),
		}
	}
	order := []channel.Link{link(evidence.TemporalOrder, "x", observed)}
	avoiding := found(channel.AvoidanceChannel)
	avoiding.together = channel.Together{}
	disclosed := found(channel.TimingChannel(channel.DisclosureDates))
	disclosed.together, disclosed.ledger = channel.Together{}, order
	ordered := found(channel.TimeWithTargetChannel)
	ordered.ledger = order
	for _, c := range []struct {
		promise string
		f       findings
		level   Level
	}{
		{"avoidance raises nothing by itself", avoiding, NoneFound},
		{"a sequence by itself is L1", found(channel.TimeWithTargetChannel), IncidentalOverlap},
		{"a sequence of disclosures is no second witness", disclosed, IncidentalOverlap},
		{"a sequence beside an observed order is L4", ordered, TaskingAlignment},
	} {
		if v := judge(c.f); v.level != c.level {
			t.Errorf("%s: %v", c.promise, v.level)
		}
	}
}
