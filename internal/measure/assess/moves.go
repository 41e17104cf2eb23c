package assess

import "fmt"

// A Move is a pair whose verdict two assessments of one question give differently.
type Move struct {
	A      string `json:"a"`
	B      string `json:"b"`
	Before string `json:"before"` // the verdict in words; empty where the pair was not there
	After  string `json:"after"`
}

// Verdict is the verdict on a pair in words: level, sign, confidence and whether it
// is contested.
func (p *Pair) Verdict() string {
	if p.Level == NotAssessable {
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

// Moves lists the pairs whose verdicts differ, in the order of after and behind them
// those that only before has. Pairs that after has newly and finds nothing of are
// counted in quiet instead. Pairs are told by the names of the two: which names are
// one actor may have changed as well.
func Moves(before, after *Assessment) (moves []Move, quiet int) {
	was := map[[2]string]string{}
	for i := range before.Pairs {
		p := &before.Pairs[i]
		was[unordered(p)] = p.Verdict()
	}
	for i := range after.Pairs {
		p := &after.Pairs[i]
		old, there := was[unordered(p)]
		delete(was, unordered(p))
		switch now := p.Verdict(); {
		case !there && p.Level <= NoneFound:
			quiet++
		case old != now:
			moves = append(moves, Move{A: p.A.Name, B: p.B.Name, Before: old, After: now})
		}
	}
	for i := range before.Pairs {
		p := &before.Pairs[i]
		if old, gone := was[unordered(p)]; gone {
			moves = append(moves, Move{A: p.A.Name, B: p.B.Name, Before: old})
		}
	}
	return moves, quiet
}

func unordered(p *Pair) [2]string {
	return [2]string{min(p.A.Name, p.B.Name), max(p.A.Name, p.B.Name)}
}
