package stixevidence

import (
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/stix"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// marking is the strictest marking of the objects a value is made from.
func (g *graph) marking(objects ...*stix.Object) evidence.TLP {
	var t evidence.TLP
	for _, o := range objects {
		if o == nil {
			continue
		}
		for _, ref := range o.Markings {
			t = marking.Join(t, g.markingOf(ref))
		}
	}
	return t
}

// markingOf is what a marking definition allows, worked out once.
func (g *graph) markingOf(ref string) evidence.TLP {
	if t, known := g.allowed[ref]; known {
		if t == evidence.Undecided {
			g.unread.Add(g.definition(ref).String())
		}
		return t
	}
	d := g.definition(ref)
	t := g.rules.Definition(d)
	if t == evidence.Undecided {
		g.unread.Add(d.String())
	}
	g.allowed[ref] = t
	return t
}

func (g *graph) definition(ref string) *marking.Definition {
	if o := g.objects[ref]; o != nil && o.Definition != nil {
		return o.Definition
	}
	return &marking.Definition{ID: ref}
}
