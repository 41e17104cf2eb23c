package report

import (
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// A listedActor is one actor of a list.
type listedActor struct {
	ID      resolve.ActorID `json:"id"`
	Name    string          `json:"name"`
	Country string          `json:"country"` // ISO 3166-1 alpha-2, empty where nobody attributes it
	Kind    resolve.Kind    `json:"kind"`
	Names   []string        `json:"names"` // distinct spellings besides Name
	Refs    []string        `json:"refs"`  // catalogue entries
}

// Actors is the document of the actors of a directory, of one state where
// country names one. A country that is none is an error.
func Actors(d *resolve.Directory, country string) (document.Document, error) {
	actors := d.Actors()
	if country != "" {
		code, ok := evidence.ParseCountry(country)
		if !ok {
			return document.Document{}, fmt.Errorf("%q is no state; give a code such as CN, or a name", country)
		}
		actors = d.ByCountry(code)
	}
	t := document.Table{ID: "actors", Empty: "No actor.", Columns: []document.Column{
		{ID: "name", Title: "actor"}, {ID: "country", Title: "state"}, {ID: "kind", Title: "kind"}, {ID: "names", Title: "names", Kind: document.Integer},
		{ID: "aliases", Title: "also called"}, {ID: "id", Title: "id", Machine: true},
	}}
	result := []listedActor{}
	for _, a := range actors {
		l := listedActor{ID: a.ID, Name: a.Name, Country: a.Country, Kind: a.Kind, Names: spellings(a), Refs: a.Refs}
		result = append(result, l)
		t.Rows = append(t.Rows, document.Row{ID: string(a.ID), Cells: []document.Cell{
			document.Words(a.Name), document.Words(a.Country), document.Words(string(a.Kind)), {Text: fmt.Sprint(len(l.Names)), Value: len(l.Names)}, document.Words(ellipsis(l.Names, 5)), document.Words(string(a.ID)),
		}})
	}
	return oneTable("actors", fmt.Sprintf("Actors (%d)", len(actors)), result, &t), nil
}

// Actor is the document of one actor: its names and who coined them, its state,
// its conflicts. A name of nobody, or of several actors, is an error.
func Actor(d *resolve.Directory, name string) (document.Document, error) {
	e, err := d.Why(name)
	if err != nil {
		return document.Document{}, err
	}
	if e.Actor == nil {
		return document.Document{}, fmt.Errorf("%q means no single actor: %s", name, e)
	}
	names := document.Table{ID: "names", Columns: []document.Column{
		{ID: "name", Title: "name"}, {ID: "coiner", Title: "coined by, or cited from"}, {ID: "dataset", Title: "said by data set"},
		{ID: "ref", Title: "entry"}, {ID: "status", Title: "status"}, {ID: "record", Title: "record", Machine: true},
	}}
	for _, c := range e.Actor.Names {
		names.Rows = append(names.Rows, document.Row{Cells: []document.Cell{
			document.Words(c.Name), document.Words(c.Coiner), document.Words(c.Dataset), document.Words(c.Ref), document.Words(string(c.Status)), document.Words(string(c.Record)),
		}})
	}
	states := document.Table{ID: "states", Empty: "No source attributes it to a state.", Columns: []document.Column{
		{ID: "country", Title: "state"}, {ID: "basis", Title: "basis"}, {ID: "dataset", Title: "said by data set"},
		{ID: "records", Title: "records", Kind: document.Integer}, {ID: "status", Title: "status"},
	}}
	for _, at := range e.Actor.Countries {
		states.Rows = append(states.Rows, document.Row{Cells: []document.Cell{
			{Text: evidence.CountryName(at.Country), Value: at.Country}, document.Words(at.Basis), document.Words(at.Dataset),
			{Text: fmt.Sprint(len(at.Records)), Value: len(at.Records)}, document.Words(string(at.Status)),
		}})
	}
	title := e.Actor.Name
	if e.Actor.Country != "" {
		title += " (" + evidence.CountryName(e.Actor.Country) + ")"
	}
	return document.Document{ID: "actor", Title: title, Main: "names", Result: e, Sections: []document.Section{
		{ID: "why", Title: "Why these names are one actor", Blocks: sentences(e.Sentences)},
		{ID: "names", Title: "Names", Blocks: []document.Block{&names}},
		{ID: "states", Title: "State", Blocks: []document.Block{&states}},
		{ID: "possibly", Title: "Possibly the same", Blocks: []document.Block{possiblyTable(d, e.Actor.ID)}},
		{ID: "conflicts", Title: "Conflicts", Blocks: []document.Block{conflictTable(e.Conflicts)}},
	}}, nil
}

// WhyName is the document that explains whom a name means.
func WhyName(d *resolve.Directory, name string) (document.Document, error) {
	e, err := d.Why(name)
	if err != nil {
		return document.Document{}, err
	}
	return document.Document{ID: "why", Title: name, Main: "conflicts", Result: e, Sections: []document.Section{
		{ID: "why", Blocks: sentences(e.Sentences)},
		{ID: "conflicts", Title: "Conflicts", Blocks: []document.Block{conflictTable(e.Conflicts)}},
	}}, nil
}

// Conflicts is the document of the names and attributions the sources do not
// agree on.
func Conflicts(d *resolve.Directory) document.Document {
	cs := d.Conflicts()
	return oneTable("conflicts", fmt.Sprintf("Conflicts (%d)", len(cs)), cs, conflictTable(cs))
}

func conflictTable(cs []resolve.Conflict) *document.Table {
	t := document.Table{ID: "conflicts", Empty: "No conflict.", Columns: []document.Column{
		{ID: "name", Title: "name"}, {ID: "kind", Title: "kind"}, {ID: "actors", Title: "actors"}, {ID: "why", Title: "why"},
	}}
	for _, c := range cs {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.Words(c.Name), document.Words(c.Kind), document.Words(ellipsis(c.Actors, 6)), document.Words(c.Why)}})
	}
	return &t
}

// oneTable is a result that is one table.
func oneTable(id, title string, result any, t *document.Table) document.Document {
	return document.Document{ID: id, Title: title, Main: t.ID, Result: result, Sections: []document.Section{{ID: id, Blocks: []document.Block{t}}}}
}

func sentences(s []string) []document.Block {
	var out []document.Block
	for i, text := range s {
		out = append(out, document.Paragraph{Text: text, Lead: i == 0})
	}
	return out
}

// spellings are the distinct names of an actor besides the one shown.
func spellings(a resolve.Actor) []string {
	seen := map[string]bool{resolve.Fold(a.Name): true}
	out := []string{}
	for _, c := range a.Names {
		if f := resolve.Fold(c.Name); !seen[f] {
			seen[f] = true
			out = append(out, c.Name)
		}
	}
	return out
}

// ellipsis joins at most n of the strings and counts the rest.
func ellipsis(s []string, n int) string {
	if len(s) <= n {
		return strings.Join(s, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(s[:n], ", "), len(s)-n)
}
