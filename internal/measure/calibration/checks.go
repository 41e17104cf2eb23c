package calibration

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
)

// Sound reports whether every check holds.
func (c *Calibration) Sound() bool {
	return !slices.ContainsFunc(c.Checks, func(k check) bool { return !k.Holds })
}

// check says what must hold of the figures measured. What was not measured is
// not checked.
func (c *Calibration) check() []check {
	out := []check{}
	add := func(name string, wrong []string, right string) {
		k := check{Name: name, Holds: len(wrong) == 0, Detail: right}
		if !k.Holds {
			k.Detail = strings.Join(wrong, "; ")
		}
		out = append(out, k)
	}
	if len(c.FalseAlarms) > 0 {
		add("no question without a link alarms more often than its level", c.excessive(), fmt.Sprintf("over %d corpora no rate is above %g or its upper limit above %g; over fewer no lower limit is above %g", enough, mostAlarms, mostLimit, c.Design.Alpha))
		add("no test alarms far more or far less often than its level", c.off(), fmt.Sprintf("no exact 95 %% interval lies above %g or below half of it", c.Design.Alpha))
		add("the naive methods fail on the same corpora", c.harmless(), "each finds links in corpora that have none far more often than its level allows")
	}
	if len(c.Power.Links) > 0 {
		add("planted effects are recovered", c.uncovered(), "no 95 % interval of an effect holds the planted one in fewer than 95 of 100 corpora, within its exact interval")
		add("links of the strengths stated are found", c.weak(), "every rate is at least what docs/method.md states")
	}
	if len(c.Controls) > 0 {
		add("every control comes out as expected", c.unexpected(), fmt.Sprintf("%d of %d", len(c.Controls), len(c.Controls)))
		add("every positive ranks above every negative and every takeover, theft or false flag", c.misranked(), "by level")
		add("nothing taken counts as cooperation", c.of(Unilateral, func(o outcome) bool { return slices.Contains(o.Got.Sign, string(assess.Cooperative)) }), "no such control is cooperative")
		add("what is contested comes out with low confidence", c.of(Open, func(o outcome) bool { return o.Got.Confidence != assess.Low }), "all of them")
	}
	return out
}

// What the rates of whole questions may be over so many corpora that it can be
// told.
const (
	enough     = 1000
	mostAlarms = .055
	mostLimit  = .07
)

// excessive lists the questions whose false-alarm rate is above the level.
func (c *Calibration) excessive() []string {
	var out []string
	for _, f := range c.FalseAlarms {
		if f.Naive || f.Alarms.Of == 0 || f.Channel != WholeVerdict && (f.Channel != JointTest || f.Theatre) {
			continue
		}
		if f.Alarms.Low > c.Design.Alpha || f.Alarms.Of >= enough && (f.Alarms.Estimate > mostAlarms || f.Alarms.High > mostLimit) {
			out = append(out, f.String())
		}
	}
	return out
}

// off lists the single tests whose false-alarm rate is above the level, or far
// below it: those are conservative, and what they do not find says less.
func (c *Calibration) off() []string {
	var out []string
	for _, f := range c.FalseAlarms {
		if f.Naive || f.Alarms.Of == 0 || f.Theatre || f.Channel == WholeVerdict {
			continue
		}
		switch {
		case f.Alarms.Low > c.Design.Alpha:
			out = append(out, f.String())
		case f.Alarms.High < c.Design.Alpha/2:
			out = append(out, "conservative: "+f.String())
		}
	}
	return out
}

// Conservative reports whether a rate lies far below the level.
func (c *Calibration) Conservative(f FalseAlarm) bool {
	return !f.Naive && f.Alarms.Of > 0 && f.Alarms.High < c.Design.Alpha/2
}

func (f FalseAlarm) String() string {
	return fmt.Sprintf("%s, %d pairs asked, size %s, confounders: %s: %d of %d (%.3f to %.3f)", f.Channel, f.Asked, f.Size, f.Setting, f.Alarms.Count, f.Alarms.Of, f.Alarms.Low, f.Alarms.High)
}

// stated are the rates at which links must be found at size 1, by what is asked.
var stated = []struct {
	link    link
	linked  float64
	asked   int
	channel string
	least   float64
}{
	{Aligned, .3, 36, JointTest, .8}, {Aligned, .5, 36, JointTest, .97}, {Aligned, .3, 1, JointTest, .97},
	{softwareOnly, .5, 36, JointTest, .38}, {Aligned, .3, 36, channel.TimeWithTargetChannel, .45},
}

// weak lists the planted links that were found less often than stated, over
// corpora enough to tell.
func (c *Calibration) weak() []string {
	var out []string
	for _, want := range stated {
		for _, l := range c.Power.Links {
			s := l.Setting
			if s.Link == want.link && s.Linked == want.linked && l.Asked == want.asked && l.Channel == want.channel && s.SizeName() == "1" && s.DateSD == 0 &&
				l.Found.Of >= 100 && l.Found.Estimate < want.least {
				out = append(out, fmt.Sprintf("%s, %s, %g linked, %d pairs: %.2f, not %.2f", l.Channel, s.Link, s.Linked, l.Asked, l.Found.Estimate, want.least))
			}
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
		out = append(out, fmt.Sprintf("%s, in %d settings; worst (%s, %g linked, size %s, date error %g d) inside its interval in %d of %d corpora",
			name, settings[name], w.Setting.Link, w.Setting.Linked, w.Setting.SizeName(), w.Setting.DateSD, w.Covered.Count, w.Covered.Of))
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
func (c *Calibration) of(k Kind, wrong func(outcome) bool) []string {
	var out []string
	for _, o := range c.Controls {
		if o.Kind == k && wrong(o) {
			out = append(out, fmt.Sprintf("%s (%s and %s)", o.ID, o.A, o.B))
		}
	}
	return out
}
