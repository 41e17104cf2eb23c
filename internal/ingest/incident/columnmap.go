package incident

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/yamlfile"
)

// What the rows of a table tell of.
const (
	kindIncidents = "incidents"
	kindActors    = "actors"
)

// A Map says how to read one table of incidents, or of actors and their names.
type Map struct {
	Kind             string `yaml:"kind"`    // incidents (or empty), actors
	Dataset          string `yaml:"dataset"` // prefix of the events: "eurepoc" gives "eurepoc:217"
	Title            string `yaml:"title"`
	Version          string `yaml:"version"`
	Publisher        string `yaml:"publisher"`
	PublisherCountry string `yaml:"publisher_country"` // ISO 3166-1 or a name
	Licence          string `yaml:"licence"`           // notice to reproduce where the data is shown
	// Refuse makes the map recognise a table only to say what to ingest instead.
	Refuse string  `yaml:"refuse"`
	Header []named `yaml:"header"` // further columns by which a refused table is recognised

	Format  layout   `yaml:"format"`
	Missing []string `yaml:"missing"` // words that mean "no value", in any case; the empty cell and those of programs always do
	ID      identity `yaml:"id"`
	// GroupBy are the columns that are the same in all rows of one incident,
	// of a table with a row for each of its initiators and victims.
	GroupBy columnList `yaml:"group_by"`
	Fields  fields     `yaml:"fields"`
	Dates   []date     `yaml:"dates"`
	// Pair names the groups whose lists run side by side: "initiator" (name
	// and country), "target" (country, sector and name).
	Pair    []string `yaml:"pair"`
	Slipped *slipped `yaml:"slipped"`
	// Skip tells rows that are no incident by what a column holds.
	Skip map[string][]string `yaml:"skip"`
	Keep []named             `yaml:"keep"` // columns kept as they are in Record.Extra
	// Optional are the columns that some editions of the table lack.
	Optional columnList `yaml:"optional"`

	missing map[string]bool
}

// A layout is the outer form of the table.
type layout struct {
	Delimiter string `yaml:"delimiter"`  // one character or "tab"; default what parts the map's columns
	Encoding  string `yaml:"encoding"`   // WHATWG label such as "windows-1252"; default UTF-8
	Sheet     string `yaml:"sheet"`      // XLSX: name of the sheet; default the first that has the map's columns
	List      string `yaml:"list"`       // JSON: member that holds the rows; default one of the usual names
	HeaderRow int    `yaml:"header_row"` // line or row of the header; default the first that holds the map's columns
}

// identity says what identifies an incident within the data set: a column, or a
// digest over columns where the table has no identifier. With neither, it is
// the row's number, which changes when the publisher inserts rows.
type identity struct {
	Column named   `yaml:"column"`
	Digest []named `yaml:"digest"`
}

// fields are the columns that become fields of a record.
type fields struct {
	Title            *field `yaml:"title"`
	Initiator        *field `yaml:"initiator"`
	InitiatorCountry *field `yaml:"initiator_country"`
	TargetCountry    *field `yaml:"target_country"`
	TargetSector     *field `yaml:"target_sector"`
	TargetName       *field `yaml:"target_name"`
	Objective        *field `yaml:"objective"`
	Sources          *field `yaml:"sources"`
	Publisher        *field `yaml:"publisher"`
	PublisherCountry *field `yaml:"publisher_country"`
	Confidence       *field `yaml:"confidence"`
	Grade            *field `yaml:"grade"`
	Marking          *field `yaml:"marking"`
	Status           *field `yaml:"status"`
	Note             *field `yaml:"note"`

	// Of a table of actors.
	Name       *field `yaml:"name"`
	Aliases    *field `yaml:"aliases"`
	Country    *field `yaml:"country"`
	Coiner     *field `yaml:"coiner"`      // of the aliases: one, or as many
	NameCoiner *field `yaml:"name_coiner"` // of the name
}

// slipped tells a damaged row, whose cells stand in the wrong columns, by a
// value that its column cannot hold.
type slipped struct {
	Allowed map[string][]string `yaml:"allowed"` // column: the values it can hold; the empty cell always
	Trust   []named             `yaml:"trust"`   // columns still read from such a row; without any the row is rejected
}

// named is a column's name and the line of the map on which it stands.
type named struct {
	Name string
	Line int
}

// UnmarshalYAML keeps the line of the scalar.
func (n *named) UnmarshalYAML(node ast.Node) error {
	if err := yaml.NodeToValue(node, &n.Name); err != nil {
		return err
	}
	n.Line = lineOf(node)
	return nil
}

// A columnList is one column's name or a list of them.
type columnList []named

// UnmarshalYAML accepts a name alone.
func (l *columnList) UnmarshalYAML(node ast.Node) error {
	if _, scalar := node.(ast.ScalarNode); scalar {
		*l = make(columnList, 1)
		return (*l)[0].UnmarshalYAML(node)
	}
	return yaml.NodeToValue(node, (*[]named)(l))
}

