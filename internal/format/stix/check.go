package stix

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Check holds an object to what STIX 2.0 and 2.1 require of every object (2.1:
// sections 2.9 and 3.2) and of relationships (5.1), as far as evidence depends
// on it. Length-limited vocabularies and the like are not checked.
func (o *Object) Check() *Fault {
	switch {
	case o.ID == "":
		return &Fault{"id", "is missing"}
	case !validID(o.ID):
		return &Fault{"id", "is not of the form type--uuid"}
	case TypeOf(o.ID) != o.Type:
		return &Fault{"id", "is of type " + Clip(TypeOf(o.ID), 40) + ", but the object is a " + Clip(o.Type, 40)}
	case o.Created.IsZero():
		return &Fault{"created", "is missing; every object needs it"}
	}
	if o.Type == "marking-definition" {
		return nil // has no versions
	}
	switch {
	case o.Modified.IsZero():
		return &Fault{"modified", "is missing; every object needs it"}
	case o.Modified.Before(o.Created):
		return &Fault{"modified", "is before created"}
	case o.Type == "sighting" && !validID(o.SightingOf):
		return &Fault{"sighting_of_ref", "is missing or not of the form type--uuid"}
	case o.Type == "relationship":
		return o.checkEnds()
	case o.Name == "" && named[o.Type]:
		return &Fault{"name", "is missing"}
	}
	return nil
}

func (o *Object) checkEnds() *Fault {
	switch {
	case o.Relation == "":
		return &Fault{"relationship_type", "is missing"}
	case !validID(o.Source):
		return &Fault{"source_ref", "is missing or not of the form type--uuid"}
	case !validID(o.Target):
		return &Fault{"target_ref", "is missing or not of the form type--uuid"}
	}
	return nil
}

// named are the types whose objects are nothing without a name.
var named = map[string]bool{
	"intrusion-set": true, "threat-actor": true, "campaign": true, "malware": true, "tool": true, "attack-pattern": true,
	"vulnerability": true, "infrastructure": true, "identity": true, "report": true, "incident": true,
}

// validID reports whether id is of the form type--uuid. Any version of UUID is
// accepted, in either case.
func validID(id string) bool {
	typ, uuid, ok := strings.Cut(id, "--")
	if !ok || typ == "" || len(uuid) != 36 {
		return false
	}
	for i := range len(uuid) {
		c := uuid[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return false
		}
	}
	return true
}

func compact(raw []byte) json.RawMessage {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return bytes.Clone(raw)
	}
	return b.Bytes()
}

// Clip shortens s to about n bytes for a message, at a character's edge.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "..."
}
