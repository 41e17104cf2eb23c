package prose

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

const monthPattern = `((?i:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec))\.?`

// Forms of dates, the longest first. Each gives year, month and day, some empty.
var dateForms = forms(
	dateForm{`\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b`, 1, 2, 3},
	dateForm{`\b((?:19|20)\d\d)-` + monthPattern + `-(\d\d)\b`, 1, 2, 3},
	dateForm{`\b(\d{1,2})-` + monthPattern + `-((?:19|20)\d\d)\b`, 3, 2, 1},
	dateForm{`\b(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)\b`, 3, 1, 2},
	dateForm{`\b((?:19|20)\d\d), (\d{1,2}) ` + monthPattern + `\b`, 1, 3, 2},
	dateForm{`\b(\d{1,2})(?:st|nd|rd|th)?(?: of)? ` + monthPattern + `(?:,| of)? ((?:19|20)\d\d)\b`, 3, 2, 1},
	dateForm{`\b` + monthPattern + ` (\d{1,2})(?:st|nd|rd|th)?, ?((?:19|20)\d\d)\b`, 3, 1, 2},
	dateForm{`\b` + monthPattern + `(?:,| of)? ((?:19|20)\d\d)\b`, 2, 1, 0},
	dateForm{`\b((?:19|20)\d\d)-(0[1-9]|1[0-2])\b`, 1, 2, 0},
	dateForm{`\b(\d{1,2})(?:st|nd|rd|th)?(?: of)? ` + monthPattern + `\b`, 0, 2, 1},
	dateForm{`\b` + monthPattern + ` (\d{1,2})(?:st|nd|rd|th)?\b`, 0, 1, 2},
	dateForm{`\b(January|February|March|April|May|June|July|August|September|October|November|December)\b`, 0, 1, 0},
	dateForm{`\b((?:19|20)\d\d)\b`, 1, 0, 0},
	dateForm{`(?i)\b((?:this|last|past|previous) year)\b`, 1, 0, 0},
)

// A dateForm is a pattern with the places of year, month and day in it, 0 for none.
type dateForm struct {
	pattern string
	y, m, d int
}

type compiledForm struct {
	form    *regexp.Regexp
	y, m, d int
}

// forms compiles patterns, in which a blank is white space of any kind.
func forms(list ...dateForm) (out []compiledForm) {
	for _, f := range list {
		out = append(out, compiledForm{regexp.MustCompile(strings.ReplaceAll(f.pattern, " ", `[\s\x{a0}]{1,3}`)), f.y, f.m, f.d})
	}
	return out
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
		if err != nil || inName(text, from, to) || !published.From.IsZero() && iv.From.Year() > published.From.Year()+15 {
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

// inName reports digits that are a part of an address, a path, a number of a
// vulnerability or a name, and no date.
func inName(text string, from, to int) bool {
	start, end := from, to
	for start > 0 && from-start < 200 && text[start-1] > ' ' && text[start-1] < 0x80 && text[start-1] != '(' && text[start-1] != '[' {
		start--
	}
	for end < len(text) && end-to < 200 && text[end] > ' ' && text[end] < 0x80 && text[end] != ')' && text[end] != ']' {
		end++
	}
	before, after := text[start:from], text[to:end]
	if strings.Contains(before, "://") || strings.Contains(before, "%") || strings.HasPrefix(after, "%") || strings.HasPrefix(strings.ToLower(before), "www.") || strings.HasSuffix(before, "%") {
		return true
	}
	letter := func(s string) bool { return s != "" && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z') }
	if n := len(before); n > 0 && strings.ContainsRune("/-_.", rune(before[n-1])) && strings.ContainsFunc(before[:n-1], unicode.IsLetter) && !hasSuffixFold(before, "mid-", "early-", "late-") {
		return true
	}
	return len(after) > 1 && strings.ContainsRune("/-_.", rune(after[0])) && letter(after[1:])
}

func hasSuffixFold(s string, ends ...string) bool {
	return slices.ContainsFunc(ends, func(e string) bool { return strings.HasSuffix(strings.ToLower(s), e) })
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
	if strings.HasSuffix(strings.ToLower(year), "year") {
		if published.From.IsZero() {
			return ""
		}
		n := published.From.Year()
		if low := strings.ToLower(year); !strings.HasPrefix(low, "this") {
			n--
		}
		return strconv.Itoa(n)
	}
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
