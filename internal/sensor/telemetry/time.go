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

var layouts = []string{
	"2006-01-02T15:04:05.999999999Z07:00",
	"2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999",
}

// ParseTime reads a time of a log: RFC 3339 with 'T' or a space, an offset with
// or without colon ("+0300"), UTC where none is given, or seconds since 1970
// with up to nine decimals ("1591367999.305988"), or whole milliseconds or
// microseconds since then, told by their 13 or 16 digits. A leap second (":60") is the
// last nanosecond of its minute, so that it stays in its day.
func ParseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, errors.New("time is empty")
	}
	t, err := parseTime(s)
	if err != nil {
		return time.Time{}, err
	}
	if t.Before(minTime) || !t.Before(maxTime) {
		return time.Time{}, fmt.Errorf("time %q is outside %d to %d", clip(s), minTime.Year(), maxTime.Year()-1)
	}
	return t.UTC(), nil
}

func parseTime(s string) (time.Time, error) {
	if len(s) < 11 || s[4] != '-' {
		if t, ok := parseEpoch(s); ok {
			return t, nil
		}
		return time.Time{}, fmt.Errorf("time %q is neither RFC 3339 nor seconds since 1970", clip(s))
	}
	leap := len(s) >= 19 && s[16:19] == ":60"
	if leap {
		s = s[:16] + ":59" + strings.TrimLeft(strings.TrimPrefix(s[19:], "."), "0123456789")
	}
	for _, layout := range layouts {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		if leap {
			t = t.Add(time.Second - 1)
		}
		return t, nil
	}
	return time.Time{}, fmt.Errorf("time %q is not RFC 3339 (2006-01-02T15:04:05Z)", clip(s))
}

// parseEpoch reads decimal seconds without passing through floating point,
// which would lose the last digit of a microsecond.
func parseEpoch(s string) (time.Time, bool) {
	if len(s) == 13 || len(s) == 16 {
		if n, err := strconv.ParseUint(s, 10, 63); err == nil {
			if len(s) == 13 {
				return time.UnixMilli(int64(n)), true
			}
			return time.UnixMicro(int64(n)), true
		}
	}
	whole, frac, _ := strings.Cut(s, ".")
	if len(frac) > 9 || strings.HasPrefix(frac, "-") || strings.HasPrefix(frac, "+") || strings.HasPrefix(whole, "+") {
		return time.Time{}, false
	}
	sec, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || sec < 0 || sec > math.MaxInt32*4 {
		return time.Time{}, false
	}
	var ns int64
	if frac != "" {
		if ns, err = strconv.ParseInt((frac + "000000000")[:9], 10, 64); err != nil {
			return time.Time{}, false
		}
	}
	return time.Unix(sec, ns), true
}

// clip shortens a value from outside for a message.
func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "..."
	}
	return s
}
