package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/cahoots-project/cahoots/evidence"
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

var validID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

func (d *decoder) id(to *string) func(ast.Node, string) {
	return d.value(func(s string) error {
		if !validID.MatchString(s) {
			return fmt.Errorf("id %q must be letters, digits, dots, dashes and underscores, 100 at most", s)
		}
		*to = s
		return nil
	})
}

func (d *decoder) interval(to *evidence.Interval) func(ast.Node, string) {
	return d.value(func(s string) (err error) {
		*to, err = evidence.ParseInterval(s)
		return err
	})
}

func (d *decoder) date(to *string) func(ast.Node, string) {
	return d.value(func(s string) error {
		iv, err := evidence.ParseInterval(s)
		*to = iv.String()
		return err
	})
}

func (d *decoder) country(to *string) func(ast.Node, string) {
	return d.value(func(s string) error {
		code, ok := evidence.ParseCountry(s)
		if !ok {
			return fmt.Errorf("country %q is not known; use an ISO 3166-1 code such as RU, or the English name", s)
		}
		*to = code
		return nil
	})
}

func (d *decoder) grade(to *evidence.Admiralty) func(ast.Node, string) {
	return d.value(func(s string) error {
		if *to = evidence.Admiralty(s); !to.Valid() {
			return fmt.Errorf("grade %q is not an Admiralty code: reliability A to F, then credibility 1 to 6, such as B2", s)
		}
		return nil
	})
}

func (d *decoder) status(to *evidence.Status) func(ast.Node, string) {
	return choose(d, "status", to, statuses)
}

func (d *decoder) header(n ast.Node, path string, c *Case) {
	d.mapping(n, path,
		field{"id", d.id(&c.ID)}, field{"title", d.line(&c.Title)}, field{"about", d.text(&c.About)},
		field{"notice", d.text(&c.Notice)}, field{"version", d.line(&c.Version)})
}

func (d *decoder) question(n ast.Node, path string, q *Question) {
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

func (d *decoder) item(n ast.Node, path string) (it Item) {
	it.Line = d.mapping(n, path,
		field{"id", d.id(&it.ID)}, field{"class", d.class(&it.Class)}, field{"event", d.id(&it.Event)},
		field{"actor", d.texts(&it.Actors)}, field{"with", d.texts(&it.With)}, field{"speaker", d.line(&it.Speaker)},
		field{"country", d.country(&it.Country)}, field{"value", d.line(&it.Value)}, field{"ref", d.line(&it.Ref)},
		field{"aliases", d.texts(&it.Aliases)}, field{"targets", d.targets(&it.Targets)},
		field{"objective", choose(d, "objective", &it.Objective, objectives)},
		field{"activity", d.interval(&it.Activity)}, field{"detected", d.interval(&it.Detected)},
		field{"disclosed", d.interval(&it.Disclosed)}, field{"basis", choose(d, "basis", &it.Basis, bases)},
		field{"consent", choose(d, "consent", &it.Consent, consents)},
		field{"exclusivity", choose(d, "exclusivity", &it.Exclusivity, exclusives)},
		field{"status", d.status(&it.Status)}, field{"grade", d.grade(&it.Grade)},
		field{"confidence", d.value(func(s string) error {
			p, err := strconv.Atoi(s)
			if err != nil || p < 0 || p > 100 {
				return fmt.Errorf("confidence %q is not a whole number from 0 to 100", s)
			}
			it.Confidence = evidence.Percent(p)
			return nil
		})},
		field{"source", d.line(&it.Source)}, field{"locator", d.line(&it.Locator)}, field{"note", d.text(&it.Note)})
	d.requireItem(n, path, &it)
	return it
}

func (d *decoder) class(to *evidence.Class) func(ast.Node, string) {
	return d.value(func(s string) error {
		c, ok := ParseClass(s)
		if !ok {
			if s == string(evidence.Agreement) {
				return errors.New("an agreement goes in the list agreements:, with its parties")
			}
			return fmt.Errorf("class %q is unknown; %s", s, suggest(strings.ReplaceAll(s, "_", "-"), ClassNames()))
		}
		*to = c
		return nil
	})
}

func (d *decoder) targets(to *[]evidence.Target) func(ast.Node, string) {
	return func(n ast.Node, path string) {
		if s, ok := scalar(n); ok {
			for part := range strings.SplitSeq(s, ";") {
				d.targetCountry(n, path, strings.TrimSpace(part), to)
			}
			return
		}
		d.sequence(n, path, func(n ast.Node, path string) {
			if s, ok := scalar(n); ok {
				d.targetCountry(n, path, strings.TrimSpace(s), to)
				return
			}
			var t evidence.Target
			d.mapping(n, path,
				field{"country", d.country(&t.Country)}, field{"sector", d.line(&t.Sector)}, field{"name", d.line(&t.Name)})
			if t == (evidence.Target{}) {
				d.fail(n, path, "a target needs a country, a sector or a name")
				return
			}
			*to = append(*to, t)
		})
	}
}

func (d *decoder) targetCountry(n ast.Node, path, s string, to *[]evidence.Target) {
	code, ok := evidence.ParseCountry(s)
	if !ok {
		d.fail(n, path, "target %q is not a country; write {name: %q} for an organisation or {sector: ...}", s, s)
		return
	}
	*to = append(*to, evidence.Target{Country: code})
}

func (d *decoder) agreement(n ast.Node, path string) (a Agreement) {
	var parties, terms []string
	a.Line = d.mapping(n, path,
		field{"id", d.id(&a.ID)}, field{"name", d.line(&a.Name)}, field{"kind", choose(d, "kind", &a.Kind, kinds)},
		field{"parties", d.texts(&parties)}, field{"signed", d.interval(&a.Signed)}, field{"in_force", d.interval(&a.InForce)},
		field{"clauses", d.texts(&terms)}, field{"status", d.status(&a.Status)}, field{"grade", d.grade(&a.Grade)},
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

func (d *decoder) policy(n ast.Node, path string, p *Policy) {
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
				var j Join
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
