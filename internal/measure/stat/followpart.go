package stat

import "slices"

// A Follows is the channel of a [Joint] test that asks whether the events of one
// party come soon after those of another against the same targets, or soon
// before them. The party with more events that are dated to the month or better
// has its dates dealt anew among its own events; the targets stay.
type Follows struct {
	parties *Parties
	pairs   []Pair
	count   int
	seed    uint64
	inflate float64
	tests   []*followTest // by pair; nil where not measurable
	why     []string
}

// followTest is one pair on the channel.
type followTest struct {
	table    *followTable
	swapped  bool // the dealt party is B
	values   [2]float64
	mean, sd [2]float64
	top      struct{ mean, sd float64 } // of the larger z of the two directions
	z        float64
	as       int       // draws with z as large
	tape     []float64 // what each draw adds
}

// FollowPart measures every pair of parties on draws draws. Parties below 0 have
// no events. others are pairs by which the inflation of z is measured.
func FollowPart(p *Parties, pairs, others []Pair, draws int, seed uint64) *Follows {
	f := &Follows{parties: p, pairs: pairs, count: draws, seed: seed, tests: make([]*followTest, len(pairs)), why: make([]string, len(pairs))}
	dealt := make([][]uint16, len(p.events))
	wanted := make([]bool, len(dealt))
	for _, pair := range slices.Concat(pairs, others) {
		for _, n := range []int{pair.A, pair.B} {
			if n >= 0 {
				wanted[n] = true
			}
		}
	}
	forEach(len(dealt), func(n int) {
		if wanted[n] {
			dealt[n] = deals(datable(p.events[n]), draws, seed, uint64(n))
		}
	})
	forEach(len(pairs), func(n int) { f.tests[n], f.why[n] = f.test(pairs[n], dealt, true, draws) })
	asked := slices.ContainsFunc(f.tests, func(t *followTest) bool { return t != nil })
	found := make([]*followTest, len(others))
	if asked {
		forEach(len(others), func(n int) { found[n], _ = f.test(others[n], dealt, false, min(draws, chainDraws)) })
	}
	var z []float64
	for _, t := range found {
		if t != nil {
			z = append(z, t.z)
		}
	}
	f.inflate = inflation(z)
	return f
}

// test measures one pair; why says why it cannot.
func (f *Follows) test(p Pair, dealt [][]uint16, keep bool, draws int) (t *followTest, why string) {
	if p.A < 0 || p.B < 0 {
		return nil, "no dated events of one side"
	}
	a, b := len(datable(f.parties.events[p.A])), len(datable(f.parties.events[p.B]))
	t = &followTest{swapped: b > a || b == a && p.B < p.A}
	who, partner := p.A, p.B
	if t.swapped {
		who, partner = p.B, p.A
	}
	t.table = newFollowTable(f.parties, who, partner)
	if why := tooFewEvents(len(t.table.dealt), len(t.table.partner)); why != "" {
		return nil, why
	}
	t.table.fill()
	deal := dealt[who]
	if len(deal) != f.count*len(t.table.dealt) {
		deal = deals(t.table.dealt, f.count, f.seed, uint64(who)) // some are laid to both
	}
	if !t.measure(deal, draws, keep) {
		return nil, "however its dates are dealt, the events follow as well: there is nothing to compare with"
	}
	return t, ""
}

// measure standardises both directions, takes the larger and standardises again;
// false where nothing varies.
func (t *followTest) measure(deal []uint16, draws int, keep bool) bool {
	n := len(t.table.dealt)
	asIs := make([]uint16, n)
	for i := range asIs {
		asIs[i] = uint16(i)
	}
	drawn := make([]float64, draws)
	other := make([]float64, draws)
	for dir, to := range [][]float64{drawn, other} {
		t.values[dir] = t.table.score(dir, asIs)
		var sums moments
		for r := range to {
			to[r] = t.table.score(dir, deal[r*n:][:n])
			sums.add(to[r] - t.values[dir])
		}
		mean, sd := sums.meanAndSD(draws)
		t.mean[dir], t.sd[dir] = t.values[dir]+mean, sd
		if !(sd > tie) {
			return false
		}
	}
	var sums moments
	for r := range drawn {
		drawn[r] = max((drawn[r]-t.mean[0])/t.sd[0], (other[r]-t.mean[1])/t.sd[1])
		sums.add(drawn[r])
	}
	t.top.mean, t.top.sd = sums.meanAndSD(draws)
	t.z = t.standard(t.values)
	for r := range drawn {
		if drawn[r] = (drawn[r] - t.top.mean) / t.top.sd; drawn[r] >= t.z-tie {
			t.as++
		}
	}
	if keep {
		t.tape = drawn
		for r, z := range drawn {
			drawn[r] = surprise(z)
		}
	}
	return true
}

