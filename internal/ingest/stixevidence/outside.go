package stixevidence

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/stix"
)

// Bundles often hold relationships to objects that another file has: a technique
// under the identifier that ATT&CK published, a tool of a vendor's catalogue. What
// an input has of such objects is kept for those that come after it.

// referable are the types to which relationships of actors lead.
var referable = map[string]bool{
	"intrusion-set": true, "threat-actor": true, "malware": true, "tool": true, "attack-pattern": true,
	"vulnerability": true, "infrastructure": true, "location": true, "identity": true,
}

// outside is what is kept of an object.
type outside struct {
	Type     string           `json:"type"`
	Modified time.Time        `json:"modified"`
	Name     string           `json:"name,omitempty"`
	Aliases  []string         `json:"aliases,omitempty"`
	Catalog  []stix.Reference `json:"references,omitempty"` // with an identifier alone
	Tactics  []string         `json:"tactics,omitempty"`
	Country  string           `json:"country,omitempty"`
	Class    string           `json:"class,omitempty"`
	Sectors  []string         `json:"sectors,omitempty"`
	Marking  evidence.TLP     `json:"marking,omitempty"`
}

// account notes what the input takes back and what others may refer to. Persons
// are kept out of it.
func (g *graph) account() {
	for _, id := range g.order {
		versions := g.several[id]
		if len(versions) == 0 {
			versions = []*stix.Object{g.objects[id]}
		}
		for _, o := range versions {
			part := evidence.Part{Object: id, Stamp: o.Modified.UnixMilli()}
			switch {
			case g.foreign[o]:
			case o.Revoked || o.Deprecated:
				g.sum.Withdrawn = append(g.sum.Withdrawn, evidence.Withdrawal{Part: part, Marking: g.level(o)})
			case referable[o.Type] && o.Class != "individual" && g.own[o] == nil:
				if body, err := json.Marshal(g.outside(o)); err == nil {
					g.sum.Referable = append(g.sum.Referable, evidence.Referable{Part: part, Body: body})
				}
			}
		}
	}
}

func (g *graph) outside(o *stix.Object) outside {
	kept := outside{Type: o.Type, Modified: o.Modified, Name: o.Name, Aliases: o.Aliases, Tactics: o.Tactics, Country: o.Country, Class: o.Class, Sectors: o.Sectors, Marking: g.level(o)}
	for _, r := range o.References {
		if r.ID != "" {
			kept.Catalog = append(kept.Catalog, stix.Reference{Source: r.Source, ID: r.ID, URL: r.URL})
		}
	}
	return kept
}

// borrow takes from earlier inputs the objects that relationships, sightings, reports
// and opinions refer to and the input does not hold, or not for everybody. Each asks
// for what it needs itself: what another asked for may be above what is seen. Who made
// an object is looked for in the input alone, so that an input is of the same data set
// whatever was read before it.
func (g *graph) borrow(lookup func([]string) (map[string][][]byte, error)) error {
	if lookup == nil {
		return nil
	}
	var missing []string
	for o := range g.every() {
		for _, id := range slices.Concat([]string{o.Source, o.Target, o.SightingOf}, o.Refs) {
			if referable[stix.TypeOf(id)] && (g.objects[id] == nil || g.level(g.objects[id]).Compare(evidence.Clear) > 0) {
				missing = append(missing, id)
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	found, err := lookup(distinct(missing))
	if err != nil {
		return fmt.Errorf("looking for what the input refers to: %w", err)
	}
	strange := 0
	for id, bodies := range found {
		for _, body := range bodies {
			var kept outside
			if err := json.Unmarshal(body, &kept); err != nil || kept.Type != stix.TypeOf(id) {
				continue // written by a later version: as if it were not there
			}
			o := &stix.Object{Type: kept.Type, ID: id, Modified: kept.Modified, Name: kept.Name, Aliases: kept.Aliases, References: kept.Catalog,
				Tactics: kept.Tactics, Country: kept.Country, Class: kept.Class, Sectors: kept.Sectors}
			g.foreign[o], g.marked[o] = true, kept.Marking
			if old := g.objects[id]; old != nil && len(g.several[id]) == 0 {
				g.several[id] = []*stix.Object{old}
			}
			if g.objects[id] == nil {
				g.objects[id] = o
				strange++
			} else {
				g.several[id] = append(g.several[id], o)
			}
		}
	}
	if strange > 0 {
		g.note("%d objects that the input refers to and does not hold are those of earlier inputs.", strange)
	}
	return nil
}
