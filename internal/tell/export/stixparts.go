package export

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// actor is the object a party of a record stands for: an intrusion set, or the
// identity of a state where no group is named. It is "" where nobody is.
func (b *bundle) actor(a evidence.Actor, r *evidence.Record) string {
	switch {
	case a.IsZero():
		return ""
	case a.Name == "" && a.Ref == "":
		return b.government(a.Country, r)
	}
	name := cmp.Or(a.Name, a.Ref)
	// A handle of a catalogue is the actor; else the name, with the state it
	// is attributed to, is all there is.
	o := object{"type": "intrusion-set", "id": stixID("intrusion-set", cmp.Or(a.Ref, a.Name+"\x1f"+a.Country)), "name": name}
	if id, ok := strings.CutPrefix(a.Ref, "attack:"); ok {
		catalogue(o, id)
	} else if a.Ref != "" {
		o["external_references"] = []map[string]any{{"source_name": "cahoots", "external_id": a.Ref}}
	}
	id := b.part(o, r)
	if _, ok := b.actors[name]; !ok {
		b.actors[name] = id
	}
	return id
}

// alias adds a name to an actor, where the actor is no less strictly marked
// than the claim of the name.
func (b *bundle) alias(id, name string, r *evidence.Record) {
	o := b.objects[id]
	if o == nil || o["type"] != "intrusion-set" || name == o["name"] || name == "" || b.markingOf(o).Compare(r.Marking) < 0 {
		return
	}
	o.add("aliases", name)
	slices.Sort(o["aliases"].([]string))
	if s := stixTime(stampOf(r)); s > o["modified"].(string) {
		o["modified"] = s
	}
}

func (b *bundle) markingOf(o object) evidence.TLP {
	var m evidence.TLP
	refs, _ := o["object_marking_refs"].([]string)
	for _, ref := range refs {
		if tlp, ok := marking.TLPOf(ref); ok {
			m = evidence.Strictest(m, tlp)
		}
	}
	return m
}

// government is the identity of a state as a party. A location is an area, not
// a government.
func (b *bundle) government(code string, r *evidence.Record) string {
	return b.part(object{
		"type": "identity", "id": stixID("identity", "government", code), "name": stateName(code),
		"identity_class": "organization", "sectors": []string{"government-national"},
	}, r)
}

func stateName(code string) string { return cmp.Or(evidence.CountryName(code), code) }

// victim is the object of a target: an area for a state alone, a class of
// organisations for a sector, an organisation with its name.
func (b *bundle) victim(t evidence.Target, r *evidence.Record) string {
	switch {
	case t.Name != "":
		o := object{"type": "identity", "id": stixID("identity", "victim", t.Name, t.Country, t.Sector), "name": t.Name, "identity_class": "organization"}
		if t.Sector != "" {
			o["sectors"] = []string{t.Sector}
		}
		return b.part(o, r)
	case t.Sector != "":
		return b.part(object{
			"type": "identity", "id": stixID("identity", "sector", t.Country, t.Sector), "name": cmp.Or(stateName(t.Country), t.Sector),
			"identity_class": "class", "sectors": []string{t.Sector},
		}, r)
	case t.Country != "":
		return b.part(object{"type": "location", "id": stixID("location", t.Country), "name": stateName(t.Country), "country": t.Country}, r)
	}
	return ""
}

// software is the malware or the tool of a record: what is public is a tool.
func (b *bundle) software(r *evidence.Record) string {
	typ := "malware"
	if r.Exclusivity == evidence.Public {
		typ = "tool"
	}
	o := object{"type": typ, "id": stixID(typ, cmp.Or(r.ValueRef, strings.ToLower(r.Value))), "name": cmp.Or(r.Value, r.ValueRef, "unnamed")}
	if typ == "malware" {
		o["is_family"] = true
	}
	o.add("aliases", named(r.ValueAliases)...)
	catalogue(o, r.ValueRef)
	return b.part(o, r)
}

func named(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(s string) bool { return strings.TrimSpace(s) == "" })
}

func (b *bundle) technique(r *evidence.Record) string {
	o := object{"type": "attack-pattern", "id": stixID("attack-pattern", cmp.Or(r.ValueRef, r.Value)), "name": cmp.Or(r.Value, r.ValueRef, "unnamed")}
	if technique.MatchString(r.ValueRef) {
		catalogue(o, r.ValueRef)
	}
	return b.part(o, r)
}

func (b *bundle) vulnerability(r *evidence.Record) string {
	name := cmp.Or(r.Value, r.ValueRef, "unnamed")
	o := object{"type": "vulnerability", "id": stixID("vulnerability", name), "name": name}
	if id := strings.ToUpper(name); cve.MatchString(id) {
		o["external_references"] = []map[string]any{{"source_name": "cve", "external_id": id}}
	}
	return b.part(o, r)
}

func (b *bundle) infrastructure(name string, r *evidence.Record) string {
	name = cmp.Or(name, "systems not named")
	return b.part(object{"type": "infrastructure", "id": stixID("infrastructure", name), "name": name}, r)
}

// campaign is the campaign of a record, with its dates and other names.
func (b *bundle) campaign(r *evidence.Record) string {
	name := cmp.Or(r.Value, r.ValueRef, r.Event, "unnamed")
	o := object{"type": "campaign", "id": stixID("campaign", cmp.Or(r.ValueRef, r.Event, name), r.Origin.Dataset), "name": name}
	o.add("aliases", named(r.ValueAliases)...)
	o.set("objective", r.Objective)
	o.span("first_seen", "last_seen", r.Activity)
	catalogue(o, r.ValueRef)
	return b.part(o, r)
}

// incident is the incident of a record. STIX 2.1 has it as a stub: a name.
func (b *bundle) incident(r *evidence.Record) string {
	o := object{
		"type": "incident", "id": stixID("incident", cmp.Or(r.Event, string(r.ID)), r.Origin.Dataset),
		"name": cmp.Or(r.Value, r.Citation.Title, r.Event, "unnamed"),
	}
	return b.part(o, r)
}
