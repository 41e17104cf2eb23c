package question

import (
	"errors"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// Check says what keeps a question from being asked: a side is missing, a date
// or a name of the question's options is none. Whether the evidence knows the
// sides, only assess.Run can say.
func Check(q assess.Question) error {
	switch {
	case q.A == "" || q.B == "":
		return errors.New("a question needs two sides, a and b: a state (CN) or a list of groups")
	case q.Alpha != 0 && !(q.Alpha > 0 && q.Alpha < 1):
		return fmt.Errorf("alpha %v is not between 0 and 1", q.Alpha)
	case q.Null != "" && q.Null != string(channel.SDSM) && q.Null != string(channel.Fisher):
		return fmt.Errorf("null model %q is unknown; use %s or %s", q.Null, channel.SDSM, channel.Fisher)
	}
	if _, err := q.Period(); err != nil {
		return err
	}
	if _, err := resolve.ParseKinds(q.Actors); err != nil {
		return err
	}
	return checkEvidence(q.NoBuiltin, q.AsOf)
}

// CheckDyads does the same for a question about states.
func CheckDyads(q dyad.Question) error {
	return errors.Join(q.Check(), checkEvidence(q.NoBuiltin, q.AsOf))
}

// checkEvidence says what is wrong with the kinds to leave out, and with the day.
func checkEvidence(noBuiltin, day string) error {
	_, err := without(noBuiltin)
	_, late := asOf(day)
	return errors.Join(err, late)
}
