package question

import (
	"context"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/difference"
)

// An Effect is what other evidence does to the answers of one question.
type Effect struct {
	Asked assess.Question `json:"asked"`
	// Before and After are nil where the question could not be asked, for the reason
	// beside them.
	Before, After       *assess.Assessment `json:"-"`
	WhyBefore, WhyAfter string             `json:"-"`
	Moves               []difference.Move  `json:"moves"`
	// Quiet counts the pairs that could not be asked about before and of which
	// nothing is found.
	Quiet int `json:"quiet"`
}

// Compare asks one question over two bodies of evidence, each with what the program
// knows beside it. An error is that of the context.
func Compare(ctx context.Context, before, after assess.Input, q assess.Question) (Effect, error) {
	e := Effect{Asked: q, Moves: []difference.Move{}}
	var err error
	if e.Before, e.WhyBefore, err = answer(ctx, before, q); err != nil {
		return e, err
	}
	if e.After, e.WhyAfter, err = answer(ctx, after, q); err != nil {
		return e, err
	}
	none := &assess.Assessment{}
	from, to := e.Before, e.After
	if from == nil {
		from = none
	}
	if to == nil {
		to = none
	}
	if moves, quiet := difference.Moves(from, to); len(moves) > 0 || quiet > 0 {
		e.Moves, e.Quiet = append(e.Moves, moves...), quiet
	}
	return e, nil
}

func answer(ctx context.Context, in assess.Input, q assess.Question) (a *assess.Assessment, why string, err error) {
	in.Question = q
	if in, err = Assess(in); err == nil {
		a, err = assess.Run(ctx, in)
	}
	switch {
	case ctx.Err() != nil:
		return nil, "", context.Cause(ctx)
	case err != nil:
		return nil, err.Error(), nil
	}
	return a, "", nil
}
