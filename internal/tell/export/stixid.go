package export

import (
	"cmp"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// stixID is the identifier of an object of a type by what makes it that object.
func stixID(typ string, parts ...string) string {
	return typ + "--" + uuid.NewSHA1(marking.Namespace, []byte(typ+"\x1f"+strings.Join(parts, "\x1f"))).String()
}

// epoch stands for the day on which a statement without any date was made. A
// time of writing would make two exports of the same evidence differ.
var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// stampOf is the time at which a statement was made, as well as it is known:
// published, disclosed, detected, or the act itself.
func stampOf(r *evidence.Record) time.Time {
	for _, iv := range []evidence.Interval{r.Citation.Published, r.Disclosed, r.Detected, r.Activity} {
		switch {
		case !iv.From.IsZero():
			return iv.From
		case !iv.To.IsZero():
			return iv.To
		}
	}
	return epoch
}

func newest(records []evidence.Record) time.Time {
	var t time.Time
	for i := range records {
		if s := stampOf(&records[i]); s.After(t) {
			t = s
		}
	}
	return cmp.Or(t, epoch)
}

// stixTime is a timestamp as STIX wants it (section 3.2): UTC, milliseconds, Z.
func stixTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// stixEnd is the last moment inside an interval. STIX wants an end later than
// the start; an interval lasts a second at least, so a millisecond less is.
func stixEnd(iv evidence.Interval) string { return stixTime(iv.To.Add(-time.Millisecond)) }

// span sets the two times of an object, of those that are known.
func (o object) span(first, last string, iv evidence.Interval) {
	if !iv.From.IsZero() {
		o[first] = stixTime(iv.From)
	}
	if !iv.To.IsZero() {
		o[last] = stixEnd(iv)
	}
}
