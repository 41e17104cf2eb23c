package calibration

import (
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// NaiveCoincidence names the naive timing method.
const NaiveCoincidence = "dates within 7 days, as written"

// naiveAlarms asks the naive methods about all pairs of the two sides: the
// hypergeometric test of every kind of items, and dates as they are written. The
// tests of overlap share the level among themselves; those of dates, likewise.
func naiveAlarms(corpus *Corpus, alpha float64) ([]alarm, error) {
	dir, err := resolve.Resolve(corpus.Records, resolve.Policy{})
	if err != nil {
		return nil, err
	}
	pairs, err := pairsOf(dir, corpus.A, corpus.B)
	if err != nil {
		return nil, err
	}
	index := channel.NewCorpus(corpus.Records, dir)
	var families []*channel.Family
	for _, items := range []func(*channel.Corpus) *channel.Incidence{channel.Software, channel.Technique, channel.TargetCountry, channel.TargetSector} {
		f, err := items(index).Overlap(pairs, channel.Fisher)
		if err != nil {
			return nil, err
		}
		families = append(families, f)
	}
	if err := channel.Adjust(families, alpha); err != nil {
		return nil, err
	}
	var out []alarm
	for _, f := range families {
		a := alarm{asked: len(pairs), channel: f.Channel, naive: true}
		for _, m := range f.Measurements {
			if m.P == nil {
				continue
			}
			a.null = m.Null
			a.count(*m.P, m.Verdict == stat.Distinguishable)
		}
		out = append(out, a)
	}
	dates, err := naiveTiming(index, pairs, alpha)
	return append(out, dates), err
}

// naiveTiming takes every date as the day it is written as.
func naiveTiming(index *channel.Corpus, pairs []channel.Pair, alpha float64) (alarm, error) {
	out := alarm{asked: len(pairs), channel: NaiveCoincidence, null: "constant rates", naive: true}
	var ps []float64
	for _, c := range channel.Naive(index, channel.ActivityDates, channel.Dyads(pairs), evidence.Interval{}) {
		if c.NA > 0 && c.NB > 0 {
			ps = append(ps, c.PPrecursor)
		}
	}
	adjusted, err := stat.AdjustedP(ps, stat.BH)
	if err != nil {
		return out, err
	}
	for n, p := range ps {
		out.count(p, adjusted[n] <= alpha)
	}
	return out, nil
}

// count takes one test into the alarm.
func (a *alarm) count(p float64, found bool) {
	a.tests++
	if p < .05 {
		a.raw++
	}
	a.found = a.found || found
}

// pairs are all pairs of one name of either list.
func pairsOf(dir *resolve.Directory, left, right []string) ([]channel.Pair, error) {
	ids := map[string]resolve.ActorID{}
	for _, name := range slices.Concat(left, right) {
		actor, err := dir.Find(name)
		if err != nil {
			return nil, err
		}
		ids[name] = actor.ID
	}
	var out []channel.Pair
	for _, a := range left {
		for _, b := range right {
			out = append(out, channel.Pair{A: ids[a], B: ids[b]})
		}
	}
	return out, nil
}
