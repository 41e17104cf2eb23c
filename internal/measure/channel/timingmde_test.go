package channel_test

import (
	"math/rand/v2"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

const quarters, width = 16, channel.TimingStretch

// linkedDays are 40 incidents of one state and 60 of another over 16 quarters. Of
// the latter each is linked with the probability given: it comes within two weeks
// after one of the former, in its own quarter. follow is how many truly do.
func linkedDays(linked float64, rng *rand.Rand) (leader, follower []int, follow int) {
	leader = random(rng, 40, quarters*width)
	for i := range 60 {
		from := i % quarters * width
		day := from + rng.IntN(width)
		if rng.Float64() < linked {
			for range 200 {
				if d := leader[rng.IntN(len(leader))] + rng.IntN(channel.TimingWidth+1); d >= from && d < from+width {
					day = d
					break
				}
			}
		}
		follower = append(follower, day)
		for _, l := range leader {
			if day >= l && day <= l+channel.TimingWidth {
				follow++
				break
			}
		}
	}
	return leader, follower, follow
}

// weekly is what is on record of them and of others, dated to the week.
func weekly(leader, follower []int, rng *rand.Rand) []evidence.Record {
	records := story(channel.ActivityDates, map[string][]int{
		"NO": follower, "PT": leader, "AR": random(rng, 60, quarters*width), "CL": random(rng, 60, quarters*width), "NZ": random(rng, 60, quarters*width),
	})
	for i, r := range records {
		if r.Class != evidence.Incident {
			continue
		}
		first := r.Activity.From.AddDate(0, 0, -rng.IntN(7))
		r.Activity = evidence.Between(evidence.On(first, evidence.Day), evidence.On(first.AddDate(0, 0, 6), evidence.Day))
		records[i] = r.Seal()
	}
	return records
}

func timingOf(t *testing.T, records []evidence.Record) channel.Measurement {
	t.Helper()
	_, dyads := stateDyads([]string{"PT", "NO"})
	f := corpusOf(t, records).Timeline(channel.ActivityDates, evidence.Interval{}, nil).Timing(dyads)
	if err := channel.Adjust([]*channel.Family{f}, .05); err != nil {
		t.Fatal(err)
	}
	f.SetMDE()
	return f.Measurements[0]
}

// The whole channel, both nulls and both directions, on dates known to the week:
// where as many events truly follow as the MDE of unlinked series says, the link
// is found seven to eight times in ten: each null by itself finds it in eight, and
// both must.
func TestTimingMDEIsFoundByTheChannel(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 2))
	mde, n := 0.0, 0.0
	for range 60 {
		leader, follower, _ := linkedDays(0, rng)
		if m := timingOf(t, weekly(leader, follower, rng)); m.Direction == channel.AToB && m.MDE != nil {
			mde, n = mde+*m.MDE, n+1
		}
	}
	mde /= n
	const runs = 200
	low, high := 0., 1.
	for range 8 {
		follow, q := 0., (low+high)/2
		for range runs {
			_, _, k := linkedDays(q, rng)
			follow += float64(k) / runs
		}
		if follow < mde {
			low = q
		} else {
			high = q
		}
	}
	found := 0
	for range runs {
		leader, follower, _ := linkedDays(low, rng)
		if m := timingOf(t, weekly(leader, follower, rng)); m.Verdict == stat.Distinguishable && m.Direction == channel.AToB {
			found++
		}
	}
	t.Logf("MDE %.1f, linked %.2f, found %d of %d", mde, low, found, runs)
	if share, _ := stat.Proportion(found, runs, .999); share.Low > stat.Power || share.High < .75 {
		t.Errorf("a link of %.1f following events is found in %d of %d", mde, found, runs)
	}
}
