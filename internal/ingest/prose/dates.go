package prose

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

const monthPattern = `(January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.?`

// Forms of dates, the longest first. Each gives year, month and day, some empty.
var dateForms = []struct {
	form    *regexp.Regexp
	y, m, d int // groups
}{
	{regexp.MustCompile(`\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b`), 1, 2, 3},
	{regexp.MustCompile(`\b(\d{1,2})(?:st|nd|rd|th)?(?: of)? ` + monthPattern + `,? ((?:19|20)\d\d)\b`), 3, 2, 1},
	{regexp.MustCompile(`\b` + monthPattern + ` (\d{1,2})(?:st|nd|rd|th)?, ?((?:19|20)\d\d)\b`), 3, 1, 2},
	{regexp.MustCompile(`\b` + monthPattern + `,? ((?:19|20)\d\d)\b`), 2, 1, 0},
	{regexp.MustCompile(`\b((?:19|20)\d\d)-(0[1-9]|1[0-2])\b`), 1, 2, 0},
	{regexp.MustCompile(`\b(\d{1,2})(?:st|nd|rd|th)?(?: of)? ` + monthPattern + `\b`), 0, 2, 1},
	{regexp.MustCompile(`\b` + monthPattern + ` (\d{1,2})(?:st|nd|rd|th)?\b`), 0, 1, 2},
	{regexp.MustCompile(`\b(January|February|March|April|May|June|July|August|September|October|November|December)\b`), 0, 1, 0},
	{regexp.MustCompile(`\b((?:19|20)\d\d)\b`), 1, 0, 0},
}

var quarter = regexp.MustCompile(`\b(?:Q([1-4])|(first|second|third|fourth) quarter)(?: of)? ((?:19|20)\d\d)\b`)

// A dated is a time that a text names.
type dated struct {
	start, end int
	when       evidence.Interval
	open       bool // "since": it lasts
	until      bool // "until", "ahead of": it has no beginning
}

// datesIn finds the times of a stretch of text. Years that are left out are taken
// from the date of publication, and are the year before where the month would lie
// behind it.
func datesIn(text string, at int, published evidence.Interval) []dated {
	var out []dated
	taken := make([]bool, len(text))
	add := func(from, to int, when string) {
		for i := from; i < to; i++ {
			if taken[i] {
				return
			}
		}
		iv, err := evidence.ParseInterval(when)
		if err != nil {
			return
		}
		for i := from; i < to; i++ {
			taken[i] = true
		}
		d := dated{start: at + from, end: at + to, when: iv}
		before := strings.ToLower(text[max(0, from-24):from])
		for _, w := range []string{"since ", "since at least ", "since early ", "since late ", "since mid-", "no later than ", "from at least ", "onwards from "} {
			d.open = d.open || strings.HasSuffix(before, w)
		}
		for _, w := range []string{"until ", "till ", "ahead of ", "up to "} {
			d.until = d.until || strings.HasSuffix(before, w)
		}
		out = append(out, d)
	}
	for _, m := range quarter.FindAllStringSubmatchIndex(text, -1) {
		q := 0
		if m[2] >= 0 {
			q = int(text[m[2]] - '0')
		} else {
			q = strings.Index("fstf", text[m[4]:m[4]+1]) + 1
			if strings.HasPrefix(text[m[4]:], "fourth") {
				q = 4
			}
		}
		add(m[0], m[1], fmt.Sprintf("%s-%02d/%[1]s-%02d", text[m[6]:m[7]], 3*q-2, 3*q))
	}
	for _, f := range dateForms {
		for _, m := range f.form.FindAllStringSubmatchIndex(text, -1) {
			if when := whenOf(text, m, f.y, f.m, f.d, published); when != "" {
				add(m[0], m[1], when)
			}
		}
	}
	return out
}

// whenOf writes the date of a match as EDTF, or "".
func whenOf(text string, m []int, y, mo, d int, published evidence.Interval) string {
	group := func(i int) string {
		if i == 0 || m[2*i] < 0 {
			return ""
		}
		return text[m[2*i]:m[2*i+1]]
	}
	month := 0
	if s := group(mo); s != "" {
		month, _ = strconv.Atoi(s)
		if month == 0 {
			month = strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(s[:3]))/3 + 1
		}
	}
	year := group(y)
	if year == "" {
		if published.From.IsZero() {
			return ""
		}
		if before := strings.ToLower(text[max(0, m[0]-12):m[0]]); mo > 0 && d == 0 && !strings.Contains(before, "in ") && !strings.Contains(before, "since ") && !strings.Contains(before, "of ") && !strings.Contains(before, "last ") && !strings.Contains(before, "until ") {
			return "" // "May" may be a verb
		}
		n := published.From.Year()
		if month > int(published.From.Month()) {
			n--
		}
		year = strconv.Itoa(n)
	}
	switch day := group(d); {
	case month == 0:
		return year
	case day == "":
		return fmt.Sprintf("%s-%02d", year, month)
	default:
		n, _ := strconv.Atoi(day)
		if n < 1 || n > 31 {
			return fmt.Sprintf("%s-%02d", year, month)
		}
		return fmt.Sprintf("%s-%02d-%02d", year, month, n)
	}
}

// when dates a link by the times in its quotation: from the first to the last.
func (r *reading) when(l *Link) {
	found := datesIn(r.text[l.Start:l.End], l.Start, r.published)
	if len(found) == 0 {
		return
	}
	l.When, l.WhenKind = found[0].when, "activity"
	for _, d := range found[1:] {
		l.When = evidence.Between(minInterval(l.When, d.when), maxInterval(l.When, d.when))
	}
	switch {
	case len(found) == 1 && found[0].open:
		l.When.To, l.When.ToPrecision = time.Time{}, 0
	case len(found) == 1 && found[0].until:
		l.When.From, l.When.FromPrecision = time.Time{}, 0
	}
	for _, w := range []string{"detected in", "noticed in", "discovered in", "spotted in", "detected on", "discovered on"} {
		if strings.Contains(r.text[l.Start:l.End], w) {
			l.WhenKind = "detected"
		}
	}
}

func minInterval(a, b evidence.Interval) evidence.Interval {
	if b.From.Before(a.From) {
		return b
	}
	return a
}

func maxInterval(a, b evidence.Interval) evidence.Interval {
	if b.To.After(a.To) {
		return b
	}
	return a
}
