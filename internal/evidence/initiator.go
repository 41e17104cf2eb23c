package evidence

import (
	"encoding/json"
	"strings"
)

// ExtraInitiatorCategory is the key of [Record.Extra] under which an incident
// table keeps what it calls the initiator (EuRepoC: State, Non-state-group, ...).
const ExtraInitiatorCategory = "initiator_category"

// Initiator is what an incident table calls whoever did it.
type Initiator string

// What they are called. A table that has no word for it, such as one of
// operations by states alone, leaves it unsaid, which is taken to mean a state.
const (
	InitiatorState      Initiator = "state"
	InitiatorAffiliated Initiator = "state-affiliated"
	InitiatorPerson     Initiator = "individual"
	InitiatorPrivate    Initiator = "non-state group"
	InitiatorUnknown    Initiator = "not attributed"
	InitiatorUnsaid     Initiator = ""
)

// InitiatedBy reads it. Where a table names several categories for one incident,
// the one nearest to a state counts.
func (r *Record) InitiatedBy() Initiator {
	text := extraText(r.Extra[ExtraInitiatorCategory])
	has := func(text string, words ...string) bool {
		for _, w := range words {
			if strings.Contains(text, w) {
				return true
			}
		}
		return false
	}
	switch private := has(text, "Non-state-group", "Individual hacker"); {
	case has(text, "state-affiliation"):
		return InitiatorAffiliated
	case text == "":
		return InitiatorUnsaid
	case has(strings.NewReplacer("Non-state", "", "state-affiliation", "").Replace(text), "State"):
		return InitiatorState
	case !private:
		return InitiatorUnknown
	case has(text, "Individual hacker") && !has(text, "Non-state-group"):
		return InitiatorPerson
	}
	return InitiatorPrivate
}

// Private reports an initiator who is no state's.
func (i Initiator) Private() bool { return i == InitiatorPerson || i == InitiatorPrivate }

func extraText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return string(raw)
	}
	return text
}
