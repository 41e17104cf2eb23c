package telemetry

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// errNoYear is what is the matter with a time that names no year.
var errNoYear = errors.New("names no year; have the log written with one")

// A dateable schema reads times without a year by when the log can have been written
// at the latest.
type dateable interface {
	Until(latest time.Time) Schema
}

// inItsYear makes a schema read times that name no year, where the first entries of the
// log have such: in the year that brings a time nearest to that of an entry beside it,
// or to the date in the log's name; or else in the last that does not bring it behind
// the time at which the log was last written to.
func inItsYear(s Schema, head []byte, name string, at time.Time) (Schema, string) {
	d, ok := s.(dateable)
	if !ok {
		return s, ""
	}
	lacks, beside := without(s, head)
	if !lacks {
		return s, ""
	}
	const half = 183 * 24 * time.Hour
	day, named := dateIn(name)
	switch {
	case !beside.IsZero():
		return d.Until(beside.Add(half)), "entries beside them"
	case named:
		return d.Until(day.Add(half)), "the name of the log"
	}
	return d.Until(at.Add(24 * time.Hour)), "when the log was last written to, " + at.UTC().Format(time.DateOnly) // by another clock, in another zone
}

const yearLines = 50 // in how many lines a time without a year is looked for

// without reports whether times of a log's beginning name no year, and one that does.
func without(s Schema, head []byte) (lacks bool, beside time.Time) {
	n := 0
	for line := range bytes.Lines(head) {
		if n++; n > yearLines {
			break
		}
		e, _, err := s.Decode(trimEnd(line))
		lacks = lacks || errors.Is(err, errNoYear)
		if err == nil && !e.Time.IsZero() {
			beside = e.Time
		}
	}
	return lacks, beside
}

var nameDate = regexp.MustCompile(`(?:^|\D)((?:19|20)\d\d)([-_./]?)(0[1-9]|1[0-2])([-_./]?)(0[1-9]|[12]\d|3[01])(?:\D|$)`)

// dateIn is the last date in the name of a log.
func dateIn(name string) (time.Time, bool) {
	found := nameDate.FindAllStringSubmatch(name, -1)
	for i := len(found) - 1; i >= 0; i-- {
		if m := found[i]; m[2] == m[4] {
			if day, err := time.Parse("20060102", m[1]+m[3]+m[5]); err == nil {
				return day, true
			}
		}
	}
	return time.Time{}, false
}

// inYear gives a time without a year the last that does not bring it behind latest.
func inYear(t, latest time.Time) time.Time {
	for year := latest.Year() + 1; ; year-- {
		in := time.Date(year, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
		if in.Day() == t.Day() && !in.After(latest) { // not every year has a 29 February
			return in
		}
	}
}

// yearless reads a time as syslog writes it.
func yearless(s string, zone *time.Location) (time.Time, bool) {
	t, err := time.ParseInLocation("Jan 2 15:04:05", strings.Join(strings.Fields(s), " "), zone)
	return t, err == nil
}

func noYear(s string) error { return fmt.Errorf("time %q %w", clip(s), errNoYear) }
