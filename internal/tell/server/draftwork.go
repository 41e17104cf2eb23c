package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/difference"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// An Effect is what a draft would do to the answer of one question.
type Effect struct {
	question.Effect
	Before string `json:"before"` // the finding as it is, or why there is none
	After  string `json:"after"`  // as it would be
	// Whose says why the question is looked at: it was saved, asked, or is about the
	// states of which most groups are known.
	Whose string `json:"whose"`
}

// shownMoves is how many pairs a page lists of one question; JSON has them all.
const shownMoves = 15

// Shown are the pairs that a page lists, Hidden how many others there are.
func (e Effect) Shown() []difference.Move { return e.Moves[:min(len(e.Moves), shownMoves)] }

// Hidden: see [Effect.Shown].
func (e Effect) Hidden() int { return len(e.Moves) - len(e.Shown()) }

// maxEffects bounds the questions for which a draft's effect is worked out.
const maxEffects = 6

// examineDraft begins the job that says what a draft holds and would change.
func (s *Server) examineDraft(d *draft) error {
	return s.draftJob(d, "Examining ", len(d.files)+1, s.examine)
}

// acceptDraft begins the job that reads a draft into the store.
func (s *Server) acceptDraft(d *draft) error {
	return s.draftJob(d, "Reading into the store: ", len(d.files)+1, s.accept)
}

// draftJob begins a job on a draft, after the one before has ended.
func (s *Server) draftJob(d *draft, what string, steps int, work func(context.Context, *job, *draft) error) error {
	names := d.told.Files[0].Name
	if n := len(d.told.Files) - 1; n > 0 {
		names += fmt.Sprintf(" and %d more", n)
	}
	first := Progress{What: what + names, Steps: steps, Draft: d.told.ID}
	j, err := s.jobs.start(d.owner, d.asker, first, nil, func(ctx context.Context, j *job) error { return work(ctx, j, d) })
	if err == nil {
		d.mu.Lock()
		d.job = j
		d.mu.Unlock()
	}
	return err
}

// examine reads a draft in a sitting of the store that is taken back, and then works
// out what would change.
func (s *Server) examine(ctx context.Context, j *job, d *draft) error {
	after, held, err := s.tried(ctx, j, d)
	if err != nil {
		return err
	}
	j.step(len(d.told.Files), "working out which verdicts would change")
	if after == nil {
		return nil
	}
	v, err := s.evidence.of(ctx, d.owner.Ceiling)
	if err != nil {
		return err
	}
	before := v.input(s.config.Tool, assess.Question{})
	asked := s.askedHere(ctx, d.owner, held)
	j.set(func(p *Progress) { p.Steps += len(asked) })
	for i, q := range asked {
		j.step(len(d.told.Files)+i, fmt.Sprintf("working out which verdicts would change: %s and %s", q.Asked.A, q.Asked.B))
		e, err := question.Compare(ctx, before, *after, q.Asked)
		if err != nil {
			return err
		}
		e.Asked = q.Asked
		q.Effect = e
		q.Before, q.After = headline(e.Before, e.WhyBefore), headline(e.After, e.WhyAfter)
		q.Effect.Before, q.Effect.After = nil, nil
		d.set(func(t *Draft) { t.Effects = append(t.Effects, q) })
	}
	return nil
}

func headline(a *assess.Assessment, why string) string {
	if a == nil {
		return "cannot be asked: " + why
	}
	if c := report.Assessment(a).Card; c != nil {
		return c.Headline
	}
	return ""
}

