package atlas

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// A step is a year after which the verdict on a couple was not what it had been.
type step struct {
	year    string
	verdict string
	records []evidence.ID // that the verdict of the year rests on
}

// follow asks about the couples that more than likeness ties as of the end of every
// year in which something was disclosed that the verdict of today rests on. cahoots
// history follows a pair month by month, with the cause of each step.
func (m *maker) follow(ctx context.Context, list []*couple) error {
	years := map[string][]*couple{}
	for _, p := range list {
		if p.why != nil || p.answer.Pairs[0].Level <= assess.IncidentalOverlap && p.answer.Pairs[0].Sign == assess.NoSign {
			continue
		}
		m.out.Histories++
		rests := map[string]bool{}
		for _, l := range p.answer.Pairs[0].Links {
			for _, id := range l.Records {
				if on := disclosed(p.answer.Records[id]); !on.IsZero() {
					rests[strconv.Itoa(on.AddDate(0, 0, -1).Year())] = true
				}
			}
		}
		for y := range rests {
			years[y] = append(years[y], p)
		}
	}
	for _, year := range slices.Sorted(maps.Keys(years)) {
		in := m.content.Held
		in.Question.AsOf = year
		then, err := question.Assess(in)
		if err != nil {
			return err
		}
		if then.Body, err = assess.NewBody(ctx, then.Records, then.Policy); err != nil {
			return err
		}
		due := years[year]
		err = m.each(ctx, len(due), func(ctx context.Context, i int) error {
			p := due[i]
			a, err := m.answer(ctx, then, p)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			s := step{year: year, verdict: "not on record"}
			if err == nil && len(a.Pairs) > 0 {
				s.verdict, s.records = verdictText(&a.Pairs[0]), a.Pairs[0].Evidence
			}
			if n := len(p.steps); n == 0 || p.steps[n-1].verdict != s.verdict {
				p.steps = append(p.steps, s)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func stepsSection(steps []step) document.Section {
	t := &document.Table{ID: "history", Columns: []document.Column{{ID: "year", Title: "end of", Kind: document.Date}, {ID: "verdict", Title: "verdict"}, {ID: "records", Title: "records it rested on", Kind: document.Integer}}}
	for _, s := range steps {
		t.Rows = append(t.Rows, document.Row{ID: "year-" + s.year, Cells: []document.Cell{document.Words(s.year), document.Words(s.verdict), document.Count(len(s.records))}})
	}
	return document.Section{ID: "history", Title: "How the answer came about", Blocks: []document.Block{
		document.Paragraph{Text: "The verdict as of the end of the years in which something was disclosed that it rests on today, where it was not what it had been. cahoots history --a --b follows it month by month, with the records that moved each step."}, t,
	}}
}
