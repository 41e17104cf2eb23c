package ledger

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// document reads the top level and returns the line of its first key.
func (d *decoder) document(n ast.Node, c *Case) int {
	return d.mapping(n, "",
		field{"case", func(n ast.Node, p string) { d.header(n, p, c) }},
		field{"question", func(n ast.Node, p string) { d.question(n, p, &c.Question) }},
		field{"actors", entries(d, &c.Actors, (*decoder).actor)},
		field{"sources", func(n ast.Node, p string) { d.sources(n, p, c) }},
		field{"evidence", entries(d, &c.Evidence, (*decoder).item)},
		field{"agreements", entries(d, &c.Agreements, (*decoder).agreement)},
		field{"controls", entries(d, &c.Controls, (*decoder).control)},
		field{"policy", func(n ast.Node, p string) { d.policy(n, p, &c.Policy) }},
	)
}

// entries reads a list of which only the entries without error are kept.
func entries[T any](d *decoder, to *[]T, read func(*decoder, ast.Node, string) T) func(ast.Node, string) {
	return func(n ast.Node, path string) {
		d.sequence(n, path, func(n ast.Node, path string) {
			d.object = idOf(n)
			defer func() { d.object = "" }()
			before := len(d.errs) + d.more
			v := read(d, n, path)
			if len(d.errs)+d.more == before {
				*to = append(*to, v)
			} else {
				d.broken[fold(d.object)] = true
			}
		})
	}
}

// idOf looks ahead for what a person would call the entry.
func idOf(n ast.Node) string {
	pairs, _ := pairsOf(n)
	for _, key := range []string{"id", "name"} {
		for _, p := range pairs {
			if k, _ := scalar(p.Key); k == key {
				s, _ := scalar(p.Value)
				return strings.Join(strings.Fields(s), " ")
			}
		}
	}
	return ""
}

func (d *decoder) header(n ast.Node, path string, c *Case) {
	d.mapping(n, path,
		field{"id", d.id(&c.ID)}, field{"title", d.line(&c.Title)}, field{"about", d.text(&c.About)},
		field{"notice", d.text(&c.Notice)}, field{"version", d.line(&c.Version)})
}

func (d *decoder) question(n ast.Node, path string, q *question) {
	q.Line = d.mapping(n, path,
		field{"a", d.texts(&q.A)}, field{"b", d.texts(&q.B)}, field{"from", d.date(&q.From)}, field{"to", d.date(&q.To)})
}

func (d *decoder) actor(n ast.Node, path string) (a Actor) {
	a.Line = d.mapping(n, path,
		field{"name", d.line(&a.Name)}, field{"country", d.country(&a.Country)}, field{"by", d.line(&a.By)},
		field{"source", d.line(&a.Source)}, field{"note", d.text(&a.Note)},
		field{"aliases", entriesNested(d, &a.Aliases, (*decoder).alias)})
	if a.Name == "" {
		d.fail(n, path, "an actor needs a name")
	}
	return a
}

// entriesNested is entries for a list inside an entry: an error inside spoils
// the whole entry, whose object name stays.
func entriesNested[T any](d *decoder, to *[]T, read func(*decoder, ast.Node, string) T) func(ast.Node, string) {
	return func(n ast.Node, path string) {
		d.sequence(n, path, func(n ast.Node, path string) { *to = append(*to, read(d, n, path)) })
	}
}

func (d *decoder) alias(n ast.Node, path string) (a Alias) {
	a.Line = d.mapping(n, path,
		field{"name", d.line(&a.Name)}, field{"by", d.line(&a.By)}, field{"source", d.line(&a.Source)},
		field{"status", d.status(&a.Status)}, field{"grade", d.grade(&a.Grade)}, field{"note", d.text(&a.Note)})
	if a.Name == "" {
		d.fail(n, path, "an alias needs a name")
	}
	return a
}

func (d *decoder) sources(n ast.Node, path string, c *Case) {
	pairs, ok := pairsOf(n)
	if !ok {
		d.fail(n, path, "expected source ids with their keys below them, found %s", describe(n))
		return
	}
	for _, p := range pairs {
		key, _ := scalar(p.Key)
		d.object = key
		before := len(d.errs) + d.more
		s := Source{ID: key}
		if !validID.MatchString(key) {
			d.fail(p.Key, path, "source id %q must be letters, digits, dots, dashes and underscores", key)
		}
		if slices.ContainsFunc(c.Sources, func(o Source) bool { return o.ID == key }) {
			d.fail(p.Key, path, "source %q is given twice; keep one", key)
		}
		d.source(p.Value, path+"/"+key, &s)
		s.Line = p.Key.GetToken().Position.Line
		if len(d.errs)+d.more == before {
			c.Sources = append(c.Sources, s)
		} else {
			d.broken[key] = true
		}
		d.object = ""
	}
}

func (d *decoder) source(n ast.Node, path string, s *Source) {
	d.mapping(n, path,
		field{"publisher", d.line(&s.Publisher)}, field{"country", d.country(&s.Country)}, field{"title", d.line(&s.Title)},
		field{"url", d.line(&s.URL)}, field{"via", d.line(&s.Via)}, field{"published", d.interval(&s.Published)},
		field{"grade", d.grade(&s.Grade)}, field{"group", d.line(&s.Group)}, field{"note", d.text(&s.Note)},
		field{"marking", d.value(func(t string) (err error) {
			s.Marking, err = evidence.ParseTLP(t)
			return err
		})})
	if s.Publisher == "" && s.URL == "" {
		d.fail(n, path, "a source needs a publisher, or at least a url")
	}
}
