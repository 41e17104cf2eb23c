package channel

import (
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// told are disclosures on days of 2020, by publisher and group.
func told(t *testing.T, events map[[2]string][]int) *Timeline {
	t.Helper()
	var records []evidence.Record
	for by, days := range events {
		actor := evidence.Actor{Name: by[1], Ref: "case:t:" + by[1]}
		cited := evidence.Citation{Publisher: by[0], Locator: "p. 1"}
		records = append(records, evidence.Record{Class: evidence.Alias, Subject: actor, Value: by[1], Citation: cited, Origin: evidence.Origin{Dataset: "case:t", Object: by[1]}}.Seal())
		for _, d := range days {
			when := evidence.On(evidence.MustInterval("2020-01-01").From.AddDate(0, 0, d), evidence.Day)
			name := by[0] + by[1] + when.String()
			records = append(records, evidence.Record{
				Class: evidence.Incident, Subject: actor, Event: name, Value: "act", Disclosed: when, Citation: cited,
				Origin: evidence.Origin{Dataset: "case:t", Object: name},
			}.Seal())
		}
	}
	dir, err := resolve.Resolve(records, resolve.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	return NewCorpus(records, dir).Timeline(DisclosureDates, evidence.Interval{}, nil)
}

func splitOf(t *testing.T, ch *Timeline) split {
	t.Helper()
	var id [2]resolve.ActorID
	for _, e := range ch.events {
		for i, name := range []string{"Left", "Right"} {
			if e.key[1:len(name)+1] == name {
				id[i] = e.actor
			}
		}
	}
	return ch.split(One(id[0]), One(id[1]))
}

// A publisher that is heard on the leader only lends its calendar to the leader.
// What it tells of others follows that calendar too: compared with them, the
// follower would seem to stay away.
func TestOthersAreThoseOfPublishersHeardOnTheFollower(t *testing.T) {
	s := splitOf(t, told(t, map[[2]string][]int{
		{"X", "Left"}: {0, 30, 60, 90, 120, 150}, {"X", "Right"}: {0}, {"X", "Third"}: {0, 30, 60, 90, 120, 150},
		{"Y", "Right"}: {11, 22, 41, 55, 77, 100}, {"Y", "Left"}: {5}, {"Y", "Third"}: {13, 24, 43, 57, 79, 102},
		{"Z", "Third"}: {200},
	}))
	if len(s.a) != 6 || len(s.b) != 6 || s.leftOut != 2 {
		t.Fatalf("%v and %v, %d left out", s.a, s.b, s.leftOut)
	}
	days := func(series []float64) []int {
		var out []int
		for _, d := range series {
			out = append(out, int(d-s.a[0]))
		}
		return out
	}
	if got := days(s.othersOf(AToB)); !slices.Equal(got, []int{13, 24, 43, 57, 79, 102, 200}) {
		t.Errorf("Right following Left is compared with %v", got)
	}
	if got := days(s.othersOf(BToA)); !slices.Equal(got, []int{0, 30, 60, 90, 120, 150, 200}) {
		t.Errorf("Left following Right is compared with %v", got)
	}
}

// Where too few of them are left, all others are taken, so that a shock that
// moves everybody does not pass.
func TestFewOthersAreJoinedByTheRest(t *testing.T) {
	s := splitOf(t, told(t, map[[2]string][]int{
		{"X", "Left"}: {0, 30, 60, 90, 120, 150}, {"X", "Right"}: {0}, {"X", "Third"}: {0, 30, 60, 90, 120, 150},
		{"Y", "Right"}: {11, 22, 41, 55, 77, 100}, {"Y", "Left"}: {5}, {"Y", "Third"}: {13},
	}))
	if len(s.othersOf(AToB)) != 7 || len(s.othersOf(BToA)) != 6 {
		t.Errorf("compared with %v and %v", s.othersOf(AToB), s.othersOf(BToA))
	}
}
