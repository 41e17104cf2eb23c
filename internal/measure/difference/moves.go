package difference

import (
	"fmt"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// A Move is a pair whose verdict two assessments of one question give differently, in
// words.
type Move struct {
	A      string `json:"a"`
	B      string `json:"b"`
	Before string `json:"before"` // the verdict; empty where the pair was not there
	After  string `json:"after"`
}

// Moves lists the pairs whose verdicts differ, in the order of after and behind them
// those that only before has. Pairs that after has newly and finds nothing of are
// counted in quiet instead.
func Moves(before, after *assess.Assessment) (moves []Move, quiet int) {
	for _, p := range matched(before, after) {
		was, is := p[0], p[1]
		switch old, now := inWords(was), inWords(is); {
		case is == nil:
			moves = append(moves, Move{A: was.A.Name, B: was.B.Name, Before: old})
		case was == nil && is.Level <= assess.NoneFound:
			quiet++
		case old != now:
			moves = append(moves, Move{A: is.A.Name, B: is.B.Name, Before: old, After: now})
		}
	}
	return moves, quiet
}

// inWords is the verdict on a pair: level, sign, confidence and whether it is
// contested.
func inWords(p *assess.Pair) string {
	switch {
	case p == nil:
		return ""
	case p.Level == assess.NotAssessable:
		return p.Level.Name()
	}
	text := fmt.Sprintf("%s %s", p.Level, p.Level.Name())
	if p.Sign != "" {
		text += ", " + string(p.Sign)
	}
	if p.Contested {
		text += ", contested"
	}
	if p.Confidence != "" {
		text += ", " + p.Confidence + " confidence"
	}
	return text
}
