package stixevidence

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

func carrier(r evidence.Record, id evidence.ID, markings string) string {
	b, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"type":"note","id":"note--311b2d2d-f010-4473-83ec-1edf84858f4c"%s,"extensions":{%q:{"extension_type":"property-extension","record_id":%q,"record":%s}}}`,
		markings, ownExtension, id, b)
}

var ownSample = evidence.Record{
	Class: evidence.Alias, Subject: evidence.Actor{Name: "A"}, Value: "B", Citation: evidence.Citation{Publisher: "P"}, Origin: evidence.Origin{Dataset: "d"},
}.Seal()

func TestOnlyAWholeRecordIsTakenFromTheExtension(t *testing.T) {
	changed := ownSample
	changed.Value = "C"
	uncited := evidence.Record{Class: evidence.Alias, Origin: evidence.Origin{Dataset: "d"}}.Seal()
	for name, raw := range map[string]string{
		"changed": carrier(changed, ownSample.ID, ""), "uncited": carrier(uncited, uncited.ID, ""), "no id": carrier(ownSample, "", ""),
	} {
		if o, _, bad, ours := decodeOwn("note", []byte(raw)); !ours || bad == nil || o.own != nil {
			t.Errorf("%s: taken (%v)", name, bad)
		}
	}
	if o, _, bad, ours := decodeOwn("note", []byte(carrier(ownSample, ownSample.ID, ""))); !ours || bad != nil || o.own.record.Seal().ID != ownSample.ID {
		t.Errorf("a whole record was refused: %v", bad)
	}
	if _, _, _, ours := decodeOwn("note", []byte(`{"type":"note","content":"`+ownExtension+`"}`)); ours {
		t.Error("an object that only mentions the extension was taken for one that has it")
	}
}

func FuzzOwnExtension(f *testing.F) {
	f.Add([]byte(carrier(ownSample, ownSample.ID, "")))
	f.Add([]byte(carrier(ownSample, "x", `,"granular_markings":[{"marking_ref":"y"}]`)))
	f.Add([]byte(`{"extensions":{"` + ownExtension + `":null}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !json.Valid(raw) {
			return
		}
		o, _, bad, ours := decodeOwn("note", raw)
		if !ours || bad != nil || o == nil {
			return
		}
		if err := o.own.record.Validate(); err != nil {
			t.Errorf("an invalid record was taken: %v", err)
		}
	})
}
