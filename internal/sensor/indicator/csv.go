package indicator

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// loadCSV adds the rows of a table to a builder. The header names the columns, in
// any case and order, and may stand in a comment (# "first_seen_utc",...) or below
// a banner; columns are separated by commas, semicolons, tabs or bars. A column
// for the value is needed (indicator, value, ioc_value), or columns that say what
// they hold (url, dst_ip, domain, sha256, ja3_md5, ...); type (ioc_type), group
// (actor, adversary), source, confidence, valid_from, first_seen, valid_until,
// disclosed (published) and tlp (marking) are read where they are there; first_seen
// is a start that is not known, where valid_from is empty. The columns context,
// description, comment, labels, tags, threat, malware and campaign are the context.
// A table without a header is refused.
//
// Every row is accounted for in what it returns; only a stream that cannot be
// read is an error.
func loadCSV(b *Builder, name string, r io.Reader, def Defaults) (*Loaded, error) {
	br := bufio.NewReaderSize(limited(r), sniffSize)
	head, err := br.Peek(sniffSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read indicators %s: %w", name, err)
	}
	h, ok := findHeader(head)
	if !ok {
		return nil, fmt.Errorf("read indicators %s: no header with a column \"indicator\", \"value\" or the like", name)
	}
	if _, err := br.Discard(h.size); err != nil {
		return nil, fmt.Errorf("read indicators %s: %w", name, err)
	}
	whole := &io.LimitedReader{R: br}
	cr := csv.NewReader(whole)
	cr.Comma, cr.Comment = h.separator, '#'
	cr.FieldsPerRecord, cr.ReuseRecord, cr.LazyQuotes, cr.TrimLeadingSpace = -1, true, true, h.separator != '\t'
	l := &Loaded{Format: "csv"}
	for range h.banner {
		l.Rows++
		l.skip("before the header")
	}
	for {
		whole.N = maxRow // beside what is read ahead
		row, err := cr.Read()
		if whole.N <= 0 {
			return l, fmt.Errorf("read indicators %s: a row after row %d is longer than %d bytes, the most that is read: a quote may be open", name, l.Rows, maxRow)
		}
		if errors.Is(err, io.EOF) {
			l.doubt()
			return l, nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			l.Rows++
			l.refuse(name, int64(h.lines+bad.StartLine), "", "", bad.Err.Error())
			continue
		}
		if err != nil {
			return l, fmt.Errorf("read indicators %s: %w", name, err)
		}
		line, _ := cr.FieldPos(0)
		l.Rows++
		h.columns.add(b, l, name, int64(h.lines+line), row, def)
	}
}

// maxRow bounds a row with the comments before it, in bytes: one that does not end
// would otherwise be held whole.
const maxRow = 1 << 20

func cell(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	if s := strings.TrimSpace(row[i]); s != "-" && s != "(empty)" { // Zeek's words for none
		return s
	}
	return ""
}

// add adds what a row holds: its value, or what each column holds that says what
// it is of.
func (c *tableColumns) add(b *Builder, l *Loaded, name string, line int64, row []string, def Defaults) {
	if strings.TrimSpace(strings.Join(row, "")) == "" {
		l.skip("empty row")
		return
	}
	if slices.Contains([]string{"0", "false", "no"}, fold(cell(row, c.detect))) {
		l.skip("not for detection")
		return
	}
	values := []typedColumn{{c.value, cell(row, c.kind)}}
	if c.value < 0 {
		values = c.typed
	}
	given := int64(0)
	var bad error
	for _, v := range values {
		value := cell(row, v.at)
		if value == "" && c.value < 0 {
			continue
		}
		i, err := c.indicator(row, v.kind, value, def, l)
		if err == nil {
			if i.Marking == evidence.Undecided {
				l.note("the marking %q is not understood: what bears it leaves at no ceiling. Decide with --treat-marking.", cell(row, c.marking))
			}
			def.fill(&i)
			err = b.Add(i)
		}
		if err != nil {
			bad = errors.Join(bad, fmt.Errorf("%w", err))
			continue
		}
		given++
	}
	l.Indicators += given
	switch {
	case bad != nil:
		l.refuse(name, line, cell(row, c.ref), cell(row, values[0].at), strings.ReplaceAll(bad.Error(), "\n", "; "))
	case given == 0:
		l.skip("no value")
	}
}

