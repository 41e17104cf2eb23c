package stix

import (
	"encoding/json"
	"strings"

	"github.com/cahoots-project/cahoots/evidence"
)

// TLP markings by the fixed identifiers of STIX 2.1 section 7.2.1.4 (TLP 1) and
// of the OASIS TLP 2.0 extension.
var tlpByID = map[string]evidence.TLP{
	"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": evidence.Clear,
	"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": evidence.Green,
	"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": evidence.Amber,
	"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": evidence.Red,

	"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": evidence.Clear,
	"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": evidence.Green,
	"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": evidence.Amber,
	"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": evidence.AmberStrict,
	"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": evidence.Red,
}

// tlpExtension is the extension definition that carries TLP 2.0 labels.
const tlpExtension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

// setDefinition reads the definition of a marking: {"tlp": ...} or {"statement": ...}.
func (o *object) setDefinition(v []byte) bool {
	var d struct{ TLP, Statement string }
	if json.Unmarshal(v, &d) != nil {
		return o.typ != "marking-definition"
	}
	if d.TLP != "" {
		o.setTLP(d.TLP)
	}
	o.statement = d.Statement
	return true
}

func (o *object) setExtensions(v []byte) bool {
	if o.typ != "marking-definition" {
		o.keep("extensions", v)
		return true
	}
	var e map[string]struct {
		TLP string `json:"tlp_2_0"`
	}
	if json.Unmarshal(v, &e) != nil {
		return false
	}
	if l := e[tlpExtension].TLP; l != "" {
		o.setTLP(l)
	}
	return true
}

// setTLP takes a label; one that is not understood counts as RED, so that it
// never leaks.
func (o *object) setTLP(label string) {
	t, err := evidence.ParseTLP(strings.ReplaceAll(label, "_", "+"))
	if err != nil {
		t = evidence.Red
	}
	o.tlp = t
}

// setGranular adds the markings of parts of an object to those of the whole: a
// record made from it may hold any part.
func (o *object) setGranular(v []byte) bool {
	var list []struct {
		Ref string `json:"marking_ref"`
	}
	if json.Unmarshal(v, &list) != nil {
		return false
	}
	for _, g := range list {
		if g.Ref != "" {
			o.markings = append(o.markings, g.Ref)
		}
	}
	return true
}

// marking is the strictest TLP of the objects a record is made from. A marking
// that the input does not define counts as RED.
func (g *graph) marking(objects ...*object) evidence.TLP {
	var t evidence.TLP
	for _, o := range objects {
		if o == nil {
			continue
		}
		for _, ref := range o.markings {
			t = stricter(t, g.markingOf(ref))
		}
	}
	return t
}

func stricter(a, b evidence.TLP) evidence.TLP {
	if a == "" {
		return b
	}
	if b == "" {
		return a
	}
	return evidence.Strictest(a, b)
}

func (g *graph) markingOf(ref string) evidence.TLP {
	if t, ok := tlpByID[ref]; ok {
		return t
	}
	if m := g.objects[ref]; m != nil {
		return m.tlp
	}
	g.undefined[ref] = true
	return evidence.Red
}
