package sighting

import (
	"fmt"
	"time"
)

// Day is a calendar day in UTC: the number of days since 1970-01-01.
type Day int32

const secondsOfDay = 24 * 60 * 60

// DayOf returns the day in UTC that holds t.
func DayOf(t time.Time) Day {
	s := t.Unix()
	if s < 0 {
		s -= secondsOfDay - 1
	}
	return Day(s / secondsOfDay)
}

// Start is the day's first instant.
func (d Day) Start() time.Time { return time.Unix(int64(d)*secondsOfDay, 0).UTC() }

// String is the ISO 8601 date.
func (d Day) String() string { return d.Start().Format(time.DateOnly) }

// Month is the ISO 8601 month, "2023-09".
func (d Day) Month() string { return d.Start().Format("2006-01") }

// ParseDay reads an ISO 8601 date.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date such as 2023-09-30", s)
	}
	return DayOf(t), nil
}

// MarshalText gives the ISO 8601 date.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads an ISO 8601 date.
func (d *Day) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDay(string(b))
	return err
}
