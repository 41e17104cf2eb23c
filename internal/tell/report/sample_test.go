package report_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// small is the assessment of testdata/small.json, made by hand.
func small(t testing.TB) *assess.Assessment {
	t.Helper()
	b, err := os.ReadFile("testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return r.(*assess.Assessment)
}

// render is Write into a string.
func render(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, v any, format string, o document.Options) string {
	t.Helper()
	var b strings.Builder
	if err := report.Write(&b, v, format, o); err != nil {
		t.Fatalf("write %s: %v", format, err)
	}
	return b.String()
}

// many is an assessment of n x m invented pairs with nil lists where lists may
// be empty, some of every verdict, sign and direction.
func many(n, m int, seed uint64) *assess.Assessment {
	rng := rand.New(rand.NewPCG(seed, 1))
	a := &assess.Assessment{
		Schema: assess.Schema, Tool: assess.Tool{Name: "cahoots", Version: "test", Seed: seed},
		Question: assess.Question{A: "CN", B: "RU", Null: "sdsm", Alpha: .05}, Marking: evidence.Clear,
		Sides: assess.Sides{A: assess.Side{Label: "China", Countries: []string{"CN"}}, B: assess.Side{Label: "Russia", Countries: []string{"RU"}},
			Strategic: "S0", Why: "no agreement in the evidence"},
		Records:  map[evidence.ID]evidence.Record{},
		Channels: []assess.ChannelSummary{{Channel: "software", Null: "SDSM", Pairs: n * m, Adjustment: "BH"}},
	}
	attacks := make([][]channel.Link, n)
	for i := range n {
		for k := range rng.IntN(4) {
			attacks[i] = append(attacks[i], attack(a, i, k, rng))
		}
	}
	for i := range n {
		for j := range m {
			a.Pairs = append(a.Pairs, invent(a, i, j, attacks[i], rng))
		}
	}
	return a
}

func attack(a *assess.Assessment, i, k int, rng *rand.Rand) channel.Link {
	r := evidence.Record{
		Class: evidence.Activity, Subject: evidence.Actor{Name: fmt.Sprintf("Panda %02d", i)}, Value: fmt.Sprintf("attack %d", k),
		Activity: evidence.MustInterval(fmt.Sprintf("20%02d-%02d", 10+rng.IntN(15), 1+rng.IntN(12))),
		Citation: evidence.Citation{Publisher: fmt.Sprintf("Vendor %d", rng.IntN(9)), Locator: fmt.Sprintf("https://example.org/%d/%d", i, k)},
		Origin:   evidence.Origin{Dataset: "test"},
	}.Seal()
	a.Records[r.ID] = r
	return channel.Link{Channel: "attacks", Class: r.Class, Direction: channel.AToB, State: "RU", When: r.Activity.String(), WhenKind: "activity",
		Text: r.Value, Source: r.Source(), Records: []evidence.ID{r.ID}}
}

func invent(a *assess.Assessment, i, j int, attacks []channel.Link, rng *rand.Rand) assess.Pair {
	p := assess.Pair{
		A:    assess.Actor{ID: resolve.ActorID(fmt.Sprintf("a%02d", i)), Name: fmt.Sprintf("Panda %02d", i), Country: "CN"},
		B:    assess.Actor{ID: resolve.ActorID(fmt.Sprintf("b%02d", j)), Name: fmt.Sprintf("Bear %02d", j), Country: "RU"},
		Sign: assess.NoSign, Confidence: "low", Why: "Nothing cited.", Missing: "for L1: overlap", Links: attacks,
	}
	if len(attacks) > 0 {
		p.Sign, p.Confidence = assess.Adversarial, "moderate"
		for _, l := range attacks {
			p.Evidence = append(p.Evidence, l.Records...)
		}
	}
	m := channel.Measurement{Channel: "software", Result: stat.Unmeasurable("SDSM", "shared items", rng.IntN(5), 9, "too few items")}
	a.Channels[0].NotMeasurable++
	switch rng.IntN(20) {
	case 0:
		p.Level, p.Contested = assess.SharedSupply, rng.IntN(2) == 0
	case 1:
		p.Level = assess.NotAssessable
	default:
		raw := rng.Float64()
		adjusted := min(1, raw*10)
		m.Result = stat.Result{Verdict: stat.NotDistinguishable, Statistic: "shared items", Observed: float64(rng.IntN(9)), Expected: 4 * rng.Float64(),
			P: &raw, PAdjusted: &adjusted, Tail: "upper", NA: 5 + rng.IntN(20), NB: 7, Null: "SDSM"}
		if rng.IntN(40) == 0 {
			m.Verdict = stat.Distinguishable
		}
		a.Channels[0].NotMeasurable--
		a.Channels[0].Tested++
	}
	p.LevelName = p.Level.Name()
	if rng.IntN(30) > 0 {
		p.Channels = []channel.Measurement{m}
	}
	return p
}
