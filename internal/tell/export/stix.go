package export

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// extensionID identifies the property extension of our STIX objects, whose
// definition travels in every bundle. source/stix knows it by the same id, and
// a test holds the two together.
var extensionID = stixID("extension-definition", "claims and verdicts")

// An object is one STIX object. encoding/json writes its keys in order.
type object map[string]any

func (o object) id() string { return o["id"].(string) }

// add appends to a list property, each value once.
func (o object) add(key string, values ...string) {
	list, _ := o[key].([]string)
	for _, v := range values {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	if len(list) > 0 {
		o[key] = list
	}
}

// set sets a text property unless the text is empty: STIX has no empty values.
func (o object) set(key, text string) {
	if strings.TrimSpace(text) != "" {
		o[key] = text
	}
}

// A bundle collects objects by id. Records are added in the order of their
// markings, so that an object several records need, such as an actor, carries
// the least strict marking and nothing that only a stricter record tells.
type bundle struct {
	objects map[string]object
	maker   string              // identity of the program
	actors  map[string]string   // name -> the first actor object of that name
	between map[string][]string // two actor objects -> relationships between them
	denials []denial
	attack  []string // notices of ATT&CK
}

func newBundle(c Content, o Options) *bundle {
	b := &bundle{objects: map[string]object{}, actors: map[string]string{}, between: map[string][]string{}}
	b.maker = stixID("identity", "tool", "cahoots")
	b.put(object{
		"type": "identity", "id": b.maker, "name": "cahoots", "identity_class": "system",
		"description": "A program that weighs open-source evidence about whether governments' hacking groups work together.",
	}, epoch, epoch)
	b.put(object{
		"type": "extension-definition", "id": extensionID, "created_by_ref": b.maker, "name": "cahoots claims and verdicts", "version": "1.0.0",
		"description":     "What an object says, as the evidence record it was made from, or a graded verdict on a pair of groups. An object marked as a part says nothing by itself.",
		"schema":          "https://github.com/cahoots-project/cahoots/blob/main/docs/formats.md#stix-extension",
		"extension_types": []string{"property-extension"},
	}, epoch, epoch)
	for _, n := range c.Notices {
		if id := b.state(n); strings.Contains(n, "MITRE") {
			b.attack = append(b.attack, id)
		}
	}
	return b
}

// put finishes an object and adds it, unless it is there already.
func (b *bundle) put(o object, created, modified time.Time) string {
	if old, ok := b.objects[o.id()]; ok {
		return old.id()
	}
	o["spec_version"] = "2.1"
	o["created"], o["modified"] = stixTime(created), stixTime(modified)
	if o["type"] != "identity" || o["id"] != b.maker {
		o["created_by_ref"] = b.maker
	}
	b.objects[o.id()] = o
	return o.id()
}

// extend gives an object our extension.
func (o object) extend(members map[string]any) {
	members["extension_type"] = "property-extension"
	o["extensions"] = map[string]any{extensionID: members}
}

// part adds an object that a claim needs and that says nothing by itself: a
// victim, a program, a state.
func (b *bundle) part(o object, r *evidence.Record) string {
	if _, ok := b.objects[o.id()]; ok {
		return o.id()
	}
	o.extend(map[string]any{"part": true})
	b.mark(o, r.Marking)
	b.credit(o, r)
	return b.put(o, stampOf(r), stampOf(r))
}

// claim adds the object that carries a record: its own words as far as STIX has
// them, and the whole record in the extension.
func (b *bundle) claim(o object, r *evidence.Record) string {
	o["id"] = stixID(o["type"].(string), "record", string(r.ID))
	if n, stated := r.Confidence.Value(); stated {
		o["confidence"] = n
	}
	o["external_references"] = references(r)
	if _, ok := o["description"]; !ok && (o["type"] == "relationship" || o["type"] == "sighting") {
		o.set("description", r.Note)
	}
	o.extend(recordMembers(r))
	b.mark(o, r.Marking)
	b.credit(o, r)
	id := b.put(o, stampOf(r), stampOf(r))
	b.dispute(id, r)
	return id
}

// credit marks what comes from ATT&CK with MITRE's notice.
func (b *bundle) credit(o object, r *evidence.Record) {
	if r.Origin.Dataset == "attack" || strings.HasPrefix(r.Origin.Dataset, "attack-") {
		o.add("object_marking_refs", b.attack...)
	}
}

// recordMembers are the members of the extension that hold a record. Extra is
// the source's own JSON and travels as text, so that no tool on the way
// reformats it; where the record stood in a file is no part of it.
func recordMembers(r *evidence.Record) map[string]any {
	bare := *r
	extra := bare.Extra
	bare.ID, bare.Extra, bare.Origin.File, bare.Origin.Line = "", nil, "", 0
	m := map[string]any{"record_id": string(r.ID), "record": bare}
	if len(extra) > 0 {
		text, err := json.Marshal(extra)
		if err == nil { // a sealed record has been encoded before
			m["extra"] = string(text)
		}
	}
	return m
}

// dispute adds an opinion on a claim that others contest or deny.
func (b *bundle) dispute(id string, r *evidence.Record) {
	opinion := map[evidence.Status]string{evidence.Contested: "disagree", evidence.Denied: "strongly-disagree"}[r.Status]
	if opinion == "" {
		return
	}
	b.part(object{
		"type": "opinion", "id": stixID("opinion", "status", string(r.ID)), "opinion": opinion,
		"explanation": cmp.Or(r.Note, "The claim is "+string(r.Status)+"."), "object_refs": []string{id},
	}, r)
}

// list gives the objects in the order of their ids, definitions first.
func (b *bundle) list() []object {
	rank := map[string]int{"extension-definition": -3, "marking-definition": -2, "identity": -1}
	return slices.SortedFunc(maps.Values(b.objects), func(x, y object) int {
		return cmp.Or(cmp.Compare(rank[x["type"].(string)], rank[y["type"].(string)]), cmp.Compare(x.id(), y.id()))
	})
}

// build makes the objects of all content.
func build(c Content, o Options) *bundle {
	b := newBundle(c, o)
	for i := range c.Records {
		b.record(&c.Records[i])
	}
	b.deny()
	if c.Assessment != nil {
		b.assessment(c)
	}
	for _, n := range c.Notes {
		b.told(n)
	}
	return b
}

// told adds a note about groups.
func (b *bundle) told(n Note) {
	finish := func(o object) string {
		b.mark(o, n.Marking)
		return b.put(o, n.At, n.At)
	}
	o := object{"type": "note", "id": stixID("note", n.ID), "abstract": n.Abstract, "content": n.Text}
	for _, name := range n.Groups {
		o.refer(b.resolved(assess.Actor{ID: resolve.ActorID(name), Name: name}, finish))
	}
	if len(n.Groups) == 0 {
		o.refer(b.maker)
	}
	o.extend(map[string]any{"part": true})
	finish(o)
}

func writeSTIX(w io.Writer, c Content, o Options) error {
	objects := build(c, o).list()
	ids := make([]string, len(objects))
	for i, obj := range objects {
		ids[i] = obj.id() + obj.version()
	}
	return writeJSON(w, object{"type": "bundle", "id": stixID("bundle", ids...), "objects": objects})
}

func (o object) version() string {
	v, _ := o["modified"].(string)
	return v
}

// writeJSON writes indented JSON with a line feed at the end.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// Objects are the STIX objects that [Write] puts into a bundle, each as JSON,
// definitions first. An assessment above the ceiling is an error.
func Objects(c Content, o Options) ([]json.RawMessage, error) {
	c, _, err := c.within(&o)
	if err != nil {
		return nil, fmt.Errorf("export stix: %w", err)
	}
	var out []json.RawMessage
	for _, obj := range build(c, o).list() {
		b, err := json.Marshal(obj)
		if err != nil {
			return nil, fmt.Errorf("export stix: %w", err)
		}
		out = append(out, b)
	}
	return out, nil
}
