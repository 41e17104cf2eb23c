package jsonlog

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// Schema reads lines of one JSON object each. Its exact path is order-free:
// white space, key order, escapes and unknown fields make no difference. Where
// a key is repeated, the last value counts; elements of arrays all count.
type Schema struct {
	opt   Options
	root  *node
	times int // fields that are times

	collectors sync.Pool
}

// New returns the schema of a log with these fields.
func New(opt Options) (*Schema, error) {
	root, err := tree(opt.Fields)
	if err != nil {
		return nil, err
	}
	s := &Schema{opt: opt, root: root}
	for _, f := range opt.Fields {
		if f.Role == telemetry.RoleTime {
			s.times++
		}
	}
	s.collectors.New = func() any {
		c := &collector{once: make([]int, len(opt.Fields))}
		c.parser.visit = c.visit
		return c
	}
	return s, nil
}

// After returns s: a JSON log has no header.
func (s *Schema) After([]byte) telemetry.Schema { return s }

// Until returns the schema of a log that was written until then.
func (s *Schema) Until(latest time.Time) telemetry.Schema {
	opt := s.opt
	opt.Clock.Latest = latest
	until, err := New(opt)
	if err != nil {
		return s // the fields are those that made s
	}
	return until
}

// Decode reads one line.
func (s *Schema) Decode(line []byte) (telemetry.Event, telemetry.Outcome, error) {
	if line = bytes.TrimPrefix(line, bom); blank(line) {
		return telemetry.Event{}, telemetry.IsBlank, nil
	}
	found := s.collectors.Get().(*collector)
	defer func() {
		found.parser.line = nil
		s.collectors.Put(found)
	}()
	found.values = found.values[:0]
	clear(found.once)
	p := &found.parser
	p.line, p.at = line, 0
	if err := p.object(s.root); err != nil {
		return telemetry.Event{}, 0, hint(err, line)
	}
	var d telemetry.Draft
	d.Reset(s.opt.Kind)
	d.Read(&s.opt.Clock)
	clock := len(s.opt.Fields) // the field that gave the time
	for _, f := range found.values {
		if s.times > 1 && s.opt.Fields[f.slot].Role == telemetry.RoleTime {
			if f.slot > clock || !s.says(p, f.v) {
				continue
			}
			clock = f.slot
		}
		if err := s.set(&d, p, f); err != nil {
			return telemetry.Event{}, 0, fmt.Errorf("field %s: %w", strings.Join(s.opt.Fields[f.slot].Path, "."), err)
		}
	}
	e, outcome, err := s.finish(&d)
	if err != nil && isAction(line) {
		return e, telemetry.IsOther, nil
	}
	return e, outcome, err
}

// isAction reports a line of Elasticsearch's bulk files that says what to do with the
// entry behind it.
func isAction(line []byte) bool {
	for _, does := range []string{`{"index":{`, `{"create":{`, `{"update":{`, `{"delete":{`} {
		if compact := bytes.ReplaceAll(line[:min(len(line), 2*len(does))], []byte(" "), nil); bytes.HasPrefix(compact, []byte(does)) {
			return true
		}
	}
	return false
}

func (s *Schema) finish(d *telemetry.Draft) (telemetry.Event, telemetry.Outcome, error) {
	kind := d.Kind()
	if s.opt.AllPackets || slices.Contains(s.opt.Packets, kind) {
		d.Packets()
	}
	if k, ok := s.opt.Kinds[kind]; ok {
		d.Rename(k)
	}
	e, err := d.Event()
	if err != nil {
		return telemetry.Event{}, 0, err
	}
	if e.Empty() {
		return telemetry.Event{}, telemetry.IsNothing, nil
	}
	return e, telemetry.IsEvent, nil
}

// hint adds what to do where the line looks like part of a pretty-printed log.
func hint(err error, line []byte) error {
	switch strings.TrimSpace(string(line[:min(len(line), 8)])) {
	case "{", "}", "},", "[", "]":
		return fmt.Errorf("%w (one object per line is needed: jq -c . FILE)", err)
	}
	return err
}

func blank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

// placed is a value of a mapped field.
type placed struct {
	slot int
	v    value
}

// collector keeps the mapped values of one line in the order of the line, one
// per place: a repeated key replaces what stood there.
type collector struct {
	parser parser
	values []placed
	once   []int // slot -> 1 + index in values, for places outside arrays
}

func (c *collector) visit(slot int, inArray bool, v value) {
	if !inArray {
		if i := c.once[slot]; i > 0 {
			c.values[i-1].v = v
			return
		}
		c.once[slot] = len(c.values) + 1
	}
	c.values = append(c.values, placed{slot, v})
}

// says reports whether a scalar is a value, and not one that means none.
func (s *Schema) says(p *parser, v value) bool {
	switch v.kind {
	case 'n':
		return false
	case '"':
		text := p.unquote(v)
		return len(text) > 0 && !s.opt.unset(string(text))
	}
	return !s.opt.unset(string(p.line[v.from:v.to]))
}

// set gives the draft one value.
func (s *Schema) set(d *telemetry.Draft, p *parser, f placed) error {
	field := s.opt.Fields[f.slot]
	raw := p.line[f.v.from:f.v.to]
	switch f.v.kind {
	case 'n':
		return nil
	case '"':
		value := p.unquote(f.v)
		if s.opt.unset(glance(value)) {
			return nil
		}
		if field.Text != nil {
			return found(d, field.Text(string(value)))
		}
		if f.v.escaped {
			return d.Set(field.Role, string(value))
		}
		return d.SetBytes(field.Role, value)
	}
	switch {
	case s.opt.unset(glance(raw)):
		return nil
	case f.v.kind == '0' && field.Number:
	case field.Role.Required():
		return errNotString
	case field.Role.Matchable():
		return nil
	}
	return d.SetBytes(field.Role, raw)
}

// glance is b as text, for as long as b stays as it is.
func glance(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// found gives the draft what a text holds.
func found(d *telemetry.Draft, values []Found) error {
	for _, v := range values {
		if err := d.Set(v.Role, v.Value); err != nil {
			return err
		}
	}
	return nil
}
