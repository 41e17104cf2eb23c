package telemetry

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Events outside [minTime, maxTime) are rejected: a sensor whose clock is that
// wrong dates nothing.
var (
	minTime = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	maxTime = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// layouts are the times that logs write. All name the year, and none leaves open
// which number is the month. Go reads decimals behind seconds without being told.
var layouts = []string{
	"2006-01-02T15:04:05Z07:00",
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04:05Z07",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	"02/Jan/2006:15:04:05 -0700", // Apache's
	"02/Jan/2006:15:04:05",
	"02-Jan-2006 15:04:05", // BIND's
	"2 Jan 2006 15:04:05 -0700",
	"2 Jan 2006 15:04:05Z07:00",
	"2 Jan 2006 15:04:05",
	"Jan 2 2006 15:04:05Z07:00", // Cisco's
	"Jan 2 2006 15:04:05",
	"Jan 2 15:04:05 2006Z07:00", // asctime
	"Jan 2 15:04:05 2006",
	"20060102150405",
	"20060102T150405Z07:00",
	"20060102T150405",
}

// A Clock says how a log writes its times. The zero Clock reads what [ParseTime]
// reads.
type Clock struct {
	// Layouts are Go layouts, tried in their order; where there are any, nothing
	// else is read.
	Layouts []string
	// Zone of times that name none; nil is UTC. Of an hour that comes twice, as
	// clocks are put back, it may be either.
	Zone *time.Location
	// Latest is a time after which no entry of the log is: what a time that names no
	// year is read by. Where it is zero, such times are errors.
	Latest time.Time
}

// IsZero reports a clock that says nothing.
func (c Clock) IsZero() bool { return c.Zone == nil && len(c.Layouts) == 0 }

// ParseTime reads a time of a log: RFC 3339 with 'T' or a space, in either case, an
// offset with or without colon or minutes, UTC where none is given; the layouts of
// BIND, Apache, asctime, Cisco and mail, with the year; or seconds since 1970 with
// decimals or an exponent ("1591367999.305988", "1.7e9"), or milliseconds,
// microseconds or nanoseconds since then, told by the 13, 16 or 19 digits before
// the point. Decimals beyond nanoseconds are cut. A leap second (":60") is the last
// nanosecond of its minute, so that it stays in its day.
func ParseTime(s string) (time.Time, error) { return Clock{}.Parse(s) }

// Parse reads a time of the log.
func (c Clock) Parse(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, errors.New("time is empty")
	}
	t, err := c.parse(s)
	if err != nil {
		return time.Time{}, err
	}
	if t.Before(minTime) || !t.Before(maxTime) {
		return time.Time{}, fmt.Errorf("time %q is outside %d to %d", clip(s), minTime.Year(), maxTime.Year()-1)
	}
	return t.UTC(), nil
}

func (c Clock) parse(s string) (time.Time, error) {
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	if len(c.Layouts) > 0 {
		for _, layout := range c.Layouts {
			if t, err := time.ParseInLocation(layout, s, zone); err == nil {
				return c.complete(t, s)
			}
		}
		return time.Time{}, fmt.Errorf("time %q is not written as %s", clip(s), strings.Join(c.Layouts, " or "))
	}
	if len(s) < 5 || s[4] != '-' {
		if t, ok := parseEpoch(s); ok {
			return t, nil
		}
	}
	if t, ok := stampTime(s); ok && zone == time.UTC {
		return t, nil
	}
	text := plainTime(s)
	leap := len(text) >= 19 && text[16:19] == ":60"
	if leap {
		text = text[:16] + ":59" + strings.TrimLeft(strings.TrimPrefix(text[19:], "."), "0123456789")
	}
	for _, layout := range layoutsOf(text) {
		t, err := time.ParseInLocation(layout, text, zone)
		if err != nil {
			continue
		}
		if leap {
			t = t.Add(time.Second - 1)
		}
		return t, nil
	}
	if t, ok := yearless(s, zone); ok {
		return c.complete(t, s)
	}
	return time.Time{}, notATime(s)
}

// complete gives a time that was read a year, where it names none.
func (c Clock) complete(t time.Time, s string) (time.Time, error) {
	switch {
	case t.Year() != 0:
		return t, nil
	case c.Latest.IsZero():
		return t, noYear(s)
	}
	return inYear(t, c.Latest), nil
}

