package export

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// writeCrosswalk writes a table of actors as CSV: a row for each name that a
// catalogue gives one and for each id that it has there, who coined it, who says
// so, and why the entry stands with the others. Who is who is told by what may
// leave alone.
func writeCrosswalk(w io.Writer, c Content, _ Options) error {
	directory, err := resolve.Resolve(c.Records, resolve.Policy{})
	if err != nil {
		return err
	}
	cited := map[evidence.ID]*evidence.Record{}
	for i := range c.Records {
		cited[c.Records[i].ID] = &c.Records[i]
	}
	t := document.Table{ID: "crosswalk"}
	for _, id := range []string{"actor_id", "actor", "country", "kind", "value", "coiner", "dataset", "ref", "status", "publisher", "locator", "marking", "record", "why"} {
		t.Columns = append(t.Columns, document.Column{ID: id, Title: id})
	}
	actors := directory.Actors()
	slices.SortFunc(actors, func(a, b resolve.Actor) int { return cmp.Compare(a.ID, b.ID) })
	for _, a := range actors {
		why := reasons(a)
		row := func(kind, value, coiner, dataset, ref, status string, r *evidence.Record) {
			cells := []string{string(a.ID), a.Name, a.Country, kind, value, coiner, dataset, ref, status, "", "", "", "", why[ref]}
			if r != nil {
				cells[9], cells[10], cells[11], cells[12] = r.Citation.Publisher, r.Citation.Locator, string(r.Marking), string(r.ID)
			}
			var line document.Row
			for _, s := range cells {
				line.Cells = append(line.Cells, document.Cell{Text: s})
			}
			t.Rows = append(t.Rows, line)
		}
		for _, n := range a.Names {
			row("name", n.Name, n.Coiner, n.Dataset, n.Ref, string(n.Status), cited[n.Record])
		}
		for _, ref := range a.Refs {
			catalogue, id, _ := strings.Cut(ref, ":")
			row("id", id, "", catalogue, ref, "", nil)
		}
	}
	return report.Write(w, document.Document{ID: "crosswalk", Main: t.ID, Sections: []document.Section{{ID: t.ID, Blocks: []document.Block{&t}}}}, "csv", document.Options{})
}

// reasons are why each entry of an actor stands with the others.
func reasons(a resolve.Actor) map[string]string {
	why := map[string]string{}
	for _, m := range a.Merges {
		for _, ref := range []string{m.A, m.B} {
			if why[ref] != "" {
				why[ref] += " "
			}
			why[ref] += m.Why
		}
	}
	return why
}
