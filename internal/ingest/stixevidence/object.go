package stixevidence

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
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
	own   *own // the record that an object written by package export carries
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
	if o, skip, bad, ours := decodeOwn(typ, raw); ours {
		if bad != nil {
			return o, "", bad
		}
		return o, skip, nil
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
