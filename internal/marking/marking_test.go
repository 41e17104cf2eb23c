package marking

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

const some = "marking-definition--00000000-0000-4000-8000-000000000001"

func define(t *testing.T, id, members string) *Definition {
	t.Helper()
	var d Definition
	text := `{"type":"marking-definition","id":"` + id + `"` + members + `}`
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	return &d
}

func statement(text string) string {
	b, _ := json.Marshal(text)
	return `,"definition_type":"statement","definition":{"statement":` + string(b) + `}`
}

func TestADefinitionAllowsWhatItsStrictestPartDoes(t *testing.T) {
	acs := func(class, determination string) string {
		return `,"extensions":{"` + acsExtension + `":{"control_set":{"classification":"` + class + `","formal_determination":[` + determination + `]}}}`
	}
	for _, c := range []struct {
		members string
		want    evidence.TLP
	}{
		{`,"definition_type":"tlp","definition":{"tlp":"amber"}`, evidence.Amber},
		{`,"definition_type":"tlp","definition":{"tlp":"TLP:AMBER"}`, evidence.Amber},
		{`,"definition_type":"TLP","definition":{"TLP":"TLP:AMBER+STRICT"}`, evidence.AmberStrict},
		{`,"definition_type":"tlp","definition":{"tlp":"amber_strict"}`, evidence.AmberStrict},
		{`,"definition_type":"tlp","definition":{"tlp":"white"}`, evidence.Clear},
		{`,"definition_type":"tlp","definition":{"tlp":"green-chr"}`, evidence.Undecided},
		{`,"extensions":{"` + TLPExtension + `":{"tlp_2_0":"amber+strict"}}`, evidence.AmberStrict},
		{`,"extensions":{"extension-definition--00000000-0000-4000-8000-000000000009":{"tlp_2_0":"clear"}}`, evidence.Undecided},
		{`,"definition_type":"statement","definition":{"statement":"custom"},"x_opencti_definition_type":"TLP","x_opencti_definition":"TLP:AMBER+STRICT"`, evidence.AmberStrict},
		{`,"definition_type":"statement","definition":{"statement":"custom"},"x_opencti_definition_type":"PAP","x_opencti_definition":"PAP:RED"`, evidence.Red},
		{`,"definition_type":"statement","definition":{"statement":"custom"},"x_opencti_definition_type":"CLASS","x_opencti_definition":"CD:INTERNAL"`, evidence.Undecided},
		{`,"definition_type":"statement","definition":{"statement":"custom"}`, evidence.Undecided},
		{`,"name":"TLP:RED"` + statement("TLP:RED"), evidence.Red},
		{`,"name":"TLP:CLEAR"` + statement("Internal use only, do not distribute."), evidence.Undecided},
		{statement(""), evidence.Undecided},
		{`,"definition_type":"ais","definition":{"consent":"none","tlp":"amber"}`, evidence.Amber},
		{`,"definition_type":"ais","definition":{"consent":"everyone"}`, evidence.Undecided},
		{`,"definition_type":"iep","definition":{"tlp":"amber","permitted_actions":"none"}`, evidence.Amber},
		{`,"definition_type":"iep","definition":{"permitted_actions":"none"}`, evidence.Undecided},
		{`,"definition_type":"classification","name":"SECRET","definition":{"classification":"secret"}`, evidence.Undecided},
		{`,"definition_type":"classification","name":"SECRET","definition":{"classification":"secret","tlp":"clear"}`, evidence.Undecided},
		{`,"name":"SECRET"`, evidence.Undecided}, {``, evidence.Undecided},
		{acs("U", `"PUBREL"`), evidence.Clear}, {acs("U", `"PUBREL","AIS"`), evidence.Clear}, {acs("U", `"FOUO"`), evidence.Undecided},
		{acs("U", `"PUBREL","PII-NECESSARY-TO-UNDERSTAND-THREAT"`), evidence.Undecided}, {acs("S", `"PUBREL"`), evidence.Undecided}, {acs("U", ""), evidence.Undecided},
	} {
		if got := (Rules{}).Definition(define(t, some, c.members)); got != c.want {
			t.Errorf("%s allows %q, want %q", c.members, got, c.want)
		}
	}
	if got := (Rules{}).Definition(new(Definition)); got != evidence.Undecided {
		t.Errorf("nothing allows %q", got)
	}
	broken := Broken(some)
	if got := (Rules{}).Definition(&broken); got != evidence.Undecided {
		t.Errorf("what cannot be read allows %q", got)
	}
}

