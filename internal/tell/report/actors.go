package report

import (
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// A ListedActor is one actor of a list.
type ListedActor struct {
	ID      resolve.ActorID `json:"id"`
	Name    string          `json:"name"`
	Country string          `json:"country"` // ISO 3166-1 alpha-2, empty where nobody attributes it
	Names   []string        `json:"names"`   // distinct spellings besides Name
	Refs    []string        `json:"refs"`    // catalogue entries
}

// Actors is the document of the actors of a directory, of one state where
// country names one. A country that is none is an error.
func Actors(d *resolve.Directory, country string) (Document, error) {
	actors := d.Actors()
	if country != "" {
		code, ok := evidence.ParseCountry(country)
		if !ok {
			return Document{}, fmt.Errorf("%q is no state; give a code such as CN, or a name", country)
		}
		actors = d.ByCountry(code)
	}
	t := Table{ID: "actors", Empty: "No actor.", Columns: []Column{
		{ID: "name", Title: "actor"}, {ID: "country", Title: "state"}, {ID: "names", Title: "names", Kind: Integer},
		{ID: "aliases", Title: "also called"}, {ID: "id", Title: "id", Machine: true},
	}}
	result := []ListedActor{}
	for _, a := range actors {
		l := ListedActor{ID: a.ID, Name: a.Name, Country: a.Country, Names: spellings(a), Refs: a.Refs}
		result = append(result, l)
		t.Rows = append(t.Rows, Row{ID: string(a.ID), Cells: []Cell{
			words(a.Name), words(a.Country), {Text: fmt.Sprint(len(l.Names)), Value: len(l.Names)}, words(ellipsis(l.Names, 5)), words(string(a.ID)),
		}})
	}
	return oneTable("actors", fmt.Sprintf("Actors (%d)", len(actors)), result, &t), nil
}

// Actor is the document of one actor: its names and who coined them, its state,
// its conflicts. A name of nobody, or of several actors, is an error.
func Actor(d *resolve.Directory, name string) (Document, error) {
	e, err := d.Why(name)
	if err != nil {
		return Document{}, err
	}
	if e.Actor == nil {
		return Document{}, fmt.Errorf("%q means no single actor: %s", name, e)
	}
	names := Table{ID: "names", Columns: []Column{
		{ID: "name", Title: "name"}, {ID: "coiner", Title: "coined by, or cited from"}, {ID: "dataset", Title: "said by data set"},
		{ID: "ref", Title: "entry"}, {ID: "status", Title: "status"}, {ID: "record", Title: "record", Machine: true},
	}}
	for _, c := range e.Actor.Names {
		names.Rows = append(names.Rows, Row{Cells: []Cell{
			words(c.Name), words(c.Coiner), words(c.Dataset), words(c.Ref), words(string(c.Status)), words(string(c.Record)),
		}})
	}
	states := Table{ID: "states", Empty: "No source attributes it to a state.", Columns: []Column{
		{ID: "country", Title: "state"}, {ID: "basis", Title: "basis"}, {ID: "dataset", Title: "said by data set"},
		{ID: "records", Title: "records", Kind: Integer}, {ID: "status", Title: "status"},
	}}
	for _, at := range e.Actor.Countries {
		states.Rows = append(states.Rows, Row{Cells: []Cell{
			{Text: evidence.CountryName(at.Country), Value: at.Country}, words(at.Basis), words(at.Dataset),
			{Text: fmt.Sprint(len(at.Records)), Value: len(at.Records)}, words(string(at.Status)),
		}})
	}
	title := e.Actor.Name
	if e.Actor.Country != "" {
		title += " (" + evidence.CountryName(e.Actor.Country) + ")"
	}
	return Document{ID: "actor", Title: title, Main: "names", Result: e, Sections: []Section{
		{ID: "why", Title: "Why these names are one actor", Blocks: sentences(e.Sentences)},
		{ID: "names", Title: "Names", Blocks: []Block{&names}},
		{ID: "states", Title: "State", Blocks: []Block{&states}},
		{ID: "conflicts", Title: "Conflicts", Blocks: []Block{conflictTable(e.Conflicts)}},
	}}, nil
}

// WhyName is the document that explains whom a name means.
func WhyName(d *resolve.Directory, name string) (Document, error) {
	e, err := d.Why(name)
	if err != nil {
		return Document{}, err
	}
	return Document{ID: "why", Title: name, Main: "conflicts", Result: e, Sections: []Section{
		{ID: "why", Blocks: sentences(e.Sentences)},
		{ID: "conflicts", Title: "Conflicts", Blocks: []Block{conflictTable(e.Conflicts)}},
	}}, nil
}

// Conflicts is the document of the names and attributions the sources do not
// agree on.
func Conflicts(d *resolve.Directory) Document {
	cs := d.Conflicts()
	return oneTable("conflicts", fmt.Sprintf("Conflicts (%d)", len(cs)), cs, conflictTable(cs))
}

func conflictTable(cs []resolve.Conflict) *Table {
	t := Table{ID: "conflicts", Empty: "No conflict.", Columns: []Column{
		{ID: "name", Title: "name"}, {ID: "kind", Title: "kind"}, {ID: "actors", Title: "actors"}, {ID: "why", Title: "why"},
	}}
	for _, c := range cs {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(c.Name), words(c.Kind), words(ellipsis(c.Actors, 6)), words(c.Why)}})
	}
	return &t
}

// oneTable is a result that is one table.
func oneTable(id, title string, result any, t *Table) Document {
	return Document{ID: id, Title: title, Main: t.ID, Result: result, Sections: []Section{{ID: id, Blocks: []Block{t}}}}
}

func sentences(s []string) []Block {
	var out []Block
	for i, text := range s {
		out = append(out, Paragraph{Text: text, Lead: i == 0})
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
