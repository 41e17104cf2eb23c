package calibration_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/calibration"
)

var tool = assess.Tool{Name: "cahoots", Version: "test", Seed: 1}

func run(t *testing.T, p calibration.Plan) *calibration.Calibration {
	t.Helper()
	p.Tool = tool
	c, err := calibration.Run(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The full run has 1,000 corpora of each size; here are 12, in which 3 alarms put
// the exact interval above .05.
func TestFalseAlarmsStayAtTheirLevelWhereNaiveMethodsFail(t *testing.T) {
	c := run(t, calibration.Plan{Corpora: 12})
	channels := map[string]bool{}
	for _, f := range c.FalseAlarms {
		if f.Naive {
			continue
		}
		channels[f.Channel] = true
		if f.Alarms.Low > .05 {
			t.Errorf("%s: %d of %d, interval %.3f to %.3f", f.Channel, f.Alarms.Count, f.Alarms.Of, f.Alarms.Low, f.Alarms.High)
		}
		if f.Size != "ATT&CK" && f.Alarms.Of != 12 {
			t.Errorf("%s could be tested in %d of 12 corpora: the rest shows nothing", f.Channel, f.Alarms.Of)
		}
	}
	if len(channels) < 5 || !channels[calibration.WholeVerdict] {
		t.Errorf("measured: %v", channels)
	}
	for _, naive := range []string{"technique", calibration.NaiveCoincidence} {
		i := slices.IndexFunc(c.FalseAlarms, func(f calibration.FalseAlarm) bool { return f.Naive && f.Channel == naive })
		if i < 0 || c.FalseAlarms[i].Alarms.Low <= .05 {
			t.Errorf("the naive method on %s does no harm: these corpora show nothing", naive)
		}
	}
}

// Every channel of the verdict is calibrated, whatever it is called.
func TestEveryChannelOfAnAssessmentIsCalibrated(t *testing.T) {
	corpus, err := calibration.Setting{}.Make(1, 0)
	if err != nil {
		t.Fatal(err)
	}
	a, err := assess.Run(context.Background(), assess.Input{Records: corpus.Records, Question: corpus.Question()})
	if err != nil {
		t.Fatal(err)
	}
	c := run(t, calibration.Plan{Each: 1})
	for _, ch := range a.Channels {
		if !ch.Beside && !slices.ContainsFunc(c.FalseAlarms, func(f calibration.FalseAlarm) bool { return f.Channel == ch.Channel && !f.Naive && f.Setting == "none" }) {
			t.Errorf("%s is not calibrated", ch.Channel)
		}
	}
}

func TestStrongLinksAreFoundAndNoneIsNot(t *testing.T) {
	all := calibration.Confounders()
	c := run(t, calibration.Plan{Linked: 6, Links: []calibration.Setting{
		{Confounders: all, Link: calibration.Aligned, Size: 3},
		{Confounders: all, Link: calibration.Aligned, Linked: .9, Size: 3},
	}})
	found := func(q float64, asked int) calibration.LinkPower {
		for _, l := range c.Power.Links {
			if l.Setting.Linked == q && l.Asked == asked && l.Channel == "technique" {
				return l
			}
		}
		t.Fatalf("no power for %v linked", q)
		return calibration.LinkPower{}
	}
	none, strong := found(0, 1), found(.9, 1)
	if none.Found.Count > 1 || strong.Found.Count < 5 {
		t.Errorf("found in %d of 6 corpora without a link and %d of 6 with one", none.Found.Count, strong.Found.Count)
	}
	if none.Planted != 0 || strong.Planted < 5 || math.Abs(strong.Estimated-strong.Planted) > strong.Planted/3 || strong.Covered.Of != 6 {
		t.Errorf("planted %.1f and %.1f shared techniques, estimated %.1f, inside its interval in %d of 6", none.Planted, strong.Planted, strong.Estimated, strong.Covered.Count)
	}
}

func TestTheSamePlanGivesTheSameBytesOnAnyNumberOfCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	p := calibration.Plan{Corpora: 2, Linked: 2, Links: calibration.Links()[:2], Timing: 20}
	var last string
	for _, cores := range []int{1, 2} {
		runtime.GOMAXPROCS(cores)
		b, err := json.Marshal(run(t, p))
		if err != nil {
			t.Fatal(err)
		}
		if last != "" && last != string(b) {
			t.Error("one core and two give different bytes")
		}
		last = string(b)
	}
}

func TestPlansThatMakeNoSenseAreErrors(t *testing.T) {
	for name, p := range map[string]calibration.Plan{
		"level": {Alpha: 1}, "nothing to compare with": {Linked: 1, Links: []calibration.Setting{{Linked: .5}}},
	} {
		if _, err := calibration.Run(context.Background(), p); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := calibration.Run(ctx, calibration.Plan{Corpora: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted run gave %v", err)
	}
}

// link is one cited link between two groups, told by one vendor.
func link(class evidence.Class, change func(*evidence.Record)) []evidence.Record {
	names := [2]evidence.Actor{{Name: "Left", Ref: "case:t:left", Country: "XA"}, {Name: "Right", Ref: "case:t:right", Country: "XB"}}
	cited := evidence.Citation{Publisher: "Vendor", Locator: "page 1"}
	var out []evidence.Record
	for _, n := range names {
		alias := evidence.Record{Class: evidence.Alias, Subject: n, Value: n.Name, Citation: cited, Origin: evidence.Origin{Dataset: "case:t", Object: n.Name}}
		act := evidence.Record{Class: evidence.Activity, Subject: n, Value: "seen", Citation: cited, Origin: evidence.Origin{Dataset: "case:t", Object: n.Name + "/act"}}
		out = append(out, alias.Seal(), act.Seal())
	}
	r := evidence.Record{Class: class, Subject: names[0], Object: names[1], Citation: cited, Origin: evidence.Origin{Dataset: "case:t", Object: "link"}}
	change(&r)
	return append(out, r.Seal())
}

func control(id string, min, max assess.Level, signs ...assess.Sign) calibration.Control {
	return calibration.Control{ID: id, A: "Left", B: "Right", LevelMin: min, LevelMax: max, Signs: signs}
}

// A stranger's case with its expectations needs no code.
func TestControlsAreReadFromTheirExpectations(t *testing.T) {
	handover := link(evidence.AccessHandover, func(r *evidence.Record) {
		r.Basis, r.Consent, r.Exclusivity = evidence.Observed, evidence.ConsentShown, evidence.Exclusive
	})
	theft := link(evidence.Takeover, func(r *evidence.Record) { r.Consent = evidence.ConsentRefused })
	rumour := link(evidence.Statement, func(r *evidence.Record) { r.Status, r.Value = evidence.Contested, "they do" })
	nothing := link(evidence.Denial, func(r *evidence.Record) { r.Status = evidence.Denied })
	open := control("doubted", assess.NoneFound, assess.IncidentalOverlap)
	open.Contested, open.Confidence = true, assess.Low
	c := run(t, calibration.Plan{Cases: []calibration.Case{
		{Name: "a", Records: handover, Controls: []calibration.Control{control("given", assess.JointOperation, assess.JointOperation, assess.Cooperative)}},
		{Name: "b", Records: theft, Controls: []calibration.Control{control("taken", assess.NoneFound, assess.IncidentalOverlap, assess.Unilateral)}},
		{Name: "c", Records: rumour, Controls: []calibration.Control{open}},
		{Name: "d", Records: nothing, Controls: []calibration.Control{control("apart", assess.NoneFound, assess.NoneFound)}},
	}})
	kinds := map[string]calibration.Kind{}
	for _, o := range c.Controls {
		kinds[o.ID] = o.Kind
		if !o.Holds {
			t.Errorf("%s: %v (%s)", o.ID, o.Wrong, o.Verdict)
		}
	}
	want := map[string]calibration.Kind{"given": calibration.Positive, "taken": calibration.Unilateral, "doubted": calibration.Open, "apart": calibration.Negative}
	for id, k := range want {
		if kinds[id] != k {
			t.Errorf("%s is taken for %s", id, kinds[id])
		}
	}
	if !c.Sound() || len(c.AUC) != 1 || c.AUC[0].Estimate != 1 {
		t.Errorf("%+v %+v", c.Checks, c.AUC)
	}
}

func TestControlsThatComeOutWrongAreNamed(t *testing.T) {
	records := link(evidence.SharedTool, func(r *evidence.Record) { r.Exclusivity = evidence.Shared })
	nobody := control("nobody", assess.JointOperation, assess.JointOperation)
	nobody.B = "Somebody Else"
	low := control("confident", assess.SharedSupply, assess.SharedSupply)
	low.Confidence = assess.High
	c := run(t, calibration.Plan{Cases: []calibration.Case{{Name: "a", Records: records, Controls: []calibration.Control{
		control("apart", assess.NoneFound, assess.NoneFound), control("taken", assess.NoneFound, assess.NoneFound, assess.Unilateral), nobody, low,
	}}}})
	for i, want := range []string{"level L2 instead of L0", "sign undetermined instead of unilateral", "Somebody Else", "confidence low instead of high"} {
		if o := c.Controls[i]; o.Holds || !strings.Contains(strings.Join(o.Wrong, "; "), want) {
			t.Errorf("%s: %v, want %q", o.ID, o.Wrong, want)
		}
	}
	if c.Sound() {
		t.Error("a calibration whose controls fail is called sound")
	}
	for _, k := range c.Checks {
		if strings.Contains(k.Name, "ranks above") && (k.Holds || !strings.Contains(k.Detail, "nobody (?)")) {
			t.Errorf("%+v", k)
		}
	}
}

// What is left out of a calibration for speed moves no verdict.
func TestVerdictsAreThoseOfAWholeAssessment(t *testing.T) {
	s := calibration.Setting{Confounders: calibration.Confounders(), Link: calibration.Aligned, Linked: .8, Size: 3}
	corpus, err := s.Make(2, 0)
	if err != nil {
		t.Fatal(err)
	}
	in := assess.Input{Records: corpus.Records, Question: corpus.One(), Tool: tool}
	whole, err := assess.Run(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	in.VerdictsOnly = true
	bare, err := assess.Run(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	a, b := whole.Pairs[0], bare.Pairs[0]
	if a.Level != b.Level || a.Sign != b.Sign || a.Confidence != b.Confidence || len(a.Channels) != len(b.Channels) {
		t.Fatalf("%v %s %s, and %v %s %s with verdicts only", a.Level, a.Sign, a.Confidence, b.Level, b.Sign, b.Confidence)
	}
	for i, m := range a.Channels {
		if o := b.Channels[i]; m.Channel != o.Channel || m.Verdict != o.Verdict || (m.P != nil && *m.P != *o.P) {
			t.Errorf("%s: %s, and %s with verdicts only", m.Channel, m.Verdict, o.Verdict)
		}
	}
}
