package assess

import (
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// The places of the channels among those measured.
const (
	countries   = 2 // target country
	avoidance   = 4
	firstTiming = 5
)

// remeasurement repeats the measurement of one question on changed evidence,
// doing the work that a change makes necessary and no more: a pair that had too
// few items has no more of them when evidence is left out, and a null model is
// fitted again only where its matrix changed.
type remeasurement struct {
	m     *measurement
	q     Question
	at    []int // places in m.pairs of the pairs tried
	tests []retest
	of    [][]testOf // of each pair tried, its tests
	// attributed has, for every actor asked about by its state, the sets of
	// records that attribute it; actors that were named are not in it.
	attributed map[resolve.ActorID][][]int
}

// retest is one channel's measurable pairs.
type retest struct {
	channel string
	pairs   []channel.Pair
	base    []channel.Measurement
}

// oneActor is the note of a pair whose names come to mean the same actor.
const oneActor = "the two are then one actor"

// testOf points to a test: the place of the channel and of the pair in it.
type testOf struct{ channel, test int }

func newRemeasurement(m *measurement, q Question, at []int) *remeasurement {
	r := &remeasurement{m: m, q: q, at: at, of: make([][]testOf, len(at)), attributed: map[resolve.ActorID][][]int{}}
	for c, ms := range m.byChannel {
		t := retest{channel: m.summaries[c].Channel}
		for k, n := range at {
			if ms[n].P == nil {
				continue
			}
			r.of[k] = append(r.of[k], testOf{c, len(t.pairs)})
			t.pairs, t.base = append(t.pairs, m.pairs[n]), append(t.base, ms[n])
		}
		r.tests = append(r.tests, t)
	}
	place := map[string]int{}
	for i, rec := range m.corpus.Records() {
		place[string(rec.ID)] = i
	}
	for id, state := range m.askedBy {
		r.attributed[id] = attributions(m.actors[id], state, place)
	}
	return r
}

// baseP begins the ranges of p of pair k.
func (r *remeasurement) baseP(k int) []Range {
	out := make([]Range, 0, len(r.of[k]))
	for _, t := range r.of[k] {
		b := r.tests[t.channel].base[t.test]
		out = append(out, Range{Channel: b.Channel, PLow: *b.P, PHigh: *b.P})
	}
	return out
}

func (r *remeasurement) foldP(f *folding, k int, t *trial) {
	if t.outcomes[k].note != "" {
		return
	}
	for i, test := range r.of[k] {
		switch p := t.p[test.channel][test.test]; {
		case p == 0:
			f.out.P[i].Lost++
		default:
			f.out.P[i].PLow, f.out.P[i].PHigh = min(f.out.P[i].PLow, p), max(f.out.P[i].PHigh, p)
		}
	}
}

// try carries out one variant.
func (r *remeasurement) try(v variant) (*trial, error) {
	if v.other != nil {
		return r.tryOther(v.other), nil
	}
	families, err := r.families(v)
	if err != nil {
		return nil, err
	}
	if err := channel.Adjust(families, r.q.Alpha); err != nil {
		return nil, err
	}
	t := &trial{outcomes: make([]outcome, len(r.at)), p: make([][]float64, len(families))}
	for c, f := range families {
		t.p[c] = make([]float64, len(f.Measurements))
		for n, m := range f.Measurements {
			if m.P != nil {
				t.p[c][n] = *m.P
			}
		}
	}
	looked := r.m.looked
	if v.keep != nil {
		looked = r.m.coverage(v.keep)
	}
	asked := map[resolve.ActorID]bool{}
	stands := r.standing(v)
	for k, n := range r.at {
		p := r.m.pairs[n]
		if note := r.leaves(v, asked, p); note != "" {
			t.outcomes[k] = outcome{NotAssessable, NoSign, note}
			continue
		}
		f := r.m.findingsUnder(n, stands, looked)
		for _, test := range r.of[k] {
			f.measurements = append(f.measurements, families[test.channel].Measurements[test.test])
		}
		got := judge(f)
		t.outcomes[k] = outcome{level: got.level, sign: got.sign}
	}
	return t, nil
}

// families tests the measurable pairs again where the variant changes what the
// test is made of.
func (r *remeasurement) families(v variant) ([]*channel.Family, error) {
	out := make([]*channel.Family, len(r.tests))
	for c, t := range r.tests {
		out[c] = &channel.Family{Channel: t.channel, Measurements: slices.Clone(t.base)}
	}
	if v.keep != nil {
		for c, inc := range r.m.incidences {
			left, changed := inc.Only(v.keep)
			if !changed {
				continue
			}
			if err := r.again(out, c, func(pairs []channel.Pair) (*channel.Family, error) {
				return left.Overlap(pairs, channel.Null(r.q.Null))
			}); err != nil {
				return nil, err
			}
			if c != countries {
				continue
			}
			if err := r.again(out, avoidance, left.Avoidance); err != nil {
				return nil, err
			}
		}
	}
	for k, ch := range r.m.chronicles {
		c := firstTiming + k
		if len(r.tests[c].pairs) == 0 {
			continue
		}
		if v.keep != nil {
			ch = r.m.corpus.Chronicle(ch.Kind, r.m.period, v.keep)
		}
		if v.pick != nil {
			ch = ch.Redraw(v.pick)
		}
		out[c] = ch.Timing(channel.Dyads(r.tests[c].pairs))
	}
	return out, nil
}

// again replaces the family of a channel. A test that two null models disagreed
// on stays one that does not count.
func (r *remeasurement) again(out []*channel.Family, c int, test func([]channel.Pair) (*channel.Family, error)) error {
	if len(r.tests[c].pairs) == 0 {
		return nil
	}
	f, err := test(r.tests[c].pairs)
	if err != nil {
		return err
	}
	for n := range f.Measurements {
		f.Measurements[n].Confirm = r.tests[c].base[n].Confirm
	}
	out[c] = f
	return nil
}

// leaves says why the pair is no longer asked about, or "".
func (r *remeasurement) leaves(v variant, asked map[resolve.ActorID]bool, p channel.Pair) string {
	if v.keep == nil {
		return ""
	}
	for _, id := range []resolve.ActorID{p.A, p.B} {
		sets, byState := r.attributed[id]
		if !byState {
			continue
		}
		is, known := asked[id]
		if !known {
			is = len(sets) == 0 || slices.ContainsFunc(sets, func(s []int) bool { return len(s) == 0 || slices.ContainsFunc(s, v.keep) })
			asked[id] = is
		}
		if !is {
			a := r.m.actors[id]
			return "nothing else attributes " + a.Name + " to " + evidence.CountryName(r.m.askedBy[id])
		}
	}
	return ""
}

// standing tells which records links are made of: those left, or those on a day
// of the period where dates are drawn; nil where it is all.
func (r *remeasurement) standing(v variant) func(record int) bool {
	if v.keep != nil || v.pick == nil || r.m.period.IsZero() {
		return v.keep
	}
	records := r.m.corpus.Records()
	return func(i int) bool { return drawnWithin(&records[i], v.pick, r.m.period) }
}

// drawnWithin reports whether a day drawn from the date of a record lies in the
// period. An open interval has no day to draw and counts as it stands.
func drawnWithin(r *evidence.Record, pick func(string) float64, period evidence.Interval) bool {
	when, _ := r.When()
	if !when.Bounded() {
		return when.Overlaps(period)
	}
	key := r.Event
	if key == "" {
		key = string(r.ID)
	}
	length := float64(when.To.Sub(when.From))
	day := when.From.Add(time.Duration(pick(key) * length))
	return evidence.On(day, evidence.Second).Overlaps(period)
}

// withoutSources leaves out one independent source of the pair's links at a
// time.
func (m *measurement) withoutSources(f *folding, n int) {
	records := m.corpus.Records()
	whole := m.findings(n)
	for _, source := range sources(slices.Concat(whole.ledger, whole.crossfire)) {
		left := m.findingsUnder(n, func(i int) bool { return records[i].Source() != source }, m.looked)
		left.measurements = whole.measurements
		got := judge(left)
		f.add(variant{kind: kindSource, what: source}, outcome{level: got.level, sign: got.sign}, &VariantSummary{})
	}
}

// tryOther reads the outcomes from a whole measurement under another policy of
// names.
func (r *remeasurement) tryOther(o *measurement) *trial {
	t := &trial{outcomes: make([]outcome, len(r.at)), p: make([][]float64, len(r.tests))}
	for c, test := range r.tests {
		t.p[c] = make([]float64, len(test.pairs))
	}
	for k := range r.at {
		n := o.renamed[k]
		if n < 0 {
			t.outcomes[k] = outcome{NotAssessable, NoSign, oneActor}
			continue
		}
		v := judge(o.findings(n))
		t.outcomes[k] = outcome{level: v.level, sign: v.sign}
		for _, test := range r.of[k] {
			if p := o.byChannel[test.channel][n].P; p != nil {
				t.p[test.channel][test.test] = *p
			}
		}
	}
	return t
}
