package export

import (
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// mark puts a marking on an object and its definition into the bundle. A label
// outside the protocol is marked RED.
func (b *bundle) mark(o object, m evidence.TLP) {
	if m == "" {
		return
	}
	id := marking.TLPDefinition(m)
	if id == "" {
		m, id = evidence.Red, marking.TLPDefinition(evidence.Red)
	}
	o.add("object_marking_refs", id)
	b.objects[id] = object{
		"type": "marking-definition", "spec_version": "2.1", "id": id, "created": "2022-10-01T00:00:00.000Z", "name": "TLP:" + string(m),
		"extensions": map[string]any{marking.TLPExtension: map[string]any{"extension_type": "property-extension", "tlp_2_0": strings.ToLower(string(m))}},
	}
}

// state defines a notice (a licence, a copyright) as a statement marking.
func (b *bundle) state(notice string) string {
	id := marking.NoticeID(notice)
	b.objects[id] = object{
		"type": "marking-definition", "spec_version": "2.1", "id": id, "created": stixTime(epoch), "created_by_ref": b.maker,
		"definition_type": "statement", "definition": map[string]any{"statement": notice},
	}
	return id
}
