package ledger

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/cahoots-project/cahoots/evidence"
	"github.com/cahoots-project/cahoots/source"
)

var (
	technique = regexp.MustCompile(`^T\d{4}(\.\d{3})?$`)
	cve       = regexp.MustCompile(`^CVE-\d{4}-\d{4,}$`)
)

// requireItem reports what the class of an item needs and the item lacks.
func (d *decoder) requireItem(n ast.Node, path string, it *Item) {
	if it.ID == "" {
		d.fail(n, path, "evidence needs an id, so that a report can point at it")
	}
	if it.Class == "" {
		d.fail(n, path, "evidence needs a class, such as uses-software; docs/case-files.md lists them")
		return
	}
	if it.Source == "" && it.Locator == "" {
		d.fail(n, path, "no citation: give source: and an id of the sources")
	}
	wanted := needs[it.Class]
	check := func(bit need, ok bool, why string, args ...any) {
		if wanted&bit != 0 && !ok {
			d.fail(n, path, why, args...)
		}
	}
	check(needActor, len(it.Actors) > 0, "class %s needs an actor", it.Class)
	check(needWith, len(it.With) > 0, "class %s speaks of two actors; name the second with with:", it.Class)
	check(needValue, it.Value != "", "class %s needs a value: what is said", it.Class)
	check(needTargets, len(it.Targets) > 0, "class %s needs targets", it.Class)
	check(needTechnique, technique.MatchString(it.Ref), "class %s needs ref: an ATT&CK technique such as T1566.001", it.Class)
	check(needCVE, cve.MatchString(it.Value), "class %s needs a value such as CVE-2017-0005", it.Class)
	check(needBasis, it.Basis != "", "class %s can carry the upper rungs; say basis: observed (seen in systems, logs or code), assessed or reported", it.Class)
}

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
	c.Agreements = keep(c.Agreements, func(a Agreement) bool { return cited(a.Line, a.ID, "agreements/source", a.Source) })
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
	c.Agreements = keep(c.Agreements, func(a Agreement) bool { return first("evidence", a.ID, a.Line) })
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

// limited cuts the list of all known words that suggest falls back on.
func limited(s string) string {
	if len(s) > 200 {
		return s[:strings.LastIndex(s[:200], ",")] + ", ..."
	}
	return s
}

// An index finds the actor that a name of the case means.
type index struct {
	dataset string
	byName  map[string]*Actor
	clashes []clash
	names   []string
}

type clash struct {
	line      int
	name, why string
}

// index maps names, then undisputed aliases, to actors. A name that two actors
// claim is a clash and finds neither.
func (c *Case) index() *index {
	idx := &index{dataset: c.Dataset(), byName: map[string]*Actor{}}
	for i := range c.Actors {
		a := &c.Actors[i]
		idx.byName[fold(a.Name)] = a
		idx.names = append(idx.names, a.Name)
	}
	for i := range c.Actors {
		a := &c.Actors[i]
		for _, al := range a.Aliases {
			if al.Status == evidence.Contested || al.Status == evidence.Denied {
				continue
			}
			if o, taken := idx.byName[fold(al.Name)]; taken && o != a {
				idx.clashes = append(idx.clashes, clash{al.Line, a.Name, fmt.Sprintf(
					"%q is also a name of %q; mark the alias status: contested, or drop it", al.Name, o.Name)})
				continue
			}
			idx.byName[fold(al.Name)] = a
			idx.names = append(idx.names, al.Name)
		}
	}
	return idx
}

// find returns what a name stands for: an actor of the case, or a state.
func (x *index) find(name string) (evidence.Actor, error) {
	if a, ok := x.byName[fold(name)]; ok {
		return evidence.Actor{Name: name, Ref: x.dataset + ":" + slug(a.Name), Country: a.Country}, nil
	}
	if code, ok := evidence.ParseCountry(name); ok {
		return evidence.Actor{Country: code}, nil
	}
	return evidence.Actor{}, fmt.Errorf("actor %q is neither among the actors (by name or undisputed alias) nor a country; %s",
		name, limited(suggest(name, x.names)))
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// slug makes the handle of an actor from its name.
func slug(s string) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x80:
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(r)
		default:
			dash = true
		}
	}
	return b.String()
}
