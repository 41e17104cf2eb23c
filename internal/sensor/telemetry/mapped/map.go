package mapped

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones that a map names are known on every machine

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/yamlfile"
)

// A Map says what a log's entries mean. It has one of Columns, Fields and Pattern.
// The YAML is described in docs/log-maps.md.
type Map struct {
	// Like is the name of a map that comes with the program: what this one does not
	// say is as there.
	Like string `yaml:"like"`
	// ByName says that the map is used only where it is named.
	ByName bool `yaml:"by_name"`

	Kind  telemetry.Kind            `yaml:"kind"`  // of entries that name none
	Kinds map[string]telemetry.Kind `yaml:"kinds"` // other names for the log's own kinds

	Columns places  `yaml:"columns"` // of a table: name or number, and role
	Fields  places  `yaml:"fields"`  // of JSON: path, and role or pattern
	Pattern oneWord `yaml:"pattern"` // of a line: regular expressions whose groups are named like roles
	Head    string  `yaml:"head"`    // what every pattern begins with

	Separator string  `yaml:"separator"` // of columns: one character; a comma if left out
	Header    *bool   `yaml:"header"`    // of a table; true if left out
	Only      oneWord `yaml:"only"`      // texts of which every line that is an entry has one; lines without are skipped
	Replace   []swap  `yaml:"replace"`   // in what a pattern found

	TimeFormat oneWord  `yaml:"time_format"` // Go layouts; else what telemetry.ParseTime reads
	TimeZone   string   `yaml:"time_zone"`   // of times that name none; UTC if left out
	Unset      []string `yaml:"unset"`       // values that mean none
	Packets    bool     `yaml:"packets"`     // entries are in the direction of packets: ports say who asked

	// Each is where the entries stand in a log that is one JSON object.
	Each string `yaml:"each"`
	// Keys must be there for a log to be recognised; "a|b" is either. Without keys
	// every column must be there, and of fields a time and one more.
	Keys   []string `yaml:"keys"`
	Begins string   `yaml:"begins"` // regular expression of the first line of a table without header

	name     string
	clock    telemetry.Clock
	patterns []*finder
	begins   *regexp.Regexp
}

// A swap changes values before they are read.
type swap struct {
	In   string `yaml:"in"`   // role
	What string `yaml:"what"` // regular expression
	By   string `yaml:"by"`

	role telemetry.Role
	what *regexp.Regexp
}

// Shapes of maps, as the flags that take them are called.
const (
	Columns = "columns"
	Fields  = "fields"
	Pattern = "pattern"
)

// Shape is which of the three the map describes.
func (m *Map) Shape() string {
	switch {
	case len(m.Fields) > 0:
		return Fields
	case len(m.Pattern) > 0:
		return Pattern
	}
	return Columns
}

// Limits of a map beside those of [yamlfile].
const (
	maxPattern  = 4096 // bytes of a regular expression
	maxPatterns = 64
	maxPlaces   = 4096 // columns or fields
)

