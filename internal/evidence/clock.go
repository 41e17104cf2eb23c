package evidence

import (
	"strings"
	"time"
)

// StandIn reports a time that programs write where there is no date: the zero of
// a clock (year 1; 30 December 1899 to 1 January 1900, spreadsheets; 1 January
// 1601, Windows; 1970, Unix, within a day of time zone) or its end (19 January
// 2038, 32 bits; 16 November 5138, OpenCTI; any day of 9999).
func StandIn(t time.Time) bool {
	t = t.UTC()
	y, m, d := t.Date()
	switch y {
	case 0, 1, 9999:
		return true
	case 1601, 1899, 1900:
		return m == time.December && d >= 30 || m == time.January && d == 1
	case 1969, 1970:
		return t.Unix() > -24*3600 && t.Unix() < 24*3600
	case 2038:
		return m == time.January && d == 19
	case 5138:
		return m == time.November && (d == 15 || d == 16)
	}
	return false
}

// zoned are the forms in which times are met: RFC 3339, and what
// Python, PHP and databases write.
var zoned = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999 Z07:00", "2006-01-02 15:04:05.999999999 MST",
}

// zoneless are the forms that name no zone; they are read as UTC, which is what
// STIX and MISP keep.
var zoneless = []string{"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04"}

// ParseTime reads a timestamp in UTC, and whether it is a bare day.
func ParseTime(s string) (t time.Time, day, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	for _, layout := range zoned {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), false, true
		}
	}
	for _, layout := range zoneless {
		if t, err := time.Parse(layout, s); err == nil {
			return t, false, true
		}
	}
	t, err := time.Parse(time.DateOnly, s)
	return t, true, err == nil
}
