package export

import (
	"strings"

	"github.com/cahoots-project/cahoots/evidence"
)

// tlpExtension is the OASIS extension that carries TLP 2.0 labels
// (STIX 2.1 Common Object Repository, TLP v2.0).
const tlpExtension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

// tlpMarkings are the fixed identifiers of the TLP 2.0 markings.
var tlpMarkings = map[evidence.TLP]string{
	evidence.Clear:       "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
	evidence.Green:       "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
	evidence.Amber:       "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
	evidence.AmberStrict: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
	evidence.Red:         "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}

// mark puts a marking on an object and its definition into the bundle. A label
// outside the protocol is marked RED.
func (b *bundle) mark(o object, m evidence.TLP) {
	if m == "" {
		return
	}
	id, known := tlpMarkings[m]
	if !known {
		m, id = evidence.Red, tlpMarkings[evidence.Red]
	}
	o.add("object_marking_refs", id)
	b.objects[id] = object{
		"type": "marking-definition", "spec_version": "2.1", "id": id, "created": "2022-10-01T00:00:00.000Z", "name": "TLP:" + string(m),
		"extensions": map[string]any{tlpExtension: map[string]any{"extension_type": "property-extension", "tlp_2_0": strings.ToLower(string(m))}},
	}
}

// state defines a notice (a licence, a copyright) as a statement marking.
func (b *bundle) state(notice string) string {
	id := stixID("marking-definition", "statement", notice)
	b.objects[id] = object{
		"type": "marking-definition", "spec_version": "2.1", "id": id, "created": stixTime(epoch), "created_by_ref": b.maker,
		"definition_type": "statement", "definition": map[string]any{"statement": notice},
	}
	return id
}
