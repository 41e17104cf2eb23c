package mapped

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// lines reads a log of one entry per line by patterns.
func (m *Map) lines() telemetry.Format {
	s := &lineSchema{m: m}
	look := s.Until(time.Now()) // in whatever year
	return telemetry.Format{
		Name:  Pattern,
		Lines: true,
		Sniff: func(head []byte, _ string) (bool, string) {
			n := 0
			for line := range bytes.Lines(head) {
				if n++; n > sniffLines {
					break
				}
				if _, outcome, err := look.Decode(bytes.TrimRight(line, "\r\n")); err == nil && outcome == telemetry.IsEvent {
					return true, ""
				}
			}
			return false, ""
		},
		Schema: func(head []byte, _ string) (telemetry.Schema, error) { return s.timed(head) },
	}
}

// sniffLines is in how many lines an entry is looked for: such logs often begin
// with words about themselves.
const sniffLines = 100

// narrower is what to do where the map's layouts leave a time open.
func (m *Map) narrower() string {
	names := slices.DeleteFunc(Names(), func(n string) bool { return m.name == "" || !strings.HasPrefix(n, m.name+"-") })
	if len(names) == 0 {
		return "keep one in time_format of the map"
	}
	return "say which with --pattern " + strings.Join(names, " or --pattern ")
}

type lineSchema struct{ m *Map }

// timed is the schema with those layouts of the map that read every time of the
// log's beginning. Where two of them read one time differently, the log does not say
// which is meant.
func (s *lineSchema) timed(head []byte) (telemetry.Schema, error) {
	if len(s.m.clock.Layouts) < 2 {
		return s, nil
	}
	var fit []string
	times := map[int]time.Time{} // by line
	for _, layout := range s.m.clock.Layouts {
		one := *s.m
		one.clock.Layouts, one.clock.Latest = []string{layout}, time.Now() // in whatever year
		n, read := 0, map[int]time.Time{}
		for line := range bytes.Lines(head) {
			if n++; n == 1 || line[len(line)-1] == '\n' { // the last line of the beginning may be cut
				e, outcome, err := (&lineSchema{&one}).Decode(bytes.TrimRight(line, "\r\n"))
				if err == nil && outcome == telemetry.IsEvent {
					read[n] = e.Time
				}
			}
		}
		if len(fit) == 0 || len(read) > len(times) {
			fit, times = nil, read
		} else if len(read) < len(times) {
			continue
		}
		if !maps.Equal(read, times) {
			return nil, fmt.Errorf("its times may be meant as %q or as %q; %s", fit[0], layout, s.m.narrower())
		}
		if len(read) > 0 {
			fit = append(fit, layout)
		}
	}
	one := *s.m
	one.clock.Layouts = fit
	return &lineSchema{&one}, nil
}

// Until returns the schema of a log that was written until then.
func (s *lineSchema) Until(latest time.Time) telemetry.Schema {
	one := *s.m
	one.clock.Latest = latest
	return &lineSchema{&one}
}

// After returns s: such a log has no header.
func (s *lineSchema) After([]byte) telemetry.Schema { return s }

// Scanner returns the exact path: patterns have no other.
func (s *lineSchema) Scanner() telemetry.Scanner { return telemetry.ExactOnly() }

// Decode reads one line by the first pattern that fits.
func (s *lineSchema) Decode(line []byte) (telemetry.Event, telemetry.Outcome, error) {
	none := telemetry.Event{}
	switch {
	case len(bytes.TrimSpace(line)) == 0:
		return none, telemetry.IsBlank, nil
	case len(s.m.Only) > 0 && !slices.ContainsFunc(s.m.Only, func(w word) bool { return bytes.Contains(line, w.bytes) }):
		return none, telemetry.IsOther, nil
	case !utf8.Valid(line):
		return none, 0, errors.New("the line is not UTF-8")
	}
	text := string(line)
	for _, f := range s.m.patterns {
		var d telemetry.Draft
		d.Reset(s.m.Kind)
		d.Read(&s.m.clock)
		fits, err := f.line(text, &d)
		if err != nil {
			return none, 0, err
		}
		if fits {
			return s.m.event(&d)
		}
	}
	return none, 0, errors.New("no pattern of the map fits the line")
}

// event completes a draft as the map says.
func (m *Map) event(d *telemetry.Draft) (telemetry.Event, telemetry.Outcome, error) {
	if m.Packets {
		d.Packets()
	}
	if k, ok := m.Kinds[d.Kind()]; ok {
		d.Rename(k)
	}
	e, err := d.Event()
	switch {
	case err != nil:
		return telemetry.Event{}, 0, err
	case e.Empty():
		return e, telemetry.IsNothing, nil
	}
	return e, telemetry.IsEvent, nil
}

// pathOf is the keys that a path of a map names, and the same as one key where it
// has dots: both are in use. "a[].b" and "a.[].b" are the elements of a.
func pathOf(path string) (nested, flat []string) {
	keys := strings.Split(strings.ReplaceAll(path, "[]", ".[]"), ".")
	keys = slices.DeleteFunc(keys, func(k string) bool { return k == "" })
	if slices.Contains(keys, "[]") {
		return keys, nil
	}
	return keys, []string{path}
}
