package calibration

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// doings is what one group did, before anybody dates it.
type doings struct {
	software, tech []told
	acts           []act
}

// told is an item and who tells of it.
type told struct{ item, vendor int }

// An act is one incident.
type act struct {
	day           float64
	state, sector int
	vendor        int
}

// Streams of one corpus. Each group has its own, so that a planted link changes
// nothing but the linked group.
const (
	worldPart = iota
	linkPart
	groupPart  = 100
	recordPart = 10_000
	morePart   = 20_000 // of further confounders, so that the usual ones stay as they were
)

// alone is what group i does by itself in corpus n of a seed.
func (w *world) alone(i int, seed, n uint64) doings {
	d := w.live(w.groups[i], stream(seed, n, groupPart+uint64(i)))
	more := stream(seed, n, morePart+uint64(i))
	if w.setting.has(campaigns) {
		for k := 1; k < len(d.acts); k++ {
			if last, gap := d.acts[k-1], more.Float64()*20; more.Float64() < .5 {
				d.acts[k].day, d.acts[k].state, d.acts[k].sector = fold(last.day+gap, days), last.state, last.sector
			}
		}
	}
	if w.setting.has(excerptedLists) && more.Float64() < 1./3 {
		d.software, d.tech = excerpt(d.software, w.software), excerpt(d.tech, w.tech)
	}
	return d
}

// linked is what the first group of side A does, which is linked to the first of
// side B.
func (w *world) linked(seed, n uint64) doings {
	return w.link(w.alone(0, seed, n), w.alone(groupsPerSide, seed, n), stream(seed, n, linkPart))
}

// live draws what a group does.
func (w *world) live(g group, rng *rand.Rand) doings {
	most := struct{ software, tech, acts [2]float64 }{[2]float64{4, 8}, [2]float64{8, 20}, [2]float64{6, 18}}
	if w.setting.Sparse {
		most.software, most.tech, most.acts = [2]float64{1, 4}, [2]float64{3, 18}, [2]float64{2, 6}
	}
	count := func(of [2]float64) int { return int(of[0]) + poisson(of[1]*g.effort, rng) }
	d := doings{software: w.items(w.software, g, count(most.software), rng), tech: w.items(w.tech, g, count(most.tech), rng)}
	adopts := rng.Float64() < shockAdopters
	if w.setting.has(sharedShock) && adopts {
		// The exploit of the day is one item more than the vocabulary has.
		d.software = append(d.software, told{softwareItems, g.vendor})
		d.tech = append(d.tech, told{techniqueItems, g.vendor})
	}
	taste := make([]float64, stateItems) // every group has its own
	for k := range taste {
		taste[k] = math.Exp(rng.NormFloat64())
		if w.setting.has(theatres) && theatre(states[k]) == theatre(g.state) {
			taste[k] *= theatreFactor
		}
	}
	for range count(most.acts) {
		d.acts = append(d.acts, w.act(g, taste, rng))
	}
	return d
}

// items draws n distinct items of a vocabulary.
func (w *world) items(v vocabulary, g group, n int, rng *rand.Rand) []told {
	var out []told
	held := map[int]bool{}
	for len(out) < min(n, len(v.popularity)) {
		vendor := w.source(g, rng)
		weights := slices.Clone(v.weights(vendor))
		for k := range held {
			weights[k] = 0
		}
		k := draw(weights, rng)
		held[k] = true
		out = append(out, told{k, vendor})
	}
	return out
}

func (w *world) act(g group, taste []float64, rng *rand.Rand) act {
	a := act{vendor: w.source(g, rng), day: rng.Float64() * days}
	weights := slices.Clone(w.states.weights(a.vendor))
	for k := range weights {
		weights[k] *= taste[k]
		if states[k] == g.state {
			weights[k] = 0 // nobody attacks its own state
		}
	}
	a.state, a.sector = draw(weights, rng), draw(w.sectors.weights(a.vendor), rng)
	day, invasion := w.shocked(a.day, rng)
	if a.day = day; invasion {
		a.state = stateItems - 1 // the state invaded
	}
	return a
}

// shocked is the day of an act after the shocks that move everybody, and whether
// it follows the invasion.
func (w *world) shocked(day float64, rng *rand.Rand) (float64, bool) {
	moved, invasion := rng.Float64() < shockShare, rng.Float64() < .5
	patch, delay := w.patches[rng.IntN(len(w.patches))], rng.ExpFloat64()*shockDelay
	switch {
	case !w.setting.has(sharedShock) || !moved:
		return day, false
	case invasion:
		return fold(w.invasion+delay, days), true
	}
	return fold(patch+delay, days), false
}

// link gives group a doings of group b, each with the probability of the
// setting. How much is on record of a does not change, but for one tool.
func (w *world) link(a, b doings, rng *rand.Rand) doings {
	q := w.setting.Linked
	if w.setting.Link == Aligned || w.setting.Link == softwareOnly {
		a.software = borrow(a.software, b.software, q, rng)
	}
	if w.setting.Link == Aligned {
		a.tech = borrow(a.tech, b.tech, q, rng)
	}
	if w.setting.Link == Aligned || w.setting.Link == actsOnly {
		a.acts = slices.Clone(a.acts)
		for i := range a.acts {
			linked, from, delay := rng.Float64() < q, b.acts[rng.IntN(len(b.acts))], rng.Float64()*linkDelay
			if linked {
				a.acts[i].day, a.acts[i].state, a.acts[i].sector = fold(from.day+delay, days), from.state, from.sector
			}
		}
	}
	if w.setting.Link == oneTool && q > 0 {
		best := -1
		for i, t := range b.software {
			if t.item < softwareItems && !a.has(t.item) && (best < 0 || w.software.popularity[t.item] < w.software.popularity[b.software[best].item]) {
				best = i
			}
		}
		if best >= 0 {
			a.software = append(slices.Clone(a.software), told{b.software[best].item, a.software[0].vendor})
		}
	}
	return a
}

func (d doings) has(tool int) bool {
	return slices.ContainsFunc(d.software, func(t told) bool { return t.item == tool })
}

// excerpt keeps the more popular half.
func excerpt(items []told, v vocabulary) []told {
	popularity := func(t told) float64 {
		if t.item < len(v.popularity) {
			return v.popularity[t.item]
		}
		return 1
	}
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(a, b told) int { return cmp.Compare(popularity(b), popularity(a)) })
	return items[:(len(items)+1)/2]
}

// borrow replaces items by ones of the partner that the group has not yet.
func borrow(own, partner []told, q float64, rng *rand.Rand) []told {
	out := slices.Clone(own)
	holds := func(item int) bool { return slices.ContainsFunc(out, func(t told) bool { return t.item == item }) }
	for i := range out {
		linked, from := rng.Float64() < q, partner[rng.IntN(len(partner))]
		if linked && !holds(from.item) {
			out[i].item = from.item
		}
	}
	return out
}
