package calibration

import (
	"context"
	"slices"
)

// A FalseAlarm says how often something was found in corpora without a link.
type FalseAlarm struct {
	Setting string `json:"setting"` // the confounders planted
	Size    string `json:"size"`    // how much is on record
	// Asked is the number of pairs in the question: all of the two sides, or the
	// first of either side alone, both told of by the great vendor where there is
	// one.
	Asked   int    `json:"asked"`
	Channel string `json:"channel"` // [JointTest], [WholeVerdict], or a channel by itself
	// Naive marks methods that are shown to fail; they enter no verdict.
	Naive bool `json:"naive"`
	// Theatre marks corpora whose groups do share their targets, beyond what any
	// null knows: the joint test finds that and calls it the same theatre.
	Theatre bool `json:"theatre,omitempty"`
	// Alarms counts the corpora in which anything was found, of those in which
	// anything could be tested.
	Alarms Rate `json:"alarms"`
}

func (r *runner) falseAlarms(ctx context.Context, c *Calibration) error {
	for _, s := range alarmSettings(r.plan) {
		rows, err := r.alarmsOf(ctx, s)
		if err != nil {
			return err
		}
		c.FalseAlarms = append(c.FalseAlarms, rows...)
	}
	return nil
}

type alarmSetting struct {
	Setting
	corpora int
	naive   int // of them, how many are put to the naive methods too
}

// naiveCorpora is how many corpora show that the naive methods fail.
const naiveCorpora = 100

// alarmSettings are the usual confounders at the three sizes, then all at once,
// none, and each alone.
func alarmSettings(p Plan) []alarmSetting {
	out := []alarmSetting{
		{Setting{Confounders: usual()}, p.Corpora, min(p.Corpora, naiveCorpora)},
		{Setting{Confounders: usual(), Size: 3}, p.Corpora, 0},
		{Setting{Confounders: usual(), Sparse: true}, p.Corpora, 0},
		{Setting{Confounders: Confounders()}, p.Each, 0}, {Setting{}, p.Each, 0},
	}
	for _, c := range Confounders() {
		out = append(out, alarmSetting{Setting{Confounders: []confounder{c}}, p.Each, 0})
	}
	return slices.DeleteFunc(out, func(s alarmSetting) bool { return s.corpora == 0 })
}

// An alarmCorpus is what the tests and the naive methods said of one corpus.
type alarmCorpus struct {
	Tests []alarmed
	Naive []naiveAlarm
}

// An alarmed test could be made, and found something: of all pairs, and of the first
// asked alone.
type alarmed struct {
	Channel                   string
	Testable, Alarm           bool
	TestableAlone, AlarmAlone bool
}

// alarmsOf measures one setting.
func (r *runner) alarmsOf(ctx context.Context, s alarmSetting) ([]FalseAlarm, error) {
	found, err := units(ctx, r, "alarms", s.Setting, s.corpora, func(i int) (alarmCorpus, error) { return r.alarmsIn(ctx, s, i) })
	if err != nil || r.shard != nil {
		return nil, err
	}
	var out []FalseAlarm
	row := func(asked int, name string, naive bool, alarms, of int) {
		out = append(out, FalseAlarm{s.Name(), s.SizeName(), asked, name, naive, s.has(theatres), rate(alarms, of)})
	}
	for _, asked := range []int{r.design.Pairs, 1} {
		for n, first := range found[0].Tests {
			alarms, of := 0, 0
			for _, corpus := range found {
				t := corpus.Tests[n]
				if asked == 1 {
					t.Testable, t.Alarm = t.TestableAlone, t.AlarmAlone
				}
				alarms, of = alarms+count(t.Alarm), of+count(t.Testable)
			}
			row(asked, first.Channel, false, alarms, of)
		}
	}
	for n, method := range found[0].Naive {
		alarms := 0
		for _, corpus := range found[:s.naive] {
			alarms += count(corpus.Naive[n].Found)
		}
		row(r.design.Pairs, method.Method, true, alarms, s.naive)
	}
	return out, nil
}

func (r *runner) alarmsIn(ctx context.Context, s alarmSetting, i int) (out alarmCorpus, err error) {
	corpus, err := s.ordered(r.design.SeedAlarms, uint64(i))
	if err != nil {
		return out, err
	}
	found, index, pairs, err := r.look(ctx, corpus)
	if err != nil {
		return out, err
	}
	for _, pairs := range found {
		a := alarmed{Channel: pairs[0].Channel}
		for k, t := range pairs {
			a.Testable = a.Testable || t.Measurable
			a.Alarm = a.Alarm || t.Measurable && t.Found
			if k == 0 {
				a.TestableAlone, a.AlarmAlone = t.Measurable, t.Measurable && t.P <= r.plan.Alpha
			}
		}
		out.Tests = append(out.Tests, a)
	}
	if i < s.naive {
		out.Naive, err = naiveAlarms(index, pairs, r.plan.Alpha)
	}
	return out, err
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