// stampTime reads 2024-05-01T12:00:00.000000+0000, with or without a zone or with
// one to nine decimals, as most sensors write it; what it does not know it leaves.
func stampTime(s string) (time.Time, bool) {
	if len(s) < 21 || len(s) > 35 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[19] != '.' {
		return time.Time{}, false
	}
	ok := true
	number := func(from, to int) (n int) {
		for _, c := range []byte(s[from:to]) {
			ok = ok && c-'0' <= 9
			n = n*10 + int(c-'0')
		}
		return n
	}
	end := 20
	for end < len(s) && s[end]-'0' <= 9 {
		end++
	}
	nanos := number(20, end)
	for i := end; i < 29; i++ {
		nanos *= 10
	}
	offset := 0
	switch zone := s[end:]; {
	case zone == "" || zone == "Z":
	case len(zone) == 5 && (zone[0] == '+' || zone[0] == '-'):
		hours, minutes := number(end+1, end+3), number(end+3, end+5)
		ok = ok && hours < 24 && minutes < 60
		offset = hours*3600 + minutes*60
		if zone[0] == '-' {
			offset = -offset
		}
	default:
		ok = false
	}
	year, month, day, hour, minute, second := number(0, 4), number(5, 7), number(8, 10), number(11, 13), number(14, 16), number(17, 19)
	if !ok || end == 20 || end > 29 || month < 1 || month > 12 || day < 1 || day > 28 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC).Add(-time.Duration(offset) * time.Second), true
}

// plainTime brings what writers of times do differently into one form: the date's
// slashes, the letter before the time, the name of UTC, the day of the week, and
// padding.
func plainTime(s string) string {
	if len(s) > 10 && s[4] == '-' && s[10] == 'T' && (s[len(s)-1] == 'Z' || s[len(s)-1]-'0' <= 9) && strings.IndexByte(s, ' ') < 0 {
		return s // as most write it
	}
	s = strings.TrimSpace(s)
	if len(s) > 10 && (s[4] == '-' || s[4] == '/') && s[7] == s[4] {
		date, rest := strings.ReplaceAll(s[:10], "/", "-"), s[10:]
		if rest[0] == ' ' || rest[0] == 't' {
			rest = "T" + strings.TrimLeft(rest[1:], " ")
		}
		s = date + rest
	}
	if day, rest, ok := strings.Cut(s, " "); ok && (len(day) == 3 || len(day) == 4 && day[3] == ',') && isWeekday(day[:3]) {
		s = rest
	}
	for _, utc := range []string{"UTC", "GMT", "z", " Z"} {
		if rest, ok := strings.CutSuffix(s, utc); ok && rest != "" {
			s = strings.TrimRight(rest, " ") + "Z"
		}
	}
	if i := len(s) - len(" +0000"); i > 10 && s[10] == 'T' && s[i] == ' ' && (s[i+1] == '+' || s[i+1] == '-') {
		s = s[:i] + s[i+1:]
	}
	return strings.Join(strings.Fields(s), " ")
}

func isWeekday(s string) bool {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.HasPrefix(d.String(), s) {
			return true
		}
	}
	return false
}

// layoutsOf are the layouts that a time may be in.
func layoutsOf(text string) []string {
	if n := len(text); n > 19 && text[4] == '-' && text[10] == 'T' && (text[n-5] == '+' || text[n-5] == '-') {
		return layouts[1:2] // Suricata's
	}
	return layouts
}

// notATime says what is the matter with a time, where that can be told.
func notATime(s string) error {
	if i := strings.IndexAny(s, "/."); i > 0 && i < 3 && strings.Count(s, s[i:i+1]) >= 2 {
		return fmt.Errorf("time %q leaves open which number is the month; say it with time_format in a map", clip(s))
	}
	return fmt.Errorf("time %q is neither RFC 3339 (2006-01-02T15:04:05Z) nor seconds since 1970", clip(s))
}

// parseEpoch reads a number of seconds, or of thousandths, millionths or
// milliardths of them, without passing through floating point, which would lose
// the last digit of a microsecond.
func parseEpoch(s string) (time.Time, bool) {
	whole, frac, _ := strings.Cut(s, ".")
	if i := strings.IndexAny(s, "eE"); i > 0 {
		var ok bool
		if whole, frac, ok = withoutExponent(s[:i], s[i+1:]); !ok {
			return time.Time{}, false
		}
	}
	if !digits(whole) || whole == "" || !digits(frac) {
		return time.Time{}, false
	}
	switch len(whole) {
	case 13, 16, 19:
		whole, frac = whole[:10], whole[10:]+frac
	}
	sec, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || sec > math.MaxInt32*4 {
		return time.Time{}, false
	}
	ns, err := strconv.ParseInt((frac + "000000000")[:9], 10, 64)
	return time.Unix(sec, ns), err == nil
}

// withoutExponent moves the point of a number by its exponent.
func withoutExponent(number, exponent string) (whole, frac string, ok bool) {
	n, err := strconv.Atoi(exponent)
	whole, frac, _ = strings.Cut(number, ".")
	if err != nil || n < 0 || n > 18 {
		return "", "", false
	}
	if len(frac) < n {
		frac += strings.Repeat("0", n-len(frac))
	}
	return whole + frac[:n], frac[n:], true
}

func digits(s string) bool {
	for _, c := range []byte(s) {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}

// clip shortens a value from outside for a message.
func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "..."
	}
	return s
}
