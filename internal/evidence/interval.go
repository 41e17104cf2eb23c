package evidence

import (
	"fmt"
	"strings"
	"time"
)

// Precision is how finely a date is known. A month or a year is an interval,
// never a point: most dated incidents of the public data sets carry the first
// of a month because nothing better was known.
type Precision uint8

// Precisions from unknown to the second.
const (
	Unknown Precision = iota
	Year
	Month
	Day
	Second
)

func (p Precision) String() string {
	return [...]string{"unknown", "year", "month", "day", "second"}[min(p, Second)]
}

// An Interval is the half-open span [From, To) in UTC in which something
// happened. Either end may be open (zero). The zero Interval says nothing is
// known.
//
// Its text form follows ISO 8601-2 (EDTF level 0 and open intervals):
// "2022-03-23", "2022-03", "2022", "2021-08/2022-03", "2012/..", "../2015-06",
// "2022-02-24T04:00:00Z". The last unit named is included: "2021-08/2022-03"
// runs to the end of March.
type Interval struct {
	From, To                   time.Time
	FromPrecision, ToPrecision Precision
}

// Earliest and latest year an interval may name.
const (
	minYear = 1900
	maxYear = 2199
)

// ParseInterval reads the text form. The empty string is the zero Interval.
func ParseInterval(s string) (Interval, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Interval{}, nil
	}
	from, to, ok := strings.Cut(s, "/")
	if !ok {
		to = from
	}
	var iv Interval
	if from != ".." {
		start, _, p, err := parseDate(from)
		if err != nil {
			return Interval{}, err
		}
		iv.From, iv.FromPrecision = start, p
	}
	if to != ".." {
		_, end, p, err := parseDate(to)
		if err != nil {
			return Interval{}, err
		}
		iv.To, iv.ToPrecision = end, p
	}
	if iv.From.IsZero() && iv.To.IsZero() {
		return Interval{}, fmt.Errorf("interval %q is open at both ends; leave it empty", s)
	}
	if !iv.From.IsZero() && !iv.To.IsZero() && !iv.From.Before(iv.To) {
		return Interval{}, fmt.Errorf("interval %q ends before it begins", s)
	}
	return iv, nil
}

// MustInterval is ParseInterval for constants; it panics on error.
func MustInterval(s string) Interval {
	iv, err := ParseInterval(s)
	if err != nil {
		panic(err)
	}
	return iv
}

// On returns the interval of one calendar unit of precision p that holds t.
func On(t time.Time, p Precision) Interval {
	if t.IsZero() || p == Unknown {
		return Interval{}
	}
	start, end := unit(t.UTC(), p)
	return Interval{From: start, To: end, FromPrecision: p, ToPrecision: p}
}

// Between joins the first unit of a with the last of b: On(a), On(b), or an
// open end where one is the zero Interval.
func Between(a, b Interval) Interval {
	return Interval{From: a.From, FromPrecision: a.FromPrecision, To: b.To, ToPrecision: b.ToPrecision}
}

func unit(t time.Time, p Precision) (start, end time.Time) {
	switch p {
	case Year:
		start = time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
		return start, start.AddDate(1, 0, 0)
	case Month:
		start = time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
		return start, start.AddDate(0, 1, 0)
	case Day:
		start = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
		return start, start.AddDate(0, 0, 1)
	default:
		start = t.Truncate(time.Second)
		return start, start.Add(time.Second)
	}
}

var layouts = []struct {
	layout string
	p      Precision
}{
	{"2006-01-02", Day}, {"2006-01", Month}, {"2006", Year}, {time.RFC3339Nano, Second},
}

func parseDate(s string) (start, end time.Time, p Precision, err error) {
	for _, l := range layouts {
		if l.p != Second && len(s) != len(l.layout) {
			continue
		}
		t, err := time.Parse(l.layout, s)
		if err != nil {
			continue
		}
		if t.Year() < minYear || t.Year() > maxYear {
			return start, end, 0, fmt.Errorf("date %q is outside the years %d to %d", s, minYear, maxYear)
		}
		start, end = unit(t.UTC(), l.p)
		return start, end, l.p, nil
	}
	return start, end, 0, fmt.Errorf("date %q is not YYYY, YYYY-MM, YYYY-MM-DD or an RFC 3339 time", s)
}

// IsZero reports whether nothing is known.
func (iv Interval) IsZero() bool { return iv.From.IsZero() && iv.To.IsZero() }

// Bounded reports whether both ends are known.
func (iv Interval) Bounded() bool { return !iv.From.IsZero() && !iv.To.IsZero() }

// Precision is the coarser of the two ends' precisions; Unknown if an end is open.
func (iv Interval) Precision() Precision { return min(iv.FromPrecision, iv.ToPrecision) }

// Days is the length of a bounded interval in days, and -1 for one that is not.
func (iv Interval) Days() float64 {
	if !iv.Bounded() {
		return -1
	}
	return iv.To.Sub(iv.From).Hours() / 24
}

// Overlaps reports whether the two spans can share a moment. An open end
// reaches without limit; the zero Interval overlaps nothing.
func (iv Interval) Overlaps(o Interval) bool {
	if iv.IsZero() || o.IsZero() {
		return false
	}
	return (iv.To.IsZero() || o.From.IsZero() || o.From.Before(iv.To)) &&
		(o.To.IsZero() || iv.From.IsZero() || iv.From.Before(o.To))
}

// String is the text form; "" for the zero Interval.
func (iv Interval) String() string {
	if iv.IsZero() {
		return ""
	}
	from, to := "..", ".."
	if !iv.From.IsZero() {
		from = format(iv.From, iv.FromPrecision)
	}
	if !iv.To.IsZero() {
		to = format(iv.To.Add(-time.Nanosecond), iv.ToPrecision)
	}
	if from == to {
		return from
	}
	return from + "/" + to
}

func format(t time.Time, p Precision) string {
	switch p {
	case Year:
		return t.UTC().Format("2006")
	case Month:
		return t.UTC().Format("2006-01")
	case Day:
		return t.UTC().Format("2006-01-02")
	default:
		return t.UTC().Truncate(time.Second).Format(time.RFC3339)
	}
}

// MarshalText gives the text form.
func (iv Interval) MarshalText() ([]byte, error) { return []byte(iv.String()), nil }

// UnmarshalText reads the text form.
func (iv *Interval) UnmarshalText(b []byte) error {
	v, err := ParseInterval(string(b))
	if err != nil {
		return err
	}
	*iv = v
	return nil
}
