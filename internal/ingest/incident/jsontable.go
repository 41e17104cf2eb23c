package incident

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// jsonLists are the members under which a list of objects is looked for where
// the map names none.
var jsonLists = []string{"values", "data", "items", "records", "results", "rows", "actors", "groups", "incidents"}

// jsonRows reads a list of JSON objects as a table: a row per object, a column
// per member. A member of an object within is the column "outer.inner", and a
// list is a cell of several values; of a list of objects each member is such a
// cell ("names.name").
type jsonRows struct {
	rows   []jsonRow
	header []string
	at     int
	file   string
}

type jsonRow struct {
	cells map[string]cell
	line  int
	bad   string
}

// newJSON reads all objects and returns the rows with their header, the names
// of all members in order.
func newJSON(r io.Reader, m *Map, in source.Info, opt source.Options) (table, error) {
	data, err := whole(r, opt.MaxBytes, "JSON table")
	if err != nil {
		return table{}, err
	}
	lists := jsonLists
	if m.Format.List != "" {
		lists = []string{m.Format.List}
	}
	rows := &jsonRows{file: in.Name}
	names := map[string]bool{}
	add := func(line int, members map[string]any, bad string) {
		row := jsonRow{line: line, cells: map[string]cell{}, bad: bad}
		flatten(row.cells, "", members)
		for n := range row.cells {
			names[n] = true
		}
		rows.rows = append(rows.rows, row)
	}
	sc := jsonscan.New(bytes.NewReader(data), opt.Limits(), lists...)
	for sc.Scan() {
		e := sc.Element()
		var members map[string]any
		d := json.NewDecoder(bytes.NewReader(e.Raw))
		d.UseNumber()
		switch err := d.Decode(&members); {
		case e.Err != nil:
			add(e.Line, nil, e.Err.Error())
		case err != nil || members == nil:
			add(e.Line, nil, "is not a JSON object that can be read as a row")
		default:
			list := []map[string]any{members}
			if e.List == "" {
				if frame := framed(m, members); frame != nil {
					list = frame
				}
			}
			for _, row := range list {
				add(e.Line, row, "")
			}
		}
	}
	if err := sc.Err(); err != nil {
		return table{}, err
	}
	if len(names) == 0 {
		return table{}, fmt.Errorf("no list of objects is found in it; name the member that holds one in the map (format: list)")
	}
	if len(names) > maxColumns {
		return table{}, fmt.Errorf("its objects have %d members; at most %d are read", len(names), maxColumns)
	}
	rows.header = slices.Sorted(maps.Keys(names))
	return table{rows: rows, header: rows.header, line: 1}, nil
}

// framed are the rows of a table that is one object: its columns, each with a
// value for every row, as data frames are written, or its rows by their names,
// which are then the column "key". Nil where the map's columns are not in it.
func framed(m *Map, object map[string]any) (list []map[string]any) {
	byColumn := len(m.missingFrom(slices.Collect(maps.Keys(object)))) == 0
	rows, columns := map[string]map[string]any{}, map[string]bool{"key": true}
	for outer, v := range object {
		inner, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		for label, value := range inner {
			row, column := outer, label
			if byColumn {
				row, column = label, outer
			}
			if rows[row] == nil {
				rows[row] = map[string]any{"key": row}
			}
			rows[row][column], columns[column] = value, true
		}
	}
	if len(m.missingFrom(slices.Collect(maps.Keys(columns)))) > 0 {
		return nil
	}
	for _, label := range slices.SortedFunc(maps.Keys(rows), func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) }) {
		list = append(list, rows[label])
	}
	return list
}

func flatten(into map[string]cell, prefix string, members map[string]any) {
	for k, v := range members {
		switch v := v.(type) {
		case nil:
			into[prefix+k] = textCell("")
		case map[string]any:
			flatten(into, prefix+k+".", v)
		case []any:
			into[prefix+k] = listCell(v)
			for name, list := range perMember(v) {
				into[prefix+k+"."+name] = listCell(list)
			}
		default:
			into[prefix+k] = textCell(fmt.Sprint(v))
		}
	}
}

// perMember turns a list of objects into a list for each member, side by side.
func perMember(list []any) map[string][]any {
	out := map[string][]any{}
	for i, v := range list {
		o, _ := v.(map[string]any)
		for k, inner := range o {
			if out[k] == nil {
				out[k] = make([]any, len(list))
			}
			out[k][i] = inner
		}
	}
	return out
}

func listCell(list []any) cell {
	items := jsonItems(list)
	c := textCell(strings.Join(texts(items), "; "))
	c.list = items
	return c
}

func jsonItems(list []any) []item {
	items := make([]item, len(list))
	for i, v := range list {
		switch v := v.(type) {
		case nil, map[string]any:
		case []any:
			items[i] = item{many: true, list: jsonItems(v)}
		default:
			items[i].text = fmt.Sprint(v)
		}
	}
	return items
}

func (j *jsonRows) next() ([]cell, int, error) {
	if j.at >= len(j.rows) {
		return nil, 0, io.EOF
	}
	r := j.rows[j.at]
	j.at++
	if r.bad != "" {
		return nil, r.line, &source.RecordError{File: j.file, Line: r.line, Why: r.bad}
	}
	row := make([]cell, len(j.header))
	for i, h := range j.header {
		row[i] = r.cells[h]
	}
	return row, r.line, nil
}

func (*jsonRows) damaged() int { return 0 }
