package assess

import (
	"encoding/json"
	"fmt"
)

// Level is a rung of the operational ladder, L0 to L5. In JSON a pair that
// could not be assessed at all has the level null: nothing found is not the
// same as nothing to look at.
type Level int

// The rungs.
const (
	NotAssessable       Level = -1 // no evidence about one of the two
	NoneFound           Level = 0
	IncidentalOverlap   Level = 1
	SharedSupply        Level = 2
	InformationExchange Level = 3
	TaskingAlignment    Level = 4
	JointOperation      Level = 5
)

var levelNames = [...]string{
	"none found", "incidental overlap", "shared supply", "deconfliction or information exchange",
	"tasking alignment", "joint operation or hand-over",
}

// Name is the rung's name as the documentation has it.
func (l Level) Name() string {
	if l < 0 || int(l) >= len(levelNames) {
		return "not assessable"
	}
	return levelNames[l]
}

// String is "L0" to "L5", or "?" where the pair could not be assessed.
func (l Level) String() string {
	if l < 0 {
		return "?"
	}
	return fmt.Sprintf("L%d", int(l))
}

// MarshalJSON gives the number, or null for NotAssessable.
func (l Level) MarshalJSON() ([]byte, error) {
	if l < 0 {
		return []byte("null"), nil
	}
	return json.Marshal(int(l))
}

// UnmarshalJSON reads a number 0..5 or null.
func (l *Level) UnmarshalJSON(b []byte) error {
	var n *int
	if err := json.Unmarshal(b, &n); err != nil {
		return fmt.Errorf("level %s is neither a number nor null", b)
	}
	switch {
	case n == nil:
		*l = NotAssessable
	case *n < 0 || *n > 5:
		return fmt.Errorf("level %d is not on the ladder 0 to 5", *n)
	default:
		*l = Level(*n)
	}
	return nil
}

// needed says what evidence each rung needs; a verdict prints that of the rung
// above its own.
var needed = [...]string{
	IncidentalOverlap:   "overlap beyond the degree-preserving null, or a cited one, of victims or of things that are public or popular",
	SharedSupply:        "a cited non-public tool, builder, certificate or 0-day in both hands",
	InformationExchange: "documented sharing of indicators or targets, or documented avoidance of each other's targets",
	TaskingAlignment:    "a repeated order in time or divided target lists, technically observed and told by at least two independent sources",
	JointOperation:      "one group's exclusive tool run through the other's exclusive access, technically observed, without theft",
}

func missing(l Level) string {
	switch {
	case l == NotAssessable:
		return "any dated or cited record of what both groups did"
	case l >= JointOperation:
		return ""
	default:
		return fmt.Sprintf("for %s: %s", l+1, needed[l+1])
	}
}
