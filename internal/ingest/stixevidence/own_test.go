package stixevidence

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/format/stix"
)

func carrier(r evidence.Record, id evidence.ID, markings string) string {
	b, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"type":"note","id":"note--311b2d2d-f010-4473-83ec-1edf84858f4c","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z"%s,"extensions":{%q:{"extension_type":"property-extension","record_id":%q,"record":%s}}}`,
		markings, ownExtension, id, b)
}

var ownSample = evidence.Record{
	Class: evidence.Alias, Subject: evidence.Actor{Name: "A"}, Value: "B", Citation: evidence.Citation{Publisher: "P"}, Origin: evidence.Origin{Dataset: "d"},
}.Seal()

func decodeNote(raw string) (decoded, *stix.Fault, bool) {
	h, _ := stix.HeadOf([]byte(raw))
	return decodeOwn(h, jsonscan.Element{Raw: []byte(raw)})
}

func TestOnlyAWholeRecordIsTakenFromTheExtension(t *testing.T) {
	changed := ownSample
	changed.Value = "C"
	uncited := evidence.Record{Class: evidence.Alias, Origin: evidence.Origin{Dataset: "d"}}.Seal()
	for name, raw := range map[string]string{
		"changed": carrier(changed, ownSample.ID, ""), "uncited": carrier(uncited, uncited.ID, ""), "no id": carrier(ownSample, "", ""),
	} {
		if _, bad, ours := decodeNote(raw); !ours || bad == nil {
			t.Errorf("%s: taken (%v)", name, bad)
		}
	}
	if d, bad, ours := decodeNote(carrier(ownSample, ownSample.ID, "")); !ours || bad != nil || d.own.Seal().ID != ownSample.ID {
		t.Errorf("a whole record was refused: %v", bad)
	}
	if _, _, ours := decodeNote(`{"type":"note","content":"` + ownExtension + `"}`); ours {
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
		d, bad, ours := decodeNote(string(raw))
		if !ours || bad != nil || d.own == nil {
			return
		}
		if err := d.own.Validate(); err != nil {
			t.Errorf("an invalid record was taken: %v", err)
		}
	})
}
