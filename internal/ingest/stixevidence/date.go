package stixevidence

import (
	"regexp"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// publication is a date in parentheses as ATT&CK's citations write it: "(2020,
// June 17)", "(2020, June)", "(2020)". What follows "Retrieved" is the day on
// which an analyst read the page, and stands in no parentheses.
var publication = regexp.MustCompile(`\(\s*((?:19|20)\d\d)\s*(?:,\s*([A-Za-z]{3,9})\.?(?:\s+(\d{1,2})(?:st|nd|rd|th)?)?)?\s*\)`)

// mineDate finds the first date of publication in the text of a citation, and
// where it stands; the zero Interval if there is none. Its precision is that of
// the text: a day that does not exist leaves the month, a month that is none
// leaves the next candidate.
func mineDate(citation string) (iv evidence.Interval, from, to int) {
	for _, m := range publication.FindAllStringSubmatchIndex(citation, -1) {
		if strings.HasSuffix(strings.TrimRight(citation[:m[0]], " \t"), "Retrieved") {
			continue
		}
		part := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return citation[m[2*i]:m[2*i+1]]
		}
		if iv := dateOf(part(1), part(2), part(3)); !iv.IsZero() {
			return iv, m[0], m[1]
		}
	}
	return evidence.Interval{}, -1, -1
}

func dateOf(year, month, day string) evidence.Interval {
	t, err := time.Parse("2006", year)
	if err != nil {
		return evidence.Interval{}
	}
	if month == "" {
		return evidence.On(t, evidence.Year)
	}
	n := monthNumber(month)
	if n == 0 {
		return evidence.Interval{}
	}
	t = time.Date(t.Year(), n, 1, 0, 0, 0, 0, time.UTC)
	if day == "" {
		return evidence.On(t, evidence.Month)
	}
	d, err := time.Parse("2006 1 2", t.Format("2006 1 ")+day)
	if err != nil {
		return evidence.On(t, evidence.Month)
	}
	return evidence.On(d, evidence.Day)
}

// monthNumber reads an English month in full or by its first three or four letters.
func monthNumber(s string) time.Month {
	for m := time.January; m <= time.December; m++ {
		full := m.String()
		if strings.EqualFold(s, full) || len(s) <= 4 && len(s) >= 3 && len(s) <= len(full) && strings.EqualFold(s, full[:len(s)]) {
			return m
		}
	}
	return 0
}
