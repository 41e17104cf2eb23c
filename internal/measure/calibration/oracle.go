package calibration

import (
	"math"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// An oracle knows how the corpora are made: the true popularity of every item in
// the words of every vendor, the true days of acts, the shocks and the delay of
// linked acts; only the groups' own tastes it does not know. What it does not
// find, no test on the same evidence can be asked to find. It is an
// approximation: items and acts are taken one by one.
type oracle struct{ w *world }

// scores of one pair: log likelihood ratios of a link.
type scores struct{ Software, Tech, Acts, Sum float64 }

func (s scores) of(channel string) float64 {
	switch channel {
	case "software":
		return s.Software
	case "technique":
		return s.Tech
	case JointTest, WholeVerdict:
		return s.Sum
	}
	return s.Acts // time and target are one
}

func (s scores) max(o scores) scores {
	return scores{max(s.Software, o.Software), max(s.Tech, o.Tech), max(s.Acts, o.Acts), max(s.Sum, o.Sum)}
}

func (o oracle) score(a, b doings) scores {
	s := scores{Software: o.items(o.w.software, a.software, b.software), Tech: o.items(o.w.tech, a.tech, b.tech), Acts: o.doings(a.acts, b.acts)}
	s.Sum = s.Software + s.Tech + s.Acts
	return s
}

// items adds up ln(1 - q + q P(from the partner)/P(by itself)).
func (o oracle) items(v vocabulary, a, b []told) (sum float64) {
	all := [2]float64{total(v.weights(0)), total(v.weights(1))}
	for _, t := range a {
		if t.item >= len(v.popularity) {
			continue // the exploit of the day is in everybody's hands
		}
		own := v.weights(min(t.vendor, 1))[t.item] / all[min(t.vendor, 1)]
		linked := 0.
		if slices.ContainsFunc(b, func(u told) bool { return u.item == t.item }) {
			linked = 1 / float64(len(b))
		}
		sum += math.Log(1 - stat.LinkShare + stat.LinkShare*linked/own)
	}
	return sum
}

func (o oracle) doings(a, b []act) (sum float64) {
	for _, x := range a {
		linked := 0.
		for _, y := range b {
			if d := x.day - y.day; x.state == y.state && x.sector == y.sector && d >= 0 && d <= linkDelay {
				linked += 1 / linkDelay / float64(len(b))
			}
		}
		sum += math.Log(1 - stat.LinkShare + stat.LinkShare*linked/o.chance(x))
	}
	return sum
}

// chance is the density of an act that follows nobody.
func (o oracle) chance(x act) float64 {
	at, sectors := o.w.states.weights(min(x.vendor, 1)), o.w.sectors.weights(min(x.vendor, 1))
	state, sector, even := at[x.state]/total(at), sectors[x.sector]/total(sectors), 1./days
	if !o.w.setting.has(sharedShock) {
		return state * sector * even
	}
	after := func(day float64) float64 {
		if x.day < day {
			return 0
		}
		return math.Exp(-(x.day-day)/shockDelay) / shockDelay
	}
	patched := 0.
	for _, p := range o.w.patches {
		patched += after(p) / float64(len(o.w.patches))
	}
	out := state * ((1-shockShare)*even + shockShare/2*patched)
	if x.state == stateItems-1 {
		out += shockShare / 2 * after(o.w.invasion)
	}
	return out * sector
}

func total(weights []float64) (sum float64) {
	for _, w := range weights {
		sum += w
	}
	return sum
}

// oracleCorpora are the corpora without links from which an oracle's thresholds
// are taken.
const oracleCorpora = 400

// look is what the oracle says of corpus n: of every pair of the two sides, the
// linked one first.
func (s Setting) look(seed, n uint64) []scores {
	w := newWorld(s, stream(seed, n, worldPart))
	var did [2 * groupsPerSide]doings
	for i := range did {
		did[i] = w.alone(i, seed, n)
	}
	did[0] = w.linked(seed, n)
	var out []scores
	for a := range groupsPerSide {
		for b := groupsPerSide; b < 2*groupsPerSide; b++ {
			out = append(out, oracle{w}.score(did[a], did[b]))
		}
	}
	return out
}

// thresholds are an oracle's scores in corpora without a link: the highest over
// all pairs of each, and those of the first pair.
type thresholds struct{ all, one []scores }

// thresholds of the corpora of a seed that are like those of the setting but for
// the link.
func (s Setting) thresholds(seed uint64) (t thresholds) {
	s.Link, s.Linked = "", 0
	for n := range uint64(oracleCorpora) {
		found := s.look(seed, n)
		top := found[0]
		for _, f := range found {
			top = top.max(f)
		}
		t.all, t.one = append(t.all, top), append(t.one, found[0])
	}
	return t
}

// pass reports whether a score is one that the level's share of corpora without a
// link reach.
func (t thresholds) pass(channel string, found scores, one bool, level float64) bool {
	of, above := t.all, 1
	if one {
		of = t.one
	}
	for _, s := range of {
		if s.of(channel) >= found.of(channel) {
			above++
		}
	}
	return float64(above)/float64(len(of)+1) <= level
}