// tried reads the files of a draft as accepting it would, notes what they are, and
// returns the evidence that the store would then hold, nil where it is the same,
// and what that covers.
func (s *Server) tried(ctx context.Context, j *job, d *draft) (*assess.Input, []intake.Holding, error) {
	sitting, err := s.config.Store.Sit(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer sitting.Rollback()
	changed := false
	for i := range d.told.Files {
		e, t, err := intake.Try(ctx, sitting, d.input(j, i))
		if fatal(ctx, err) {
			return nil, nil, err
		}
		var unknown *source.UnknownError
		if errors.As(err, &unknown) {
			if err := s.examineReport(ctx, d, i, &e); err != nil {
				return nil, nil, err
			}
		}
		changed = changed || err == nil && t.Added+t.Removed > 0
		if t.Known {
			e.Summary.Notes = append(e.Summary.Notes, t.Warnings...)
		}
		d.set(func(told *Draft) { told.Examined = append(told.Examined, e) })
	}
	if !changed {
		d.set(func(t *Draft) { t.State = Ready })
		return nil, nil, nil
	}
	sets, err := sitting.Datasets(ctx)
	if err != nil {
		return nil, nil, err
	}
	var all []evidence.Record
	for r, err := range sitting.Records(ctx, store.Filter{Ceiling: d.owner.Ceiling}) {
		if err != nil {
			return nil, nil, err
		}
		all = append(all, r)
	}
	if err := sitting.Rollback(); err != nil { // others may write again
		return nil, nil, err
	}
	records, seen, _ := question.Visible(all, sets, d.owner.Ceiling)
	in := question.Held(records, seen)
	in.Tool = s.config.Tool
	d.set(func(t *Draft) { t.State = Ready })
	return &in, intake.Holdings(sets), nil
}

// fatal reports an error that is not of one file but of all.
func fatal(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || errors.Is(err, store.ErrDamaged) || errors.Is(err, store.ErrDiskFull) || errors.Is(err, store.ErrBusy) || errors.Is(err, store.ErrReplaced))
}

// input is a file of a draft as the command line would read it by that name. The
// reading shows in the progress of a job.
func (d *draft) input(j *job, i int) *intake.Input {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := d.told.Files[i].Name
	return &intake.Input{
		Member: source.Opened(name, d.files[i].File),
		Watch: func(from *source.Input) (tick, done func()) {
			last := time.Time{}
			return func() {
				if time.Since(last) < 200*time.Millisecond || from.Size() <= 0 {
					return
				}
				last = time.Now()
				j.step(i, fmt.Sprintf("reading %s, %d%%", name, 100*from.BytesRead()/from.Size()))
			}, func() {}
		},
	}
}

// askedHere are the questions whose answers a draft is tried on: those saved that
// the owner may see and those asked here, the latest first, or else the one about
// the two states of which most groups would be known.
func (s *Server) askedHere(ctx context.Context, owner principal, held []intake.Holding) (list []Effect) {
	add := func(q assess.Question, whose string) {
		if len(list) < maxEffects && question.Check(q) == nil && !slices.ContainsFunc(list, func(e Effect) bool { return e.Asked == q }) {
			list = append(list, Effect{Effect: question.Effect{Asked: q}, Whose: whose})
		}
	}
	for _, j := range s.jobs.of(owner) {
		if j.asked != nil {
			add(j.asked.Question, "asked here")
		}
	}
	saved, err := s.config.Store.Assessments(ctx)
	if err != nil {
		s.config.Log("listing what was asked: %v", err)
	}
	for _, a := range slices.Backward(saved) {
		if owner.May(a.Marking) {
			add(a.Asked, "saved")
		}
	}
	if len(list) > 0 {
		return list
	}
	if known := intake.MostKnown(held); len(known) > 1 {
		add(assess.Question{A: known[0], B: known[1]}, "the states of which most groups would be known")
	}
	return list
}

// isEvidence reports a file that can be read into the store.
func isEvidence(e intake.Examined) bool { return e.Problem == "" && e.Format != aReport }

// accept reads the files of a draft into the store, all that can be read or none.
func (s *Server) accept(ctx context.Context, j *job, d *draft) error {
	sitting, err := s.config.Store.Sit(ctx)
	if err != nil {
		return err
	}
	defer sitting.Rollback()
	var taken []intake.Taken
	now := d.now()
	for i, f := range now.Files {
		if !isEvidence(now.Examined[i]) {
			continue // its owner was told
		}
		t, err := intake.Take(ctx, sitting, d.input(j, i), time.Time{})
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		taken = append(taken, t)
	}
	j.step(len(now.Files), "keeping it")
	if err := sitting.Commit(ctx); err != nil {
		return err
	}
	d.set(func(t *Draft) { t.State, t.Taken = Accepted, taken })
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range d.files {
		f.Close()
	}
	d.files = nil
	return nil
}
