package stixevidence

import (
	"encoding/json"
	"fmt"
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
	g.sum.Referable = map[string]evidence.Referable{}
	for _, o := range g.objects {
		if o == nil || g.foreign[o.ID] {
			continue
		}
		stamp := o.Modified.UnixMilli()
		if o.Revoked || o.Deprecated {
			g.sum.Withdrawn = append(g.sum.Withdrawn, evidence.Part{Object: o.ID, Stamp: stamp})
			continue
		}
		if !referable[o.Type] || o.Class == "individual" || g.own[o] != nil {
			continue
		}
		kept := outside{Type: o.Type, Modified: o.Modified, Name: o.Name, Aliases: o.Aliases, Tactics: o.Tactics, Country: o.Country, Class: o.Class, Sectors: o.Sectors, Marking: g.level(o)}
		for _, r := range o.References {
			if r.ID != "" {
				kept.Catalog = append(kept.Catalog, stix.Reference{Source: r.Source, ID: r.ID, URL: r.URL})
			}
		}
		if body, err := json.Marshal(kept); err == nil {
			g.sum.Referable[o.ID] = evidence.Referable{Stamp: stamp, Body: body}
		}
	}
}

// borrow takes from earlier inputs the objects that relationships refer to and the
// input does not hold.
func (g *graph) borrow(lookup func([]string) (map[string][]byte, error)) error {
	if lookup == nil {
		return nil
	}
	var missing []string
	for o := range g.every() {
		if o.Type != "relationship" && o.Type != "sighting" {
			continue
		}
		for _, id := range []string{o.Source, o.Target, o.SightingOf} {
			if referable[stix.TypeOf(id)] && g.objects[id] == nil {
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
	for id, body := range found {
		var kept outside
		if err := json.Unmarshal(body, &kept); err != nil || kept.Type != stix.TypeOf(id) {
			continue // written by a later version: as if it were not there
		}
		o := &stix.Object{Type: kept.Type, ID: id, Modified: kept.Modified, Name: kept.Name, Aliases: kept.Aliases, References: kept.Catalog,
			Tactics: kept.Tactics, Country: kept.Country, Class: kept.Class, Sectors: kept.Sectors}
		g.objects[id], g.foreign[id], g.marked[o] = o, true, kept.Marking
	}
	if len(g.foreign) > 0 {
		g.note("%d objects that the input refers to and does not hold are those of earlier inputs.", len(g.foreign))
	}
	return nil
}
