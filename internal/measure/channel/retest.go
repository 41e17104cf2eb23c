package channel

import (
	"reflect"
	"slices"
	"sync"
)

// A Retest is the measurable tests of some pairs, to be repeated on changed
// evidence with the work that a change makes necessary and no more: a pair that
// had too few items has no more of them when evidence is left out, a null model
// is run again only where its evidence changed, and what most changes leave as it
// is is measured once for all of them. It is safe for concurrent use.
type Retest struct {
	b     *Battery
	at    []int
	named bool
	base  [][]Tested // of every pair, its measurable tests
	from  [][]place  // of every pair, where each of these stands
	of    [][]int    // places of pairs whose test on a channel that stands beside is repeated

	still  []func(draws int) part           // of each channel, on the evidence as it is
	beside []func() (*Family, error)        // the same of a channel that stands beside
	same   func(redrawn uint) func() *joint // the joint test with these channels drawn again as they are
}

// place is where a test is found: among the channels of the joint test, or at a
// place among the pairs of a channel that stands beside it.
type place struct {
	channel int
	joined  int // -1 where it stands beside
	pair    int // among those of the channel
}

// Retest prepares the pairs at the places to be measured again. named asks for
// [Together.Named] too, which is more work than all the rest.
func (b *Battery) Retest(at []int, named bool) *Retest {
	n := len(b.Channels)
	r := &Retest{
		b: b, at: at, named: named, base: make([][]Tested, len(at)), from: make([][]place, len(at)), of: make([][]int, n),
		still: make([]func(int) part, n), beside: make([]func() (*Family, error), n),
	}
	for k, n := range at {
		for c, t := range b.Of(n) {
			if t.P != nil {
				r.base[k] = append(r.base[k], t)
				r.from[k] = append(r.from[k], place{c, b.joined(c), len(r.of[c])})
				r.of[c] = append(r.of[c], k)
			}
		}
	}
	for c, reading := range b.readings {
		if joined := b.joined(c); joined >= 0 {
			known := remembered(func(draws uint) part { return b.joint.measured(joined, reading.(joinable), int(draws)) })
			r.still[c] = func(draws int) part { return known(uint(draws))() }
		} else {
			r.beside[c] = sync.OnceValues(func() (*Family, error) { return r.measureBeside(c, reading) })
		}
	}
	r.same = remembered(func(redrawn uint) *joint {
		var parts []func(int) part
		for c := range b.Channels {
			switch {
			case b.Channels[c].Beside:
			case redrawn>>c&1 == 1:
				parts = append(parts, r.still[c])
			default:
				parts = append(parts, nil)
			}
		}
		return b.joint.again(parts, named)
	})
	return r
}

// remembered calls f once for each argument.
func remembered[T any](f func(uint) T) func(uint) func() T {
	var lock sync.Mutex
	known := map[uint]func() T{}
	return func(key uint) func() T {
		lock.Lock()
		defer lock.Unlock()
		if known[key] == nil {
			known[key] = sync.OnceValue(func() T { return f(key) })
		}
		return known[key]
	}
}

// joined is the place of a channel among those of the joint test, and -1 where it
// stands beside.
func (b *Battery) joined(channel int) (n int) {
	if b.Channels[channel].Beside {
		return -1
	}
	for _, ch := range b.Channels[:channel] {
		if !ch.Beside {
			n++
		}
	}
	return n
}

func (r *Retest) measureBeside(c int, reading Reading) (*Family, error) {
	pairs := make([]Pair, len(r.of[c]))
	for i, k := range r.of[c] {
		pairs[i] = r.b.pairs[r.at[k]]
	}
	return r.b.beside(reading, pairs)
}

// Under measures again on changed evidence.
func (r *Retest) Under(change Change) (*retested, error) {
	out := &retested{r: r, joint: r.b.joint, beside: make([]*Family, len(r.of))}
	var parts []func(int) part
	var redrawn uint // channels drawn again on the evidence as it is
	moved := false
	for c, ch := range r.b.Channels {
		left, changed := r.b.readings[c].Under(change)
		still := changed && equal(left, r.b.readings[c])
		switch {
		case !ch.Beside && !changed:
			parts = append(parts, nil)
		case !ch.Beside && still:
			parts, redrawn = append(parts, r.still[c]), redrawn|1<<c
		case !ch.Beside:
			moved = true
			parts = append(parts, func(draws int) part { return r.b.joint.measured(r.b.joined(c), left.(joinable), draws) })
		case changed && len(r.of[c]) > 0:
			measure := r.beside[c]
			if !still {
				measure = func() (*Family, error) { return r.measureBeside(c, left) }
			}
			var err error
			if out.beside[c], err = measure(); err != nil {
				return nil, err
			}
		}
	}
	switch {
	case moved:
		out.joint = r.b.joint.again(parts, r.named)
	case redrawn != 0:
		out.joint = r.same(redrawn)()
	}
	return out, nil
}

// equal reports whether a reading is the very one it was.
func equal(a, b Reading) bool { return reflect.TypeOf(a).Comparable() && a == b }

// Whole are the tests of pair k, in the order of the channels, as first measured.
func (r *Retest) Whole(k int) []Tested { return r.base[k] }

// retested is what a change of the evidence did to the tests.
type retested struct {
	r      *Retest
	joint  *joint
	beside []*Family // by channel, of the pairs measured again
}

// Of are the tests of pair k, in the order of [Retest.Whole], with what the joint
// test says.
func (r *retested) Of(k int) (Together, []Tested) {
	p := r.r.b.pairs[r.r.at[k]]
	out := slices.Clone(r.r.base[k])
	for i, from := range r.r.from[k] {
		switch {
		case from.joined >= 0:
			out[i].Measurement = r.joint.parts[from.joined].measure[r.joint.place[p]] // measurable, and so there
		case r.beside[from.channel] != nil:
			out[i].Measurement = r.beside[from.channel].Measurements[from.pair]
		}
	}
	return r.joint.together(p), out
}
