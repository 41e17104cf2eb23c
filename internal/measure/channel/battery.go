package channel

import (
	"context"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// A Battery is the tests of one question: every pair on every channel.
type Battery struct {
	Channels []Channel
	Families []*Family // in the order of Channels
	corpus   *Corpus
	pairs    []Pair
	readings []Reading
	joint    *joint
	Setting  Setting // as it was read
}

// Read takes from a corpus what the channels need.
func Read(c *Corpus, channels []Channel, s Setting) *Battery {
	b := &Battery{Channels: channels, Families: make([]*Family, len(channels)), corpus: c, Setting: s}
	for _, ch := range channels {
		b.readings = append(b.readings, ch.Read(c, s))
	}
	return b
}

// Able reports whether a channel has enough of both of the pair to test them. Of
// others none can be measured.
func (b *Battery) Able(p Pair) bool {
	return slices.ContainsFunc(b.readings, func(r Reading) bool {
		tells, ok := r.(sparing)
		return !ok || tells.able(p)
	})
}

// Measure tests every pair: on the channels of the verdict by the joint test, and
// on each that stands beside it by itself.
func (b *Battery) Measure(ctx context.Context, pairs []Pair) error {
	b.pairs = pairs
	var in []int // places of the channels of the verdict
	var joined []Channel
	var readings []Reading
	for n, ch := range b.Channels {
		if !ch.Beside {
			in, joined, readings = append(in, n), append(joined, ch), append(readings, b.readings[n])
		}
	}
	var err error
	if b.joint, err = newJoint(ctx, joined, readings, pairs, JointPlan{Draws: stat.JointDraws, Seed: b.Setting.Seed, Level: b.Setting.Alpha, named: true}); err != nil {
		return err
	}
	b.joint.SetMDE()
	b.joint.Name()
	for k, f := range b.joint.Families(pairs) {
		b.Families[in[k]] = f
	}
	for n, ch := range b.Channels {
		if err := ctx.Err(); err != nil {
			return err
		}
		if ch.Beside {
			if b.Families[n], err = b.beside(b.readings[n], pairs); err != nil {
				return err
			}
		}
		if b.Setting.VerdictsOnly {
			continue
		}
		f := b.Families[n]
		f.SetMDE()
		if r, ok := b.readings[n].(items); ok && !ch.Beside {
			if err := r.SetContrast(f, pairs, r.null); err != nil {
				return err
			}
			r.Describe(f, pairs)
		} else if f.Describe != nil {
			f.Describe()
		}
	}
	return nil
}

// beside tests pairs on a channel that is no part of the verdict.
func (b *Battery) beside(r Reading, pairs []Pair) (*Family, error) {
	f, err := r.Test(pairs)
	if err != nil {
		return nil, err
	}
	return f, Adjust([]*Family{f}, b.Setting.Alpha)
}

// Parties tests the dates of two parties, each of several actors or states: of
// what is laid to them, and of its disclosure. It is a question of its own, with
// a multiplicity of its own.
func (b *Battery) Parties(d Dyad) ([]Measurement, error) {
	var families []*Family
	for _, kind := range []DateKind{ActivityDates, DisclosureDates} {
		families = append(families, b.corpus.Timeline(kind, b.Setting.Period, nil).Timing([]Dyad{d}))
	}
	if err := Adjust(families, b.Setting.Alpha); err != nil {
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

// Pairs is the number of pairs.
func (b *Battery) Pairs() int { return len(b.pairs) }

// Together is what the joint test says of the pair at a place.
func (b *Battery) Together(n int) Together {
	return b.joint.together(b.pairs[n])
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
