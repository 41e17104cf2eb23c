package report

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// sightingColumns are the columns of a table of sightings, with what stands in
// them.
var sightingColumns = []struct {
	document.Column
	cell func(*landscape.Sighting) document.Cell
}{
	{document.Column{ID: "time", Title: "time", Kind: document.Date}, func(s *landscape.Sighting) document.Cell {
		return document.Cell{Text: s.Time.Format("2006-01-02 15:04:05"), Value: s.Time.Format("2006-01-02T15:04:05.999999999Z07:00")}
	}},
	{document.Column{ID: "host", Title: "host"}, func(s *landscape.Sighting) document.Cell {
		if s.Private && s.Sensor != "" {
			return document.Cell{Text: s.Host + " at " + s.Sensor, Value: s.Host}
		}
		return document.Cell{Text: cmp.Or(s.Host, "none"), Value: s.Host}
	}},
	machine("sensor", func(s *landscape.Sighting) string { return s.Sensor }),
	words("organisation", func(s *landscape.Sighting) string { return s.Organisation }),
	machine("sector", func(s *landscape.Sighting) string { return s.Sector }),
	machine("country", func(s *landscape.Sighting) string { return s.Country }),
	machine("role", func(s *landscape.Sighting) string { return string(s.Role) }),
	words("direction", func(s *landscape.Sighting) string { return s.Direction }),
	words("outcome", func(s *landscape.Sighting) string { return s.Outcome }),
	machine("in_answers", func(s *landscape.Sighting) string { return fmt.Sprint(s.Answer) }),
	machine("counted", func(s *landscape.Sighting) string { return fmt.Sprint(s.Counted) }),
	words("group", func(s *landscape.Sighting) string { return s.Group }),
	machine("state", func(s *landscape.Sighting) string { return s.State }),
	machine("class", func(s *landscape.Sighting) string { return string(s.Class) }),
	words("indicators", func(s *landscape.Sighting) string { return strings.Join(s.Indicators, " ") }),
	machine("known", func(s *landscape.Sighting) string { return fmt.Sprint(s.Known) }),
	{document.Column{ID: "confidence", Kind: document.Integer, Machine: true}, func(s *landscape.Sighting) document.Cell {
		if v, ok := s.Confidence.Value(); ok {
			return document.Count(v)
		}
		return document.Cell{}
	}},
	machine("marking", func(s *landscape.Sighting) string { return string(s.Marking) }),
	machine("log", func(s *landscape.Sighting) string { return s.Log }),
	{document.Column{ID: "line", Title: "log and line"}, func(s *landscape.Sighting) document.Cell {
		name := cmp.Or(s.Log[strings.LastIndexAny(s.Log, `/\\`)+1:], "not known") // CSV and JSON have the whole path
		if s.Line == 0 {
			return document.Cell{Text: name, Value: ""}
		}
		return document.Cell{Text: fmt.Sprintf("%s:%d", name, s.Line), Value: int(s.Line)}
	}},
	machine("connection", func(s *landscape.Sighting) string { return s.Connection }),
	machine("entry", func(s *landscape.Sighting) string { return s.Entry }),
}

type sightingColumn = struct {
	document.Column
	cell func(*landscape.Sighting) document.Cell
}

func words(id string, of func(*landscape.Sighting) string) sightingColumn {
	return sightingColumn{document.Column{ID: id, Title: id}, func(s *landscape.Sighting) document.Cell { return document.Words(of(s)) }}
}

func machine(id string, of func(*landscape.Sighting) string) sightingColumn {
	c := words(id, of)
	c.Machine = true
	return c
}

func columnsOfSightings() []document.Column {
	out := make([]document.Column, len(sightingColumns))
	for i, c := range sightingColumns {
		out[i] = c.Column
	}
	return out
}

func cellsOf(s *landscape.Sighting) []document.Cell {
	out := make([]document.Cell, len(sightingColumns))
	for i, c := range sightingColumns {
		out[i] = c.cell(s)
	}
	return out
}

// SightingsCSV writes sightings as they come, as CSV of [Sightings] does.
func SightingsCSV(w io.Writer, rows iter.Seq2[*landscape.Sighting, error]) error {
	out, err := document.NewRows(w, columnsOfSightings())
	if err != nil {
		return err
	}
	for s, err := range rows {
		if err == nil {
			err = out.Write(cellsOf(s))
		}
		if err != nil {
			return err
		}
	}
	return out.Flush()
}

// Sightings is the document of a listing.
func Sightings(l *landscape.Listing) document.Document {
	d := document.Document{ID: "sightings", Title: "Log entries that show attributed indicators", Marking: cmp.Or(l.Marking, evidence.Clear), Main: "sightings", Result: l}
	if l.Synthetic {
		d.Label, d.Title = "synthetic", "SYNTHETIC: log entries that show attributed indicators"
	}
	field := func(id, name, value string) {
		if value != "" {
			d.Setup = append(d.Setup, document.Field{ID: id, Name: name, Value: value})
		}
	}
	field("tool", "Made by", fmt.Sprintf("%s %s", cmp.Or(l.Tool.Name, "cahoots"), cmp.Or(l.Tool.Version, "(version unknown)")))
	field("period", "Period", dates(l.Period))
	if l.Only != nil {
		field("only", "Only", only(l.Only))
	}
	field("incident", "Incident", l.Asked.Incident)
	field("direction", "Direction", l.Asked.Direction)
	field("outcome", "Outcome", l.Asked.Outcome)
	if l.Rules.Window != "" && l.Rules.Window != "stated" {
		field("window", "Validity", l.Rules.Window)
	}
	lead := "No such entry."
	if l.Events > 0 {
		lead = fmt.Sprintf("%s on %s.", document.Plural(int(l.Events), "entry", "entries"), document.Plural(l.Systems, "system", "systems"))
	}
	blocks := []document.Block{document.Paragraph{Text: lead, Lead: true}}
	if len(l.Warnings) > 0 {
		var list document.List
		for _, w := range l.Warnings {
			list.Items = append(list.Items, document.Item{Text: w})
		}
		blocks = append(blocks, list)
	}
	t := &document.Table{ID: "sightings", Columns: columnsOfSightings(), Empty: "None."}
	for i := range t.Columns { // what the head says of all of them
		c := &t.Columns[i]
		c.Machine = c.Machine || l.Only != nil && (c.ID == "group" && l.Only.Group != "" || c.ID == "organisation" && l.Only.Organisation != "")
	}
	for i := range l.Sightings {
		t.Rows = append(t.Rows, document.Row{Fold: after(i, foldLandscape), Cells: cellsOf(&l.Sightings[i])})
	}
	t.FoldNote = foldedRows(len(t.Rows))
	sightings := []document.Block{t}
	if l.Next != "" {
		sightings = append(sightings, document.Paragraph{Text: fmt.Sprintf("This is not the end: go on with --after %s, have more at once with --limit, or all with --format csv.", l.Next)})
	}
	d.Sections = []document.Section{{ID: "answer", Title: "In short", Blocks: blocks}, {ID: "sightings", Title: "Entries", Folded: len(t.Rows) == 0, Blocks: sightings}}
	return d
}
