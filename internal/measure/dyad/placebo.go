package dyad

import (
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// What a Rank is measured against, as written in Result.Null, and what it
// measures.
const (
	nullPlaceboDates = "placebo dates"
	nullPlaceboDyads = "placebo dyads"
	ratioOfRates     = "ratio of rates, after to before"
)

// placebos repeats the comparison where no agreement was made.
func (c *counter) placebos(k *Comparison, directions []pair, w window) {
	kind := c.richer(directions, w)
	own := c.split(directions, w, kind)
	var draws []float64
	for _, v := range c.otherDates(w, kind) {
		s := c.split(directions, v, kind)
		k.PlaceboDates = append(k.PlaceboDates, placebo(pair{}, v, kind, s))
		if s.Before+s.After > 0 && s.AllBefore > 0 && s.AllAfter > 0 {
			draws = append(draws, ratioOf(s))
		}
	}
	k.DateRank = rankAmong(pair{}, kind, own, draws, nullPlaceboDates)
	for _, d := range directions {
		s := c.split([]pair{d}, w, kind)
		if s.Before+s.After == 0 {
			continue
		}
		var draws []float64
		for _, p := range c.otherTargets(d, directions) {
			if o := c.split([]pair{p}, w, kind); o.Before+o.After >= minPlacebo && o.AllBefore > 0 && o.AllAfter > 0 {
				k.PlaceboDyads = append(k.PlaceboDyads, placebo(p, w, kind, o))
				draws = append(draws, ratioOf(o))
			}
		}
		k.DyadRanks = append(k.DyadRanks, rankAmong(d, kind, s, draws, nullPlaceboDyads))
	}
	slices.SortFunc(k.PlaceboDates, comparePlacebos)
	slices.SortFunc(k.PlaceboDyads, comparePlacebos)
	k.PlaceboDyads = slices.CompactFunc(k.PlaceboDyads, func(a, b Placebo) bool { return comparePlacebos(a, b) == 0 })
}

// rankAmong is the lower tail: how often would a placebo fall as far. Windows
// of neighbouring dates overlap, and dyads share the reporting of one initiator,
// so the draws are not independent; the result says so.
func rankAmong(d pair, kind string, s Split, draws []float64, null string) Rank {
	r := Rank{Initiator: d.initiator, Target: d.target, Kind: kind, Ratio: ratioOf(s)}
	why := ""
	switch {
	case s.Before+s.After == 0:
		why = "no incident in either window"
	case s.AllBefore == 0 || s.AllAfter == 0:
		why = "no reporting on one side of the date"
	case len(draws) == 0:
		why = "no placebo has enough incidents"
	}
	if why != "" {
		r.Test = stat.Unmeasurable(null, ratioOfRates, s.Before, s.After, why)
		return r
	}
	r.Test = stat.FromDraws(null, ratioOfRates, stat.TailLower, r.Ratio, draws, s.Before, s.After, 0)
	if _, err := stat.Adjust([]*stat.Result{&r.Test}, stat.BH, alpha); err != nil {
		panic(err) // the method and the level are constants
	}
	r.Test.Warnings = append(r.Test.Warnings, "the placebos are not independent of one another; p is a rank, no error rate")
	return r
}

// richer is the kind of date with more incidents in the windows, activity where
// they are level.
func (c *counter) richer(directions []pair, w window) string {
	a, d := c.split(directions, w, "activity"), c.split(directions, w, "disclosure")
	if d.Before+d.After > a.Before+a.After {
		return "disclosure"
	}
	return "activity"
}

// otherDates are the same day of every other year whose windows lie within the
// data.
func (c *counter) otherDates(w window, kind string) []window {
	var first, last time.Time
	for _, e := range c.all {
		iv := e.dateOf(kind)
		if len(e.pairs) == 0 || !e.sampled() || iv.From.IsZero() {
			continue
		}
		if first.IsZero() || iv.From.Before(first) {
			first = iv.From
		}
		if iv.From.After(last) {
			last = iv.From
		}
	}
	var out []window
	for y := -100; y <= 100; y++ {
		v := window{date: w.date.AddDate(y, 0, 0), years: w.years}
		if y != 0 && !v.from().Before(first) && !v.to().After(last) {
			out = append(out, v)
		}
	}
	return out
}

// otherTargets are the initiator's dyads outside the agreement.
func (c *counter) otherTargets(d pair, directions []pair) []pair {
	var out []pair
	for _, e := range c.all {
		for _, p := range e.pairs {
			if p.initiator == d.initiator && !slices.Contains(directions, p) {
				out = append(out, p)
			}
		}
	}
	slices.SortFunc(out, comparePairs)
	return slices.Compact(out)
}

// step is the segmented regression of quarterly counts, of incidents whose
// activity is known to lie within one quarter, with the count of all others as
// exposure. It says itself where counts are too few.
func (c *counter) step(directions []pair, w window) stat.Result {
	n := 8 * w.years
	s := stat.InterruptedSeries{Counts: make([]float64, n), Exposure: make([]float64, n), Step: make([]float64, n)}
	bounds := make([]time.Time, n+1)
	for i := range bounds {
		bounds[i] = w.from().AddDate(0, 3*i, 0)
	}
	for i := n / 2; i < n; i++ {
		s.Step[i] = 1
	}
	for _, e := range c.all {
		if len(e.pairs) == 0 || !e.sampled() || !e.activity.Bounded() {
			continue
		}
		for i := range n {
			if e.activity.From.Before(bounds[i]) || e.activity.To.After(bounds[i+1]) {
				continue
			}
			if slices.ContainsFunc(e.pairs, func(p pair) bool { return slices.Contains(directions, p) }) {
				s.Counts[i]++
			} else {
				s.Exposure[i]++
			}
			break
		}
	}
	t := s.Test()
	levels, err := stat.Adjust([]*stat.Result{&t.Result}, stat.BH, alpha)
	if err != nil {
		panic(err) // the method and the level are constants
	}
	t.SetMDE(levels[0])
	return t.Result
}