func lineOf(node ast.Node) int {
	if tk := node.GetToken(); tk != nil && tk.Position != nil {
		return tk.Position.Line
	}
	return 0
}

// MaxMap bounds the bytes of a column map: the largest known has about 60 lines.
const MaxMap = 256 << 10

// parseMap reads and checks a column map. Unknown keys are errors; an error
// names the line of the map.
func parseMap(b []byte) (*Map, error) {
	if len(b) > MaxMap {
		return nil, fmt.Errorf("column map of %d bytes: at most %d are read", len(b), MaxMap)
	}
	var m Map
	err := yamlfile.Unmarshal(b, &m)
	if errors.Is(err, yamlfile.ErrEmpty) {
		return nil, errors.New("column map is empty; see docs/incident-maps.md for a complete example")
	}
	if err != nil {
		return nil, fmt.Errorf("column map: %w", err)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("column map: %w", err)
	}
	return &m, nil
}

func (m *Map) check() error {
	if m.Dataset == "" || strings.ContainsAny(m.Dataset, ": \t\n") {
		return fmt.Errorf("dataset is %q; give a short name without spaces and colons, such as \"eurepoc\"", m.Dataset)
	}
	if m.Refuse != "" {
		return nil
	}
	if m.Publisher == "" {
		return errors.New("publisher is missing: a record without one cannot be cited")
	}
	if m.PublisherCountry != "" {
		code, ok := evidence.ParseCountry(m.PublisherCountry)
		if !ok {
			return fmt.Errorf("publisher_country %q is not a state", m.PublisherCountry)
		}
		m.PublisherCountry = code
	}
	m.missing = map[string]bool{"": true, "nan": true, "nat": true, "<na>": true, "#n/a": true, "#ref!": true}
	for _, w := range m.Missing {
		m.missing[strings.ToLower(strings.TrimSpace(w))] = true
	}
	m.Title = cmp.Or(m.Title, m.Dataset)
	return errors.Join(m.Format.check(), m.Fields.check(), m.checkPairs(), checkDates(m.Dates), m.checkUse())
}

func (m *Map) checkPairs() error {
	for _, p := range m.Pair {
		if p != "initiator" && p != "target" {
			return fmt.Errorf("pair: %q is not a group of lists; use initiator or target", p)
		}
	}
	return nil
}

// checkUse refuses a map that would yield records which say nothing, and one
// that mixes what belongs to incidents with what belongs to actors.
func (m *Map) checkUse() error {
	f := m.Fields
	ofActors := []*field{f.Name, f.Aliases, f.Country, f.Coiner, f.NameCoiner}
	ofIncidents := []*field{f.Initiator, f.InitiatorCountry, f.TargetCountry, f.TargetName, f.TargetSector, f.Objective}
	given := func(fs []*field) bool { return slices.ContainsFunc(fs, func(f *field) bool { return f != nil }) }
	switch m.Kind {
	case kindActors:
		switch {
		case f.Name == nil:
			return errors.New("fields: name is needed in a map of kind actors")
		case given(ofIncidents) || len(m.GroupBy) > 0 || m.Slipped != nil || len(m.ID.Digest) > 0:
			return errors.New("initiators, targets, objectives, group_by, slipped and digest belong to kind incidents; a map of kind actors has name, aliases, coiner, name_coiner and country")
		case slices.ContainsFunc(m.Dates, func(d date) bool { return d.Kind != "disclosure" && d.Kind != "publication" }):
			return errors.New("dates: a table of actors has dates of kind disclosure or publication: when a name was given")
		}
		return nil
	case "", kindIncidents:
	default:
		return fmt.Errorf("kind %q is unknown; use incidents or actors", m.Kind)
	}
	switch {
	case given(ofActors):
		return errors.New("fields: name, aliases, coiner, name_coiner and country belong to kind: actors")
	case !given(ofIncidents[:4]):
		return errors.New("fields: at least one of initiator, initiator_country, target_country and target_name is needed")
	case len(m.GroupBy) > 0 && (m.ID.Column.Name != "" || len(m.ID.Digest) > 0):
		return errors.New("id and group_by exclude one another: what groups the rows identifies the incident")
	}
	return nil
}

func (m *Map) isMissing(s string) bool { return m.missing[strings.ToLower(strings.TrimSpace(s))] }

func (m *Map) pairs(group string) bool { return slices.Contains(m.Pair, group) }

func (l *layout) check() error {
	if l.Delimiter == "tab" || l.Delimiter == `\t` {
		l.Delimiter = "\t"
	}
	if r := []rune(l.Delimiter); l.Delimiter != "" && (len(r) != 1 || r[0] == '"' || r[0] == '\n' || r[0] == '\r' || r[0] == '\uFFFD') {
		return fmt.Errorf("format: delimiter %q is not one character; use for example \";\" or \"tab\"", l.Delimiter)
	}
	if l.HeaderRow < 0 {
		return fmt.Errorf("format: header_row %d is not a row number; the first row is 1", l.HeaderRow)
	}
	if _, err := decoder(l.Encoding); err != nil {
		return err
	}
	return nil
}