// Parse reads a map. Unknown keys are errors, and errors name the line.
func Parse(text []byte) (*Map, error) {
	var m Map
	if err := yamlfile.Unmarshal(text, &m); err != nil {
		return nil, err
	}
	if m.Like != "" {
		like, ok := Text(m.Like)
		if !ok {
			return nil, fmt.Errorf("like: no map of the name %q comes with the program; there are %s", m.Like, strings.Join(Names(), ", "))
		}
		m = Map{}
		if err := errors.Join(yamlfile.Unmarshal(like, &m), yamlfile.Unmarshal(text, &m)); err != nil {
			return nil, err
		}
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return &m, nil
}

// check reads what the map holds as text.
func (m *Map) check() (err error) {
	if shapes := b2i(len(m.Columns) > 0) + b2i(len(m.Fields) > 0) + b2i(len(m.Pattern) > 0); shapes != 1 {
		return errors.New("a map has one of columns, fields and pattern")
	}
	for _, only := range []struct {
		key, shape string
		set        bool
	}{
		{"kinds", "", len(m.Kinds) > 0 && len(m.Columns) > 0}, {"only", Pattern, len(m.Only) > 0}, {"head", Pattern, m.Head != ""}, {"replace", "", len(m.Replace) > 0 && len(m.Columns) > 0},
		{"separator", Columns, m.Separator != ""}, {"header", Columns, m.Header != nil}, {"begins", Columns, m.Begins != ""},
		{"keys", "", len(m.Keys) > 0 && len(m.Pattern) > 0}, {"unset", "", len(m.Unset) > 0 && len(m.Pattern) > 0},
	} {
		if only.set && only.shape != m.Shape() {
			return fmt.Errorf("%q says nothing in a map of %s", only.key, m.Shape())
		}
	}
	if m.Separator == "" {
		m.Separator = ","
	}
	if len(m.Separator) > 1 || strings.ContainsAny(m.Separator, "\"\n\r") {
		return fmt.Errorf("separator %q is not one character", m.Separator)
	}
	if max(len(m.Columns), len(m.Fields)) > maxPlaces || len(m.Pattern) > maxPatterns {
		return fmt.Errorf("more than %d columns or fields, or %d patterns", maxPlaces, maxPatterns)
	}
	for i := range m.Replace {
		if err := m.Replace[i].compile(); err != nil {
			return err
		}
	}
	if m.Begins != "" {
		if m.begins, err = compile(m.Begins); err != nil {
			return fmt.Errorf("begins: %w", err)
		}
	}
	for _, p := range m.Pattern {
		f, err := newFinder(m.Head+p.text, m.Replace)
		if err != nil {
			return &yamlfile.Error{Line: p.line, Why: err.Error()}
		}
		m.patterns = append(m.patterns, f)
	}
	if err := m.setClock(m.TimeZone); err != nil {
		return err
	}
	return m.enough()
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (m *Map) setClock(zone string) (err error) {
	m.clock = telemetry.Clock{}
	for _, f := range m.TimeFormat {
		m.clock.Layouts = append(m.clock.Layouts, f.text)
	}
	m.clock.Zone, err = Zone(zone)
	return err
}

// Zone is a time zone by its name in the IANA database or by its offset
// ("+02:00"); nil for none.
func Zone(name string) (*time.Location, error) {
	if name == "" {
		return nil, nil
	}
	if t, err := time.Parse("Z07:00", name); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(name, offset), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || strings.EqualFold(name, "local") {
		return nil, fmt.Errorf("time zone %q is none: give a name such as Europe/Kyiv, or an offset such as +02:00", name)
	}
	return zone, nil
}

// enough reports a map that says too little to read an event, or names a role that
// is none.
func (m *Map) enough() error {
	times, others := 0, 0
	count := func(r telemetry.Role) {
		times += b2i(r == telemetry.RoleTime)
		others += b2i(r.Matchable())
	}
	for i, p := range slices.Concat(m.Columns, m.Fields) {
		r, err := telemetry.ParseRole(p.means)
		if err != nil && len(m.Fields) > 0 && isPattern(p.means) {
			var f *finder
			if f, err = newFinder(p.means, m.Replace); err == nil {
				m.Fields[i].find = f
				r = telemetry.RoleText
				f.each(count)
			}
		}
		if err != nil {
			return &yamlfile.Error{Line: p.line, Why: fmt.Sprintf("%q: %v", p.name, err)}
		}
		count(r)
		if len(m.Fields) > 0 {
			m.Fields[i].role = r
		} else {
			m.Columns[i].role = r
		}
	}
	for _, f := range m.patterns {
		f.each(count)
	}
	if times == 0 || others == 0 || times > 1 && len(m.Columns) > 0 {
		return errors.New("name a time (of columns, one) and at least one thing that an indicator can match: " + strings.Join(matchable(), ", "))
	}
	return nil
}

// matchable are the roles that an indicator can match.
func matchable() (names []string) {
	for r := telemetry.NoRole; !r.Matchable() || r < telemetry.RoleText; r++ {
		if r.Matchable() && r != telemetry.RoleHeader && r != telemetry.RoleHeaderValue {
			names = append(names, r.String())
		}
	}
	return names
}

// addresses reports whether every entry should name an address.
func (m *Map) addresses() bool {
	found := false
	see := func(r telemetry.Role) { found = found || r == telemetry.RoleSrc || r == telemetry.RoleDst }
	for _, p := range slices.Concat(m.Columns, m.Fields) {
		see(p.role)
	}
	for _, f := range m.patterns {
		f.each(see)
	}
	return found
}

// Named gives the map's format a name.
func (m *Map) Named(name string) *Map { m.name = name; return m }

// In sets the zone of times where neither log nor map names one.
func (m *Map) In(zone *time.Location) *Map {
	if m.clock.Zone == nil {
		m.clock.Zone = zone
	}
	return m
}

// Format reads logs through the map.
func (m *Map) Format() telemetry.Format {
	var f telemetry.Format
	switch m.Shape() {
	case Fields:
		f = m.objects()
	case Pattern:
		f = m.lines()
	default:
		f = Table(m)
	}
	if m.name != "" {
		f.Name = m.name
	}
	if m.Each != "" {
		f.Each = m.Each
		of := f.Sniff
		f.Sniff = func(head []byte, name string) (bool, string) {
			lines := telemetry.Elements(head, m.Each)
			if len(lines) == 0 {
				return false, ""
			}
			return of(lines, name)
		}
	}
	if m.ByName {
		f.Sniff = func([]byte, string) (bool, string) { return false, "" }
	}
	f.Addresses = func([]byte, string) bool { return m.addresses() }
	return f
}
