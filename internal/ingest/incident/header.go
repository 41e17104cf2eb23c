package incident

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// columns returns every column the map names, each once, in the order of the map.
func (m *Map) columns() []named {
	var cols []named
	add := func(list ...named) {
		for _, c := range list {
			if c.Name != "" && !slices.ContainsFunc(cols, func(o named) bool { return sameName(o.Name, c.Name) }) {
				cols = append(cols, c)
			}
		}
	}
	add(m.Header...)
	add(m.ID.Column)
	add(m.ID.Digest...)
	add(m.GroupBy...)
	m.Fields.each(func(_ string, f *field) {
		add(f.columns()...)
		for _, in := range f.Infer {
			for _, c := range slices.Concat(in.Only, in.Unless) {
				add(c.Column)
			}
		}
	})
	for _, d := range m.Dates {
		add(d.Column, d.End)
	}
	if m.Slipped != nil {
		for _, name := range sortedKeys(m.Slipped.Allowed) {
			add(named{Name: name})
		}
		add(m.Slipped.Trust...)
	}
	for _, name := range sortedKeys(m.Skip) {
		add(named{Name: name})
	}
	add(m.Keep...)
	return cols
}

func sameName(a, b string) bool {
	return fold(a) == fold(b)
}

// missingFrom returns the columns of the map that the header lacks.
func (m *Map) missingFrom(header []string) []named {
	var missing []named
	for _, c := range m.required() {
		if !slices.ContainsFunc(header, func(h string) bool { return sameName(h, c.Name) }) {
			missing = append(missing, c)
		}
	}
	return missing
}

// required are the columns without which a table is not the map's.
func (m *Map) required() []named {
	return slices.DeleteFunc(m.columns(), m.optional)
}

// optional reports a column that the table need not have.
func (m *Map) optional(c named) bool {
	return slices.ContainsFunc(m.Optional, func(o named) bool { return sameName(o.Name, c.Name) })
}

// bind finds the place of every column of the map in the header. Missing and
// doubled columns are errors that name the nearest header and the line of the map.
func (m *Map) bind(header []string) (map[string]int, error) {
	place := map[string]int{}
	var errs []error
	for _, c := range m.columns() {
		for i, h := range header {
			if !sameName(h, c.Name) {
				continue
			}
			if first, twice := place[fold(c.Name)]; twice {
				errs = append(errs, fmt.Errorf("column %q stands twice in the header, in places %d and %d", c.Name, first+1, i+1))
				continue
			}
			place[fold(c.Name)] = i
		}
		if _, ok := place[fold(c.Name)]; !ok && !m.optional(c) {
			errs = append(errs, missingColumn(m, c, header))
		}
	}
	return place, errors.Join(errs...)
}

func missingColumn(m *Map, c named, header []string) error {
	s := fmt.Sprintf("column %q is not in the header", c.Name)
	if c.Line > 0 {
		s += fmt.Sprintf(" (line %d of map %q)", c.Line, m.Dataset)
	}
	if near := nearest(c.Name, header); near != "" {
		s += fmt.Sprintf("; the nearest is %q: rename it in the map with --map", near)
	}
	return errors.New(s)
}

// nearest returns the header closest to name by edit distance, or "" where even
// that one differs in more than half of its letters.
func nearest(name string, header []string) string {
	best, at := len(name)/2+1, ""
	for _, h := range header {
		if d := levenshtein.ComputeDistance(fold(name), fold(h)); d < best {
			best, at = d, h
		}
	}
	return at
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// unread lists the header's columns that the map does not name.
func (m *Map) unread(header []string) []string {
	cols := m.columns()
	var rest []string
	for _, h := range header {
		if strings.TrimSpace(h) != "" && !slices.ContainsFunc(cols, func(c named) bool { return sameName(c.Name, h) }) {
			rest = append(rest, h)
		}
	}
	return rest
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
