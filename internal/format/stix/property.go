package stix

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// needed are the properties without which an object cannot be placed: a fault in
// one of them costs the object, in any other that property.
var needed = map[string]bool{
	"type": true, "id": true, "created": true, "modified": true,
	"revoked": true, "x_mitre_deprecated": true, // whether it holds at all
	"relationship_type": true, "source_ref": true, "target_ref": true, "sighting_of_ref": true, "pattern": true, "pattern_type": true,
	"object_marking_refs": true, "granular_markings": true, // nobody may see what is marked in ways that cannot be read
	"spec_version": true, "name": true, "opinion": true, "valid_until": true,
}

// decoder fills one object.
type decoder struct {
	*Object
	text, extra bool // see Keep
}

// set decodes one property, and is false if it cannot be read as what the
// specification says it is.
func (o *decoder) set(key string, v []byte) (ok bool) {
	switch key {
	case "spec_version":
		return string(v) == `"2.0"` || string(v) == `"2.1"` || string(v) == "2.0" || string(v) == "2.1"
	case "type", "lang", "x_mitre_attack_spec_version", "x_mitre_modified_by_ref", "x_mitre_contents",
		"x_mitre_detection", "x_mitre_deprecated_by", "tactic_refs", "definition", "definition_type":
		return true
	case "id":
		ok = o.ID != ""
	case "created":
		o.Created, ok = stamp(v)
	case "modified":
		o.Modified, ok = stamp(v)
	case "revoked":
		o.Revoked, ok = flag(v)
	case "x_mitre_deprecated":
		o.Deprecated, ok = flag(v)
	case "description", "explanation":
		if !o.text {
			return true
		}
		o.Description, ok = jsonscan.Text(v)
	case "aliases", "x_mitre_aliases", "x_opencti_aliases":
		var names []string
		names, ok = list(v)
		o.Aliases = append(o.Aliases, names...)
	case "external_references":
		ok = o.setReferences(v)
	case "object_marking_refs":
		var refs []string
		refs, ok = list(v)
		o.Markings = append(o.Markings, refs...)
	case "granular_markings":
		ok = o.setGranular(v)
	case "x_opencti_granted_refs":
		o.grant(v)
		return true
	case "confidence":
		o.Confidence, ok = confidence(v)
	case "extensions":
		o.setOpenCTI(v)
		o.keep(key, v)
		return true
	case "first_seen", "start_time":
		o.First, ok = moment(v)
	case "last_seen", "stop_time":
		o.Last, ok = moment(v)
	case "published":
		o.Published, ok = moment(v)
	case "object_refs", "where_sighted_refs":
		o.Refs, ok = list(v)
	case "sectors":
		o.Sectors, ok = list(v)
	case "x_mitre_domains":
		o.Domains, ok = list(v)
	case "kill_chain_phases":
		ok = o.setTactics(v)
	case "indicator_types":
		o.Types, ok = list(v)
	case "labels":
		o.Labels, ok = list(v)
		o.markedBy(o.Labels)
	case "valid_from":
		o.ValidFrom, ok = stamp(v)
	case "valid_until":
		o.ValidUntil, ok = stamp(v)
	default:
		if place := o.textAt(key); place != nil {
			*place, ok = jsonscan.Text(v)
			return ok
		}
		o.keep(key, v)
		return true
	}
	return ok
}

// keep holds a property that the object has no place for.
func (o *decoder) keep(key string, v []byte) {
	if !o.extra {
		return
	}
	if o.Extra == nil {
		o.Extra = map[string]json.RawMessage{}
	}
	o.Extra[key] = compact(v)
}

// openCTI is the property extension in which OpenCTI writes what STIX has no
// place for, among it the aliases of types that have none.
const openCTI = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"

// setOpenCTI reads the aliases that OpenCTI keeps in its extension, and to whom it
// shows the object.
func (o *decoder) setOpenCTI(v []byte) {
	jsonscan.Members(v, func(k, v []byte) {
		if string(k) != openCTI {
			return
		}
		jsonscan.Members(v, func(k, v []byte) {
			switch string(k) {
			case "aliases":
				names, _ := list(v)
				o.Aliases = append(o.Aliases, names...)
			case "granted_refs":
				o.grant(v)
			}
		})
	})
}

