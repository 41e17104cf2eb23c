package stix

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// An Object is one STIX object: the common properties, and those of the types
// that bear on actors and indicators.
type Object struct {
	Type, ID            string
	Created, Modified   time.Time
	Revoked, Deprecated bool
	Name, Description   string
	Aliases             []string
	CreatedBy           string
	References          []Reference
	Markings            []string // of the object and of its parts: a value made from it may hold any part
	Confidence          evidence.Confidence
	Labels              []string
	Types               []string // of an indicator

	Relation       string // relationship_type
	Source, Target string
	First, Last    evidence.Interval // first_seen, last_seen; start_time, stop_time of a relationship
	Published      evidence.Interval
	Refs           []string // object_refs; where_sighted_refs of a sighting
	SightingOf     string
	Country        string // of a location
	Class          string // identity_class
	Sectors        []string
	Tactics        []string
	Opinion        string
	Version        string // x_mitre_version
	Domains        []string
	Definition     *marking.Definition // of a marking definition

	Pattern, PatternType  string // of an indicator
	ValidFrom, ValidUntil time.Time

	Extra map[string]json.RawMessage // what nothing above has a place for, see Keep
	Lost  []string                   // optional properties that could not be read

	Line int    // 1-based
	Path string // JSON pointer in its file
}

// A Reference is one of external_references.
type Reference struct {
	Source      string `json:"source_name"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
	ID          string `json:"external_id,omitempty"`
}

// A Fault is what costs an object: the property and the reason.
type Fault struct{ Property, Why string }

func (f *Fault) Error() string { return f.Property + ": " + f.Why }

// TypeOf is the type in an identifier: "malware" of "malware--0f86...".
func TypeOf(id string) string {
	t, _, _ := strings.Cut(id, "--")
	return t
}

// A Head is what tells whether an object is worth decoding.
type Head struct {
	Type, ID, Relation, Source, Target string
	Extended                           bool // it has extensions
}

// HeadOf reads the head of an object; false where it has no type.
func HeadOf(raw []byte) (h Head, ok bool) {
	jsonscan.Members(raw, func(k, v []byte) {
		switch string(k) {
		case "type":
			h.Type, _ = jsonscan.Text(v)
		case "id":
			h.ID, _ = jsonscan.Text(v)
		case "relationship_type":
			h.Relation, _ = jsonscan.Text(v)
		case "source_ref":
			h.Source, _ = jsonscan.Text(v)
		case "target_ref":
			h.Target, _ = jsonscan.Text(v)
		case "extensions":
			h.Extended = true
		}
	})
	return h, h.Type != ""
}

// Keep says of which types more is held than every reader needs.
type Keep struct {
	Text  func(typ string) bool // descriptions, and citations without an identifier
	Extra func(typ string) bool // properties that Object has no place for
}

// Raw checks that an element is one JSON object.
func Raw(e jsonscan.Element) error {
	if e.Err != nil {
		return e.Err
	}
	if err := jsonscan.Check(e.Raw, jsonscan.MaxNesting); err != nil {
		return fmt.Errorf("is %w of the object", err)
	}
	if e.Raw[0] != '{' {
		return fmt.Errorf("is not an object: %s", Clip(string(e.Raw), 40))
	}
	return nil
}

// Decode reads one object; the element must have passed [Raw]. With a *[Fault]
// comes an object of which only the head is sure. What it does not read it does
// not miss: see [Object.Check].
func Decode(e jsonscan.Element, keep Keep) (*Object, *Fault) {
	h, ok := HeadOf(e.Raw)
	o := &Object{Type: h.Type, ID: h.ID, Line: e.Line, Path: e.Path()}
	if !ok {
		return o, &Fault{"type", "is missing or not a string"}
	}
	var bad *Fault
	d := decoder{o, keep.Text(h.Type), keep.Extra(h.Type)}
	if h.Type == "marking-definition" {
		o.Definition = new(marking.Definition)
		if json.Unmarshal(e.Raw, o.Definition) != nil {
			*o.Definition = marking.Broken(h.ID)
		}
	}
	jsonscan.Members(e.Raw, func(k, v []byte) {
		key := string(k)
		if bad != nil || string(v) == "null" || d.set(key, v) { // null is not allowed by STIX, and harmless
			return
		}
		if needed[key] {
			bad = &Fault{key, "has the wrong type or value: " + Clip(string(v), 80)}
			return
		}
		o.Lost = append(o.Lost, key)
	})
	// One of two times in the wrong order is wrong, and nothing tells which.
	if iv := evidence.Between(o.First, o.Last); iv.Bounded() && !iv.From.Before(iv.To) {
		o.First, o.Last = evidence.Interval{}, evidence.Interval{}
		o.Lost = append(o.Lost, "an end before its beginning")
	}
	return o, bad
}

// same reports that two objects say the same, wherever they stand.
func same(a, b *Object) bool {
	x, y := *a, *b
	x.Line, x.Path, y.Line, y.Path = 0, "", 0, ""
	return reflect.DeepEqual(x, y)
}

// Canonical is an order among objects by all that they say, wherever they stand.
func Canonical(o *Object) string {
	c := *o
	c.Line, c.Path = 0, ""
	b, err := json.Marshal(c)
	if err != nil {
		return o.ID // only decoded JSON comes here
	}
	return string(b)
}
