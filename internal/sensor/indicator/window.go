package indicator

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Window says how far the bounds of indicators' validity are taken at their
// word. The zero Window takes them as stated, but for a start that is only the
// time of publication (see [Indicator.StartKnown]), which bounds nothing.
type Window struct {
	strict, ignore bool
	lead           time.Duration
}

// ParseWindow reads "stated" (or nothing), "strict", "ignore" or "lead DAYS".
func ParseWindow(s string) (w Window, err error) {
	mode, days, _ := strings.Cut(strings.ReplaceAll(strings.TrimSpace(s), "=", " "), " ")
	switch {
	case mode == "lead":
		n, err := strconv.Atoi(strings.TrimSpace(days))
		if err != nil || n < 1 || n > maxLead {
			return w, fmt.Errorf("window %q: lead needs a number of days from 1 to %d", s, maxLead)
		}
		return Window{lead: time.Duration(n) * 24 * time.Hour}, nil
	case days == "" && (mode == "" || mode == "stated"):
		return w, nil
	case days == "" && mode == "strict":
		return Window{strict: true}, nil
	case days == "" && mode == "ignore":
		return Window{ignore: true}, nil
	}
	return w, fmt.Errorf("window %q is none of stated, strict, lead DAYS, ignore", s)
}

const maxLead = 36500 // days

// String is what ParseWindow reads.
func (w Window) String() string {
	switch {
	case w.strict:
		return "strict"
	case w.ignore:
		return "ignore"
	case w.lead > 0:
		return fmt.Sprintf("lead %d", w.lead/(24*time.Hour))
	}
	return "stated"
}

// Of is the time for which an indicator counts: from is included, until is not;
// zero is open.
func (w Window) Of(i *Indicator) (from, until time.Time) {
	switch {
	case w.ignore:
		return from, until
	case w.strict || !i.From.IsZero() && i.StartKnown():
		from = i.From
		if w.lead > 0 {
			from = from.Add(-w.lead)
		}
	}
	return from, i.Until
}

// At judges an indicator at a time.
func (w Window) At(i *Indicator, t time.Time) Standing {
	switch from, until := w.Of(i); {
	case !from.IsZero() && t.Before(from):
		return TooSoon
	case !until.IsZero() && !t.Before(until):
		return TooLate
	}
	return InForce
}

// sameMoment is how far two times may lie apart that one program gave to one
// object.
const sameMoment = time.Minute

// StartKnown reports whether From says since when the indicator is good, and not
// merely when it was published or first met by the source: libraries that write
// STIX put the present into valid_from where nobody gives it, and the column
// first_seen of a list is the time of the list's own sensors.
func (i *Indicator) StartKnown() bool {
	return !i.StartUnknown && (i.Disclosed.IsZero() || i.From.Sub(i.Disclosed).Abs() >= sameMoment)
}
