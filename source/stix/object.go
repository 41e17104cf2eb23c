package stix

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/evidence"
)

// object is what is kept of one STIX object: the common properties and those of
// the types that bear evidence about actors.
type object struct {
	typ, id           string
	created, modified time.Time
	revoked           bool
	deprecated        bool
	name, description string
	aliases           []string
	createdBy         string
	references        []reference
	markings          []string
	confidence        evidence.Confidence

	relation       string // relationship_type
	source, target string
	first, last    string // first_seen, last_seen; start_time, stop_time of a relationship
	published      string
	refs           []string // object_refs; where_sighted_refs of a sighting
	sightingOf     string
	country        string // of a location
	class          string // identity_class
	sectors        []string
	tactics        []string
	opinion        string
	version        string // x_mitre_version
	domains        []string
	tlp            evidence.TLP // of a marking definition
	statement      string       // of a marking definition

	extra map[string]json.RawMessage
	place place
}

// reference is one of external_references.
type reference struct {
	Source      string `json:"source_name"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
	ID          string `json:"external_id,omitempty"`
}

// place is where an object stands in its file.
type place struct {
	line int
	path string
}

// fault is what is wrong with an object: the property and the reason.
type fault struct{ property, why string }

func (f *fault) Error() string { return f.property + ": " + f.why }

// Types whose objects are kept. The others bear no evidence about actors here:
// indicators and observations are read by the sensor side.
var kept = map[string]bool{
	"intrusion-set": true, "threat-actor": true, "campaign": true, "malware": true, "tool": true, "attack-pattern": true,
	"vulnerability": true, "infrastructure": true, "identity": true, "location": true, "report": true, "sighting": true,
	"opinion": true, "relationship": true, "marking-definition": true, "x-mitre-matrix": true, "x-mitre-collection": true,
}

// actorType reports a type that stands for an actor or for its campaign.
func actorType(ref string) bool {
	t := typeOf(ref)
	return t == "intrusion-set" || t == "threat-actor" || t == "campaign"
}

// typeOf is the type in an identifier: "malware" of "malware--0f86...".
func typeOf(id string) string {
	t, _, _ := strings.Cut(id, "--")
	return t
}

// relevant says whether a relationship can lead to evidence about an actor.
// revoked-by joins any two objects; owns is needed to tell whose
// infrastructure was compromised.
func relevant(relation, source string) bool {
	return actorType(source) || relation == "revoked-by" || relation == "owns"
}

// head is what tells whether an object is worth decoding, still raw.
type head struct{ typ, id, relation, source, target []byte }

func headOf(raw []byte) (h head) {
	eachMember(raw, func(k, v []byte) {
		switch string(k) {
		case "type":
			h.typ = v
		case "id":
			h.id = v
		case "relationship_type":
			h.relation = v
		case "source_ref":
			h.source = v
		case "target_ref":
			h.target = v
		}
	})
	return h
}

// decode reads one object. A nil object with a reason is one to leave out.
func decode(raw []byte) (o *object, skip string, err error) {
	h := headOf(raw)
	typ, ok := text(h.typ)
	if !ok || typ == "" {
		o = &object{}
		o.id, _ = text(h.id)
		return o, "", &fault{"type", "is missing or not a string"}
	}
	if !kept[typ] {
		return nil, "not evidence about an actor: " + clip(typ, 100), nil
	}
	if typ == "relationship" {
		relation, ok1 := text(h.relation)
		source, ok2 := text(h.source)
		if ok1 && ok2 && !relevant(relation, source) {
			target, _ := text(h.target)
			return nil, clip("no actor: "+typeOf(source)+" "+relation+" "+typeOf(target), 200), nil
		}
	}
	o = &object{typ: typ}
	o.id, _ = text(h.id)
	var bad *fault
	eachMember(raw, func(k, v []byte) {
		if bad == nil && !o.set(string(k), v) {
			bad = &fault{string(k), "has the wrong type or value: " + clip(string(v), 80)}
		}
	})
	if bad == nil {
		bad = o.check()
	}
	if bad != nil {
		return o, "", bad
	}
	return o, "", nil
}

// set decodes one property, and is false if it is not what the specification
// says it must be.
func (o *object) set(key string, v []byte) (ok bool) {
	if string(v) == "null" {
		return true // not allowed by STIX, harmless
	}
	switch key {
	case "spec_version":
		return string(v) == `"2.0"` || string(v) == `"2.1"`
	case "type", "lang", "x_mitre_attack_spec_version", "x_mitre_modified_by_ref", "x_mitre_contents",
		"x_mitre_detection", "x_mitre_deprecated_by", "tactic_refs":
		return true
	case "id":
		ok = o.id != ""
	case "created":
		o.created, ok = stamp(v)
	case "modified":
		o.modified, ok = stamp(v)
	case "revoked":
		o.revoked, ok = flag(v)
	case "x_mitre_deprecated":
		o.deprecated, ok = flag(v)
	case "name":
		o.name, ok = text(v)
	case "description", "explanation":
		if o.typ == "attack-pattern" || o.typ == "malware" || o.typ == "tool" {
			return true // long, and no part of any record
		}
		o.description, ok = text(v)
	case "aliases", "x_mitre_aliases":
		var list []string
		list, ok = texts(v)
		o.aliases = append(o.aliases, list...)
	case "created_by_ref":
		o.createdBy, ok = text(v)
	case "external_references":
		ok = o.setReferences(v)
	case "object_marking_refs":
		var list []string
		list, ok = texts(v)
		o.markings = append(o.markings, list...)
	case "granular_markings":
		ok = o.setGranular(v)
	case "confidence":
		ok = json.Unmarshal(v, &o.confidence) == nil
	case "relationship_type":
		o.relation, ok = text(v)
	case "source_ref":
		o.source, ok = text(v)
	case "target_ref":
		o.target, ok = text(v)
	case "first_seen", "start_time":
		o.first, ok = text(v)
	case "last_seen", "stop_time":
		o.last, ok = text(v)
	case "published":
		o.published, ok = text(v)
	case "object_refs", "where_sighted_refs":
		o.refs, ok = texts(v)
	case "sighting_of_ref":
		o.sightingOf, ok = text(v)
	case "country":
		o.country, ok = text(v)
	case "identity_class":
		o.class, ok = text(v)
	case "sectors":
		o.sectors, ok = texts(v)
	case "opinion":
		o.opinion, ok = text(v)
	case "x_mitre_version":
		o.version, ok = text(v)
	case "x_mitre_domains":
		o.domains, ok = texts(v)
	case "kill_chain_phases":
		ok = o.setTactics(v)
	case "definition":
		ok = o.setDefinition(v)
	case "extensions":
		ok = o.setExtensions(v)
	default:
		o.keep(key, v)
		return true
	}
	return ok
}

// keep holds on to a property that nothing here has a place for, for the types
// whose records can carry it.
func (o *object) keep(key string, v []byte) {
	switch o.typ {
	case "intrusion-set", "threat-actor", "campaign", "relationship", "sighting":
		if o.extra == nil {
			o.extra = map[string]json.RawMessage{}
		}
		o.extra[key] = compact(v)
	}
}

// setReferences reads external_references. Of techniques and software only
// those with an identifier are kept: the citations of their descriptions are no
// part of any record.
func (o *object) setReferences(v []byte) bool {
	short := o.typ == "attack-pattern" || o.typ == "malware" || o.typ == "tool"
	return eachElement(v, func(e []byte) bool {
		var r reference
		ok := eachMember(e, func(k, v []byte) {
			switch string(k) {
			case "source_name":
				r.Source, _ = text(v)
			case "description":
				if !short {
					r.Description, _ = text(v)
				}
			case "url":
				r.URL, _ = text(v)
			case "external_id":
				r.ID, _ = text(v)
			}
		})
		if ok && (!short || r.ID != "") {
			o.references = append(o.references, r)
		}
		return ok
	})
}

func (o *object) setTactics(v []byte) bool {
	var phases []struct {
		Chain string `json:"kill_chain_name"`
		Phase string `json:"phase_name"`
	}
	if json.Unmarshal(v, &phases) != nil {
		return false
	}
	for _, p := range phases {
		o.tactics = append(o.tactics, p.Phase)
	}
	return true
}

func stamp(raw []byte) (t time.Time, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return t, false
	}
	return t, t.UnmarshalText(raw[1:len(raw)-1]) == nil
}

func flag(raw []byte) (value, ok bool) {
	value = string(raw) == "true"
	return value, value || string(raw) == "false"
}
