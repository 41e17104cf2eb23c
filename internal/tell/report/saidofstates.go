package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// saidOfStates is what sources tell of the states asked about as such, or of a
// group and a state, and nobody contests: it is on record, and names no two groups.
// What the pairs tell already is left to them.
func (b *assessmentBuilder) saidOfStates() string {
	var told []string
	for _, c := range b.claimsByDate() {
		if !c.Asked || cmp.Or(c.Status, evidence.Asserted) != evidence.Asserted || c.Class == evidence.Denial || b.tellsTaken(c) {
			continue
		}
		parties := list(nonEmpty(partyName(c.Subject), partyName(c.Object)), 2)
		told = append(told, fmt.Sprintf("%s, %s (%s; %s)", parties, classText(c.Class), strings.TrimSuffix(c.Text, "."), c.Source))
	}
	if len(told) == 0 {
		return ""
	}
	more := ""
	if n := len(told) - 2; n > 0 {
		told, more = told[:2], fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("Of the states as such sources tell: %s%s.", strings.Join(told, "; "), more)
}

// tellsTaken reports whether a pair tells that the group of a takeover or a false
// flag acted so.
func (b *assessmentBuilder) tellsTaken(c assess.Claim) bool {
	return (c.Class == evidence.Takeover || c.Class == evidence.FalseFlag) && slices.ContainsFunc(b.pairs, func(p pairView) bool {
		return p.Sign == assess.Unilateral && (p.A.Name == c.Subject || p.B.Name == c.Subject)
	})
}
