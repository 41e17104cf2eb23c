package calibration

import (
	"math"
	"testing"
)

// A check that cannot fail shows nothing.
func TestEveryCheckCanFail(t *testing.T) {
	sound := func() *Calibration {
		return &Calibration{
			Design: design{Alpha: .05},
			FalseAlarms: []FalseAlarm{
				{Setting: "all", Asked: 36, Channel: JointTest, Alarms: rate(45, 1000)},
				{Setting: "all", Channel: "technique", Naive: true, Alarms: rate(90, 100)},
				{Setting: "all", Channel: NaiveCoincidence, Naive: true, Alarms: rate(90, 100)},
				{Setting: "all", Asked: 1, Channel: "technique", Alarms: rate(40, 1000)},
				{Setting: "all", Asked: 36, Channel: WholeVerdict, Alarms: rate(2, 1000)},
			},
			Power: power{Links: []LinkPower{
				{Asked: 36, Covered: rate(95, 100)},
				{Asked: 36, Setting: Setting{Link: Aligned, Linked: .3}, Channel: JointTest, Found: rate(90, 100)},
			}},
			Controls: []outcome{{ID: "P", Kind: Positive, Holds: true, level: 5}, {ID: "X", Kind: Unilateral, Holds: true}, {ID: "C", Kind: Open, Holds: true, Got: Reading{Confidence: "low"}}},
		}
	}
	holding := func(c *Calibration) (n int) {
		for _, k := range c.check() {
			if k.Holds {
				n++
			}
		}
		return n
	}
	all := holding(sound())
	if all != len(sound().check()) || all < 8 {
		t.Fatalf("%d of %d checks hold: %+v", all, len(sound().check()), sound().check())
	}
	for name, spoil := range map[string]func(*Calibration){
		"verdicts":     func(c *Calibration) { c.FalseAlarms[4].Alarms = rate(56, 1000) },
		"few verdicts": func(c *Calibration) { c.FalseAlarms[4].Alarms = rate(12, 100) },
		"liberal":      func(c *Calibration) { c.FalseAlarms[3].Alarms = rate(80, 1000) },
		"conservative": func(c *Calibration) { c.FalseAlarms[3].Alarms = rate(10, 1000) },
		"weak":         func(c *Calibration) { c.Power.Links[1].Found = rate(79, 100) },
		"harmless":     func(c *Calibration) { c.FalseAlarms[1].Alarms = rate(3, 100) },
		"harmless too": func(c *Calibration) { c.FalseAlarms[2].Alarms = rate(3, 100) },
		"recovery":     func(c *Calibration) { c.Power.Links[0].Covered = rate(80, 100) },
		"control":      func(c *Calibration) { c.Controls[0].Holds = false },
		"rank":         func(c *Calibration) { c.Controls[0].level = 0 },
		"taken":        func(c *Calibration) { c.Controls[1].Got.Sign = []string{"cooperative"} },
		"open":         func(c *Calibration) { c.Controls[2].Got.Confidence = "high" },
	} {
		c := sound()
		spoil(c)
		if n := holding(c); n != all-1 {
			t.Errorf("%s: %d of %d checks hold", name, n, all)
		}
	}
}

// 12 of 100 lies above .05 (exact lower limit .0636) and 10 of 100 does not
// (.0490): Clopper and Pearson's limits.
func TestRatesHaveExactLimits(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{{12, 100, .0636, .2002}, {10, 100, .0490, .1762}, {0, 100, 0, .0362}} {
		if r := rate(c.k, c.n); math.Abs(r.Low-c.low) > 1e-4 || math.Abs(r.High-c.high) > 1e-4 {
			t.Errorf("%d of %d: %.4f to %.4f", c.k, c.n, r.Low, r.High)
		}
	}
	if r := rate(0, 0); r.Level != 0 {
		t.Error("a rate of nothing has an interval")
	}
}
