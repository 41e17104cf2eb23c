package incident

import (
	"bytes"
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
func newJSON(r io.Reader, l layout, in source.Info, opt source.Options) (table, error) {
	data, err := whole(r, opt.MaxBytes, "JSON table")
	if err != nil {
		return table{}, err
	}
	lists := jsonLists
	if l.List != "" {
		lists = []string{l.List}
	}
	rows := &jsonRows{file: in.Name}
	names := map[string]bool{}
	sc := jsonscan.New(bytes.NewReader(data), opt.Limits(), lists...)
	for sc.Scan() {
		e := sc.Element()
		row := jsonRow{line: e.Line, cells: map[string]cell{}}
		var members map[string]any
		d := json.NewDecoder(bytes.NewReader(e.Raw))
		d.UseNumber()
		switch err := d.Decode(&members); {
		case e.Err != nil:
			row.bad = e.Err.Error()
		case err != nil || members == nil:
			row.bad = "is not a JSON object that can be read as a row"
		}
		flatten(row.cells, "", members)
		for n := range row.cells {
			names[n] = true
		}
		rows.rows = append(rows.rows, row)
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
