package assess_test

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// toy is a channel as ARCHITECTURE.md says one is added: a file (this one) and an
// entry in the list. It finds something in the names of the two groups, and
// something else when evidence is left out.
var toy = channel.Channel{
	Name: "toy", Beside: true, Weighs: "toy",
	Read: func(*channel.Corpus, channel.Setting) channel.Reading { return letters{} },
}

type letters struct{ left bool }

func (l letters) Test(pairs []channel.Pair) (*channel.Family, error) {
	f := &channel.Family{Channel: "toy", Null: "letters"}
	for _, p := range pairs {
		h := fnv.New32a()
		h.Write([]byte(p.A + "/" + p.B))
		chance := (1 + float64(h.Sum32()%1000)) / 1e6
		if l.left {
			chance *= 100
		}
		f.Measurements = append(f.Measurements, channel.Measurement{Channel: "toy", Result: stat.Result{
			Null: "letters", Statistic: "letters", NA: 6, NB: 6, Observed: 2, Expected: 1, Tail: stat.TailUpper, P: &chance,
		}})
	}
	return f, nil
}

func (l letters) Under(c channel.Change) (channel.Reading, bool) {
	return letters{c.Keep != nil}, c.Keep != nil
}
func (l letters) Dated() bool { return false }

// others is an assessment without the toy.
func others(t testing.TB, a *assess.Assessment) string {
	t.Helper()
	named := func(m channel.Measurement) bool { return m.Channel == "toy" }
	for n := range a.Pairs {
		p := &a.Pairs[n]
		p.Channels = slices.DeleteFunc(p.Channels, named)
		if p.Robustness != nil {
			p.Robustness.P = slices.DeleteFunc(p.Robustness.P, func(r assess.Range) bool { return r.Channel == "toy" })
		}
	}
	a.Channels = slices.DeleteFunc(a.Channels, func(s assess.ChannelSummary) bool { return s.Channel == "toy" })
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func ask(t testing.TB, channels []channel.Channel) *assess.Assessment {
	t.Helper()
	a, err := assess.Run(context.Background(), assess.Input{
		Records: rich(), Question: assess.Question{A: "NO", B: "PT"}, Channels: channels, Tool: assess.Tool{Seed: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestANewChannelChangesNoFigureOfAnother(t *testing.T) {
	all := channel.Channels()
	want := others(t, ask(t, all))
	for _, place := range []int{0, 2, len(all)} {
		a := ask(t, slices.Insert(slices.Clone(all), place, toy))
		lost, found := 0, false
		for _, p := range a.Pairs {
			for _, m := range p.Channels {
				found = found || m.Channel == "toy" && m.Verdict == stat.Distinguishable
			}
			if p.Robustness == nil {
				continue
			}
			for _, r := range p.Robustness.P {
				if r.Channel == "toy" && r.PHigh > 50*r.PLow {
					lost++
				}
			}
		}
		if !found || lost == 0 {
			t.Errorf("at place %d the new channel was not measured, or not again on changed evidence", place)
		}
		if got := others(t, a); got != want {
			t.Errorf("at place %d the new channel changed figures of others", place)
		}
	}
}

// A channel joins the verdict with a statistic for the joint test or not at all.
func TestAChannelWithoutAStatisticOfTheJointTestStandsBeside(t *testing.T) {
	joined := toy
	joined.Beside = false
	_, err := assess.Run(context.Background(), assess.Input{
		Records: rich(), Question: assess.Question{A: "NO", B: "PT"}, Channels: append(channel.Channels(), joined),
	})
	if err == nil || !strings.Contains(err.Error(), "toy") {
		t.Errorf("a channel without one joined: %v", err)
	}
}
