package incident

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// A row is one line of the table, read through the map.
type row struct {
	cells []cell
	line  int
	place map[string]int
	m     *Map
	trust map[string]bool // nil: every column
}

// cell returns the value of a column; the empty cell where it is missing, not
// trusted or says that there is no value.
func (r row) cell(c named) cell {
	i, ok := r.place[fold(c.Name)]
	if !ok || i >= len(r.cells) || r.trust != nil && !r.trust[fold(c.Name)] || r.m.isMissing(r.cells[i].Text) {
		return cell{}
	}
	return r.cells[i]
}

func (r row) text(f *field) string {
	if f == nil {
		return ""
	}
	if f.Constant != "" {
		return f.Constant
	}
	var parts []string
	for _, c := range f.columns() {
		if t := f.translate(r.cell(c).Text); t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, "; ")
}

// incident turns a row into one record per initiator.
func (r *reader) incident(w row) ([]evidence.Record, *source.RecordError) {
	slip, bad := r.slipped(&w)
	if bad != nil {
		return nil, bad
	}
	id, bad := r.identify(w)
	if bad != nil {
		return nil, bad
	}
	base := r.base(w, id)
	base.Class, base.Event = evidence.Incident, r.m.Dataset+":"+id
	if slip != "" {
		base.Note = joinNotes(base.Note, slip)
	}
	r.objective(&base, w)
	names, states := r.names(w), r.states(r.m.Fields.InitiatorCountry, &base, w)
	base.Targets = r.targets(&base, states, w)
	if base.Citation.Title == "" && len(base.Targets) == 0 && len(distinct(names)) == 0 && len(distinct(states)) == 0 && base.Activity.IsZero() && base.Detected.IsZero() && base.Disclosed.IsZero() {
		r.skip("row that says nothing beside its identifier")
		return nil, nil
	}
	return r.initiators(base, names, states, w), nil
}

// base is what all records of a row share.
func (r *reader) base(w row, id string) evidence.Record {
	base := evidence.Record{
		Citation: evidence.Citation{
			Publisher: r.m.Publisher, PublisherCountry: r.m.PublisherCountry, Title: w.text(r.m.Fields.Title),
		},
		Note:   w.text(r.m.Fields.Note),
		Origin: evidence.Origin{Dataset: r.m.Dataset, Object: id, Version: r.m.Version, File: r.file, Line: w.line},
		Extra:  map[string]json.RawMessage{},
	}
	r.date(&base, w)
	r.cite(&base, w)
	r.grade(&base, w)
	for _, c := range r.m.Keep {
		if t := w.cell(c).Text; t != "" {
			base.Extra[c.Name] = quoted(t)
		}
	}
	return base
}

func (r *reader) count(recs []evidence.Record) {
	if r.m.Kind == kindActors || len(recs) == 0 {
		return
	}
	r.tally.incidents++
	if when, _ := recs[0].When(); !when.IsZero() {
		r.tally.dated++
	}
	if len(recs) == 1 && recs[0].Subject.IsZero() {
		r.tally.nameless++
	}
}

// slipped looks for values that their columns cannot hold, which show that the
// cells of the row have moved: then no column of the rule holds what it should. A
// value that one column cannot hold beside another that holds its own is a word
// that the map does not know. A row that has slipped keeps only its trusted
// columns, and says so; without any it is rejected.
func (r *reader) slipped(w *row) (note string, bad *source.RecordError) {
	s := r.m.Slipped
	if s == nil {
		return "", nil
	}
	var moved, inPlace []string
	for _, column := range sortedKeys(s.Allowed) {
		switch value := w.cell(named{Name: column}).Text; {
		case value == "":
		case allowed(value, s.Allowed[column]):
			inPlace = append(inPlace, column)
		default:
			moved = append(moved, column)
		}
	}
	if len(moved) == 0 {
		return "", nil
	}
	column := moved[0]
	value := w.cell(named{Name: column}).Text
	if len(inPlace) > 0 {
		r.tally.fault(column, "values that the map does not know, in rows whose other cells stand in their places", w.line, value)
		return "", nil
	}
	why := fmt.Sprintf("cells have moved to other columns: %s holds %.60q", column, value)
	if len(s.Trust) == 0 {
		return "", &source.RecordError{File: r.file, Line: w.line, Path: column, Why: why}
	}
	w.trust = map[string]bool{}
	for _, c := range s.Trust {
		w.trust[fold(c.Name)] = true
	}
	r.tally.fault("", "damaged rows, whose cells have moved to other columns, kept with the columns before the damage only", w.line, "")
	return why + "; only the columns before the damage were read", nil
}

