package stix

import (
	"encoding/json"
	"fmt"
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

// decode reads one object. A nil object with a reason is one to leave out.
func decode(raw []byte) (o *object, skip string, err error) {
	o = &object{}
	var typ, relation, source []byte
	eachMember(raw, func(k, v []byte) {
		switch string(k) {
		case "type":
			typ = v
		case "relationship_type":
			relation = v
		case "source_ref":
			source = v
		case "id":
			o.id, _ = text(v)
		}
	})
	var ok bool
	if o.typ, ok = text(typ); !ok || o.typ == "" {
		return o, "", &fault{"type", "is missing or not a string"}
	}
	if !kept[o.typ] {
		return nil, "not evidence about an actor: " + o.typ, nil
	}
	if o.typ == "relationship" {
		o.relation, _ = text(relation)
		o.source, _ = text(source)
		if o.relation != "" && o.source != "" && !relevant(o.relation, o.source) {
			return nil, irrelevant(raw, o), nil
		}
	}
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

func irrelevant(raw []byte, o *object) string {
	target := ""
	eachMember(raw, func(k, v []byte) {
		if string(k) == "target_ref" {
			target, _ = text(v)
		}
	})
	return fmt.Sprintf("no actor: %s %s %s", typeOf(o.source), o.relation, typeOf(target))
}

// set decodes one property, and is false if it is not what the specification
// says it must be.
func (o *object) set(key string, v []byte) (ok bool) {
	if string(v) == "null" {
		return true // not allowed by STIX, harmless
	}
	switch key {
	case "spec_version":
		v, isText := text(v)
		return isText && (v == "2.0" || v == "2.1")
	case "type", "lang", "x_mitre_attack_spec_version", "x_mitre_modified_by_ref", "x_mitre_contents",
		"x_mitre_detection", "x_mitre_deprecated_by", "tactic_refs":
		return true
	case "id":
		o.id, ok = text(v)
	case "created":
		o.created, ok = stamp(v)
	case "modified":
		o.modified, ok = stamp(v)
	case "revoked":
		ok = json.Unmarshal(v, &o.revoked) == nil
	case "x_mitre_deprecated":
		ok = json.Unmarshal(v, &o.deprecated) == nil
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

func stamp(raw []byte) (time.Time, bool) {
	s, ok := text(raw)
	if !ok {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}
