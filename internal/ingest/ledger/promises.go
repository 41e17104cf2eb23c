package ledger

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

func (d *decoder) agreement(n ast.Node, path string) (a agreement) {
	var parties, terms []string
	a.Line = d.mapping(n, path,
		field{"id", d.id(&a.ID)}, field{"name", d.line(&a.Name)}, field{"kind", choose(d, "kind", &a.Kind, kinds)},
		field{"parties", d.texts(&parties)}, field{"signed", d.interval(&a.Signed)}, field{"in_force", d.interval(&a.InForce)},
		field{"clauses", d.texts(&terms)}, field{"status", choose(d, "status", &a.Status, claimed)}, field{"grade", d.grade(&a.Grade)},
		field{"source", d.line(&a.Source)}, field{"locator", d.line(&a.Locator)}, field{"note", d.text(&a.Note)})
	for _, s := range parties {
		code, ok := evidence.ParseCountry(s)
		if !ok {
			d.fail(n, path+"/parties", "party %q is not a country", s)
			continue
		}
		a.Parties = append(a.Parties, code)
	}
	for _, s := range terms {
		s = strings.NewReplacer("-", "_", " ", "_").Replace(s)
		if !slices.Contains(clauses, s) {
			d.fail(n, path+"/clauses", "clause %q is unknown; %s", s, suggest(s, clauses))
			continue
		}
		a.Clauses = append(a.Clauses, s)
	}
	switch {
	case a.ID == "":
		d.fail(n, path, "an agreement needs an id")
	case a.Name == "":
		d.fail(n, path, "an agreement needs a name")
	case len(slices.Compact(slices.Sorted(slices.Values(a.Parties)))) < 2:
		d.fail(n, path, "an agreement needs at least two parties")
	case a.Source == "" && a.Locator == "":
		d.fail(n, path, "no citation: give source: and an id of the sources")
	}
	return a
}

var levelRange = regexp.MustCompile(`^L?([0-5])(?:\s*-\s*L?([0-5]))?$`)

func (d *decoder) control(n ast.Node, path string) (c Control) {
	var level string
	c.Line = d.mapping(n, path,
		field{"id", d.id(&c.ID)}, field{"a", d.line(&c.A)}, field{"b", d.line(&c.B)},
		field{"from", d.date(&c.From)}, field{"to", d.date(&c.To)}, field{"level", d.line(&level)},
		field{"sign", d.texts(&c.Signs)}, field{"confidence", choose(d, "confidence", &c.Confidence, confidences)},
		field{"contested", d.flag(&c.Contested)}, field{"why", d.text(&c.Why)})
	m := levelRange.FindStringSubmatch(level)
	if m == nil {
		d.fail(n, path+"/level", "level %q is neither a rung such as L5 nor a range such as L0-L1", level)
	} else {
		c.LevelMin, _ = strconv.Atoi(m[1])
		c.LevelMax, _ = strconv.Atoi(cmp.Or(m[2], m[1]))
		if c.LevelMin > c.LevelMax {
			d.fail(n, path+"/level", "level %q runs downwards", level)
		}
	}
	for _, s := range c.Signs {
		if !slices.Contains(signs, s) {
			d.fail(n, path+"/sign", "sign %q is unknown; use %s", s, strings.Join(signs, ", "))
		}
	}
	if c.ID == "" || c.A == "" || c.B == "" {
		d.fail(n, path, "a control needs id, a, b and level")
	}
	return c
}

func (d *decoder) policy(n ast.Node, path string, p *policy) {
	d.mapping(n, path,
		field{"split", func(n ast.Node, path string) {
			d.sequence(n, path, func(n ast.Node, path string) {
				var names []string
				d.texts(&names)(n, path)
				if len(names) < 2 {
					d.fail(n, path, "a split needs at least two names")
					return
				}
				p.Split = append(p.Split, names)
			})
		}},
		field{"join", func(n ast.Node, path string) {
			d.sequence(n, path, func(n ast.Node, path string) {
				var j join
				d.mapping(n, path, field{"names", d.texts(&j.Names)}, field{"why", d.line(&j.Why)})
				if len(j.Names) < 2 || j.Why == "" {
					d.fail(n, path, "a join needs two names and a why")
					return
				}
				p.Join = append(p.Join, j)
			})
		}},
		field{"include_disputed", d.flag(&p.IncludeDisputed)},
		field{"ignore_datasets", d.texts(&p.IgnoreDatasets)})
}
