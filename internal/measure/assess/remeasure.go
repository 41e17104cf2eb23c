package assess

import (
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// remeasurement repeats the measurement of one question on changed evidence.
type remeasurement struct {
	m     *measurement
	at    []int // places in m.pairs of the pairs tried
	tests *channel.Retest
	// attributed has, for every actor asked about by its state, the sets of
	// records that attribute it; actors that were named are not in it.
	attributed map[resolve.ActorID][][]int
}

// oneActor is the note of a pair whose names come to mean the same actor.
const oneActor = "the two are then one actor"

// newRemeasurement prepares it. Which channel shows what was found bears on no
// verdict but that on an order in time of which somebody tells.
func newRemeasurement(m *measurement, at []int) *remeasurement {
	ordered := slices.ContainsFunc(at, func(n int) bool {
		return slices.ContainsFunc(m.ledger[n].Links(), func(l channel.Link) bool { return l.Class == evidence.TemporalOrder })
	})
	r := &remeasurement{m: m, at: at, tests: m.battery.Retest(at, ordered), attributed: map[resolve.ActorID][][]int{}}
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
	out := []Range{}
	for _, t := range r.tests.Whole(k) {
		out = append(out, Range{Channel: t.Is.Name, PLow: *t.P, PHigh: *t.P})
	}
	return out
}

func (f *folding) foldP(o outcome) {
	if o.note != "" {
		return
	}
	for i, t := range o.tests {
		p := &f.out.P[i]
		if t.P == nil {
			p.Lost++
			continue
		}
		p.PLow, p.PHigh = min(p.PLow, *t.P), max(p.PHigh, *t.P)
	}
}

// try carries out one variant.
func (r *remeasurement) try(v variant) ([]outcome, error) {
	if v.other != nil {
		return r.tryOther(v.other), nil
	}
	retested, err := r.tests.Under(v.Change)
	if err != nil {
		return nil, err
	}
	looked := r.m.looked
	if v.Keep != nil {
		looked = r.m.coverage(v.Keep)
	}
	asked, stands := map[resolve.ActorID]bool{}, r.standing(v)
	out := make([]outcome, len(r.at))
	for k, n := range r.at {
		if note := r.leaves(v, asked, r.m.pairs[n]); note != "" {
			out[k] = outcome{level: NotAssessable, sign: NoSign, note: note}
			continue
		}
		f := r.m.findingsUnder(n, stands, looked)
		f.together, f.tests = retested.Of(k)
		out[k] = f.outcome()
	}
	return out, nil
}

// leaves says why the pair is no longer asked about, or "".
func (r *remeasurement) leaves(v variant, asked map[resolve.ActorID]bool, p channel.Pair) string {
	if v.Keep == nil {
		return ""
	}
	for _, id := range []resolve.ActorID{p.A, p.B} {
		sets, byState := r.attributed[id]
		if !byState {
			continue
		}
		is, known := asked[id]
		if !known {
			is = len(sets) == 0 || slices.ContainsFunc(sets, func(s []int) bool { return len(s) == 0 || slices.ContainsFunc(s, v.Keep) })
			asked[id] = is
		}
		if !is {
			a := r.m.actors[id]
			return "nothing else attributes " + a.Name + " to " + evidence.CountryInText(r.m.askedBy[id])
		}
	}
	return ""
}

// standing tells which records links are made of: those left, or those on a day
// of the period where dates are drawn; nil where it is all.
func (r *remeasurement) standing(v variant) func(record int) bool {
	if v.Keep != nil || v.Pick == nil || r.m.period.IsZero() {
		return v.Keep
	}
	records := r.m.corpus.Records()
	return func(i int) bool { return drawnWithin(&records[i], v.Pick, r.m.period) }
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
	for _, source := range sources(slices.Concat(whole.ledger, whole.attacks)) {
		left := m.findingsUnder(n, func(i int) bool { return records[i].Source() != source }, m.looked)
		left.together, left.tests = whole.together, whole.tests
		f.add(variant{kind: kindSource, what: source}, left.outcome(), &VariantSummary{})
	}
}

// tryOther reads the outcomes from a whole measurement under another policy of
// names.
func (r *remeasurement) tryOther(o *measurement) []outcome {
	out := make([]outcome, len(r.at))
	for k := range r.at {
		n := o.renamed[k]
		if n < 0 {
			out[k] = outcome{level: NotAssessable, sign: NoSign, note: oneActor}
			continue
		}
		f := o.findings(n)
		out[k] = f.outcome()
		// Ranges are of the tests there were.
		out[k].tests = nil
		for _, was := range r.tests.Whole(k) {
			out[k].tests = append(out[k].tests, f.test(was.Is.Name))
		}
	}
	return out
}
