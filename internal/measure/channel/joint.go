package channel

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// joinable is what a channel of the verdict reads: it takes part in the joint
// test.
type joinable interface {
	Reading
	sparing
	// none says why a pair has not.
	none(Pair) Measurement
	// part measures pairs, of which it must be able for some.
	part([]Pair, JointPlan) part
}

// sparing is what can say that a pair has too little to be tested without testing it.
type sparing interface {
	// able reports whether a pair has enough on both sides.
	able(Pair) bool
}

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
	// POfTools is the p, of the pair asked alone, of the channels that are not about
	// targets; nil where none can be measured.
	POfTools *float64 `json:"p_of_tools,omitempty"`
}

// Linked reports whether the two have more in common than chance, and not only
// their targets.
func (t *Together) Linked() bool { return t.Verdict == stat.Distinguishable && !t.SameTheatre }

// A joint is the joint test of many pairs, and its channels.
type joint struct {
	pairs  []Pair       // that a channel can measure
	place  map[Pair]int // of each
	parts  []part
	about  []bool // of each part, whether it is about targets
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
	// inflation is that of the whole evidence where a part of it is measured; 0
	// asks for it to be measured.
	inflation float64
	// named asks for what [joint.Name] needs along with the rest.
	named bool
}

// guard are the pairs of the able that nobody asks about, on which inflation is
// measured; none where that of the whole evidence is kept.
func (p JointPlan) guard(able []int, asked []stat.Pair) []stat.Pair {
	if p.inflation > 0 {
		return nil
	}
	return stat.GuardPairs(able, asked)
}

// keep gives a part the inflation of the whole evidence, where that is kept.
func (p JointPlan) keep(part interface{ SetInflation(float64) }) {
	if p.inflation > 0 {
		part.SetInflation(p.inflation)
	}
}

// againDraws are the draws with which a change of the evidence is tried first; where
// they leave a verdict open, all are made (sequential Monte Carlo; Besag and
// Clifford, Biometrika 78, 1991).
const againDraws = 249

// open is how many standard errors of a p at the level, with the draws made, leave
// it open on which side of the level the p of all draws lies.
const open = 3.3

// TestJointly runs the joint test of the pairs over the channels of the verdict
// (docs/method.md), of a corpus as a whole.
func TestJointly(ctx context.Context, c *Corpus, pairs []Pair, plan JointPlan) (*joint, error) {
	var channels []Channel
	var readings []Reading
	for _, ch := range Channels() {
		if !ch.Beside {
			channels, readings = append(channels, ch), append(readings, ch.Read(c, Setting{}))
		}
	}
	plan.named = true
	return newJoint(ctx, channels, readings, pairs, plan)
}

func newJoint(ctx context.Context, channels []Channel, readings []Reading, pairs []Pair, plan JointPlan) (*joint, error) {
	j := &joint{place: map[Pair]int{}, plan: plan, parts: make([]part, len(channels))}
	joined := make([]joinable, len(channels))
	for n, ch := range channels {
		var ok bool
		if joined[n], ok = readings[n].(joinable); !ok {
			return nil, fmt.Errorf("channel %s has no statistic for the joint test, and can only stand beside it", ch.Name)
		}
		j.about = append(j.about, ch.Targets)
	}
	for _, p := range pairs {
		if slices.ContainsFunc(joined, func(r joinable) bool { return r.able(p) }) {
			j.place[p] = len(j.pairs)
			j.pairs = append(j.pairs, p)
		}
	}
	for c, r := range joined {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		j.parts[c] = r.part(j.pairs, plan)
	}
	j.finish()
	if j.found() {
		j.Name()
	}
	return j, ctx.Err()
}

// again runs the same test on other evidence: by channel what measures it with so
// many draws, nil for what has not changed. Inflation stays what it is, and fewer
// draws do where they decide. named asks for the channels that show what was found,
// which is more work than finding it.
func (j *joint) again(parts []func(draws int) part, named bool) *joint {
	out := j.drawn(parts, min(againDraws, j.plan.Draws))
	if out.plan.Draws < j.plan.Draws && out.undecided() {
		out = j.drawn(parts, j.plan.Draws)
	}
	if named && out.found() {
		out.Name()
	}
	return out
}

