package assess_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// rich is corpus with all that chance could touch: dated incidents, grades,
// intervals, disputed aliases, publishers of several countries.
func rich() []evidence.Record {
	rng := rand.New(rand.NewPCG(9, 9))
	out := corpus()
	for i := range out {
		out[i].Citation.PublisherCountry = []string{"CH", "SE", "FI", ""}[rng.IntN(4)]
		if rng.IntN(2) == 0 {
			out[i].Grade = "B3"
		}
		out[i] = out[i].Seal()
	}
	start := evidence.MustInterval("2020").From
	for _, group := range []string{"Group A0", "Group A1", "Group B0", "Group B1"} {
		for k := range 14 {
			day := start.AddDate(0, 0, rng.IntN(900))
			r := evidence.Record{
				Class: evidence.Incident, Subject: evidence.Actor{Name: group, Ref: "case:t:" + group}, Event: fmt.Sprint(group, k),
				Targets:  []evidence.Target{{Country: []string{"PT", "NO", "AR", "CL", "NZ", "JP", "IT"}[rng.IntN(7)]}},
				Activity: evidence.Between(evidence.On(day, evidence.Day), evidence.On(day.AddDate(0, 0, rng.IntN(6)), evidence.Day)),
				Citation: evidence.Citation{Publisher: []string{"Daily", "Weekly", "Courier"}[rng.IntN(3)], PublisherCountry: "SE"},
				Origin:   evidence.Origin{Dataset: "incidents", Object: fmt.Sprint(group, k)}, Grade: "C3",
			}
			out = append(out, r.Seal())
		}
	}
	same := out[0]
	same.Class, same.Value, same.Status, same.Origin.Object = evidence.Alias, "Group B9", evidence.Contested, "disputed"
	return append(out, same.Seal())
}

func TestDrawsAndVariantsDoNotDependOnOrderOrCores(t *testing.T) {
	records := rich()
	for _, q := range []assess.Question{{A: "NO", B: "PT"}, {A: "NO", B: "PT", From: "2020-06", To: "2021"}, {A: "world", B: "world"}} {
		a := run(t, records, q)
		want, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		moved := map[string]bool{}
		for _, v := range a.Robustness.Variants {
			if v.Why == "" {
				moved[v.Kind] = true
			}
		}
		for _, kind := range []string{"data set", "publisher country", "disputed aliases", "attribution", "dates"} {
			if !moved[kind] {
				t.Errorf("%+v: no variant of %s was run, so nothing is shown", q, kind)
			}
		}
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
		for n := range 4 {
			runtime.GOMAXPROCS(1 + n%3)
			rng := rand.New(rand.NewPCG(uint64(n), 1))
			rng.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
			got, err := json.Marshal(run(t, records, q))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Fatalf("%+v: order %d changed the answer", q, n)
			}
		}
	}
}

func TestANullResultSaysWhatCouldHaveBeenFound(t *testing.T) {
	a := run(t, rich(), assess.Question{A: "NO", B: "PT"})
	nulls, timed := 0, 0
	for _, p := range a.Pairs {
		for _, m := range p.Channels {
			if m.P == nil {
				if len(m.Warnings) == 0 {
					t.Errorf("%s of %s and %s was not measured and does not say why", m.Channel, p.A.Name, p.B.Name)
				}
				continue
			}
			nulls++
			switch {
			case m.MDE == nil && m.Verdict == stat.NotDistinguishable && len(m.Warnings) == 0 && p.Together.Verdict != stat.Distinguishable:
				t.Errorf("%s of %s and %s says neither what could have been found nor why nothing could", m.Channel, p.A.Name, p.B.Name)
			case m.Channel == channel.TimeWithTargetChannel:
				timed++
			case m.PAlone != nil && m.Contrast == nil:
				t.Errorf("%s of %s and %s stands without its contrast", m.Channel, p.A.Name, p.B.Name)
			}
		}
	}
	if nulls == 0 || timed == 0 {
		t.Errorf("%d tests, %d of timing: nothing is shown", nulls, timed)
	}
}