// allowed reports whether every comma-separated part of value is in the list.
func allowed(value string, list []string) bool {
	for part := range strings.SplitSeq(value, ",") {
		if !slices.ContainsFunc(list, func(a string) bool { return strings.EqualFold(strings.TrimSpace(part), a) }) {
			return false
		}
	}
	return true
}

// identify finds the incident's id. A second row with the same one is rejected
// unless the map says that several rows make an incident.
func (r *reader) identify(w row) (string, *source.RecordError) {
	id := r.m.ID
	var key, column string
	switch {
	case len(r.m.GroupBy) == 1:
		column = r.m.GroupBy[0].Name
	case len(r.m.GroupBy) > 1:
		id.Digest = r.m.GroupBy
	default:
		column = id.Column.Name
	}
	switch {
	case column != "":
		if key = plainNumber(strings.TrimSpace(w.cell(named{Name: column}).Text)); key == "" {
			return "", &source.RecordError{File: r.file, Line: w.line, Path: column, Why: "the incident has no identifier"}
		}
	case len(id.Digest) > 0:
		var parts []string
		for _, c := range id.Digest {
			parts = append(parts, w.cell(c).Text)
		}
		sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
		key = hex.EncodeToString(sum[:6])
	default:
		key = fmt.Sprint(r.number)
	}
	if first, twice := r.seen[key]; twice && len(r.m.GroupBy) == 0 {
		return "", &source.RecordError{File: r.file, Line: w.line, Object: r.m.Dataset + ":" + key, Path: column,
			Why: fmt.Sprintf("the same identifier as line %d; where several rows make one incident, say group_by in the map", first)}
	}
	r.seen[key] = w.line
	return key, nil
}

// plainNumber is a number without the fraction that data frames give to whole
// numbers of a column in which some are missing: 8.0 is 8 in the table beside it.
func plainNumber(s string) string {
	if whole, ok := strings.CutSuffix(s, ".0"); ok && whole != "" && strings.Trim(whole, "0123456789") == "" {
		return whole
	}
	return s
}

func (r *reader) date(rec *evidence.Record, w row) {
	for i := range r.m.Dates {
		d := &r.m.Dates[i]
		into := d.field(rec)
		if !into.IsZero() {
			continue // an earlier column of the map has dated it
		}
		start, heaped := r.oneDate(d, d.Column, w)
		end, _ := r.oneDate(d, d.End, w)
		iv, ok := join(start, end)
		if !ok {
			r.tally.fault(d.End.Name, "values precede "+d.Column.Name+" or stand without one and were left out", w.line, "")
		}
		if heaped {
			r.tally.heaped(rec.Origin.Object+d.Column.Name, start)
		}
		*into = iv
		r.tally.until(iv)
	}
}

func (r *reader) oneDate(d *date, c named, w row) (iv evidence.Interval, heaped bool) {
	v := w.cell(c)
	if c.Name == "" || v.Text == "" {
		return evidence.Interval{}, false
	}
	iv, heaped, err := d.parse(v)
	r.tally.dates(c, err)
	if err != nil {
		r.tally.fault(c.Name, "values are no dates of the map's layouts ("+strings.Join(d.Layouts, ", ")+")", w.line, strings.TrimSpace(v.Text))
	}
	return iv, heaped
}

// cite takes the first source as the locator and keeps the others. Where each
// row names its own publisher, the data set is where it was read.
func (r *reader) cite(rec *evidence.Record, w row) {
	fs := r.m.Fields
	if p := w.text(fs.Publisher); p != "" {
		rec.Citation.Publisher, rec.Citation.Via = p, r.m.Publisher
		rec.Citation.PublisherCountry = ""
		if seat := r.states(fs.PublisherCountry, rec, w); len(seat) > 0 {
			rec.Citation.PublisherCountry = seat[0]
		}
	}
	if fs.Sources == nil {
		return
	}
	urls := distinct(r.flat(fs.Sources, w))
	if len(urls) > 0 {
		rec.Citation.Locator = urls[0]
	}
	if len(urls) > 1 {
		b, _ := json.Marshal(urls) // strings always encode
		rec.Extra["sources"] = b
	}
}

func quoted(s string) json.RawMessage {
	b, _ := json.Marshal(s) // strings always encode
	return b
}

func joinNotes(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
