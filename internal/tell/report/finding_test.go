package report

import (
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// Whatever a pair's level and sign, "no sign" is said only where there is none.
func TestNoSignIsSaidOnlyWhereThereIsNone(t *testing.T) {
	for level := assess.NoneFound; level <= assess.JointOperation; level++ {
		for _, sign := range []assess.Sign{assess.NoSign, assess.Cooperative, assess.Unilateral, assess.Undetermined} {
			for _, contested := range []bool{false, true} {
				possible := level == assess.NoneFound && (sign == assess.NoSign || sign == assess.Unilateral) ||
					level == assess.IncidentalOverlap && sign == assess.NoSign || level == assess.SharedSupply && sign == assess.Undetermined ||
					level > assess.SharedSupply && (sign == assess.Cooperative || sign == assess.Undetermined)
				if !possible { // assess.judge gives no such pair
					continue
				}
				p := assess.Pair{A: assess.Actor{ID: "a", Name: "Alpha"}, B: assess.Actor{ID: "b", Name: "Beta"}, Level: level, Sign: sign, Contested: contested}
				a := &assess.Assessment{
					Sides: assess.Sides{A: assess.Side{Actors: []string{"Alpha"}}, B: assess.Side{Actors: []string{"Beta"}}},
					Pairs: []assess.Pair{p},
				}
				d := Assessment(a)
				text := d.Sections[0].Blocks[0].(document.Paragraph).Text
				if none := level == assess.NoneFound && sign == assess.NoSign; strings.Contains(text, "no sign that") != none {
					t.Errorf("%s, %s, contested %v: %s", level, sign, contested, text)
				}
				if contested && sign == assess.Cooperative && !strings.Contains(text, "contested by another reading") {
					t.Errorf("contested cooperation is told without its other reading: %s", text)
				}
			}
		}
	}
}
