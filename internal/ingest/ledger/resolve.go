package ledger

import (
	"fmt"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// resolve checks, after everything is read, that names and source ids lead
// somewhere, and removes the entries that do not.
func (d *decoder) resolve(c *Case) {
	d.unique(c)
	idx := c.index()
	for _, clash := range idx.clashes {
		d.at(clash.line, clash.name, "actors", clash.why)
	}
	known := map[string]bool{}
	ids := make([]string, 0, len(c.Sources))
	for _, s := range c.Sources {
		known[s.ID] = true
		ids = append(ids, s.ID)
	}
	cited := func(line int, object, path, id string) bool {
		if id == "" || known[id] {
			return true
		}
		if d.broken[id] {
			d.at(line, object, path, fmt.Sprintf("source %q has errors of its own; mend it first", id))
			return false
		}
		d.at(line, object, path, fmt.Sprintf("source %q is not among the sources; %s", id, limited(suggest(id, ids))))
		return false
	}
	named := func(line int, object, path, name string) bool {
		_, err := idx.find(name)
		if err != nil && d.broken[fold(name)] {
			err = fmt.Errorf("actor %q has errors of its own; mend it first", name)
		}
		if err != nil {
			d.at(line, object, path, err.Error())
		}
		return err == nil
	}
	c.Actors = keep(c.Actors, func(a Actor) bool {
		ok := cited(a.Line, a.Name, "actors/source", a.Source)
		for _, al := range a.Aliases {
			ok = cited(al.Line, a.Name, "actors/aliases/"+al.Name, al.Source) && ok
			if al.Source == "" && a.Source == "" {
				d.at(al.Line, a.Name, "actors/aliases/"+al.Name, "no citation: give source: who uses this name, and where")
				ok = false
			}
		}
		d.broken[fold(a.Name)] = !ok
		return ok
	})
	idx = c.index()
	c.Evidence = keep(c.Evidence, func(it Item) bool {
		ok := cited(it.Line, it.ID, "evidence/source", it.Source)
		for _, n := range it.Actors {
			ok = named(it.Line, it.ID, "evidence/actor", n) && ok
		}
		for _, n := range it.With {
			ok = named(it.Line, it.ID, "evidence/with", n) && ok
		}
		return ok
	})
	c.Agreements = keep(c.Agreements, func(a agreement) bool { return cited(a.Line, a.ID, "agreements/source", a.Source) })
	c.Controls = keep(c.Controls, func(k Control) bool {
		a, b := named(k.Line, k.ID, "controls/a", k.A), named(k.Line, k.ID, "controls/b", k.B)
		return a && b
	})
	asked := func(n string) bool { return named(c.Question.Line, "", "question", n) }
	c.Question.A, c.Question.B = keep(c.Question.A, asked), keep(c.Question.B, asked)
}

// unique reports ids used twice; the second one is left out.
func (d *decoder) unique(c *Case) {
	seen := map[string]int{}
	first := func(kind, id string, line int) bool {
		if at, dup := seen[kind+id]; dup {
			d.at(line, id, kind+"/id", fmt.Sprintf("id %q was used on line %d; give this one another", id, at))
			return false
		}
		seen[kind+id] = line
		return true
	}
	c.Evidence = keep(c.Evidence, func(it Item) bool { return first("evidence", it.ID, it.Line) })
	c.Agreements = keep(c.Agreements, func(a agreement) bool { return first("evidence", a.ID, a.Line) })
	c.Controls = keep(c.Controls, func(k Control) bool { return first("controls", k.ID, k.Line) })
	c.Actors = keep(c.Actors, func(a Actor) bool { return first("actors", slug(a.Name), a.Line) })
}

func (d *decoder) at(line int, object, path, why string) {
	if len(d.errs) >= maxErrors {
		d.more++
		return
	}
	d.errs = append(d.errs, &source.RecordError{File: d.file, Line: line, Object: object, Path: path, Why: why})
}

func keep[T any](s []T, ok func(T) bool) []T {
	var out []T
	for _, v := range s {
		if ok(v) {
			out = append(out, v)
		}
	}
	return out
}
