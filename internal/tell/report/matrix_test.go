package report

import (
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// What stands first, what is ranked, and what hit a state among others only.
func TestAMapOfStatesPutsWhatWasAimedFirst(t *testing.T) {
	cells := map[[2]string]*document.Point{
		{"CN", "RU"}: {Value: 3, Low: 2}, {"RU", "CN"}: {Value: 40}, {"KP", "RU"}: {Value: 1, Low: 1},
	}
	s := stateGrid(document.Series{}, cells)[0].(document.Series)
	if want := []string{"China", "North Korea", "Russia"}; !slices.Equal(s.Rows, want) {
		t.Errorf("rows %v, not %v", s.Rows, want)
	}
	for _, p := range s.Points {
		if want := map[float64]int{3: 1, 1: 2, 40: 0}[p.Value]; p.Rank != want {
			t.Errorf("%v cases have rank %d, not %d", p.Value, p.Rank, want)
		}
	}
}

func TestRowsOfWhichNothingIsOnRecordStandLast(t *testing.T) {
	names, at, blank := ordered(map[string]*line{
		"silent": {name: "silent"}, "seen": {name: "seen", seen: true}, "linked": {name: "linked", weight: 9, seen: true}, "attacker": {name: "attacker", cases: 2, seen: true},
	})
	if want := []string{"linked", "attacker", "seen", "silent"}; !slices.Equal(names, want) || blank != 1 || at["silent"] != 3 {
		t.Errorf("%v, %d blank, silent at %d", names, blank, at["silent"])
	}
}
