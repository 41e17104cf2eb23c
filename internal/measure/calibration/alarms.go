package calibration

import (
	"cmp"
	"context"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// A FalseAlarm says how often something was found in corpora without a link.
type FalseAlarm struct {
	Setting string `json:"setting"` // the confounders planted
	// Asked is the number of pairs in the question: all of the two sides, or one
	// alone. Fewer pairs share the level, so each needs less to be found. The one
	// is the first of either side, both told of by the great vendor where there
	// is one.
	Asked   int    `json:"asked"`
	Channel string `json:"channel"` // or the whole verdict: any pair above L0
	Null    string `json:"null,omitempty"`
	// Naive marks methods that are shown to fail; they enter no verdict.
	Naive bool `json:"naive"`
	// Alarms counts the corpora in which anything was found after adjustment, of
	// those in which anything could be tested.
	Alarms     Rate `json:"alarms"`
	Tests      int  `json:"tests"`        // over all corpora
	RawBelow05 int  `json:"raw_below_05"` // before adjustment
	// Raw is the share of them with its exact interval; only where one pair was
	// asked about, as tests of one corpus are not independent.
	Raw *Rate `json:"raw,omitempty"`
}

func (r *runner) falseAlarms(ctx context.Context, c *Calibration) error {
	for _, s := range alarmSettings(r.plan) {
		rows, err := r.alarmsOf(ctx, s.Setting, s.corpora)
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
}

// alarmSettings are all confounders at once, then none, then each alone.
func alarmSettings(p Plan) []alarmSetting {
	out := []alarmSetting{{Setting{Confounders: Confounders()}, p.Corpora}, {Setting{}, p.Each}}
	for _, c := range Confounders() {
		out = append(out, alarmSetting{Setting{Confounders: []Confounder{c}}, p.Each})
	}
	return slices.DeleteFunc(out, func(s alarmSetting) bool { return s.corpora == 0 })
}

// alarmsOf measures one setting over n corpora.
func (r *runner) alarmsOf(ctx context.Context, s Setting, n int) ([]FalseAlarm, error) {
	found := make([][]alarm, n)
	err := r.each(ctx, n, func(i int) error {
		corpus, err := s.ordered(r.design.SeedAlarms, uint64(i))
		if err != nil {
			return err
		}
		found[i], err = r.alarms(ctx, corpus)
		return err
	})
	if err != nil {
		return nil, err
	}
	return tally(s.Name(), found), nil
}

// alarm is what one method said of one corpus.
type alarm struct {
	asked         int
	channel, null string
	naive, found  bool
	tests, raw    int
}

// alarms asks the method, and the naive ones, about one corpus.
func (r *runner) alarms(ctx context.Context, corpus *Corpus) ([]alarm, error) {
	var out []alarm
	for _, q := range []assess.Question{corpus.Question(), corpus.One()} {
		a, err := r.assess(ctx, corpus, q)
		if err != nil {
			return nil, err
		}
		for _, s := range a.Channels {
			out = append(out, alarm{asked: len(a.Pairs), channel: s.Channel, null: s.Null, found: s.Rejected > 0, tests: s.Tested, raw: s.RawBelow05})
		}
		above := slices.ContainsFunc(a.Pairs, func(p assess.Pair) bool { return p.Level > assess.NoneFound })
		out = append(out, alarm{asked: len(a.Pairs), channel: WholeVerdict, found: above, tests: len(a.Pairs)})
	}
	naive, err := naiveAlarms(corpus, r.plan.Alpha)
	return append(out, naive...), err
}

// tally adds up what was said of the corpora of one setting, in the order in
// which the methods came up, naive ones last.
func tally(setting string, corpora [][]alarm) []FalseAlarm {
	type key struct {
		asked   int
		channel string
		naive   bool
	}
	at := map[key]int{}
	var rows []FalseAlarm
	for _, alarms := range corpora {
		for _, a := range alarms {
			k := key{a.asked, a.channel, a.naive}
			i, ok := at[k]
			if !ok {
				i = len(rows)
				at[k] = i
				rows = append(rows, FalseAlarm{Setting: setting, Asked: a.asked, Channel: a.channel, Naive: a.naive})
			}
			row := &rows[i]
			row.Null = cmp.Or(row.Null, a.null)
			row.Tests, row.RawBelow05 = row.Tests+a.tests, row.RawBelow05+a.raw
			if a.tests > 0 {
				row.Alarms.Of++
			}
			if a.found {
				row.Alarms.Count++
			}
		}
	}
	for i := range rows {
		row := &rows[i]
		row.Alarms = rate(row.Alarms.Count, row.Alarms.Of)
		if row.Asked == 1 && row.Channel != WholeVerdict {
			raw := rate(row.RawBelow05, row.Tests)
			row.Raw = &raw
		}
	}
	slices.SortStableFunc(rows, func(a, b FalseAlarm) int {
		switch {
		case a.Naive == b.Naive:
			return 0
		case a.Naive:
			return 1
		}
		return -1
	})
	return rows
}