func (c *tableColumns) indicator(row []string, kind, value string, def Defaults, l *Loaded) (Indicator, error) {
	i, err := typed(kind, value)
	if err != nil {
		return i, err
	}
	i.Group, i.Source, i.Ref = cell(row, c.group), evidence.Refang(cell(row, c.source)), cell(row, c.ref)
	for _, at := range c.context {
		i.Context = beside(i.Context, cell(row, at))
	}
	if i.Confidence, err = confidence(cell(row, c.confidence)); err != nil {
		l.note("%v: such rows are taken as stating none", err)
	}
	i.Marking = def.Markings.Label(cell(row, c.marking)) // what is not understood leaves at no ceiling
	for _, t := range []struct {
		at  int
		to  *time.Time
		col string
	}{{c.from, &i.From, "valid_from"}, {c.until, &i.Until, "valid_until"}, {c.disclosed, &i.Disclosed, "disclosed"}} {
		if *t.to, err = day(cell(row, t.at)); err != nil {
			return i, fmt.Errorf("column %s: %w", t.col, err)
		}
	}
	if i.From.IsZero() {
		if i.From, err = day(cell(row, c.seen)); err != nil {
			return i, fmt.Errorf("column first_seen: %w", err)
		}
		i.StartUnknown = !i.From.IsZero()
	}
	if i.Until.IsZero() {
		if i.Until, err = day(cell(row, c.last)); err != nil {
			return i, fmt.Errorf("column last_seen: %w", err)
		}
		if len(cell(row, c.last)) == len(time.DateOnly) {
			i.Until = i.Until.AddDate(0, 0, 1) // that day is the last
		}
	}
	return i, window(&i)
}

// beside adds a line to a context.
func beside(context, line string) string {
	if context == "" || line == "" {
		return context + line
	}
	return context + "\n" + line
}

// typed parses a value under the name its list gives to its type, or none.
func typed(name, value string) (Indicator, error) {
	if name == "" {
		return Guess(value)
	}
	t, err := parseType(name)
	if err != nil {
		return Indicator{}, err
	}
	return parse(t, value)
}

// confidences are the words of STIX 2.1, Appendix A ("None / Low / Med / High").
var confidences = map[string]int{"none": 0, "low": 15, "med": 50, "medium": 50, "moderate": 50, "high": 85}

// confidence reads 0 to 100, "85%", "0.85" or a word.
func confidence(s string) (evidence.Confidence, error) {
	if s == "" {
		return evidence.Confidence{}, nil
	}
	if n, known := confidences[fold(s)]; known {
		return evidence.Percent(n), nil
	}
	number, _ := strings.CutSuffix(s, "%")
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if strings.Contains(s, ".") && number == s && n <= 1 {
		n *= 100
	}
	if err != nil || !(n >= 0 && n <= 100) {
		return evidence.Confidence{}, fmt.Errorf("confidence %q is none from 0 to 100, and no word for one", clip(s))
	}
	return evidence.Percent(int(math.Round(n))), nil
}

// day reads a time or a day; a day is its first instant in UTC.
func day(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, ok := date(s); ok {
		return t, nil
	}
	if len(s) == 10 && digits(s) { // seconds since 1970
		n, err := strconv.ParseInt(s, 10, 64)
		return time.Unix(n, 0).UTC(), err
	}
	s = strings.TrimSuffix(s, " UTC")
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02", "2006-01-02 15:04:05", "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time such as 2022-02-24 or 2022-02-24T04:00:00Z", clip(s))
}

// date reads 2022-02-24, the commonest form, without trying layouts.
func date(s string) (time.Time, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' || !digits(s[:4]) || !digits(s[5:7]) || !digits(s[8:]) {
		return time.Time{}, false
	}
	n := func(s string) (n int) {
		for _, c := range []byte(s) {
			n = n*10 + int(c-'0')
		}
		return n
	}
	year, month, day := n(s[:4]), n(s[5:7]), n(s[8:])
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, t.Day() == day && int(t.Month()) == month
}

func window(i *Indicator) error {
	if !i.From.IsZero() && !i.Until.IsZero() && !i.From.Before(i.Until) {
		return fmt.Errorf("valid_until %s is not after valid_from %s", i.Until.Format(time.RFC3339), i.From.Format(time.RFC3339))
	}
	return nil
}
