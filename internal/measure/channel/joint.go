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

// A Joint is the joint test of many pairs, and its channels.
type Joint struct {
	Together []Together // by pair
	Families []*Family  // a channel each
	pairs    []Pair
	parts    []part
	test     *stat.Joint
	by       map[stat.Parts]*stat.Family
	level    float64
	seed     uint64
}

// part is a channel with what it measured.
type part struct {
	name   string
	part   stat.Part
	family *Family
}

// JointPlan says how to run a joint test.
type JointPlan struct {
	Draws int
	Seed  uint64
	Level float64
}

// TestJointly runs the joint test over software, technique, target country and
// time with target (docs/method.md).
func TestJointly(ctx context.Context, incidences []*Incidence, acts *Acts, pairs []Pair, plan JointPlan) (*Joint, error) {
	j := &Joint{pairs: pairs, level: plan.Level, seed: plan.Seed, by: map[stat.Parts]*stat.Family{}}
	for _, inc := range incidences {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		j.parts = append(j.parts, inc.part(pairs, plan))
	}
	j.parts = append(j.parts, acts.part(pairs, plan))
	var parts []stat.Part
	for _, p := range j.parts {
		parts = append(parts, p.part)
		j.Families = append(j.Families, p.family)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	j.test = stat.NewJoint(parts, len(pairs), plan.Draws, plan.Level)
	for k, f := range j.test.Test(j.test.Sets()) {
		j.by[j.test.Sets()[k]] = f
	}
	for n := range pairs {
		j.judge(n, plan)
	}
	return j, nil
}

// judge writes the outcome of one pair and of its channels.
func (j *Joint) judge(n int, plan JointPlan) {
	all := j.by[j.test.All()]
	t := Together{Result: all.Result(n, plan.Level)}
	if t.P != nil {
		t.Draws, t.Seed = plan.Draws, plan.Seed
	}
	for c, p := range j.parts {
		m := &p.family.Measurements[n]
		if m.P == nil {
			continue
		}
		t.NA, t.NB = t.NA+m.NA, t.NB+m.NB
		closed := j.test.Closed(n, c, j.by)
		m.PAdjusted, m.Verdict = &closed, stat.NotDistinguishable
		if closed <= plan.Level {
			m.Verdict = stat.Distinguishable
			t.Named = append(t.Named, p.name)
		}
	}
	if t.Verdict == stat.Distinguishable {
		rest := j.without(aboutTargets)
		f := j.by[rest]
		t.SameTheatre = rest == 0 || !(f.PAdjusted[n] <= plan.Level)
	}
	j.Together = append(j.Together, t)
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
	null := func(n int) bool { return j.Together[n].Verdict == stat.NotDistinguishable }
	for n, shares := range j.test.Detectable(j.by[j.test.All()], sets, j.seed, null) {
		for k, share := range shares {
			r := &j.Together[n].Result
			if k > 0 {
				r = &j.parts[k-1].family.Measurements[n].Result
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
	f := &Family{Channel: inc.Channel, Actors: len(inc.Actors), Items: len(inc.Items), Inflation: o.Inflation(), Measurements: make([]Measurement, len(pairs))}
	apart := inc.matrix.Apart()
	for n, p := range pairs {
		m := Measurement{Channel: inc.Channel, Result: o.Result(n)}
		if rows[n].A < 0 || rows[n].B < 0 {
			m.Result = stat.Unmeasurable(stat.NullWalk, stat.SharedItems, inc.Degree(p.A), inc.Degree(p.B), inc.absent(p))
		}
		for side, row := range []int{rows[n].A, rows[n].B} {
			if row >= 0 && apart[row] && m.P != nil {
				m.Warnings = append(m.Warnings, fmt.Sprintf("whoever tells of side %c tells of one other group at most: its items are taken as given", 'A'+side))
			}
		}
		f.Measurements[n] = m
	}
	f.Describe = func() { inc.describe(f, pairs) }
	return part{inc.Channel, o, f}
}

func (inc *Incidence) row(id resolve.ActorID) int {
	if i, ok := inc.rows[id]; ok {
		return i
	}
	return -1
}
