package indicator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
)

// loadFeed adds the rows of a feed in JSON: objects that have the members that
// [loadCSV] knows as columns, wherever they stand (OTX pulses, CrowdSec decisions,
// ThreatFox). What an object around them says of an adversary, a marking and tags
// holds for them where they say nothing themselves.
//
// Rows counts such objects.
func loadFeed(b *Builder, name string, r io.Reader, def Defaults) (*Loaded, error) {
	f := feed{b: b, load: &Loaded{Format: "json"}, name: name, def: def, columns: map[string]*tableColumns{}}
	scanner := jsonscan.New(limited(r), jsonscan.Limits{MaxObject: maxMISP}, "results", "data")
	for scanner.Scan() {
		e := scanner.Element()
		if e.Err != nil {
			return f.load, fmt.Errorf("read indicators %s: line %d: %w", name, e.Line, e.Err)
		}
		d := json.NewDecoder(bytes.NewReader(e.Raw))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			return f.load, fmt.Errorf("read indicators %s: line %d: %w", name, e.Line, err)
		}
		f.line = int64(e.Line)
		f.walk(v, nil)
	}
	if err := scanner.Err(); err != nil {
		return f.load, fmt.Errorf("read indicators %s: %w", name, err)
	}
	if f.load.Rows == 0 {
		return f.load, fmt.Errorf("read indicators %s: JSON that is neither STIX nor MISP, and no object in it has a member \"indicator\", \"value\" or the like", name)
	}
	f.load.doubt()
	return f.load, nil
}

type feed struct {
	b       *Builder
	load    *Loaded
	name    string
	def     Defaults
	line    int64
	columns map[string]*tableColumns // by the members' names
}

// passedOn are the members that hold for what is inside an object.
var passedOn = []string{"adversary", "actor", "threat_actor", "tlp", "tags"}

func (f *feed) walk(v any, around map[string]string) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			f.walk(one, around)
		}
	case map[string]any:
		row := maps.Clone(around)
		if row == nil {
			row = map[string]string{}
		}
		for key, value := range v {
			if text := scalar(value); text != "" {
				row[fold(key)] = text
			}
		}
		if f.row(row) {
			return
		}
		within := map[string]string{}
		for _, key := range passedOn {
			if row[key] != "" {
				within[key] = row[key]
			}
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			f.walk(v[key], within)
		}
	}
}

// row adds an object that is one.
func (f *feed) row(members map[string]string) bool {
	names := slices.Sorted(maps.Keys(members))
	key := strings.Join(names, "\x00")
	c, met := f.columns[key]
	if !met {
		c, _ = columnsOf(names)
		if c != nil && (c.known < 2 || c.value < 0 && c.kind < 0 && c.seen < 0 && len(c.typed) < 2) {
			c = nil // an address in passing
		}
		f.columns[key] = c
	}
	if c == nil {
		return false
	}
	cells := make([]string, len(names))
	for i, n := range names {
		cells[i] = members[n]
	}
	f.load.Rows++
	c.add(f.b, f.load, f.name, f.line, cells, f.def)
	return true
}

// scalar is the text of a value, of a list the texts of its values.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case []any:
		var all []string
		for _, one := range v {
			if s, ok := one.(string); ok {
				all = append(all, s)
			}
		}
		return strings.Join(all, ", ")
	}
	return ""
}
