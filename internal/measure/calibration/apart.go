package calibration

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
)

// An apart undoes the timing of a link, and nothing but it: each linked act is
// dated as if it had happened at a time of its own, in the stretch of time in
// which its date lies with the link.
//
// That is the truth to which the effect of a timing test is held. The test takes
// as given in which quarter an event lies, so that a season both groups share
// cannot pass for following; by how much a link draws acts into the quarters in
// which the partner is busy is no part of its effect.
type apart struct {
	rng   *rand.Rand
	first map[channel.DateKind]time.Time // from which the channel counts its stretches
}

// mostRedraws is how often a date is drawn anew. One that is still in another
// stretch then, a disclosure years late, stays as it is.
const mostRedraws = 10_000

// apart returns the corpus without the timing of its link; linked is what Make
// made of the same seed and number.
func (s Setting) apart(seed, n uint64, linked *Corpus) *Corpus {
	out := &Corpus{A: linked.A, B: linked.B, Linked: linked.Linked}
	out.Records = slices.DeleteFunc(slices.Clone(linked.Records), func(r evidence.Record) bool { return r.Subject.Name == linked.Linked[0] })
	w := newWorld(s, stream(seed, n, worldPart))
	r := recorder{
		world: w, group: w.groups[0], rng: stream(seed, n, recordPart),
		apart: &apart{rng: stream(seed, n, apartPart), first: firstDays(linked.Records)},
	}
	out.Records = append(out.Records, r.write(w.linked(seed, n))...)
	return out
}

// firstDays are the days on which the chronicles of the records begin.
func firstDays(records []evidence.Record) map[channel.DateKind]time.Time {
	out := map[channel.DateKind]time.Time{}
	for i := range records {
		for kind, when := range map[channel.DateKind]evidence.Interval{channel.ActivityDates: records[i].Activity, channel.DisclosureDates: records[i].Disclosed} {
			if when.IsZero() || when.Days() > channel.LongestInterval {
				continue
			}
			if first, seen := out[kind]; !seen || when.From.Before(first) {
				out[kind] = when.From
			}
		}
	}
	return out
}

// instead is the date of an act without its link. Dates too coarse for a test of
// timing lie in no stretch and are not looked at.
func (a *apart) instead(kind channel.DateKind, of act, written evidence.Interval, draw func(*rand.Rand) evidence.Interval) evidence.Interval {
	if a == nil || !of.linked || written.Days() > channel.LongestInterval {
		return written
	}
	stretch := func(i evidence.Interval) float64 {
		return math.Floor(i.From.Sub(a.first[kind]).Hours() / 24 / channel.TimingStretch)
	}
	for range mostRedraws {
		if other := draw(a.rng); stretch(other) == stretch(written) {
			return other
		}
	}
	return written
}
