package question

import (
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
)

// Assess lays the built-in evidence beside what is held, except the kinds that
// the question leaves out. What is held already, a case that somebody ingested,
// is not added twice. Of both only what had been disclosed by the day that the
// question names counts. The records given are not changed.
func Assess(in assess.Input) (assess.Input, error) {
	left, err := without(in.Question.NoBuiltin)
	if err != nil {
		return in, err
	}
	all, err := allCarried()
	if err != nil {
		return in, err
	}
	held := map[evidence.ID]bool{}
	for i := range in.Records {
		held[in.Records[i].ID] = true
	}
	in.Records, in.Datasets, in.Notices = slices.Clip(in.Records), slices.Clip(in.Datasets), slices.Clip(in.Notices)
	for _, c := range all {
		if slices.Contains(left, c.kind) {
			continue
		}
		added := 0
		for n, r := range c.records {
			if !held[r.ID] && !held[c.inCase[n]] {
				held[r.ID] = true
				in.Records = append(in.Records, r)
				added++
			}
		}
		if added == 0 {
			continue
		}
		set := c.dataset
		set.Records = added
		in.Datasets = append(in.Datasets, set)
		for _, notice := range c.notices {
			if !slices.Contains(in.Notices, notice) {
				in.Notices = append(in.Notices, notice)
			}
		}
	}
	return AsOf(in, in.Question.AsOf)
}

// Dyads is the same for a table of dyads.
func Dyads(held assess.Input, q dyad.Question) (dyad.Input, error) {
	held.Question = assess.Question{NoBuiltin: q.NoBuiltin, AsOf: q.AsOf}
	all, err := Assess(held)
	if err != nil {
		return dyad.Input{}, err
	}
	in := dyad.Input{
		Records: all.Records, Policy: all.Policy, Question: q, Tool: dyad.Tool{Name: all.Tool.Name, Version: all.Tool.Version},
		Notices: all.Notices, Warnings: all.Warnings,
	}
	for _, d := range all.Datasets {
		in.Datasets = append(in.Datasets, dyad.Dataset(d))
	}
	return in, nil
}