func (j *joint) drawn(parts []func(draws int) part, draws int) *joint {
	out := &joint{pairs: j.pairs, place: j.place, plan: j.plan, about: j.about, parts: slices.Clone(j.parts)}
	out.plan.Draws, out.plan.named = draws, false
	for c, of := range parts {
		if of != nil {
			out.parts[c] = of(draws)
		}
		out.parts[c].measure = slices.Clone(out.parts[c].measure) // of others too
	}
	out.finish()
	return out
}

// undecided reports whether the draws made leave the verdict of any pair open.
func (j *joint) undecided() bool {
	level := j.plan.Level
	near := open * math.Sqrt(level*(1-level)/float64(j.plan.Draws))
	rest := j.by[j.apart()]
	for n, p := range j.by[j.test.All()].PAdjusted {
		if math.Abs(p-level) < near || p < level && rest != nil && math.Abs(rest.PAdjusted[n]-level) < near {
			return true
		}
	}
	return false
}

// measured is a channel on other evidence.
func (j *joint) measured(c int, r joinable, draws int) part {
	plan := j.plan
	plan.Draws, plan.inflation = draws, j.parts[c].family.Inflation
	return r.part(j.pairs, plan)
}

// finish tests over the channels that are measured.
func (j *joint) finish() {
	var parts []stat.Part
	for _, p := range j.parts {
		parts = append(parts, p.part)
	}
	j.test = stat.NewJoint(parts, len(j.pairs), j.plan.Draws, j.plan.Level)
	j.by = map[stat.Parts]*stat.Family{}
	if j.plan.named {
		j.run(j.test.Sets()...)
	} else {
		j.run(j.test.All(), j.apart())
	}
	for n := range j.pairs {
		j.judge(n)
	}
}

// found reports whether any pair is beyond chance.
func (j *joint) found() bool {
	return slices.ContainsFunc(j.result, func(t Together) bool { return t.Verdict == stat.Distinguishable })
}

// run tests the pairs over sets of channels.
func (j *joint) run(sets ...stat.Parts) {
	sets = slices.DeleteFunc(sets, func(s stat.Parts) bool { return s == 0 || j.by[s] != nil })
	for k, f := range j.test.Test(sets) {
		j.by[sets[k]] = f
	}
}

// judge writes the outcome of one pair.
func (j *joint) judge(n int) {
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
	rest := j.by[j.apart()]
	if rest != nil && !math.IsNaN(rest.P[n]) {
		t.POfTools = &rest.P[n]
	}
	if t.Verdict == stat.Distinguishable {
		t.SameTheatre = rest == nil || !(rest.PAdjusted[n] <= j.plan.Level)
	}
	j.result = append(j.result, t)
}

// Name names the channels that show what was found, and sets the adjusted p of
// every channel by closed testing. It is done unasked where anything was found.
func (j *joint) Name() {
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

// apart is the set of the channels that are not about targets.
func (j *joint) apart() (set stat.Parts) {
	for c, about := range j.about {
		if !about {
			set |= 1 << c
		}
	}
	return set
}

// SetMDE sets the minimum detectable share of every pair that was not found, on
// all channels together and on each alone. What could not have been found at any
// share is blind.
func (j *joint) SetMDE() {
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
func (j *joint) Of(p Pair) (Together, []Measurement) {
	n, able := j.place[p]
	out := make([]Measurement, len(j.parts))
	for c := range j.parts {
		if able {
			out[c] = j.parts[c].measure[n]
		} else {
			out[c] = j.parts[c].none(p)
		}
	}
	return j.together(p), out
}

func (j *joint) together(p Pair) Together {
	if n, able := j.place[p]; able {
		return j.result[n]
	}
	return Together{Result: stat.Unmeasurable(stat.NullJoint, stat.JointSum, 0, 0, "no channel can be measured")}
}

// Families are the channels over all the given pairs.
func (j *joint) Families(pairs []Pair) []*Family {
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

func (inc *Incidence) able(p Pair) bool {
	return min(inc.Degree(p.A), inc.Degree(p.B)) >= stat.MinDegree
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
	o := stat.OverlapPart(inc.matrix, rows, plan.guard(able, rows), plan.Draws, plan.Seed)
	plan.keep(o)
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
