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

// naiveAlarm is whether a naive method found anything.
type naiveAlarm struct {
	Method string
	Found  bool
}

// naiveAlarms asks the naive methods about all pairs of the two sides: the
// hypergeometric test of every kind of items, and dates as they are written. The
// tests of overlap share the level among themselves; those of dates, likewise.
func naiveAlarms(index *channel.Corpus, pairs []channel.Pair, alpha float64) ([]naiveAlarm, error) {
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
	var out []naiveAlarm
	for _, f := range families {
		found := slices.ContainsFunc(f.Measurements, func(m channel.Measurement) bool { return m.Verdict == stat.Distinguishable })
		out = append(out, naiveAlarm{f.Channel, found})
	}
	var ps []float64
	for _, c := range channel.Naive(index, channel.ActivityDates, channel.Dyads(pairs), evidence.Interval{}) {
		if c.NA > 0 && c.NB > 0 {
			ps = append(ps, c.PPrecursor)
		}
	}
	adjusted, err := stat.AdjustedP(ps, stat.BH)
	found := slices.ContainsFunc(adjusted, func(p float64) bool { return p <= alpha })
	return append(out, naiveAlarm{NaiveCoincidence, found}), err
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
