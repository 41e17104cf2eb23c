package incident

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A tally counts what a person should know about the table: dates that are
// coarser than they look, values that were not understood, damaged rows.
type tally struct {
	incidents, dated, nameless int
	actors, aliases            int
	latest                     evidence.Interval // the last date of the table
	heapedMonth, heapedYear    int
	heaps                      map[string]bool // the dates they stand for
	inferred                   int             // objectives
	faults                     map[fault]*tallied
	unread                     []string
	columns                    map[named]*dateColumn
}

// A dateColumn counts what a column of dates gave.
type dateColumn struct {
	read  int
	first error // the first value that could not be read
}

func (t *tally) dates(c named, err error) {
	if t.columns == nil {
		t.columns = map[named]*dateColumn{}
	}
	d := t.columns[c]
	if d == nil {
		d = &dateColumn{}
		t.columns[c] = d
	}
	if err == nil {
		d.read++
	} else if d.first == nil {
		d.first = err
	}
}

// undated is an error where a column has values and none of them is a date:
// then the map is wrong, and not the values.
func (t *tally) undated() error {
	var errs []error
	for c, d := range t.columns {
		if d.read == 0 {
			errs = append(errs, fmt.Errorf("no value of column %q is a date (line %d of the map): %w; give the layout of its dates, or the words for no date under missing", c.Name, c.Line, d.first))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

// A fault is one kind of optional value that could not be used.
type fault struct{ column, what string }

type tallied struct {
	n      int
	lines  []int    // the first few
	values []string // the first few distinct ones
}

// How many examples of a fault are listed.
const maxExamples = 8

func (t *tally) fault(column, what string, line int, value string) {
	if t.faults == nil {
		t.faults = map[fault]*tallied{}
	}
	f := fault{column, what}
	c := t.faults[f]
	if c == nil {
		c = &tallied{}
		t.faults[f] = c
	}
	c.n++
	if len(c.lines) < maxExamples {
		c.lines = append(c.lines, line)
	}
	if value != "" && len(c.values) < maxExamples && !slices.Contains(c.values, value) {
		c.values = append(c.values, value)
	}
}

// heaped counts a date that the heap rule made coarser, in however many rows of
// an incident it stands.
func (t *tally) heaped(of string, iv evidence.Interval) {
	if t.heaps[of] {
		return
	}
	if t.heaps == nil {
		t.heaps = map[string]bool{}
	}
	t.heaps[of] = true
	if iv.FromPrecision == evidence.Year {
		t.heapedYear++
	} else {
		t.heapedMonth++
	}
}

// until notes how far the table reaches: that is which edition it is.
func (t *tally) until(iv evidence.Interval) {
	if iv.To.After(t.latest.To) {
		t.latest = evidence.On(iv.To.Add(-time.Second), iv.ToPrecision)
	}
}

func (t *tally) counts() map[string]int {
	if t.actors > 0 {
		return map[string]int{"actor": t.actors, "alias": t.aliases}
	}
	return map[string]int{
		"incident": t.incidents, "incident with a date": t.dated, "incident without a named initiator or state": t.nameless,
		"incident dated to a month for want of a day": t.heapedMonth, "incident dated to a year for want of a day": t.heapedYear,
		"incident whose objective was inferred": t.inferred,
	}
}

func (t *tally) notes(damaged int) []string {
	var notes []string
	if t.dated < t.incidents {
		notes = append(notes, fmt.Sprintf("%d of %d incidents carry no date", t.incidents-t.dated, t.incidents))
	}
	if n := t.heapedMonth + t.heapedYear; n > 0 {
		notes = append(notes, fmt.Sprintf("%d of %d dated incidents stand on the first of a month, which the publisher writes where the day is not known: "+
			"%d are carried as a month and %d, of 1 January, as a year", n, t.dated, t.heapedMonth, t.heapedYear))
	}
	if damaged > 0 {
		notes = append(notes, fmt.Sprintf("%d cells were not valid text; the bad bytes are shown as U+FFFD (set format.encoding in the map if the file is not UTF-8)", damaged))
	}
	var faults []fault
	for f := range t.faults {
		faults = append(faults, f)
	}
	slices.SortFunc(faults, func(a, b fault) int { return strings.Compare(a.column+"\x00"+a.what, b.column+"\x00"+b.what) })
	for _, f := range faults {
		notes = append(notes, f.note(t.faults[f]))
	}
	if len(t.unread) > 0 {
		notes = append(notes, fmt.Sprintf("%d columns are not in the map and were not read: %s", len(t.unread), short(t.unread)))
	}
	return notes
}

func (f fault) note(c *tallied) string {
	s := fmt.Sprintf("%s: %d %s", f.column, c.n, f.what)
	if f.column == "" {
		s = fmt.Sprintf("%d %s", c.n, f.what)
	}
	if len(c.values) > 0 {
		s += ": " + short(c.values)
	}
	var lines []string
	for _, l := range c.lines {
		lines = append(lines, fmt.Sprint(l))
	}
	if c.n > len(lines) {
		lines = append(lines, "...")
	}
	return s + " (lines " + strings.Join(lines, ", ") + ")"
}

func short(words []string) string {
	if n := len(words); n > maxExamples {
		return strings.Join(words[:maxExamples], ", ") + fmt.Sprintf(" and %d more", n-maxExamples)
	}
	return strings.Join(words, ", ")
}
