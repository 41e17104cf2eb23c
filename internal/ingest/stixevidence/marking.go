package stixevidence

import (
	"encoding/json"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

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
	if l := e[evidence.TLPExtension].TLP; l != "" {
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
	if t, ok := evidence.MarkedBy(ref); ok {
		return t
	}
	if m := g.objects[ref]; m != nil {
		return m.tlp
	}
	g.undefined[ref] = true
	return evidence.Red
}
