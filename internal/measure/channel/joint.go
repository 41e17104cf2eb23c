package channel

import (
	"context"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// TargetCountryChannel names the channel of [TargetCountry].
const TargetCountryChannel = "target country"

// aboutTargets are the channels on which groups of one theatre look linked.
var aboutTargets = []string{TargetCountryChannel, TimeWithTargetChannel}

// Together is what the joint test says of one pair: one statistic over all its
// channels, one maximum over all pairs of the question.
type Together struct {
	// Result has the sum over channels; its p is that of the pair asked alone, its
	// adjusted p that of the maximum over all pairs. MDE is the smallest share
	// linked on every channel that would have been found with probability .8.
	stat.Result
	// Named are the channels that show it, by closed testing.
	Named []string `json:"named,omitempty"`
	// SameTheatre tells that only what the two were set upon is beyond chance:
	// groups that work in one part of the world look like this without a word
	// between them, and it raises no level.
	SameTheatre bool `json:"same_theatre,omitempty"`
}

// Linked reports whether the two have more in common than chance, and not only
// their targets.
func (t *Together) Linked() bool { return t.Verdict == stat.Distinguishable && !t.SameTheatre }

// A Joint is the joint test of many pairs, and its channels.
type Joint struct {
	pairs  []Pair       // that a channel can measure
	place  map[Pair]int // of each
	parts  []part
	plan   JointPlan
	test   *stat.Joint
	by     map[stat.Parts]*stat.Family
	result []Together // by place
}

// part is a channel with what it measured: one measurement for every pair of the
// joint test, and what to say of others.
type part struct {
	name    string
	part    stat.Part
	measure []Measurement
	none    func(Pair) Measurement
	family  Family // without measurements
}

// JointPlan says how to run a joint test.
type JointPlan struct {
	Draws int
	Seed  uint64
	Level float64
}

// TestJointly runs the joint test of the pairs over the incidences and the acts
// (docs/method.md).
func TestJointly(ctx context.Context, incidences []*Incidence, acts *Acts, pairs []Pair, plan JointPlan) (*Joint, error) {
	j := &Joint{place: map[Pair]int{}, plan: plan}
	for _, p := range pairs {
		able := acts.able(p)
		for _, inc := range incidences {
			able = able || min(inc.Degree(p.A), inc.Degree(p.B)) >= stat.MinDegree
		}
		if able {
			j.place[p] = len(j.pairs)
			j.pairs = append(j.pairs, p)
		}
	}
	j.parts = make([]part, len(incidences)+1)
	err := j.remake(ctx, incidences, acts)
	return j, err
}

// Again runs the same test on other evidence: incidences in the order of the
// first, nil for what has not changed.
func (j *Joint) Again(ctx context.Context, incidences []*Incidence, acts *Acts) (*Joint, error) {
	out := &Joint{pairs: j.pairs, place: j.place, plan: j.plan, parts: slices.Clone(j.parts)}
	err := out.remake(ctx, incidences, acts)
	return out, err
}

func (j *Joint) remake(ctx context.Context, incidences []*Incidence, acts *Acts) error {
	for c, inc := range incidences {
		if err := ctx.Err(); err != nil {
			return err
		}
		if inc != nil {
			j.parts[c] = inc.part(j.pairs, j.plan)
		}
	}
	if acts != nil {
		j.parts[len(j.parts)-1] = acts.part(j.pairs, j.plan)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	var parts []stat.Part
	for c := range j.parts {
		j.parts[c].measure = slices.Clone(j.parts[c].measure)
		parts = append(parts, j.parts[c].part)
	}
	j.test = stat.NewJoint(parts, len(j.pairs), j.plan.Draws, j.plan.Level)
	j.by = map[stat.Parts]*stat.Family{}
	j.run(j.test.All(), j.without(aboutTargets))
	for n := range j.pairs {
		j.judge(n)
	}
	if slices.ContainsFunc(j.result, func(t Together) bool { return t.Verdict == stat.Distinguishable }) {
		j.Name()
	}
	return nil
}

// run tests the pairs over sets of channels.
func (j *Joint) run(sets ...stat.Parts) {
	sets = slices.DeleteFunc(sets, func(s stat.Parts) bool { return s == 0 || j.by[s] != nil })
	for k, f := range j.test.Test(sets) {
		j.by[sets[k]] = f
	}
}

// judge writes the outcome of one pair.
func (j *Joint) judge(n int) {
	t := Together{Result: j.by[j.test.All()].Result(n, j.plan.Level)}
	if t.P != nil {
		t.Draws, t.Seed = j.plan.Draws, j.plan.Seed
	}
	for _, p := range j.parts {
		if m := &p.measure[n]; m.P != nil {
			t.NA, t.NB = t.NA+m.NA, t.NB+m.NB
			m.PAdjusted, m.Verdict = nil, stat.NotDistinguishable
		}
	}
	if t.Verdict == stat.Distinguishable {
		rest := j.by[j.without(aboutTargets)]
		t.SameTheatre = rest == nil || !(rest.PAdjusted[n] <= j.plan.Level)
	}
	j.result = append(j.result, t)
}

// Name names the channels that show what was found, and sets the adjusted p of
// every channel by closed testing. It is done unasked where anything was found.
func (j *Joint) Name() {
	j.run(j.test.Sets()...)
	for n := range j.pairs {
		t := &j.result[n]
		t.Named = nil
		for c, p := range j.parts {
			m := &p.measure[n]
			if m.P == nil {
				continue
			}
			closed, alone := j.test.Closed(n, c, j.by), j.by[1<<c].PAdjusted[n]
			m.PAdjusted, m.PAlone = &closed, &alone
			if m.Verdict == stat.Blind {
				continue
			}
			if m.Verdict = stat.NotDistinguishable; closed <= j.plan.Level {
				m.Verdict = stat.Distinguishable
				t.Named = append(t.Named, p.name)
			}
		}
	}
}

// without is the set of all channels but those named.
func (j *Joint) without(names []string) (set stat.Parts) {
	for c, p := range j.parts {
		if !slices.Contains(names, p.name) {
			set |= 1 << c
		}
	}
	return set
}

// SetMDE sets the minimum detectable share of every pair that was not found, on
// all channels together and on each alone. What could not have been found at any
// share is blind.
func (j *Joint) SetMDE() {
	sets := []stat.Parts{j.test.All()}
	for c := range j.parts {
		sets = append(sets, 1<<c)
	}
	null := func(n int) bool { return j.result[n].Verdict == stat.NotDistinguishable }
	for n, shares := range j.test.Detectable(j.by[j.test.All()], sets, j.plan.Seed, null) {
		for k, share := range shares {
			r := &j.result[n].Result
			if k > 0 {
				r = &j.parts[k-1].measure[n].Result
			}
			switch {
			case r.Verdict != stat.NotDistinguishable:
			case share == 0:
				r.Verdict = stat.Blind
			default:
				r.MDE = &share
			}
		}
	}
}

// Of is what was found of one pair, and its measurement on every channel.
func (j *Joint) Of(p Pair) (Together, []Measurement) {
	n, able := j.place[p]
	out := make([]Measurement, len(j.parts))
	for c := range j.parts {
		if able {
			out[c] = j.parts[c].measure[n]
		} else {
			out[c] = j.parts[c].none(p)
		}
	}
	if able {
		return j.result[n], out
	}
	return Together{Result: stat.Unmeasurable(stat.NullJoint, stat.JointSum, 0, 0, "no channel can be measured")}, out
}

// Families are the channels over all the given pairs.
func (j *Joint) Families(pairs []Pair) []*Family {
	out := make([]*Family, len(j.parts))
	for c, p := range j.parts {
		f := p.family
		f.Measurements = make([]Measurement, len(pairs))
		out[c] = &f
	}
	for n, p := range pairs {
		_, ms := j.Of(p)
		for c := range out {
			out[c].Measurements[n] = ms[c]
		}
	}
	return out
}

// part measures one incidence.
func (inc *Incidence) part(pairs []Pair, plan JointPlan) part {
	rows := make([]stat.Pair, len(pairs))
	for n, p := range pairs {
		rows[n] = stat.Pair{A: inc.row(p.A), B: inc.row(p.B)}
	}
	var able []int
	for i := range inc.Actors {
		if inc.matrix.RowDegree(i) >= stat.MinDegree {
			able = append(able, i)
		}
	}
	o := stat.OverlapPart(inc.matrix, rows, stat.GuardPairs(able, rows), plan.Draws, plan.Seed)
	out := part{name: inc.Channel, part: o, measure: make([]Measurement, len(pairs)), none: inc.none}
	out.family = Family{Channel: inc.Channel, Null: stat.NullWalk, Actors: len(inc.Actors), Items: len(inc.Items), Inflation: o.Inflation()}
	apart := inc.matrix.Apart()
	for n, p := range pairs {
		if rows[n].A < 0 || rows[n].B < 0 {
			out.measure[n] = inc.none(p)
			continue
		}
		m := Measurement{Channel: inc.Channel, Result: o.Result(n)}
		for side, row := range []int{rows[n].A, rows[n].B} {
			if apart[row] && m.P != nil {
				m.Warnings = append(m.Warnings, fmt.Sprintf("whoever tells of side %c tells of one other group at most: its items are taken as given", 'A'+side))
			}
		}
		out.measure[n] = m
	}
	return out
}

// none is the measurement of a pair with too few items.
func (inc *Incidence) none(p Pair) Measurement {
	a, b := inc.Degree(p.A), inc.Degree(p.B)
	why := fmt.Sprintf("%d and %d items: at least %d on each side are needed", a, b, stat.MinDegree)
	if min(a, b) == 0 {
		why = inc.absent(p)
	}
	return Measurement{Channel: inc.Channel, Result: stat.Unmeasurable(stat.NullWalk, stat.SharedItems, a, b, why)}
}

func (inc *Incidence) row(id resolve.ActorID) int {
	if i, ok := inc.rows[id]; ok {
		return i
	}
	return -1
}
