package incident

import (
	"fmt"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A Date is a column that dates the incident, with the column of its end where
// there is one.
type Date struct {
	Column  Named    `yaml:"column"`
	End     Named    `yaml:"end"`
	Kind    string   `yaml:"kind"`    // activity, detection, disclosure, or publication of the source cited
	Layouts []string `yaml:"layouts"` // made of YYYY YY MMMM MMM MM M DD D hh mm ss; default YYYY-MM-DD, YYYY-MM, YYYY
	// Heap says that the publisher writes the first of a month where only the
	// month is known, and 1 January where only the year is: such a date is
	// taken as that month or year, never as the day.
	Heap bool `yaml:"heap"`

	layouts []dateLayout
}

type dateLayout struct {
	layout    string // of package time
	precision evidence.Precision
}

func checkDates(dates []Date) error {
	for i := range dates {
		d := &dates[i]
		if d.Column.Name == "" {
			return fmt.Errorf("dates: entry %d has no column", i+1)
		}
		switch d.Kind {
		case "activity", "detection", "disclosure", "publication":
		default:
			return fmt.Errorf("dates: line %d: kind %q is unknown; say what the date dates: activity, detection, disclosure or publication", d.Column.Line, d.Kind)
		}
		if len(d.Layouts) == 0 {
			d.Layouts = []string{"YYYY-MM-DD", "YYYY-MM", "YYYY"}
		}
		for _, l := range d.Layouts {
			parsed, err := parseLayout(l)
			if err != nil {
				return fmt.Errorf("dates: line %d: %w", d.Column.Line, err)
			}
			d.layouts = append(d.layouts, parsed)
		}
	}
	return nil
}

// layoutWords in the order in which they are tried, so that MMMM is not M.
var layoutWords = []struct {
	word, layout string
	p            evidence.Precision
}{
	{"YYYY", "2006", evidence.Year}, {"YY", "06", evidence.Year},
	{"MMMM", "January", evidence.Month}, {"MMM", "Jan", evidence.Month}, {"MM", "01", evidence.Month}, {"M", "1", evidence.Month},
	{"DD", "02", evidence.Day}, {"D", "2", evidence.Day},
	{"hh", "15", evidence.Day}, {"mm", "04", evidence.Day}, {"ss", "05", evidence.Day},
}

// parseLayout turns "D.M.YYYY" into a layout of package time and the precision
// of the finest word it holds. Times of day are read and dropped: an incident
// table has days.
func parseLayout(s string) (dateLayout, error) {
	var b strings.Builder
	have := map[evidence.Precision]bool{}
	for rest := s; rest != ""; {
		n := 1
		out := rest[:1]
		for _, w := range layoutWords {
			if strings.HasPrefix(rest, w.word) {
				n, out = len(w.word), w.layout
				have[w.p] = true
				break
			}
		}
		if n == 1 && out >= "0" && out <= "9" && out == rest[:1] {
			return dateLayout{}, fmt.Errorf("layout %q: use the words YYYY MM DD, not an example date", s)
		}
		b.WriteString(out)
		rest = rest[n:]
	}
	switch {
	case !have[evidence.Year]:
		return dateLayout{}, fmt.Errorf("layout %q has no year (YYYY)", s)
	case have[evidence.Day] && have[evidence.Month]:
		return dateLayout{b.String(), evidence.Day}, nil
	case have[evidence.Day]:
		return dateLayout{}, fmt.Errorf("layout %q has a day but no month (MM)", s)
	case have[evidence.Month]:
		return dateLayout{b.String(), evidence.Month}, nil
	}
	return dateLayout{b.String(), evidence.Year}, nil
}

// isoDay is the form in which XLSX date cells reach the reader.
var isoDay = dateLayout{time.DateOnly, evidence.Day}

// parse reads one date. heaped says that the heap rule made it coarser.
func (d *Date) parse(s string, typed bool) (iv evidence.Interval, heaped bool, err error) {
	s = strings.TrimSpace(s)
	layouts := d.layouts
	if typed {
		layouts = []dateLayout{isoDay}
	}
	for _, l := range layouts {
		t, err := time.Parse(l.layout, s)
		if err != nil {
			continue
		}
		if t.Year() < 1900 || t.Year() > 2199 {
			return evidence.Interval{}, false, fmt.Errorf("%q is outside the years 1900 to 2199", s)
		}
		p := l.precision
		if d.Heap && p == evidence.Day && t.Day() == 1 {
			p, heaped = evidence.Month, true
			if t.Month() == time.January {
				p = evidence.Year
			}
		}
		return evidence.On(t, p), heaped, nil
	}
	return evidence.Interval{}, false, fmt.Errorf("%.40q does not fit the layouts %s", s, strings.Join(d.Layouts, ", "))
}

// field is the place of the date in the record.
func (d *Date) field(r *evidence.Record) *evidence.Interval {
	switch d.Kind {
	case "activity":
		return &r.Activity
	case "detection":
		return &r.Detected
	case "publication":
		return &r.Citation.Published
	}
	return &r.Disclosed
}

// join makes one interval of a start and an end, which may be the zero
// Interval. An end before the start is a filler of the publisher ("2017, end
// 2000-01-01") and ok is false; so is an end without a start, which dates
// nothing. The interval is then the start alone.
func join(start, end evidence.Interval) (iv evidence.Interval, ok bool) {
	switch {
	case end.IsZero():
		return start, true
	case start.IsZero() || !start.From.Before(end.To):
		return start, false
	}
	return evidence.Between(start, end), true
}
