package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestWeightOfEvidenceGivesTheWorkedExample(t *testing.T) {
	w, err := WeightOfEvidence(.02, []LikelihoodRatio{{"a", 8}, {"b", 3}, {"c", .5}}, math.Inf(1))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "posterior", w.Posterior, 0.19672131147540983, 1e-15)
	if w.Wording != "very unlikely" {
		t.Errorf("wording %q", w.Wording)
	}
}

func TestWeightOfEvidenceHoldsEachRatioWithinTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ratio := rapid.Float64Range(1e-9, 1e9).Draw(t, "ratio")
		w, err := WeightOfEvidence(.5, []LikelihoodRatio{{"x", ratio}}, 10)
		if err != nil {
			t.Fatal(err)
		}
		if w.Posterior > 10./11+1e-12 || w.Posterior < 1./11-1e-12 {
			t.Fatalf("one ratio of %v moved even odds to %v", ratio, w.Posterior)
		}
	})
}

func TestPriorSweepRisesWithThePrior(t *testing.T) {
	ws, err := PriorSweep([]float64{.005, .02, .1, .2}, []LikelihoodRatio{{"x", 4}}, 20)
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(ws); i++ {
		if ws[i].Posterior <= ws[i-1].Posterior {
			t.Errorf("%v after %v", ws[i].Posterior, ws[i-1].Posterior)
		}
	}
}

func TestWeightOfEvidenceRefusesCertaintyBeforehand(t *testing.T) {
	for _, c := range []struct{ prior, ratio, limit float64 }{{0, 1, 2}, {1, 1, 2}, {.5, 0, 2}, {.5, -1, 2}, {.5, 1, .5}, {.5, math.NaN(), 2}, {.5, math.Inf(1), 2}} {
		if _, err := WeightOfEvidence(c.prior, []LikelihoodRatio{{"x", c.ratio}}, c.limit); err == nil {
			t.Errorf("%+v was accepted", c)
		}
	}
}

func TestEstimativeWordingIsThatOfTheStandard(t *testing.T) {
	for p, want := range map[float64]string{
		0: "almost no chance", .03: "almost no chance", .1: "very unlikely", .3: "unlikely", .5: "roughly even chance",
		.7: "likely", .9: "very likely", .97: "almost certain", 1: "almost certain", -.1: "", 1.1: "", .05: "very unlikely", .95: "very likely",
	} {
		if got := estimative(p); got != want {
			t.Errorf("Estimative(%v) = %q, want %q", p, got, want)
		}
	}
}
