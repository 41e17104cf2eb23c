package calibration

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// Sound reports whether every check holds.
func (c *Calibration) Sound() bool {
	return !slices.ContainsFunc(c.Checks, func(k Check) bool { return !k.Holds })
}

// check says what must hold of the figures measured. What was not measured is
// not checked.
func (c *Calibration) check() []Check {
	out := []Check{}
	add := func(name string, wrong []string, right string) {
		k := Check{Name: name, Holds: len(wrong) == 0, Detail: right}
		if !k.Holds {
			k.Detail = strings.Join(wrong, "; ")
		}
		out = append(out, k)
	}
	if len(c.FalseAlarms) > 0 {
		add("no false-alarm rate lies above the level", c.excessive(), fmt.Sprintf("no lower limit of an exact 95 %% interval is above %g", c.Design.Alpha))
		add("no single test finds more than 5 in 100 at p<.05", c.liberal(), "no lower limit is above .05, before any adjustment")
		add("the naive methods fail on the same corpora", c.harmless(), "each finds links in corpora that have none far more often than its level allows")
	}
	if len(c.Power.Links) > 0 {
		add("planted effects are recovered", c.uncovered(), "no 95 % interval of an effect holds the planted one in fewer than 95 of 100 corpora, within its exact interval")
	}
	if len(c.Controls) > 0 {
		add("every control comes out as expected", c.unexpected(), fmt.Sprintf("%d of %d", len(c.Controls), len(c.Controls)))
		add("every positive ranks above every negative and every takeover, theft or false flag", c.misranked(), "by level")
		add("nothing taken counts as cooperation", c.of(Unilateral, func(o Outcome) bool { return slices.Contains(o.Got.Sign, string(assess.Cooperative)) }), "no such control is cooperative")
		add("what is contested comes out with low confidence", c.of(Open, func(o Outcome) bool { return o.Got.Confidence != assess.Low }), "all of them")
	}
	return out
}

// excessive lists the false-alarm rates whose interval lies above the level.
func (c *Calibration) excessive() []string {
	var out []string
	for _, f := range c.FalseAlarms {
		if !f.Naive && f.Alarms.Of > 0 && f.Alarms.Low > c.Design.Alpha {
			out = append(out, fmt.Sprintf("%s, %d pairs asked, confounders: %s: %d of %d (%.3f to %.3f)", f.Channel, f.Asked, f.Setting, f.Alarms.Count, f.Alarms.Of, f.Alarms.Low, f.Alarms.High))
		}
	}
	return out
}

// liberal lists the channels whose p is below .05 too often by itself.
func (c *Calibration) liberal() []string {
	var out []string
	for _, f := range c.FalseAlarms {
		if f.Raw != nil && f.Raw.Low > .05 {
			out = append(out, fmt.Sprintf("%s, confounders: %s: %d of %d (%.3f to %.3f)", f.Channel, f.Setting, f.Raw.Count, f.Raw.Of, f.Raw.Low, f.Raw.High))
		}
	}
	return out
}

// harmless says which of the two naive methods did no harm where all confounders
// are planted: then the corpora would show nothing.
func (c *Calibration) harmless() []string {
	var out []string
	failed := map[bool]bool{} // of timing
	for _, f := range c.FalseAlarms {
		if f.Naive && f.Setting == c.FalseAlarms[0].Setting && f.Alarms.Low > c.Design.Alpha {
			failed[f.Channel == NaiveCoincidence] = true
		}
	}
	if !failed[false] {
		out = append(out, "the hypergeometric test raises few false alarms here: these corpora show nothing about overlap")
	}
	if !failed[true] {
		out = append(out, "coincidence of dates raises few false alarms here: these corpora show nothing about timing")
	}
	return out
}

// uncovered names the channels on which an effect was not recovered, with the
// worst setting of each.
func (c *Calibration) uncovered() []string {
	var channels []string
	settings, worst := map[string]int{}, map[string]LinkPower{}
	for _, l := range c.Power.Links {
		if l.Asked == 1 || l.Covered.Of == 0 || l.Covered.High >= .95 {
			continue
		}
		if settings[l.Channel]++; settings[l.Channel] == 1 {
			channels = append(channels, l.Channel)
		}
		if w, ok := worst[l.Channel]; !ok || l.Covered.Estimate < w.Covered.Estimate {
			worst[l.Channel] = l
		}
	}
	var out []string
	for _, name := range channels {
		w := worst[name]
		out = append(out, fmt.Sprintf("%s, in %d settings; worst (%s, size %g, date error %g d) inside its interval in %d of %d corpora",
			name, settings[name], w.Setting.planted(), w.Setting.Size, w.Setting.DateSD, w.Covered.Count, w.Covered.Of))
	}
	return out
}

func (c *Calibration) unexpected() []string {
	var out []string
	for _, o := range c.Controls {
		if !o.Holds {
			out = append(out, fmt.Sprintf("%s (%s and %s): %s", o.ID, o.A, o.B, strings.Join(o.Wrong, ", ")))
		}
	}
	return out
}

// misranked lists the pairs of controls that stand in the wrong order, or equal.
func (c *Calibration) misranked() []string {
	var out []string
	for _, p := range c.Controls {
		for _, n := range c.Controls {
			if p.Kind == Positive && (n.Kind == Negative || n.Kind == Unilateral) && p.level <= n.level {
				out = append(out, fmt.Sprintf("%s (%s) does not rank above %s (%s)", p.ID, p.Got.Level, n.ID, n.Got.Level))
			}
		}
	}
	return out
}

// of lists the controls of a kind that meet a condition.
func (c *Calibration) of(k Kind, wrong func(Outcome) bool) []string {
	var out []string
	for _, o := range c.Controls {
		if o.Kind == k && wrong(o) {
			out = append(out, fmt.Sprintf("%s (%s and %s)", o.ID, o.A, o.B))
		}
	}
	return out
}
