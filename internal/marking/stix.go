package marking

import (
	"encoding/json"
	"strings"

	"github.com/google/uuid"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Extension definitions under which STIX carries markings.
const (
	TLPExtension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d" // TLP 2.0 (OASIS, STIX 2.1 Common Object Repository)
	acsExtension = "extension-definition--3a65884d-005a-4290-8335-cb2d778a83ce" // ACS 3.0 (CISA)
)

// A Definition is a STIX marking definition, as far as it says what it allows.
// Its zero value with an identifier stands for one that the input does not hold.
type Definition struct {
	ID            string                     `json:"id"`
	Name          string                     `json:"name"`
	Type          string                     `json:"definition_type"`
	Content       map[string]json.RawMessage `json:"definition"`
	OpenCTIType   string                     `json:"x_opencti_definition_type"`
	OpenCTILabel  string                     `json:"x_opencti_definition"`
	Extensions    map[string]json.RawMessage `json:"extensions"`
	notUnderstood bool
}

// Broken is the definition with that identifier where it cannot be read: it
// allows nothing.
func Broken(id string) Definition { return Definition{ID: id, notUnderstood: true} }

// Statement is the text of a statement marking; "" where it is none.
func (d *Definition) Statement() string { return d.text("statement") }

// text is a member of the definition, whatever the case of its name.
func (d *Definition) text(name string) string {
	for key, v := range d.Content {
		var s string
		if strings.EqualFold(key, name) && json.Unmarshal(v, &s) == nil {
			return s
		}
	}
	return ""
}

// String names the marking for a person.
func (d *Definition) String() string {
	for _, label := range []string{d.OpenCTILabel, d.Name, d.Statement()} {
		if label != "" {
			return d.ID + " (" + clip(label) + ")"
		}
	}
	return d.ID
}

func clip(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "..."
	}
	return s
}

// Definition is what a STIX marking definition allows: the strictest of all that
// it says, "" for a pure notice. A well-known identifier says what it says with
// or without its definition, and no definition makes it say less.
func (r Rules) Definition(d *Definition) evidence.TLP {
	if level, ok := r.decision(d.ID, d.OpenCTILabel, d.Name, d.Statement()); ok {
		return level
	}
	said := evidence.TLP("")
	if level, known := definitions[d.ID]; known {
		said = level
		for _, label := range []string{d.text("tlp"), d.tlp2()} {
			if l, err := evidence.ParseTLP(label); err == nil {
				said = Join(said, l)
			}
		}
		return said
	}
	if d.notUnderstood {
		return evidence.Undecided
	}
	understood := 0
	say := func(level evidence.TLP) { said = Join(said, level); understood++ }
	for _, label := range []string{d.text("tlp"), d.tlp2()} {
		if label != "" {
			say(r.Label(label))
		}
	}
	for _, label := range []string{d.OpenCTILabel, d.Name, d.Statement()} {
		if level, marks := r.Tag(label); marks {
			say(level)
		}
	}
	d.rest(say)
	if understood == 0 {
		return evidence.Undecided
	}
	return said
}

func (d *Definition) tlp2() string {
	var e struct {
		TLP string `json:"tlp_2_0"`
	}
	if json.Unmarshal(d.Extensions[TLPExtension], &e) != nil {
		return ""
	}
	return e.TLP
}

// rest says what the parts of a definition beside its labels allow.
func (d *Definition) rest(say func(evidence.TLP)) {
	switch s := d.Statement(); strings.ToLower(d.Type) {
	case "tlp", "pap", "iep", "ais": // by their labels alone
	case "", "statement":
		_, _, labelled := protocol(s)
		standIn := fold(s) == "custom" && d.OpenCTILabel != "" // OpenCTI, for a marking that STIX has no type for
		switch {
		case labelled || standIn || s == "":
		case isNotice(s) || d.ID == NoticeID(s):
			say("")
		default:
			say(evidence.Undecided)
		}
	default:
		say(evidence.Undecided)
	}
	for id, e := range d.Extensions {
		switch id {
		case TLPExtension:
		case acsExtension:
			say(acs(e))
		default:
			say(evidence.Undecided)
		}
	}
}

// acs is what an ACS marking allows: everything where the content is
// unclassified and its release to the public is determined; what else it
// may allow depends on who asks, and has no place on the scale.
func acs(raw json.RawMessage) evidence.TLP {
	var e struct {
		Control struct {
			Classification string   `json:"classification"`
			Determination  []string `json:"formal_determination"`
		} `json:"control_set"`
	}
	if json.Unmarshal(raw, &e) != nil || e.Control.Classification != "U" {
		return evidence.Undecided
	}
	public := false
	for _, d := range e.Control.Determination {
		switch d {
		case "PUBREL":
			public = true
		case "AIS", "INFORMATION-DIRECTLY-RELATED-TO-CYBERSECURITY-THREAT": // says what it is, not who may see it
		default:
			return evidence.Undecided
		}
	}
	if public {
		return evidence.Clear
	}
	return evidence.Undecided
}

// Namespace is the name space of the identifiers that cahoots gives (UUIDv5).
// The one that STIX 2.1 (section 2.9) fixes is for cyber-observable objects alone.
var Namespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/cahoots-project/cahoots/stix"))

// NoticeID is the identifier of the marking definition under which cahoots
// writes a notice. A definition that bears the identifier of its own text is
// such a notice.
func NoticeID(notice string) string {
	return "marking-definition--" + uuid.NewSHA1(Namespace, []byte("marking-definition\x1fstatement\x1f"+notice)).String()
}
