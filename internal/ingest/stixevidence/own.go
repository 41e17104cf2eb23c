package stixevidence

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// ownExtension is the property extension in which package export carries
// evidence records through STIX: objects that have it give back exactly the
// record they were made from, so that what is read is written back and a second
// reading adds nothing. A test of package export holds the id to the one it
// writes.
const ownExtension = "extension-definition--8c41c06c-9ab4-5eb6-b22a-d8d2533252da"

// own is what an object of ours carries: a record, or nothing, where the object
// only names what a claim needs.
type own struct {
	record *evidence.Record
}

// Reasons to leave out objects of ours that make no claim.
const (
	ownPart    = "written by cahoots: part of a claim"
	ownVerdict = "written by cahoots: a verdict is no evidence"
)

// decodeOwn reads an object that has our extension. ok is false for any other.
func decodeOwn(typ string, raw []byte) (o *object, skip string, bad *fault, ok bool) {
	if !bytes.Contains(raw, []byte(ownExtension)) {
		return nil, "", nil, false
	}
	var in struct {
		ID         string                     `json:"id"`
		CreatedBy  string                     `json:"created_by_ref"`
		Markings   []string                   `json:"object_marking_refs"`
		Granular   json.RawMessage            `json:"granular_markings"`
		Extensions map[string]json.RawMessage `json:"extensions"`
	}
	if json.Unmarshal(raw, &in) != nil || in.Extensions[ownExtension] == nil {
		return nil, "", nil, false
	}
	var e struct {
		Part       bool            `json:"part"`
		Verdict    json.RawMessage `json:"verdict"`
		Assessment json.RawMessage `json:"assessment"`
		RecordID   evidence.ID     `json:"record_id"`
		Record     json.RawMessage `json:"record"`
		Extra      string          `json:"extra"`
	}
	o = &object{typ: typ, id: in.ID, createdBy: in.CreatedBy, markings: in.Markings}
	property := "extensions/" + ownExtension
	if err := json.Unmarshal(in.Extensions[ownExtension], &e); err != nil {
		return o, "", &fault{property, "cannot be read: " + clip(err.Error(), 200)}, true
	}
	switch {
	case e.Verdict != nil || e.Assessment != nil:
		return nil, ownVerdict, nil, true
	case e.Record == nil:
		return nil, ownPart, nil, true
	}
	r := new(evidence.Record)
	if err := json.Unmarshal(e.Record, r); err != nil {
		return o, "", &fault{property + "/record", "cannot be read: " + clip(err.Error(), 200)}, true
	}
	if e.Extra != "" && json.Unmarshal([]byte(e.Extra), &r.Extra) != nil {
		return o, "", &fault{property + "/extra", "is not JSON"}, true
	}
	if err := r.Validate(); err != nil {
		return o, "", &fault{property + "/record", clip(err.Error(), 200)}, true
	}
	if got := r.Seal().ID; got != e.RecordID {
		return o, "", &fault{property + "/record_id", "is not that of the record: its content was changed after it was written, or a newer version wrote it; remove the extension to read the object as plain STIX"}, true
	}
	if len(in.Granular) > 0 && !o.setGranular(in.Granular) {
		return o, "", &fault{"granular_markings", "has the wrong type"}, true
	}
	if !validID(in.ID) || typeOf(in.ID) != typ {
		return o, "", &fault{"id", "is not of the form " + clip(typ, 40) + "--uuid"}, true
	}
	o.own = &own{r}
	return o, "", nil, true
}

// ownRecord yields the record that an object of ours carries, under the
// object's marking where somebody made that stricter.
func (g *graph) ownRecord(o *object) {
	r := *o.own.record
	if m := g.marking(o); m.Compare(r.Marking) > 0 {
		r.Marking = m
	}
	r.Origin.File, r.Origin.Line = g.file, o.place.line
	g.sum.Counts["written by cahoots: "+strings.ReplaceAll(string(r.Class), "-", " ")]++
	g.emit(&r)
}
