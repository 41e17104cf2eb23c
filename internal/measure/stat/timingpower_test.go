package stat

import (
	"math"
	"testing"
)

// The published table: one-sided, 730 days, a window of 14, 20 events each, a
// share of A's events linked; exact dates, then errors of 14 days.
func TestTimingPowerGivesTheTable(t *testing.T) {
	for _, c := range []struct{ linked, sd, want float64 }{
		{0, 0, .03}, {.3, 0, .50}, {.5, 0, .91}, {0, 14, .02}, {.3, 14, .08}, {.5, 14, .14},
	} {
		p := TimingPlan{NA: 20, NB: 20, Days: 730, Window: Window{Width: 14}, Linked: c.linked, DateSD: c.sd, Level: .05, Runs: 2000, Seed: 1}
		power, err := TimingPower(p)
		if err != nil {
			t.Fatal(err)
		}
		// The table is rounded and has an error of its own.
		near(t, "power", power.Estimate, c.want, .03)
	}
}

func TestTimingPowerRisesWithTheShareLinkedAndFallsWithDateErrors(t *testing.T) {
	power := func(linked, sd float64) float64 {
		iv, err := TimingPower(TimingPlan{NA: 30, NB: 30, Days: 730, Window: Window{Width: 7}, Linked: linked, DateSD: sd, Jitter: 60, Level: .05, Runs: 300, Seed: 2})
		if err != nil {
			t.Fatal(err)
		}
		return iv.Estimate
	}
	if a, b, c := power(0, 0), power(.3, 0), power(.7, 0); !(a < .1 && a < b && b < c) {
		t.Errorf("power %v, %v, %v for 0, .3, .7 linked", a, b, c)
	}
	if exact, blurred := power(.5, 0), power(.5, 30); exact <= blurred {
		t.Errorf("power %v with exact dates and %v with blurred", exact, blurred)
	}
}

func TestTimingPowerRefusesAPlanThatIsNone(t *testing.T) {
	good := TimingPlan{NA: 5, NB: 5, Days: 100, Level: .05, Runs: 1}
	for _, change := range []func(*TimingPlan){
		func(p *TimingPlan) { p.NA = 0 }, func(p *TimingPlan) { p.Runs = 0 }, func(p *TimingPlan) { p.Linked = 1.5 },
		func(p *TimingPlan) { p.Days = 0 }, func(p *TimingPlan) { p.Window.Width = 200 }, func(p *TimingPlan) { p.DateSD = math.NaN() },
	} {
		bad := good
		change(&bad)
		if _, err := TimingPower(bad); err == nil {
			t.Errorf("%+v was accepted", bad)
		}
	}
}

// Rates solve lambda = base + lambda offspring.
func TestHawkesHasTheRatesOfTheory(t *testing.T) {
	h := Hawkes{Base: [2]float64{.1, .2}, Offspring: [2][2]float64{{.3, .4}, {0, .2}}, Delay: 3}
	const days = 40000
	series, err := h.Simulate(days, 1)
	if err != nil {
		t.Fatal(err)
	}
	first := .1 / .7
	second := (.2 + .4*first) / .8
	near(t, "first", float64(len(series[0]))/days, first, .006)
	near(t, "second", float64(len(series[1]))/days, second, .012)
}

func TestHawkesThatExplodesIsRefused(t *testing.T) {
	for _, h := range []Hawkes{
		{Base: [2]float64{1, 1}, Offspring: [2][2]float64{{0, 2}, {.5, 0}}, Delay: 1},
		{Base: [2]float64{1e9, 0}, Delay: 1},
		{Base: [2]float64{-1, 0}, Delay: 1},
	} {
		if _, err := h.Simulate(1000, 1); err == nil {
			t.Errorf("%+v was simulated", h)
		}
	}
}

// A planted link between clustered series is found in its own direction.
func TestJitterFindsWhatAHawkesProcessLinks(t *testing.T) {
	linked := Hawkes{Base: [2]float64{.1, .02}, Offspring: [2][2]float64{{.2, .6}, {0, 0}}, Delay: 1}
	series, err := linked.Simulate(1500, 5)
	if err != nil {
		t.Fatal(err)
	}
	forward := JitterTest(series[1], series[0], Span{0, 1500}, Window{Width: 3}, 28, TailUpper)
	if *forward.P > 1e-6 {
		t.Errorf("p = %v of %+v", *forward.P, forward.Result)
	}
}