// grant marks what OpenCTI shows to some organisations alone, as MISP's sharing
// groups do.
func (o *decoder) grant(v []byte) {
	if refs, ok := list(v); !ok || len(refs) > 0 {
		o.Markings = append(o.Markings, marking.TLPDefinition(evidence.AmberStrict))
	}
}

// markedBy adds the markings among labels, which programs without marking
// definitions write so: a level of TLP, or a word that somebody must decide.
func (o *decoder) markedBy(labels []string) {
	for _, label := range labels {
		if level, marks := (marking.Rules{}).Tag(label); marks && level == evidence.Undecided {
			o.Markings = append(o.Markings, label)
		} else if marks {
			o.Markings = append(o.Markings, marking.TLPDefinition(level))
		}
	}
}

// textAt is where a property of plain text belongs, or nil.
func (o *decoder) textAt(key string) *string {
	switch key {
	case "name":
		return &o.Name
	case "created_by_ref":
		return &o.CreatedBy
	case "relationship_type":
		return &o.Relation
	case "source_ref":
		return &o.Source
	case "target_ref":
		return &o.Target
	case "sighting_of_ref":
		return &o.SightingOf
	case "country":
		return &o.Country
	case "identity_class":
		return &o.Class
	case "opinion":
		return &o.Opinion
	case "x_mitre_version":
		return &o.Version
	case "pattern":
		return &o.Pattern
	case "pattern_type":
		return &o.PatternType
	}
	return nil
}

// setReferences reads external_references; without the text, those with an
// identifier.
func (o *decoder) setReferences(v []byte) bool {
	return jsonscan.Elements(v, func(e []byte) bool {
		var r Reference
		ok := jsonscan.Members(e, func(k, v []byte) {
			switch string(k) {
			case "source_name":
				r.Source, _ = jsonscan.Text(v)
			case "description":
				if o.text {
					r.Description, _ = jsonscan.Text(v)
				}
			case "url":
				r.URL, _ = jsonscan.Text(v)
			case "external_id":
				r.ID, _ = jsonscan.Text(v)
			}
		})
		if ok && (o.text || r.ID != "") {
			o.References = append(o.References, r)
		}
		return ok
	})
}

func (o *decoder) setTactics(v []byte) bool {
	var phases []struct {
		Chain string `json:"kill_chain_name"`
		Phase string `json:"phase_name"`
	}
	if json.Unmarshal(v, &phases) != nil {
		return false
	}
	for _, p := range phases {
		o.Tactics = append(o.Tactics, p.Phase)
	}
	return true
}

// setGranular adds the markings of parts of an object to those of the whole.
func (o *decoder) setGranular(v []byte) bool {
	return jsonscan.Elements(v, func(e []byte) bool {
		marked := false
		ok := jsonscan.Members(e, func(k, v []byte) {
			switch string(k) {
			case "marking_ref":
				ref, is := jsonscan.Text(v)
				if is && ref != "" {
					o.Markings, marked = append(o.Markings, ref), true
				}
			case "lang": // says in which language a part is
				marked = true
			}
		})
		return ok && marked
	})
}

// list reads a list of texts; a single text is a list of one, or of what its commas
// part.
func list(raw []byte) (texts []string, ok bool) {
	if t, ok := jsonscan.Text(raw); ok {
		return strings.Split(t, ", "), true
	}
	return jsonscan.Texts(raw)
}

// flag reads a truth value, also as the text or the number that some write.
func flag(raw []byte) (value, ok bool) {
	switch strings.ToLower(strings.Trim(string(raw), `"`)) {
	case "true", "1":
		return true, true
	case "false", "0", "":
		return false, true
	}
	return false, false
}

// confidence reads 0 to 100, also as text or with a fraction, and the words of
// STIX 2.1 (appendix A, none/low/medium/high). A fraction below 1 is on another
// scale.
func confidence(raw []byte) (c evidence.Confidence, ok bool) {
	t := strings.ToLower(strings.TrimSpace(strings.Trim(string(raw), `"`)))
	switch t {
	case "":
		return c, true
	case "low":
		return evidence.Percent(15), true
	case "medium", "med", "moderate":
		return evidence.Percent(50), true
	case "high":
		return evidence.Percent(85), true
	}
	n, err := strconv.ParseFloat(strings.TrimSuffix(t, "%"), 64)
	if err != nil || !(n >= 0 && n <= 100) || n > 0 && n < 1 {
		return c, false
	}
	return evidence.Percent(int(math.Round(n))), true
}
