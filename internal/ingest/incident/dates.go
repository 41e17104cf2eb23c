package incident

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/workbook"
)

// A date is a column that dates the incident, with the column of its end where
// there is one.
type date struct {
	Column  named    `yaml:"column"`
	End     named    `yaml:"end"`
	Kind    string   `yaml:"kind"`    // activity, detection, disclosure, or publication of the source cited
	Layouts []string `yaml:"layouts"` // made of YYYY YY MMMM MMM MM M DD D hh mm ss, or epoch; default YYYY-MM-DD, YYYY-MM, YYYY
	// Century is the first of the hundred years among which YY chooses; 0 is
	// 1970: "68" is 2068 and "71" is 1971.
	Century int `yaml:"century"`
	// Heap says that the publisher writes the first of a month where only the
	// month is known, and 1 January where only the year is: such a date is
	// taken as that month or year, never as the day.
	Heap bool `yaml:"heap"`

	layouts []dateLayout
}

type dateLayout struct {
	layout    string // of package time
	precision evidence.Precision
	short     bool // the year has two digits
	epoch     bool // a number: how long after 1970 began
}

func checkDates(dates []date) error {
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
		if d.Century = cmp.Or(d.Century, 1970); d.Century < 1900 || d.Century > 2100 {
			return fmt.Errorf("dates: line %d: century %d is not the first of a hundred years, such as 1950", d.Column.Line, d.Century)
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
	if s == "epoch" {
		return dateLayout{precision: evidence.Day, epoch: true}, nil
	}
	var b strings.Builder
	have, short := map[evidence.Precision]bool{}, false
	for rest := s; rest != ""; {
		n := 1
		out := rest[:1]
		for _, w := range layoutWords {
			if strings.HasPrefix(rest, w.word) {
				n, out = len(w.word), w.layout
				have[w.p] = true
				short = short || w.word == "YY"
				break
			}
		}
		if n == 1 && out >= "0" && out <= "9" && out == rest[:1] {
			return dateLayout{}, fmt.Errorf("layout %q: use the words YYYY MM DD, not an example date", s)
		}
		b.WriteString(out)
		rest = rest[n:]
	}
	l := dateLayout{layout: b.String(), precision: evidence.Year, short: short}
	switch {
	case !have[evidence.Year]:
		return l, fmt.Errorf("layout %q has no year (YYYY)", s)
	case have[evidence.Day] && !have[evidence.Month]:
		return l, fmt.Errorf("layout %q has a day but no month (MM)", s)
	case have[evidence.Day]:
		l.precision = evidence.Day
	case have[evidence.Month]:
		l.precision = evidence.Month
	}
	return l, nil
}

// serialYears are those in which a bare number of a workbook is taken for a date
// whose format was lost: a count or a year beside it is none.
var serialYears = evidence.MustInterval("1970/2099")

// parse reads one date. A workbook's date has the precision that its format
// shows. heaped says that the heap rule made it coarser.
func (d *date) parse(c cell) (iv evidence.Interval, heaped bool, err error) {
	t, p := c.Date, [...]evidence.Precision{workbook.Year: evidence.Year, workbook.Month: evidence.Month, workbook.Day: evidence.Day}[c.Shown]
	if c.Shown == workbook.NoDate {
		switch t, p = d.read(strings.TrimSpace(c.Text)); {
		case p != evidence.Unknown:
		case !c.Date.Before(serialYears.From) && c.Date.Before(serialYears.To):
			t, p = c.Date, evidence.Day
		default:
			hint := ""
			if _, ok := sinceEpoch(c.Text); ok {
				hint = "; where it counts seconds or milliseconds from 1970 on, the layout is epoch"
			}
			return iv, false, fmt.Errorf("%.40q does not fit the layouts %s%s", c.Text, strings.Join(d.Layouts, ", "), hint)
		}
	}
	if t.Year() < 1900 || t.Year() > 2199 {
		return iv, false, fmt.Errorf("%.40q is outside the years 1900 to 2199", c.Text)
	}
	if d.Heap && p == evidence.Day && t.Day() == 1 {
		p, heaped = evidence.Month, true
		if t.Month() == time.January {
			p = evidence.Year
		}
	}
	return evidence.On(t, p), heaped, nil
}

// clock is a time of day after a date.
var clock = regexp.MustCompile(`[ T]\d\d?:\d\d(:\d\d(\.\d+)?)?( ?[AP]M)?(Z|[+-]\d\d:?\d\d)?$`)

// read tries the layouts in their order, with and without a time of day behind
// the day; Unknown where none fits.
func (d *date) read(s string) (time.Time, evidence.Precision) {
	day := s
	if i := clock.FindStringIndex(s); i != nil {
		day = s[:i[0]]
	}
	for _, l := range d.layouts {
		if l.epoch {
			if t, ok := sinceEpoch(s); ok {
				return t, l.precision
			}
			continue
		}
		t, err := time.Parse(l.layout, s)
		if err != nil && l.precision == evidence.Day {
			t, err = time.Parse(l.layout, day)
		}
		if err != nil {
			continue
		}
		if l.short {
			t = t.AddDate(d.Century+((t.Year()-d.Century)%100+100)%100-t.Year(), 0, 0)
		}
		return t, l.precision
	}
	return time.Time{}, evidence.Unknown
}

// sinceEpoch reads a number of seconds, or of thousandths, millionths or
// billionths of them, after 1970 began, as programs write times. Which it is its
// size tells: each unit has the years from 1973 to 2099 to itself.
func sinceEpoch(s string) (time.Time, bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	for unit := 1.0; err == nil && unit <= 1e9; unit *= 1e3 {
		if n >= 1e8*unit && n < 4.1e9*unit {
			return time.Unix(int64(n/unit), 0).UTC(), true
		}
	}
	return time.Time{}, false
}

// field is the place of the date in the record.
func (d *date) field(r *evidence.Record) *evidence.Interval {
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
