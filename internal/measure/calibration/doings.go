package calibration

import (
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
	linked        bool // takes its day from an act of the partner
}

// Streams of one corpus. Each group has its own, so that a planted link changes
// nothing but the linked group.
const (
	worldPart = iota
	linkPart
	apartPart
	groupPart  = 100
	recordPart = 10_000
)

// alone is what group i does by itself in corpus n of a seed.
func (w *world) alone(i int, seed, n uint64) doings {
	return w.live(w.groups[i], stream(seed, n, groupPart+uint64(i)))
}

// linked is what the first group of side A does, which is linked to the first of
// side B.
func (w *world) linked(seed, n uint64) doings {
	return w.link(w.alone(0, seed, n), w.alone(groupsPerSide, seed, n), stream(seed, n, linkPart))
}

// live draws what a group does.
func (w *world) live(g group, rng *rand.Rand) doings {
	d := doings{
		software: w.items(w.software, g, 4+poisson(8*g.effort, rng), rng),
		tech:     w.items(w.tech, g, 8+poisson(20*g.effort, rng), rng),
	}
	adopts := rng.Float64() < shockAdopters
	if w.setting.has(SharedShock) && adopts {
		// The exploit of the day is one item more than the vocabulary has.
		d.software = append(d.software, told{softwareItems, g.vendor})
		d.tech = append(d.tech, told{techniqueItems, g.vendor})
	}
	taste := make([]float64, stateItems) // every group has its own
	for k := range taste {
		taste[k] = math.Exp(rng.NormFloat64())
	}
	for range 6 + poisson(18*g.effort, rng) {
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

// ownDay draws a day for an act that follows nobody.
func (w *world) ownDay(rng *rand.Rand) float64 {
	day, _ := w.shocked(rng.Float64()*days, rng)
	return day
}

// shocked is the day of an act after the shocks that move everybody, and whether
// it follows the invasion.
func (w *world) shocked(day float64, rng *rand.Rand) (float64, bool) {
	moved, invasion := rng.Float64() < shockShare, rng.Float64() < .5
	patch, delay := w.patches[rng.IntN(len(w.patches))], rng.ExpFloat64()*shockDelay
	switch {
	case !w.setting.has(SharedShock) || !moved:
		return day, false
	case invasion:
		return fold(w.invasion+delay, days), true
	}
	return fold(patch+delay, days), false
}

// link gives group a doings of group b, each with the probability of the
// setting. How much is on record of a does not change.
func (w *world) link(a, b doings, rng *rand.Rand) doings {
	q := w.setting.Linked
	switch w.setting.Link {
	case Aligned:
		a.software = borrow(a.software, b.software, q, rng)
		a.tech = borrow(a.tech, b.tech, q, rng)
		a.acts = slices.Clone(a.acts)
		for i := range a.acts {
			linked, from, delay := rng.Float64() < q, b.acts[rng.IntN(len(b.acts))], rng.Float64()*linkDelay
			if linked {
				a.acts[i].day, a.acts[i].state, a.acts[i].sector = fold(from.day+delay, days), from.state, from.sector
				a.acts[i].linked = true
			}
		}
	case Divided:
		a.acts = slices.Clone(a.acts)
		taken := map[int]bool{}
		for _, act := range b.acts {
			taken[act.state] = true
		}
		var left []int
		for k := range stateItems {
			if !taken[k] {
				left = append(left, k)
			}
		}
		for i := range a.acts {
			linked, to := rng.Float64() < q, rng.Float64()
			if linked && taken[a.acts[i].state] && len(left) > 0 {
				a.acts[i].state = left[int(to*float64(len(left)))]
			}
		}
	}
	return a
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
