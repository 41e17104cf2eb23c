package difference

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// HistorySchema names the JSON form of a History.
const HistorySchema = "cahoots/history/v1"

// A History is how the answer to a question came about: the verdicts as of the end of
// each month in which something about its groups was disclosed.
type History struct {
	Schema   string           `json:"schema"`
	Tool     assess.Tool      `json:"tool"`
	Question assess.Question  `json:"question"`
	Data     []assess.Dataset `json:"data"`
	From     string           `json:"from,omitempty"`  // the first month looked at, EDTF; empty where nothing is dated
	Until    string           `json:"until,omitempty"` // the last
	Months   int              `json:"months"`          // looked at
	Steps    []Step           `json:"steps"`           // in order; only months in which a verdict moved
	// Now has every pair of the question with its verdict of today.
	Now      []Standing   `json:"now"`
	Notices  []string     `json:"notices,omitempty"`
	Marking  evidence.TLP `json:"marking"`
	Warnings []string     `json:"warnings"`
}

// A Step is a month after which verdicts were not what they had been.
type Step struct {
	Month string  `json:"month"`
	Moved []Moved `json:"moved"`
}

// A Standing is the verdict on a pair.
type Standing struct {
	A string `json:"a"`
	B string `json:"b"`
	Verdict
}

// causesOf is the number of pairs up to which every move is explained; of larger
// questions only those of level and sign.
const causesOf = 12

// Trace follows a question through time. at gives what it is asked over as of the end
// of a month, and with "" today; of the months those are looked at in which something
// about a group of today's answer was disclosed.
func Trace(ctx context.Context, at func(month string) (assess.Input, error)) (*History, error) {
	in, err := at("")
	if err != nil {
		return nil, err
	}
	in.VerdictsOnly = true
	now, err := assess.Run(ctx, in)
	if err != nil {
		return nil, err
	}
	h := &History{
		Schema: HistorySchema, Tool: now.Tool, Question: now.Question, Data: now.Data, Steps: []Step{}, Now: []Standing{},
		Notices: now.Notices, Marking: now.Marking, Warnings: now.Warnings,
	}
	for i := range now.Pairs {
		h.Now = append(h.Now, Standing{now.Pairs[i].A.Name, now.Pairs[i].B.Name, *verdictOf(&now.Pairs[i])})
	}
	months, err := disclosures(now, in)
	if err != nil {
		return nil, err
	}
	if h.Months = len(months); h.Months > 0 {
		h.From, h.Until = months[0], months[len(months)-1]
	}
	was, had := &assess.Assessment{}, []evidence.Record(nil)
	for _, month := range months {
		if in, err = at(month); err != nil {
			return nil, err
		}
		ask := asker(in)
		is, err := ask(ctx, in.Records)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			is = &assess.Assessment{} // a side was not on record yet
		}
		if moved := Between(was, is); len(moved) > 0 {
			if err := explain(ctx, had, in, ask, moved, len(now.Pairs)); err != nil {
				return nil, fmt.Errorf("%s: %w", month, err)
			}
			h.Steps = append(h.Steps, Step{month, moved})
		}
		was, had = is, in.Records
	}
	return h, nil
}

// asker asks the question of an input over other records.
func asker(in assess.Input) Ask {
	return func(ctx context.Context, records []evidence.Record) (*assess.Assessment, error) {
		in := in
		in.Records, in.VerdictsOnly, in.Datasets, in.Body = records, true, nil, nil
		return assess.Run(ctx, in)
	}
}

// explain finds what moved pairs, as far as it is looked for. That a pair comes on
// record with nothing found is no news to explain.
func explain(ctx context.Context, had []evidence.Record, in assess.Input, ask Ask, moved []Moved, pairs int) error {
	var c *Change
	for i := range moved {
		m := &moved[i]
		if m.Old == nil && m.New.Level <= assess.NoneFound && m.New.Sign == assess.NoSign || pairs > causesOf && m.reach() < 2 {
			continue
		}
		if c == nil {
			var err error
			if c, err = newChange(had, in.Records, in.Policy, ask); err != nil {
				return err
			}
		}
		if err := c.Find(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// disclosures are the months in which something about the groups of an answer came to
// count.
func disclosures(a *assess.Assessment, in assess.Input) ([]string, error) {
	dir, err := resolve.Resolve(in.Records, in.Policy)
	if err != nil {
		return nil, fmt.Errorf("resolving names: %w", err)
	}
	ids := map[resolve.ActorID]bool{}
	for _, p := range a.Pairs {
		ids[p.A.ID], ids[p.B.ID] = true, true
	}
	months := map[string]bool{}
	since, _ := evidence.Since(in.Records)
	for i := range in.Records {
		r := &in.Records[i]
		subject, _ := dir.Of(r.Subject)
		object, _ := dir.Of(r.Object)
		if (ids[subject] || ids[object]) && !since[i].IsZero() {
			months[since[i].Add(-time.Nanosecond).Format("2006-01")] = true
		}
	}
	return slices.Sorted(maps.Keys(months)), nil
}
