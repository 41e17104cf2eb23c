package stixevidence

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/format/stix"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// dataset is what the input says of itself.
type dataset struct {
	name, version, license string
	maker                  string // the one identity that made its statements
	attack                 bool
}

// describe names the data set: ATT&CK by its matrices or, where there are none,
// by its objects' domains; anything else by the one identity that made it, by
// the bundle, by its first identifier, or by the file.
func (g *graph) describe() {
	var domains, makers, context, statements []string
	speaks, nameless := false, false // statements there are, and some that name nobody
	var version string
	var newest time.Time
	for o := range g.every() {
		if !g.sees(o) {
			continue // the name of the data set stands in every record
		}
		newest = later(newest, o.Modified)
		switch o.Type {
		case "x-mitre-collection":
			version = max(version, o.Version)
		case "x-mitre-matrix":
			for _, r := range o.References {
				if catalogues[r.Source] && r.ID != "" {
					domains = append(domains, domainOf(r))
				}
			}
		case "marking-definition":
			if s := o.Definition.Statement(); s != "" && g.rules.Definition(o.Definition) == "" {
				statements = append(statements, s) // a notice; any other statement is not one to reproduce
			}
		case "identity":
			continue
		}
		speaks = speaks || says[o.Type]
		switch {
		case o.CreatedBy == "":
			nameless = nameless || says[o.Type]
		case says[o.Type]:
			makers = append(makers, o.CreatedBy)
		default: // techniques and software are copied along from ATT&CK
			context = append(context, o.CreatedBy)
		}
	}
	if !speaks {
		makers = context
	}
	domains, makers, statements = distinct(domains), distinct(makers), distinct(statements)
	byMitre := len(makers) == 1 && g.isMitre(makers[0])
	if byMitre && nameless && len(domains) == 0 { // groups copied along from ATT&CK do not make it ATT&CK's
		makers, byMitre = nil, false
	}
	if byMitre && len(domains) == 0 {
		domains = g.domains()
	}
	whose := makers
	if len(makers) == 0 && g.said.name == "" { // MISP's clusters name nobody, what stands beside them names its maker
		whose = slices.DeleteFunc(distinct(context), g.isMitre)
	}
	g.set = dataset{name: "stix:" + g.whose(whose), version: version, license: strings.Join(statements, " ")}
	if len(makers) == 1 {
		g.set.maker = makers[0]
	}
	if byMitre || len(domains) > 0 {
		g.set.attack = true
		g.set.name = attackName(domains)
		g.set.license = strings.TrimSpace(g.set.license + " This work is reproduced and distributed with the permission of The MITRE Corporation.")
		if version == "" && !newest.IsZero() {
			g.note("The file states no version of ATT&CK; its newest object was modified on %s.", newest.UTC().Format(time.DateOnly))
		}
	}
	g.sum.Dataset, g.sum.Version, g.sum.License = g.set.name, g.set.version, g.set.license
}

// says are the types whose objects are statements: who makes these makes the data set.
var says = map[string]bool{
	"intrusion-set": true, "threat-actor": true, "campaign": true, "relationship": true, "report": true, "grouping": true, "incident": true, "sighting": true, "opinion": true, "x-mitre-matrix": true, "x-mitre-collection": true,
}

func attackName(domains []string) string {
	if len(domains) != 1 {
		return "attack"
	}
	return "attack-" + strings.TrimSuffix(domains[0], "-attack")
}

// domains are those of the groups, campaigns and software where no matrix
// names one.
func (g *graph) domains() []string {
	var all []string
	for o := range g.every() {
		if !g.sees(o) {
			continue
		}
		all = append(all, o.Domains...)
	}
	return distinct(all)
}

// mitreID is the identity under which MITRE makes ATT&CK; copies of its objects
// often come without it.
const mitreID = "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5"

func (g *graph) isMitre(id string) bool {
	o := g.maker(id)
	return id == mitreID || o != nil && named(o.Name) == mitre
}

// domainOf is the domain of a matrix. Before 2021 those of mobile devices and of
// industrial systems had numbers (MA0010), under a source name that tells which.
func domainOf(r stix.Reference) string {
	if strings.HasSuffix(r.ID, "-attack") || r.Source == "mitre-attack" {
		return r.ID
	}
	return strings.TrimPrefix(r.Source, "mitre-")
}

// whose names what is no known catalogue.
func (g *graph) whose(makers []string) string {
	if len(makers) == 1 {
		if o := g.maker(makers[0]); o != nil && o.Name != "" {
			return o.Name
		}
		return makers[0]
	}
	if len(makers) == 0 && g.said.name != "" {
		return g.said.name
	}
	var id string
	if json.Unmarshal(g.bundle["id"], &id) == nil && id != "" {
		return id
	}
	first := ""
	for o := range g.every() {
		if g.sees(o) && (first == "" || o.ID < first) {
			first = o.ID
		}
	}
	if first != "" {
		return first
	}
	return source.StripSuffix(filepath.Base(g.file)) // nothing in it bears a name
}

func (g *graph) note(format string, args ...any) {
	g.sum.Notes = append(g.sum.Notes, fmt.Sprintf(format, args...))
}

func distinct(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// catalogues are the source names under which ATT&CK gives its identifiers.
var catalogues = map[string]bool{"mitre-attack": true, "mitre-ics-attack": true, "mitre-mobile-attack": true}

// attackRef is the object's ATT&CK identifier and page, if it has one.
func attackRef(o *stix.Object) (id, url string) {
	for _, r := range o.References {
		if catalogues[r.Source] && r.ID != "" {
			return r.ID, r.URL
		}
	}
	return "", ""
}

// ref is the handle of an object in its catalogue: "attack:G0007" or
// "stix:intrusion-set--...".
func ref(o *stix.Object) string {
	if id, _ := attackRef(o); id != "" {
		return "attack:" + id
	}
	return "stix:" + o.ID
}
