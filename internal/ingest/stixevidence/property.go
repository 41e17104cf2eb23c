package stixevidence

import (
	"encoding/json"
	"time"
)

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
