package ledger

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

func (d *decoder) item(n ast.Node, path string) (it Item) {
	it.Line = d.mapping(n, path,
		field{"id", d.id(&it.ID)}, field{"class", d.class(&it.Class)}, field{"event", d.id(&it.Event)},
		field{"kind", choose(d, "kind", &it.Kind, sameness)},
		field{"actor", d.texts(&it.Actors)}, field{"with", d.texts(&it.With)}, field{"speaker", d.line(&it.Speaker)},
		field{"country", d.country(&it.Country)}, field{"value", d.line(&it.Value)}, field{"ref", d.line(&it.Ref)},
		field{"aliases", d.texts(&it.Aliases)}, field{"targets", d.targets(&it.Targets)},
		field{"objective", choose(d, "objective", &it.Objective, objectives)},
		field{"activity", d.interval(&it.Activity)}, field{"detected", d.interval(&it.Detected)},
		field{"disclosed", d.interval(&it.Disclosed)}, field{"basis", choose(d, "basis", &it.Basis, bases)},
		field{"consent", choose(d, "consent", &it.Consent, consents)},
		field{"exclusivity", choose(d, "exclusivity", &it.Exclusivity, exclusives)},
		field{"status", d.status(&it.Status)}, field{"accepted_as", choose(d, "accepted_as", &it.AcceptedAs, claimed)}, field{"grade", d.grade(&it.Grade)},
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
		c, ok := parseClass(s)
		if !ok {
			if s == string(evidence.Agreement) {
				return errors.New("an agreement goes in the list agreements:, with its parties")
			}
			return fmt.Errorf("class %q is unknown; %s", s, suggest(strings.ReplaceAll(s, "_", "-"), classNames()))
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
	if it.AcceptedAs != "" && !pending(it.Status) {
		d.fail(n, path, "accepted_as is for what is proposed or refused; give the status alone")
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
	if it.Kind != "" && it.Class != evidence.PossiblySame {
		d.fail(n, path, "kind is of class %s alone", evidence.PossiblySame)
	}
	check(needBasis, it.Basis != "", "class %s can carry the upper rungs; say basis: observed (seen in systems, logs or code), assessed or reported", it.Class)
}
