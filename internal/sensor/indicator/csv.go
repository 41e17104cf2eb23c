package indicator

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// LoadCSV adds the rows of a table to a builder. The header names the columns,
// in any case and order: type and indicator (or value) are needed; group
// (actor, adversary), source, confidence, valid_from, first_seen, valid_until,
// disclosed (published) and tlp (marking) are read where they are there; first_seen
// is a start that is not known, where valid_from is empty. All of
// the columns context, description, comment, labels, tags, threat and campaign
// are the context. A table without a header is refused.
//
// Every row is accounted for in what it returns; only a stream that cannot be
// read is an error.
func LoadCSV(b *Builder, name string, r io.Reader, def Defaults) (*Loaded, error) {
	cr := csv.NewReader(limited(r))
	cr.FieldsPerRecord, cr.ReuseRecord, cr.LazyQuotes = -1, true, true
	header, err := cr.Read()
	if err != nil {
		return nil, fmt.Errorf("read indicators %s: no header: %w", name, err)
	}
	cols, err := csvColumns(header)
	if err != nil {
		return nil, fmt.Errorf("read indicators %s: %w", name, err)
	}
	l := &Loaded{Format: "csv"}
	for {
		row, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		line, _ := cr.FieldPos(0)
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			l.Rows++
			l.refuse(name, int64(bad.StartLine), "", "", bad.Err.Error())
			continue
		}
		if err != nil {
			return l, fmt.Errorf("read indicators %s after line %d: %w", name, line, err)
		}
		l.Rows++
		cols.add(b, l, name, int64(line), row, def)
	}
}

// csvTable says where the columns are; -1 is nowhere.
type csvTable struct {
	kind, value, group, source, confidence, from, seen, until, disclosed, marking, ref int
	context                                                                            []int
}

// contextColumns are in words.
var contextColumns = []string{"context", "description", "comment", "comments", "label", "labels", "tag", "tags", "threat", "threat_name", "campaign"}

func csvColumns(header []string) (*csvTable, error) {
	c := &csvTable{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, nil}
	places := map[string]*int{
		"type": &c.kind, "indicator_type": &c.kind, "indicator": &c.value, "value": &c.value, "ioc": &c.value, "indicator_value": &c.value,
		"group": &c.group, "actor": &c.group, "threat_actor": &c.group, "threat_group": &c.group, "adversary": &c.group, "intrusion_set": &c.group, "attribution": &c.group,
		"source": &c.source, "reference": &c.source, "confidence": &c.confidence,
		"valid_from": &c.from, "first_seen": &c.seen, "valid_until": &c.until,
		"disclosed": &c.disclosed, "published": &c.disclosed, "tlp": &c.marking, "marking": &c.marking, "id": &c.ref, "ref": &c.ref,
	}
	for i, name := range header {
		key := strings.ReplaceAll(fold(strings.TrimPrefix(name, "\ufeff")), " ", "_")
		if p := places[key]; p != nil && *p < 0 {
			*p = i
		}
		if slices.Contains(contextColumns, key) {
			c.context = append(c.context, i)
		}
	}
	if c.value < 0 {
		return nil, fmt.Errorf("the header %q has no column \"indicator\" or \"value\"", clip(strings.Join(header, ",")))
	}
	return c, nil
}

func cell(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[i])
}

func (c *csvTable) add(b *Builder, l *Loaded, name string, line int64, row []string, def Defaults) {
	value := cell(row, c.value)
	if value == "" && strings.Join(row, "") == "" {
		l.skip("empty row")
		return
	}
	i, err := c.indicator(row, value, def)
	if err == nil {
		if i.Marking == evidence.Undecided {
			l.note("the marking %q is not understood: what bears it leaves at no ceiling. Decide with --treat-marking.", cell(row, c.marking))
		}
		def.fill(&i)
		err = b.Add(i)
	}
	if err != nil {
		l.refuse(name, line, cell(row, c.ref), value, err.Error())
		return
	}
	l.Indicators++
}

func (c *csvTable) indicator(row []string, value string, def Defaults) (Indicator, error) {
	i, err := typed(cell(row, c.kind), value)
	if err != nil {
		return i, err
	}
	i.Group, i.Source, i.Ref = cell(row, c.group), Refang(cell(row, c.source)), cell(row, c.ref)
	for _, at := range c.context {
		i.Context = beside(i.Context, cell(row, at))
	}
	if i.Confidence, err = confidence(cell(row, c.confidence)); err != nil {
		return i, err
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
	t, err := ParseType(name)
	if err != nil {
		return Indicator{}, err
	}
	return Parse(t, value)
}

func confidence(s string) (evidence.Confidence, error) {
	if s == "" {
		return evidence.Confidence{}, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 100 {
		return evidence.Confidence{}, fmt.Errorf("confidence %q is not a whole number from 0 to 100", clip(s))
	}
	return evidence.Percent(n), nil
}

// day reads a time or a day; a day is its first instant in UTC.
func day(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, ok := date(s); ok {
		return t, nil
	}
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
