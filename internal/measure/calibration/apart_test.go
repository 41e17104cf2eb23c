package calibration

import (
	"math"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// The truth of a timing test: linked acts at times of their own in the same
// quarter, and nothing else changed.
func TestALinkIsUndoneWithinTheQuarter(t *testing.T) {
	s := Setting{Confounders: Confounders(), Link: Aligned, Linked: .8, Size: 3}
	linked := corpusOf(t, s, 5)
	first := firstDays(linked.Records)
	apart := map[string]evidence.Record{}
	for _, r := range s.apart(1, 5, linked).Records {
		apart[r.Origin.Object] = r
	}
	if len(apart) != len(linked.Records) {
		t.Fatalf("%d records, %d with the link", len(apart), len(linked.Records))
	}
	moved, stayed := 0, 0
	for _, r := range linked.Records {
		o := apart[r.Origin.Object]
		if o.ID == r.ID {
			stayed++
			continue
		}
		moved++
		if r.Subject.Name != linked.Linked[0] || o.Value != r.Value || o.Targets[0] != r.Targets[0] {
			t.Fatalf("%s is another record", r.Origin.Object)
		}
		for kind, dates := range map[channel.DateKind][2]evidence.Interval{channel.ActivityDates: {r.Activity, o.Activity}, channel.DisclosureDates: {r.Disclosed, o.Disclosed}} {
			stretch := func(i evidence.Interval) float64 {
				return math.Floor(i.From.Sub(first[kind]).Hours() / 24 / channel.TimingStretch)
			}
			if dates[0].Days() != dates[1].Days() || stretch(dates[0]) != stretch(dates[1]) {
				t.Errorf("%s: %s of %s became %s", r.Origin.Object, kind, dates[0], dates[1])
			}
		}
	}
	if moved < 20 || stayed < 1000 {
		t.Errorf("%d records moved, %d stayed", moved, stayed)
	}
}

func TestWithoutALinkNothingIsUndone(t *testing.T) {
	s := Setting{Confounders: Confounders(), Link: Aligned}
	c := corpusOf(t, s, 5)
	ids := map[evidence.ID]bool{}
	for _, r := range s.apart(1, 5, c).Records {
		ids[r.ID] = true
	}
	for _, r := range c.Records {
		if !ids[r.ID] {
			t.Fatalf("%s changed", r.Origin.Object)
		}
	}
}

// With the link many events of the one group follow the other's, undone about as
// many as chance has.
func TestUndoneLinksLeaveChance(t *testing.T) {
	s := Setting{Link: Aligned, Linked: .8, Size: 3} // without confounders the jitter null is the truth
	with, without, expected := 0, 0, 0.0
	for n := range uint64(6) {
		linked := corpusOf(t, s, n)
		for i, c := range []*Corpus{linked, s.apart(1, n, linked)} {
			dir, err := resolve.Resolve(c.Records, resolve.Policy{})
			if err != nil {
				t.Fatal(err)
			}
			pairs, err := pairsOf(dir, c.Linked[:1], c.Linked[1:])
			if err != nil {
				t.Fatal(err)
			}
			events := channel.NewCorpus(c.Records, dir).Chronicle(channel.ActivityDates, evidence.Interval{}, nil)
			followed, ok := events.Followed(channel.Dyads(pairs)[0], channel.BToA)
			if !ok {
				t.Fatal("not measurable")
			}
			if i == 0 {
				with += followed
				m := events.Timing(channel.Dyads(pairs)).Measurements[0]
				if m.Direction != channel.BToA || int(m.Observed) != followed {
					t.Fatalf("%s: %v follow, Followed says %d", m.Direction, m.Observed, followed)
				}
				expected += m.Expected
				continue
			}
			without += followed
		}
	}
	if with < without+20 || math.Abs(float64(without)-expected) > 30 {
		t.Errorf("%d follow with the link, %d without, %.1f by chance", with, without, expected)
	}
}
