package calibration

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// A Case is evidence with outcomes that a sound method must give on it.
type Case struct {
	Name     string
	Records  []evidence.Record
	Policy   resolve.Policy
	From, To string // the case's own period
	Controls []Control
}

// A Control is one such outcome. Empty fields do not matter.
type Control struct {
	ID                 string
	A, B               string // groups, or two states: then the claims about them are meant
	From, To           string // in place of the case's period
	LevelMin, LevelMax assess.Level
	Signs              []assess.Sign // any of these
	Confidence         string
	Contested          bool // must come out as contested
	Why                string
}

// Kind says what a control is for. It follows from what is expected, so that a
// case file of a stranger needs no more than its expectations.
type Kind string

// The kinds of controls.
const (
	Positive   Kind = "positive"   // L2 or above
	Unilateral Kind = "unilateral" // a takeover, theft or false flag
	Open       Kind = "contested"  // claimed and contested
	Negative   Kind = "negative"   // no more than L1
	Neither    Kind = "neither"    // may be L1 or L2: it ranks above nothing and below nothing
)

// Kind of the control.
func (c Control) Kind() Kind {
	switch {
	case c.Contested:
		return Open
	case slices.Contains(c.Signs, assess.Unilateral) && !slices.Contains(c.Signs, assess.Cooperative):
		return Unilateral
	case c.LevelMin >= assess.SharedSupply:
		return Positive
	case c.LevelMax >= assess.SharedSupply:
		return Neither
	}
	return Negative
}

// Reading is what a verdict says, or must say.
type Reading struct {
	Level      string   `json:"level"` // a rung or a range of rungs, "?" where nothing could be assessed
	Sign       []string `json:"sign"`  // one of these; empty is any
	Confidence string   `json:"confidence"`
	Contested  bool     `json:"contested"`
}

// An outcome is a control as expected and as it came out.
type outcome struct {
	Case     string  `json:"case"`
	ID       string  `json:"id"`
	Kind     Kind    `json:"kind"`
	A        string  `json:"a"`
	B        string  `json:"b"`
	Expected Reading `json:"expected"`
	Got      Reading `json:"got"`
	Holds    bool    `json:"holds"`
	// Wrong says in what the two differ, or why nothing could be assessed.
	Wrong   []string     `json:"wrong"`
	Why     string       `json:"why"`     // the control's own reason
	Verdict string       `json:"verdict"` // the method's
	level   assess.Level // as it came out
}

func (r *runner) controls(ctx context.Context, c *Calibration) error {
	for _, k := range r.plan.Cases {
		for _, control := range k.Controls {
			if err := ctx.Err(); err != nil {
				return err
			}
			c.Controls = append(c.Controls, r.control(ctx, k, control))
		}
	}
	if len(r.plan.Cases) > 0 && len(c.Controls) == 0 {
		c.Warnings = append(c.Warnings, "none of the cases has controls: nothing says what must come out of them")
	}
	return nil
}

// control assesses one control. An assessment that fails is an outcome too.
func (r *runner) control(ctx context.Context, k Case, c Control) outcome {
	out := outcome{Case: k.Name, ID: c.ID, Kind: c.Kind(), A: c.A, B: c.B, Expected: c.reading(), Wrong: []string{}, Why: c.Why, level: assess.NotAssessable}
	a, err := assess.Run(ctx, assess.Input{
		Records: k.Records, Policy: k.Policy, Tool: r.plan.Tool, VerdictsOnly: true,
		Question: assess.Question{A: c.A, B: c.B, From: cmp.Or(c.From, k.From), To: cmp.Or(c.To, k.To), Alpha: r.plan.Alpha},
	})
	if err != nil {
		out.Got, out.Wrong = Reading{Level: "?", Sign: []string{}}, []string{err.Error()}
		return out
	}
	if claims := a.Sides.Claims; bothStates(c) && len(claims) > 0 {
		out.ofClaims(claims)
	} else {
		out.ofPair(a.Pairs[0]) // the highest
	}
	out.Wrong = c.wrong(out)
	out.Holds = len(out.Wrong) == 0
	return out
}

// bothStates reports whether the control is about two states as such.
func bothStates(c Control) bool {
	_, a := evidence.ParseCountry(c.A)
	_, b := evidence.ParseCountry(c.B)
	return a && b
}

func (o *outcome) ofPair(p assess.Pair) {
	o.level, o.Verdict = p.Level, p.Why
	o.Got = Reading{Level: p.Level.String(), Sign: []string{string(p.Sign)}, Confidence: p.Confidence, Contested: p.Contested}
}

// ofClaims reads what is said about two states: the highest level and confidence
// of any claim, contested where one is.
func (o *outcome) ofClaims(claims []assess.Claim) {
	o.level = assess.NoneFound
	var why []string
	confidence := assess.Low
	for _, c := range claims {
		o.level = max(o.level, c.Level)
		if slices.Index(confidences, c.Confidence) > slices.Index(confidences, confidence) {
			confidence = c.Confidence
		}
		o.Got.Contested = o.Got.Contested || c.Status == evidence.Contested
		why = append(why, fmt.Sprintf("%s: %s", c.Source, c.Why))
	}
	slices.Sort(why)
	o.Verdict = strings.Join(slices.Compact(why), "; ")
	o.Got.Level, o.Got.Sign, o.Got.Confidence = o.level.String(), []string{string(assess.NoSign)}, confidence
}

var confidences = []string{assess.Low, assess.Moderate, assess.High}

func (c Control) reading() Reading {
	r := Reading{Level: c.LevelMin.String(), Sign: []string{}, Confidence: c.Confidence, Contested: c.Contested}
	if c.LevelMax > c.LevelMin {
		r.Level += "-" + c.LevelMax.String()
	}
	for _, s := range c.Signs {
		r.Sign = append(r.Sign, string(s))
	}
	return r
}

// wrong says in what an outcome differs from what was expected.
func (c Control) wrong(o outcome) []string {
	out := []string{}
	if o.level < c.LevelMin || o.level > c.LevelMax {
		out = append(out, fmt.Sprintf("level %s instead of %s", o.Got.Level, o.Expected.Level))
	}
	if sign := o.Got.Sign[0]; len(c.Signs) > 0 && !slices.Contains(o.Expected.Sign, sign) {
		out = append(out, fmt.Sprintf("sign %s instead of %s", sign, strings.Join(o.Expected.Sign, " or ")))
	}
	if c.Confidence != "" && o.Got.Confidence != c.Confidence {
		out = append(out, fmt.Sprintf("confidence %s instead of %s", o.Got.Confidence, c.Confidence))
	}
	if c.Contested && !o.Got.Contested {
		out = append(out, "not shown as contested")
	}
	return out
}