// standard is the z of two scores.
func (t *followTest) standard(values [2]float64) float64 {
	return (max((values[0]-t.mean[0])/t.sd[0], (values[1]-t.mean[1])/t.sd[1]) - t.top.mean) / t.top.sd
}

func (f *Follows) observed(pair int) (z float64, ok bool) {
	if t := f.tests[pair]; t != nil {
		return t.z / f.inflate, true
	}
	return 0, false
}

func (f *Follows) draws(number int) func(added []float64) {
	r := number * chainDraws
	return func(added []float64) {
		for n, t := range f.tests {
			if t != nil {
				added[n] = t.tape[r]
			}
		}
		r++
	}
}

// linked gives events of the dealt party a day up to two weeks after one of the
// partner's, and its marks, each with the probability of the share.
func (f *Follows) linked(pair int, rng *splitMix) func() func(share float64) float64 {
	t := f.tests[pair]
	type moved struct {
		at          float64 // the share from which on it moves
		now, linked [2]float64
	}
	n := len(t.table.dealt)
	matches := make([][]float64, len(t.table.partner))
	for i, b := range t.table.partner {
		matches[i] = t.table.matches(b.Marks)
	}
	return func() func(share float64) float64 {
		moves := make([]moved, n)
		for i := range moves {
			e, m := &t.table.dealt[i], &moves[i]
			to := rng.below(len(t.table.partner))
			b := &t.table.partner[to]
			m.at = rng.float()
			day := b.From + rng.below(b.days()) + rng.below(15)
			from := min(max(day-rng.below(e.days()), f.parties.from), f.parties.to-e.days())
			date := t.table.on(from, from+e.days())
			density := date.density(b.Marks[0])
			for dir := range m.now {
				m.now[dir] = t.table.log[dir][t.table.of[i]*n+i]
				m.linked[dir] = date.likelihood(matches[to], density, dir)
			}
		}
		return func(share float64) float64 {
			var sum [2]float64
			for _, m := range moves {
				for dir := range sum {
					if m.at < share {
						sum[dir] += m.linked[dir]
					} else {
						sum[dir] += m.now[dir]
					}
				}
			}
			return t.standard(sum) / f.inflate
		}
	}
}

// Result describes the channel of one pair, in the direction in which more
// follows. The verdict is that of the joint test.
func (f *Follows) Result(pair int) Result {
	t, p := f.tests[pair], f.pairs[pair]
	var a, b int
	if p.A >= 0 {
		a = len(f.parties.events[p.A])
	}
	if p.B >= 0 {
		b = len(f.parties.events[p.B])
	}
	if t == nil {
		return Unmeasurable(NullDeal, FollowScore, a, b, f.why[pair])
	}
	dir := t.direction()
	r := newResult(NullDeal, FollowScore, TailUpper, t.values[dir], t.mean[dir], float64(t.as+1)/float64(f.count+1))
	r.Effect = nil // a ratio of logarithms says nothing
	r.NA, r.NB, r.Draws, r.Seed = a, b, f.count, f.seed
	return r
}

// Direction reports whether B follows A where the pair is measurable.
func (f *Follows) Direction(pair int) (bFollowsA, ok bool) {
	t := f.tests[pair]
	if t == nil {
		return false, false
	}
	return t.swapped == (t.direction() == 0), true
}

func (t *followTest) direction() int {
	if (t.values[1]-t.mean[1])/t.sd[1] > (t.values[0]-t.mean[0])/t.sd[0] {
		return 1
	}
	return 0
}

// Inflation is as [Overlaps.Inflation].
func (f *Follows) Inflation() float64 { return f.inflate }

// SetInflation is as [Overlaps.SetInflation].
func (f *Follows) SetInflation(x float64) { f.inflate = x }
