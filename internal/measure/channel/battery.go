package channel

import (
	"context"
	"slices"
)

// A Battery is the tests of one question: every pair on every channel.
type Battery struct {
	Channels []Channel
	Families []*Family // in the order of Channels
	pairs    []Pair
	readings []Reading
	alpha    float64
}

// Measure tests every pair on every channel and adjusts the p-values: over all
// channels of the verdict together, and over each channel that stands beside it.
func Measure(ctx context.Context, c *Corpus, channels []Channel, pairs []Pair, s Setting) (*Battery, error) {
	b := &Battery{Channels: channels, pairs: pairs, alpha: s.Alpha}
	for _, ch := range channels {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r := ch.Read(c, s)
		f, err := r.Test(pairs)
		if err != nil {
			return nil, err
		}
		b.readings, b.Families = append(b.readings, r), append(b.Families, f)
	}
	if err := adjust(channels, b.Families, s.Alpha); err != nil {
		return nil, err
	}
	for _, f := range b.Families {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !s.VerdictsOnly || f.Found() {
			f.Confirm(s.Confirm, s.Alpha, s.Seed)
		}
		if s.VerdictsOnly {
			continue
		}
		f.SetMDE()
		if f.Describe != nil {
			f.Describe()
		}
	}
	return b, nil
}

func adjust(channels []Channel, families []*Family, alpha float64) error {
	var verdict []*Family
	for n, f := range families {
		if !channels[n].Beside {
			verdict = append(verdict, f)
			continue
		}
		if err := Adjust([]*Family{f}, alpha); err != nil {
			return err
		}
	}
	return Adjust(verdict, alpha)
}

// Parties tests two parties, each of several actors or states, on every channel
// that can. It is a question of its own, with a multiplicity of its own.
func (b *Battery) Parties(d Dyad) ([]Measurement, error) {
	var families []*Family
	for _, r := range b.readings {
		if t, ok := r.(interface{ Timing([]Dyad) *Family }); ok {
			families = append(families, t.Timing([]Dyad{d}))
		}
	}
	if err := Adjust(families, b.alpha); err != nil {
		return nil, err
	}
	var out []Measurement
	for _, f := range families {
		f.SetMDE()
		f.Describe()
		out = append(out, f.Measurements...)
	}
	return out, nil
}

// Dated reports whether any test rests on dates that can be drawn.
func (b *Battery) Dated() bool {
	for n, f := range b.Families {
		if b.readings[n].Dated() && slices.ContainsFunc(f.Measurements, func(m Measurement) bool { return m.P != nil }) {
			return true
		}
	}
	return false
}

// Keep drops the pairs at the places where keep is false, once all is measured.
func (b *Battery) Keep(keep []bool) {
	left := func(n int) bool { return keep[n] }
	b.pairs = places(b.pairs, left)
	for _, f := range b.Families {
		f.Measurements = places(f.Measurements, left)
	}
}

func places[T any](list []T, keep func(int) bool) []T {
	var out []T
	for n, x := range list {
		if keep(n) {
			out = append(out, x)
		}
	}
	return out
}

// A Retest is the measurable tests of some pairs, to be repeated on changed
// evidence with the work that a change makes necessary and no more: a pair that
// had too few items has no more of them when evidence is left out, and a null
// model is fitted again only where its matrix changed.
type Retest struct {
	b     *Battery
	tests []tests  // of every channel
	of    [][]test // of every pair
}

// tests are one channel's measurable pairs.
type tests struct {
	pairs []Pair
	base  []Measurement
}

// test points to a test: the place of the channel and of the test in it.
type test struct{ channel, n int }

// Retest prepares the pairs at the places to be measured again.
func (b *Battery) Retest(at []int) *Retest {
	r := &Retest{b: b, tests: make([]tests, len(b.Families)), of: make([][]test, len(at))}
	for c, f := range b.Families {
		t := &r.tests[c]
		for k, n := range at {
			if f.Measurements[n].P == nil {
				continue
			}
			r.of[k] = append(r.of[k], test{c, len(t.pairs)})
			t.pairs, t.base = append(t.pairs, b.pairs[n]), append(t.base, f.Measurements[n])
		}
	}
	return r
}

// Under measures again on changed evidence.
func (r *Retest) Under(change Change) (*Retested, error) {
	out := make([]*Family, len(r.tests))
	for c, t := range r.tests {
		out[c] = &Family{Channel: r.b.Channels[c].Name, Measurements: slices.Clone(t.base)}
		if len(t.pairs) == 0 {
			continue
		}
		left, changed := r.b.readings[c].Under(change)
		if !changed {
			continue
		}
		f, err := left.Test(t.pairs)
		if err != nil {
			return nil, err
		}
		for n := range f.Measurements {
			// A test that two null models disagreed on stays one that does not count.
			f.Measurements[n].Confirm = t.base[n].Confirm
		}
		out[c] = f
	}
	if err := adjust(r.b.Channels, out, r.b.alpha); err != nil {
		return nil, err
	}
	return &Retested{r, out}, nil
}

// Whole are the tests of pair k, in the order of the channels, as first measured.
func (r *Retest) Whole(k int) []Tested {
	return r.tested(k, func(t test) Measurement { return r.tests[t.channel].base[t.n] })
}

func (r *Retest) tested(k int, at func(test) Measurement) []Tested {
	out := make([]Tested, len(r.of[k]))
	for i, t := range r.of[k] {
		out[i] = Tested{&r.b.Channels[t.channel], at(t)}
	}
	return out
}

// Retested is what a change of the evidence did to the tests.
type Retested struct {
	r        *Retest
	families []*Family
}

// Of are the tests of pair k, in the order of [Retest.Whole].
func (r *Retested) Of(k int) []Tested {
	return r.r.tested(k, func(t test) Measurement { return r.families[t.channel].Measurements[t.n] })
}

// Tested is a measurement with its channel.
type Tested struct {
	Is *Channel
	Measurement
}

// Of are the measurements of the pair at a place, in the order of the channels.
func (b *Battery) Of(n int) []Tested {
	out := make([]Tested, len(b.Families))
	for c, f := range b.Families {
		out[c] = Tested{&b.Channels[c], f.Measurements[n]}
	}
	return out
}
