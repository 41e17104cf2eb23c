package calibration

import (
	"context"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/channel"
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

// alarmsOf measures one setting.
func (r *runner) alarmsOf(ctx context.Context, s alarmSetting) ([]FalseAlarm, error) {
	found, naive := make([]sights, s.corpora), make([][]naiveAlarm, s.naive)
	err := r.each(ctx, s.corpora, func(i int) error {
		corpus, err := s.ordered(r.design.SeedAlarms, uint64(i))
		if err != nil {
			return err
		}
		var index *channel.Corpus
		var pairs []channel.Pair
		if found[i], index, pairs, err = r.look(ctx, corpus); err != nil || i >= s.naive {
			return err
		}
		naive[i], err = naiveAlarms(index, pairs, r.plan.Alpha)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []FalseAlarm
	row := func(asked int, name string, naive bool, alarms, of int) {
		out = append(out, FalseAlarm{s.Name(), s.SizeName(), asked, name, naive, s.has(theatres), rate(alarms, of)})
	}
	for _, asked := range []int{r.design.Pairs, 1} {
		for n := range found[0] {
			alarms, of := 0, 0
			for _, tests := range found {
				measurable, alarm := false, false
				for k, t := range tests[n] {
					if asked == 1 && k > 0 {
						break
					}
					measurable = measurable || t.measurable
					alarm = alarm || t.measurable && (asked > 1 && t.found || asked == 1 && t.p <= r.plan.Alpha)
				}
				alarms, of = alarms+count(alarm), of+count(measurable)
			}
			row(asked, found[0][n][0].channel, false, alarms, of)
		}
	}
	for n := range s.methods(naive) {
		alarms := 0
		for _, methods := range naive {
			alarms += count(methods[n].found)
		}
		row(r.design.Pairs, naive[0][n].method, true, alarms, len(naive))
	}
	return out, nil
}

func (s alarmSetting) methods(naive [][]naiveAlarm) []naiveAlarm {
	if len(naive) == 0 {
		return nil
	}
	return naive[0]
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
