package stix

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/marking"
)

const group = `"type":"intrusion-set","id":"intrusion-set--00000000-0000-4000-8000-000000000001","name":"A"`

func all(string) bool { return true }

func decode(t *testing.T, members string) (*Object, *Fault) {
	t.Helper()
	e := jsonscan.Element{Raw: []byte(`{` + members + `}`)}
	if err := Raw(e); err != nil {
		t.Fatal(err)
	}
	return Decode(e, Keep{Text: all, Extra: all})
}

func TestFlagsComeAsTruthValuesTextsOrNumbers(t *testing.T) {
	for v, want := range map[string]bool{"true": true, `"true"`: true, "1": true, `"1"`: true, "false": false, `"false"`: false, "0": false, "null": false} {
		o, bad := decode(t, group+`,"revoked":`+v)
		if bad != nil || o.Revoked != want {
			t.Errorf("%s: %v, %v", v, o.Revoked, bad)
		}
	}
	if _, bad := decode(t, group+`,"revoked":"perhaps"`); bad == nil {
		t.Error("an object of which nobody knows whether it holds is read")
	}
}

func TestTheNewestModifiedIsTheObjectInAnyOrder(t *testing.T) {
	at := func(day int, name string) *Object {
		o, bad := decode(t, strings.Replace(group, `"A"`, `"`+name+`"`, 1)+fmt.Sprintf(`,"modified":"2022-01-%02dT00:00:00Z"`, day))
		if bad != nil {
			t.Fatal(bad)
		}
		return o
	}
	one, two, other := at(1, "A"), at(2, "B"), at(2, "C")
	for _, c := range []struct {
		old, new, stays *Object
		is              outcome
	}{
		{one, two, two, Newer}, {two, one, two, Older}, {two, at(2, "B"), two, Duplicate}, {two, other, two, Conflict}, {other, two, two, Conflict},
	} {
		if stays, is := Judge(c.old, c.new); stays != c.stays || is != c.is {
			t.Errorf("%s then %s: %s stays, %d", c.old.Name, c.new.Name, stays.Name, is)
		}
	}
}

func TestMarkingsAreFoundHoweverTheyAreWritten(t *testing.T) {
	for _, members := range []string{
		`,"object_marking_refs":["m--1"]`, `,"object_marking_refs":"m--1"`, `,"object_marking\u005frefs":["m--1"]`,
		`,"granular_markings":[{"lang":"en","selectors":["name"]},{"marking_ref":"m--1","selectors":["name"]}]`,
	} {
		if o, bad := decode(t, group+members); bad != nil || len(o.Markings) != 1 || o.Markings[0] != "m--1" {
			t.Errorf("%s: %q, %v", members, o.Markings, bad)
		}
	}
	for label, want := range map[string]string{"TLP:RED": marking.TLPDefinition(evidence.Red), "FOUO": "FOUO", "phishing": ""} {
		if o, bad := decode(t, group+`,"labels":["`+label+`"]`); bad != nil || strings.Join(o.Markings, " ") != want {
			t.Errorf("%s: %q, %v", label, o.Markings, bad)
		}
	}
	for _, members := range []string{
		`,"x_opencti_granted_refs":["identity--1"]`, `,"x_opencti_granted_refs":{"id":"identity--1"}`, `,"extensions":{"` + openCTI + `":{"granted_refs":["identity--1"]}}`,
	} {
		if o, bad := decode(t, group+members); bad != nil || len(o.Markings) != 1 || o.Markings[0] != marking.TLPDefinition(evidence.AmberStrict) {
			t.Errorf("%s: %q, %v", members, o.Markings, bad)
		}
	}
	if o, bad := decode(t, group+`,"x_opencti_granted_refs":[]`); bad != nil || len(o.Markings) != 0 {
		t.Errorf("shown to everybody: %q, %v", o.Markings, bad)
	}
	for _, members := range []string{`,"object_marking_refs":7`, `,"object_marking_refs":[7]`, `,"granular_markings":[{"selectors":["name"]}]`, `,"granular_markings":{}`} {
		if _, bad := decode(t, group+members); bad == nil {
			t.Errorf("%s: read as if it were unmarked", members)
		}
	}
}

func TestTimesInTheWrongOrderAreBothLost(t *testing.T) {
	o, bad := decode(t, group+`,"first_seen":"2022-02-01T00:00:00Z","last_seen":"2021-02-01T00:00:00Z"`)
	if bad != nil || !o.First.IsZero() || !o.Last.IsZero() || len(o.Lost) != 1 {
		t.Errorf("%+v, %v", o, bad)
	}
	o, bad = decode(t, group+`,"first_seen":"2022-02-01T10:00:00Z","last_seen":"2022-02-01T10:00:00Z"`)
	if bad != nil || evidence.Between(o.First, o.Last).String() != "2022-02-01T10:00:00Z" {
		t.Errorf("one moment: %v to %v, %v", o.First, o.Last, bad)
	}
}

func TestReferencesAreThoseWithoutWhichAnObjectSaysLittle(t *testing.T) {
	id, modified, refs := References([]byte(`{"id":"relationship--1","modified":"M","source_ref":"a--1","target_ref":"b--1","created_by_ref":"c--1","object_marking_refs":["d--1"],"granular_markings":[{"marking_ref":"e--1"}],"object_refs":["f--1"]}`))
	if id != "relationship--1" || modified != "M" || strings.Join(refs, " ") != "a--1 b--1 c--1 d--1 e--1" {
		t.Errorf("%s %s %s", id, modified, refs)
	}
	if id, _, refs := References([]byte(`{"id":`)); id != "" || refs != nil {
		t.Errorf("%s %s", id, refs)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{` + group + `,"modified":"2022-01-01T00:00:00Z","confidence":"High","granular_markings":[{"marking_ref":"m--1"}]}`))
	f.Add([]byte(`{"type":"marking-definition","id":"marking-definition--1","definition":{"tlp":"red"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e := jsonscan.Element{Raw: raw}
		if len(raw) == 0 || Raw(e) != nil {
			return
		}
		o, bad := Decode(e, Keep{Text: all, Extra: all})
		if bad == nil {
			bad = o.Check()
		}
		if bad == nil && (!validID(o.ID) || Canonical(o) == "") {
			t.Errorf("%s: %+v", raw, o)
		}
		References(raw)
	})
}
