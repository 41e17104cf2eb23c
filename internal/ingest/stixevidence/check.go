package stixevidence

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// check holds an object to what STIX 2.0 and 2.1 require of every object (2.1:
// sections 2.9 and 3.2) and of relationships (5.1), as far as evidence depends
// on it. Length-limited vocabularies and the like are not checked.
func (o *object) check() *fault {
	switch {
	case o.id == "":
		return &fault{"id", "is missing"}
	case !validID(o.id):
		return &fault{"id", "is not of the form type--uuid"}
	case typeOf(o.id) != o.typ:
		return &fault{"id", "is of type " + clip(typeOf(o.id), 40) + ", but the object is a " + clip(o.typ, 40)}
	case o.created.IsZero():
		return &fault{"created", "is missing; every object needs it"}
	}
	if o.typ == "marking-definition" {
		return nil // has no versions
	}
	switch {
	case o.modified.IsZero():
		return &fault{"modified", "is missing; every object needs it"}
	case o.modified.Before(o.created):
		return &fault{"modified", "is before created"}
	case o.typ == "sighting" && !validID(o.sightingOf):
		return &fault{"sighting_of_ref", "is missing or not of the form type--uuid"}
	case o.typ == "relationship":
		return o.checkEnds()
	case o.name == "" && o.typ != "opinion" && o.typ != "sighting" && o.typ != "location":
		return &fault{"name", "is missing"}
	}
	return nil
}

func (o *object) checkEnds() *fault {
	switch {
	case o.relation == "":
		return &fault{"relationship_type", "is missing"}
	case !validID(o.source):
		return &fault{"source_ref", "is missing or not of the form type--uuid"}
	case !validID(o.target):
		return &fault{"target_ref", "is missing or not of the form type--uuid"}
	}
	return nil
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

// clip shortens s to about n bytes for a message, at a character's edge.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "..."
}