func TestAWellKnownIdentifierNeedsNoDefinitionAndIsNotLoosenedByOne(t *testing.T) {
	for id, want := range map[string]evidence.TLP{
		"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": evidence.Clear,
		"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": evidence.Red,
		"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": evidence.AmberStrict,
		"marking-definition--826578e1-40ad-459f-bc73-ede076f81f37": evidence.AmberStrict, // OpenCTI
		"marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168": "",                   // MITRE, on ATT&CK
	} {
		if got := (Rules{}).Definition(&Definition{ID: id}); got != want {
			t.Errorf("%s allows %q, want %q", id, got, want)
		}
		looser := define(t, id, `,"definition_type":"tlp","definition":{"tlp":"clear"}`)
		if got := (Rules{}).Definition(looser); got.Compare(want) < 0 {
			t.Errorf("%s says that it is clear, and allows %q", id, got)
		}
		stricter := define(t, id, `,"definition_type":"tlp","definition":{"tlp":"red"}`)
		if got := (Rules{}).Definition(stricter); got != evidence.Red {
			t.Errorf("%s says that it is red, and allows %q", id, got)
		}
	}
}

func TestOnlyKnownNoticesRestrictNothing(t *testing.T) {
	for text, notice := range map[string]bool{
		"Copyright 2015-2025, The MITRE Corporation. MITRE ATT&CK and ATT&CK are registered trademarks of The MITRE Corporation.": true,
		"Copyright 2017, The MITRE Corporation": true, "© 2023 The MITRE Corporation. All rights reserved.": true, "(c) 2020 OASIS Open": true,
		"CC BY 4.0": true, "CC0-1.0": true, "Creative Commons Attribution 4.0 International": true,
		"Copyright 2024 Example. Do not distribute.": false, "Copyright 2015, The MITRE Corporation. Internal use only.": false,
		"This document is confidential. Copyright 2020, The MITRE Corporation": false, "Copyright": false, "Licence": false, "Copyright 2024, Acme": false,
		"CC BY 4.0, partners only": false, "": false,
	} {
		want := evidence.Undecided
		if notice {
			want = ""
		}
		if got := (Rules{}).Definition(define(t, some, statement(text))); got != want {
			t.Errorf("%q allows %q, want %q", text, got, want)
		}
	}
	own := "Names of members only"
	if got := (Rules{}).Definition(define(t, NoticeID(own), statement(own))); got != "" {
		t.Errorf("a notice that cahoots wrote allows %q", got)
	}
	if got := (Rules{}).Definition(define(t, NoticeID(own), statement(own+" now"))); got != evidence.Undecided {
		t.Errorf("a notice whose text was changed allows %q", got)
	}
}

func TestTagsAndDistributionsAreFloors(t *testing.T) {
	for tag, want := range map[string]evidence.TLP{
		"tlp:white": evidence.Clear, " tlp:red ": evidence.Red, "TLP:AMBER+STRICT": evidence.AmberStrict, "tlp:amber-strict": evidence.AmberStrict, "tlp-green": evidence.Green,
		"TLP RED": evidence.Red, "tlp:ex:chr": evidence.Undecided, "tlp:unclear": evidence.Undecided, "tlp:rot": evidence.Undecided, "tlp:": evidence.Undecided, "pap:white": evidence.Clear,
		"PAP:AMBER": evidence.Amber, `iep2-policy:tlp="amber"`: evidence.Amber, `iep2-policy:encrypt_in_transit="must"`: evidence.Undecided, `nato:classification="NR"`: evidence.Undecided,
		"dissemination-limitation-markings:FOUO": evidence.Undecided, "eu-classification:RESTREINT UE": evidence.Undecided, "FOR OFFICIAL USE ONLY": evidence.Undecided,
		"acme:handling=\"internal-use only\"": evidence.Undecided, "EUCI:EU-RES": evidence.Undecided, `data-classification="Confidential"`: evidence.Undecided,
	} {
		if got, marks := (Rules{}).Tag(tag); got != want || !marks {
			t.Errorf("%q allows %q (%v), want %q", tag, got, marks, want)
		}
	}
	for _, tag := range []string{"red", "tlpx", `misp-galaxy:threat-actor="Sofacy"`, "osint:source-type=\"blog-post\"", "", "papers", "natotarget:x",
		`misp-galaxy:threat-actor="Secret Blizzard"`, `us-classification:classification="UNCLASSIFIED"`, `circl:incident-classification="malware"`, "secretary", `malware_classification:malware-category="Virus"`} {
		if got, marks := (Rules{}).Tag(tag); marks {
			t.Errorf("%q is no marking, and allows %q", tag, got)
		}
	}
	for n, want := range map[string]evidence.TLP{"0": evidence.AmberStrict, "1": evidence.Green, "2": evidence.Green, "3": "", "4": evidence.AmberStrict, "5": "", "": "", "9": evidence.Undecided} {
		if got := (Rules{}).Distribution(n); got != want {
			t.Errorf("distribution %s allows %q, want %q", n, got, want)
		}
	}
}

