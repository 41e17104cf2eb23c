package calibration

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// Schema names the JSON form of a Calibration.
const Schema = "cahoots/calibration/v1"

// A Plan says how much to measure. Its zero value measures the cases only.
type Plan struct {
	Alpha   float64 // level of the tests after adjustment; 0 is assess.DefaultAlpha
	Corpora int     // corpora without links, with the usual confounders, for each of three sizes
	Each    int     // corpora with one confounder, for each of them, with none and with all
	Linked  int     // corpora for each of Links
	// Links are the planted links whose power is measured; each needs one with
	// nothing linked beside it, of the same size and date error.
	Links  []Setting
	Timing int // simulated pairs of series for each plan of a timing test
	Cases  []Case
	Shards []Shard     // what was measured elsewhere, in place of measuring it
	Tool   assess.Tool // with the seed
	// Progress, where not nil, hears how many corpora of all are done. It is
	// called from several goroutines.
	Progress func(done, all int)
}

// Full is the plan of docs/validation.md.
func Full() Plan { return Plan{Corpora: 1000, Each: 200, Linked: 100, Links: Links(), Timing: 1000} }

// Quick is a plan for a first look, and for machines that check every change.
func Quick() Plan { return Plan{Corpora: 20, Linked: 5, Links: Links()[:4], Timing: 100} }

// A Calibration is what the method's verdicts are worth.
type Calibration struct {
	Schema      string       `json:"schema"`
	Tool        assess.Tool  `json:"tool"`
	Design      design       `json:"design"`
	FalseAlarms []FalseAlarm `json:"false_alarms"`
	Power       power        `json:"power"`
	Controls    []outcome    `json:"controls"`
	AUC         []auc        `json:"auc"`
	// Checks are what must hold for the verdicts to be worth anything.
	Checks   []check  `json:"checks"`
	Warnings []string `json:"warnings"`
}

// design is how the corpora were made, so that they can be made again.
type design struct {
	Alpha      float64 `json:"alpha"`
	Groups     int     `json:"groups"` // in all
	Pairs      int     `json:"pairs"`  // asked about
	Days       int     `json:"days"`
	Corpora    int     `json:"corpora"`
	Each       int     `json:"each"`
	Linked     int     `json:"linked"`
	Timing     int     `json:"timing"`
	SeedAlarms uint64  `json:"seed_alarms"` // corpus n of a setting is a function of its seed and n
	SeedLinked uint64  `json:"seed_linked"`
	SeedTiming uint64  `json:"seed_timing"`
}

// A check is one thing that must hold.
type check struct {
	Name   string `json:"name"`
	Holds  bool   `json:"holds"`
	Detail string `json:"detail"`
}

// A Rate is a count with its exact interval (Clopper and Pearson). Where Of is 0
// nothing could be measured and the interval is empty.
type Rate struct {
	Count int `json:"count"`
	Of    int `json:"of"`
	stat.Interval
}

func rate(count, of int) Rate {
	r := Rate{Count: count, Of: of}
	r.Interval, _ = stat.Proportion(count, of, .95) // the zero Interval where of is 0
	return r
}

// Rows of a table that look at no single channel: whether the joint test finds
// more than chance, and whether that raises the level of any pair.
const (
	JointTest    = "joint test"
	WholeVerdict = "whole verdict"
)

// Run measures error rates, power and controls. The same plan gives the same
// Calibration, on any number of cores, and of any shards that cover it.
func Run(ctx context.Context, p Plan) (*Calibration, error) {
	r, err := newRunner(p)
	if err != nil {
		return nil, err
	}
	c, err := r.run(ctx, r.falseAlarms, r.power, r.controls, r.auc)
	if err != nil {
		return nil, err
	}
	c.Checks = c.check()
	return c, nil
}

func newRunner(p Plan) (*runner, error) {
	p.Alpha = cmp.Or(p.Alpha, assess.DefaultAlpha)
	if err := p.check(); err != nil {
		return nil, err
	}
	r := &runner{plan: p, design: design{
		Alpha: p.Alpha, Groups: 2*groupsPerSide + bystanders, Pairs: groupsPerSide * groupsPerSide, Days: days,
		Corpora: p.Corpora, Each: p.Each, Linked: p.Linked, Timing: p.Timing,
		SeedAlarms: p.Tool.Seed, SeedLinked: p.Tool.Seed + 1, SeedTiming: p.Tool.Seed + 2,
	}}
	r.all = 3*p.Corpora + (2+len(Confounders()))*p.Each + len(p.Links)*p.Linked
	if p.Timing > 0 {
		r.all += len(timingPlans())
	}
	for _, s := range p.Shards {
		if s.Schema != ShardSchema || s.Tool != p.Tool || s.Design != r.design {
			return nil, fmt.Errorf("calibration: shard %d of %d was made by cahoots %s with another plan or seed, and this is cahoots %s: make all with one program and the same flags", s.Number, s.Of, s.Tool.Version, p.Tool.Version)
		}
	}
	return r, nil
}

func (r *runner) run(ctx context.Context, steps ...func(context.Context, *Calibration) error) (*Calibration, error) {
	c := &Calibration{
		Schema: Schema, Tool: r.plan.Tool, Design: r.design,
		FalseAlarms: []FalseAlarm{}, Controls: []outcome{}, AUC: []auc{}, Checks: []check{}, Warnings: []string{},
	}
	for _, step := range steps {
		if err := step(ctx, c); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (p Plan) check() error {
	if !(p.Alpha > 0 && p.Alpha < 1) {
		return fmt.Errorf("calibration: level %v is not between 0 and 1", p.Alpha)
	}
	for _, s := range p.Links {
		if err := s.check(); err != nil {
			return err
		}
		if !slices.ContainsFunc(p.Links, s.unlinked) {
			return fmt.Errorf("calibration: no corpora of size %g and date error %g days with nothing linked, to compare those with %g linked to", s.Size, s.DateSD, s.Linked)
		}
	}
	return nil
}

// unlinked reports whether o is the same setting with nothing linked.
func (s Setting) unlinked(o Setting) bool {
	return o.Linked == 0 && o.DateSD == s.DateSD && o.Size == s.Size && o.Sparse == s.Sparse && slices.Equal(o.Confounders, s.Confounders)
}
