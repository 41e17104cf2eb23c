// Package columns reads logs of one entry per line in columns: separated by a
// character, with or without quotes, under a header or under a declared map
// from columns to the roles of an event.
//
// It is not for any one log format; those are the packages beside it.
package columns

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// Options of a log in columns.
type Options struct {
	Separator byte
	// Long is a separator of several bytes, in place of Separator; quotes do not go
	// with it.
	Long string
	// Quoted says that values may stand in double quotes, doubled inside
	// (RFC 4180). Line breaks inside quotes are not supported: a log is read
	// line by line.
	Quoted bool
	// Roles of the columns, in their order.
	Roles []telemetry.Role
	// Set is a further separator inside a column: its values count each. Per
	// column; 0 is none.
	Set []byte
	// Loose accepts lines with more or fewer columns, as long as the mapped
	// ones are there.
	Loose bool
	Unset []string // values that mean "no value" ("-", "(empty)")
	Kind  telemetry.Kind
	// Packets says that entries are written in the direction of a packet, a flow
	// in one direction or a file.
	Packets bool
	// Unescape undoes the escapes of one value, in place of its own where it has
	// any; nil leaves it.
	Unescape func(value []byte) ([]byte, error)
	// Header says whether a line is a header or comment. HeaderStart
	// holds the bytes with which such lines begin, so that not every line is
	// asked about; empty asks about every line.
	Header      func(line []byte) bool
	HeaderStart string
	// After returns the schema behind data, given the one before it; nil if
	// headers change nothing.
	After func(s *Schema, data []byte) telemetry.Schema
	Clock telemetry.Clock // of the time column
}

// Schema reads lines in columns.
type Schema struct {
	opt     Options
	nothing bool // no column is a time, and none can be matched
}

// New returns the schema.
func New(opt Options) *Schema {
	some := slices.ContainsFunc(opt.Roles, func(r telemetry.Role) bool { return r == telemetry.RoleTime || r.Matchable() })
	return &Schema{opt: opt, nothing: !some}
}

// Options returns what the schema was made of.
func (s *Schema) Options() Options { return s.opt }

// After returns the schema that holds behind data.
func (s *Schema) After(data []byte) telemetry.Schema {
	if s.opt.After == nil {
		return s
	}
	return s.opt.After(s, data)
}

// Until returns the schema of a log that was written until then.
func (s *Schema) Until(latest time.Time) telemetry.Schema {
	opt := s.opt
	opt.Clock.Latest = latest
	return New(opt)
}

// Decode reads one line.
func (s *Schema) Decode(line []byte) (telemetry.Event, telemetry.Outcome, error) {
	none := telemetry.Event{}
	if len(bytes.TrimSpace(line)) == 0 {
		return none, telemetry.IsBlank, nil
	}
	if s.opt.Header != nil && s.opt.Header(line) {
		return none, telemetry.IsHeader, nil
	}
	if s.nothing {
		return none, telemetry.IsNothing, nil
	}
	var d telemetry.Draft
	d.Reset(s.opt.Kind)
	d.Read(&s.opt.Clock)
	if s.opt.Packets {
		d.Packets()
	}
	if err := s.values(line, &d); err != nil {
		return none, 0, err
	}
	e, err := d.Event()
	if err != nil {
		return none, 0, err
	}
	if e.Empty() {
		return none, telemetry.IsNothing, nil
	}
	return e, telemetry.IsEvent, nil
}

func (s *Schema) values(line []byte, d *telemetry.Draft) error {
	if err := plain(line); err != nil {
		return err
	}
	column := 0
	for rest, more := line, true; more; column++ {
		var value []byte
		var err error
		value, rest, more, err = s.cut(rest)
		if err != nil {
			return fmt.Errorf("column %d: %w", column+1, err)
		}
		if column >= len(s.opt.Roles) || s.opt.Roles[column] == telemetry.NoRole {
			continue
		}
		if err := s.column(column, value, d); err != nil {
			return fmt.Errorf("column %d: %w", column+1, err)
		}
	}
	want := s.columns()
	if column < want || column > want && !s.opt.Loose {
		return fmt.Errorf("%d columns where %d are expected", column, want)
	}
	return nil
}

func (s *Schema) column(i int, value []byte, d *telemetry.Draft) error {
	role := s.opt.Roles[i]
	if i >= len(s.opt.Set) || s.opt.Set[i] == 0 {
		return s.set(role, value, d)
	}
	for one := range bytes.SplitSeq(value, s.opt.Set[i:i+1]) {
		if err := s.set(role, one, d); err != nil {
			return err
		}
	}
	return nil
}

func (s *Schema) set(role telemetry.Role, value []byte, d *telemetry.Draft) error {
	for _, u := range s.opt.Unset {
		if u == string(value) {
			return nil
		}
	}
	if s.opt.Unescape != nil {
		var err error
		if value, err = s.opt.Unescape(value); err != nil {
			return err
		}
	}
	return d.SetBytes(role, value)
}

// columns is how many columns a line must have, or must have at least.
func (s *Schema) columns() int {
	want := len(s.opt.Roles)
	if s.opt.Loose {
		for want > 0 && s.opt.Roles[want-1] == telemetry.NoRole {
			want--
		}
	}
	return want
}