func TestTheUserDecidesWhatIsNotUnderstood(t *testing.T) {
	r, err := ParseRules([]string{some + "=AMBER", "tlp:ex:chr=RED", "Internal  use only=green", "distribution:0=CLEAR", "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed=amber"})
	if err != nil {
		t.Fatal(err)
	}
	tag, _ := r.Tag("TLP:EX:CHR")
	for what, got := range map[string][2]evidence.TLP{
		"id": {r.Definition(define(t, some, `,"name":"SECRET"`)), evidence.Amber}, "tag": {tag, evidence.Red},
		"text":         {r.Definition(define(t, strings.Replace(some, "1", "2", 1), statement("INTERNAL use only"))), evidence.Green},
		"distribution": {r.Distribution("0"), evidence.Clear}, "known": {r.Definition(&Definition{ID: "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"}), evidence.Amber},
		"label": {r.Label("internal use only"), evidence.Green}, "no label": {r.Label(""), ""}, "other": {r.Label("SECRET"), evidence.Undecided},
	} {
		if got[0] != got[1] {
			t.Errorf("%s allows %q, want %q", what, got[0], got[1])
		}
	}
	for _, bad := range []string{"x", "=RED", "x=PURPLE", "x"} {
		if _, err := ParseRules([]string{bad}); err == nil {
			t.Errorf("%q is a decision", bad)
		}
	}
	if _, err := ParseRules([]string{"x=RED", "X=AMBER"}); err == nil {
		t.Error("a marking is decided twice")
	}
	u := Unread{}
	u.Add(define(t, some, `,"name":"SECRET"`).String())
	if notes := u.Notes(); len(notes) != 1 || !strings.Contains(notes[0], "--treat-marking '"+some+"=LEVEL'") || !strings.Contains(notes[0], "SECRET") {
		t.Errorf("%q", notes)
	}
}

// What is not understood is told in an order of its own and not at endless length.
func TestNotesNameTenMarkingsInOrderAndCountTheRest(t *testing.T) {
	u := Unread{}
	for _, n := range []string{"m", "c", "k", "a", "l", "b", "j", "d", "i", "e", "h", "f", "g"} {
		u.Add("class " + n)
		u.Add("class " + n)
	}
	notes := u.Notes()
	if len(notes) != 11 || notes[10] != "3 further markings are not understood." {
		t.Fatalf("%q", notes)
	}
	for i, note := range notes[:10] {
		if want := "The marking class " + string(rune('a'+i)) + " is not understood (2 times)"; !strings.HasPrefix(note, want) {
			t.Errorf("%q, want %q", note, want)
		}
	}
}

func TestALongTextOfAMarkingIsCutShortInItsName(t *testing.T) {
	for n, want := range map[int]string{80: strings.Repeat("é", 80), 81: strings.Repeat("é", 80) + "..."} {
		if got := define(t, some, statement(strings.Repeat("é", n))).String(); got != some+" ("+want+")" {
			t.Errorf("%d letters are named %q", n, got)
		}
	}
}

func TestAnExtensionThatIsNotKnownRestrictsWhateverElseIsSaid(t *testing.T) {
	more := `,"extensions":{"extension-definition--00000000-0000-4000-8000-000000000009":{"x":"y"}}`
	for _, members := range []string{`,"definition_type":"tlp","definition":{"tlp":"clear"}`, `,"name":"TLP:CLEAR"` + statement("CC BY 4.0")} {
		if got := (Rules{}).Definition(define(t, some, members)); got.Compare(evidence.Clear) > 0 {
			t.Fatalf("%s alone allows %q", members, got)
		}
		if got := (Rules{}).Definition(define(t, some, members+more)); got != evidence.Undecided {
			t.Errorf("%s with an extension allows %q", members, got)
		}
	}
}
