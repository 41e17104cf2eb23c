package stixevidence

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/format/stix"
)

// ownExtension is the property extension in which package export carries
// evidence records through STIX: objects that have it give back exactly the
// record they were made from, so that what is read is written back and a second
// reading adds nothing. A test of package export holds the id to the one it
// writes.
const ownExtension = "extension-definition--8c41c06c-9ab4-5eb6-b22a-d8d2533252da"

// Reasons to leave out objects of ours that make no claim.
const (
	ownPart    = "written by cahoots: part of a claim"
	ownVerdict = "written by cahoots: a verdict is no evidence"
)

// decodeOwn reads an object that has our extension. ours is false for any other.
func decodeOwn(h stix.Head, el jsonscan.Element) (d decoded, bad *stix.Fault, ours bool) {
	if !h.Extended || !bytes.Contains(el.Raw, []byte(ownExtension)) {
		return d, nil, false
	}
	var in struct {
		Extensions map[string]json.RawMessage `json:"extensions"`
	}
	if json.Unmarshal(el.Raw, &in) != nil || in.Extensions[ownExtension] == nil {
		return d, nil, false
	}
	var e struct {
		Part       bool            `json:"part"`
		Verdict    json.RawMessage `json:"verdict"`
		Assessment json.RawMessage `json:"assessment"`
		RecordID   evidence.ID     `json:"record_id"`
		Record     json.RawMessage `json:"record"`
		Extra      string          `json:"extra"`
	}
	property := "extensions/" + ownExtension
	if err := json.Unmarshal(in.Extensions[ownExtension], &e); err != nil {
		return d, &stix.Fault{Property: property, Why: "cannot be read: " + stix.Clip(err.Error(), 200)}, true
	}
	switch {
	case e.Verdict != nil || e.Assessment != nil:
		return decoded{skip: ownVerdict}, nil, true
	case e.Record == nil:
		return decoded{skip: ownPart}, nil, true
	}
	r := new(evidence.Record)
	if err := json.Unmarshal(e.Record, r); err != nil {
		return d, &stix.Fault{Property: property + "/record", Why: "cannot be read: " + stix.Clip(err.Error(), 200)}, true
	}
	if e.Extra != "" && json.Unmarshal([]byte(e.Extra), &r.Extra) != nil {
		return d, &stix.Fault{Property: property + "/extra", Why: "is not JSON"}, true
	}
	if err := r.Validate(); err != nil {
		return d, &stix.Fault{Property: property + "/record", Why: stix.Clip(err.Error(), 200)}, true
	}
	if got := r.Seal().ID; got != e.RecordID {
		return d, &stix.Fault{Property: property + "/record_id", Why: "is not that of the record: its content was changed after it was written, or a newer version wrote it; remove the extension to read the object as plain STIX"}, true
	}
	nothing := func(string) bool { return false }
	o, bad := stix.Decode(el, stix.Keep{Text: nothing, Extra: nothing})
	if bad == nil {
		bad = o.Check()
	}
	o.Extra = map[string]json.RawMessage{"record_id": json.RawMessage(strconv.Quote(string(r.ID)))} // what it carries is what it says
	return decoded{object: o, own: r}, bad, true
}

// ownRecord yields the record that an object of ours carries, under the
// object's marking where somebody made that stricter.
func (g *graph) ownRecord(o *stix.Object, carried *evidence.Record) {
	r := *carried
	if m := g.marking(o); m.Compare(r.Marking) > 0 {
		r.Marking = m
	}
	r.Origin.File, r.Origin.Line = g.file, o.Line
	g.sum.Counts["written by cahoots: "+strings.ReplaceAll(string(r.Class), "-", " ")]++
	g.emit(&r)
}
