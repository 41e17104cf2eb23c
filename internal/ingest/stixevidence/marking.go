package stixevidence

import (
	"maps"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/stix"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// Records are made once for every marking that occurs, from the laxest to the
// strictest, each time from the objects alone that whoever may see that much may
// see: a value can then not stand in a record that is laxer than what it was
// copied from. What a stricter marking adds or changes is a record of its own; it
// names those it stands in place of, and [evidence.Settle] leaves these out where
// both may be seen.

// levels are the markings that occur, the laxest first. Nothing and CLEAR are one.
func (g *graph) levels() []evidence.TLP {
	var list []evidence.TLP
	note := func(o *stix.Object) {
		if l := g.level(o); l.Compare(evidence.Clear) > 0 {
			list = append(list, l)
		} else if !g.foreign[o] {
			list = append(list, evidence.Clear)
		}
	}
	for o := range g.every() {
		if o.Definition == nil {
			note(o)
		}
	}
	for o := range g.foreign {
		note(o)
	}
	for _, versions := range g.several {
		for _, o := range versions {
			note(o)
		}
	}
	slices.SortFunc(list, evidence.TLP.Compare)
	return slices.Compact(list)
}

// level is the marking of an object, worked out once.
func (g *graph) level(o *stix.Object) evidence.TLP {
	if o == nil || len(o.Markings) == 0 && !g.foreign[o] {
		return ""
	}
	level, known := g.marked[o]
	if !known {
		for _, ref := range o.Markings {
			level = marking.Join(level, g.allows(ref))
		}
		g.marked[o] = level
	}
	return level
}

// allows is what a marking definition allows, worked out once.
func (g *graph) allows(ref string) evidence.TLP {
	d := &marking.Definition{ID: ref}
	if o := g.objects[ref]; o != nil && o.Definition != nil {
		d = o.Definition
	}
	level, known := g.allowed[ref]
	if !known {
		level = g.rules.Definition(d)
		g.allowed[ref] = level
	}
	if level == evidence.Undecided {
		g.unread.Add(d.String())
	}
	return level
}

// sees reports whether an object is there for whom the records are being made.
func (g *graph) sees(o *stix.Object) bool { return o != nil && g.level(o).Compare(g.view) <= 0 }

// marking is the strictest marking of the objects a record is made from.
func (g *graph) marking(objects ...*stix.Object) evidence.TLP {
	var t evidence.TLP
	for _, o := range objects {
		t = marking.Join(t, g.level(o))
	}
	return t
}

// made is what an object gave in the view before: by content without the
// marking, the identifier under which it was emitted.
type made map[evidence.ID]evidence.ID

// rank marks what the view of this level shows of an object for the first time,
// out of out[from:], and drops from it what a laxer view showed already.
func (g *graph) rank(o *stix.Object, from int) {
	before, now := g.before[o.ID], made{}
	var fresh []int
	for i := from; i < len(g.out); i++ {
		r := &g.out[i]
		bare := *r
		bare.Marking = ""
		content := bare.Seal().ID
		if id, shown := before[content]; shown {
			now[content] = id
			continue
		}
		fresh = append(fresh, i)
	}
	var gone []evidence.ID
	for content, id := range before {
		if _, still := now[content]; !still {
			gone = append(gone, id)
		}
	}
	slices.Sort(gone)
	kept := from
	for _, i := range fresh {
		r := g.out[i]
		bare := r
		bare.Marking = ""
		content := bare.Seal().ID
		if g.view.Compare(evidence.Clear) > 0 {
			r.Marking = marking.Join(r.Marking, g.view)
		}
		if len(gone) > 0 {
			r.Extra = maps.Clone(r.Extra)
			setExtra(&r, evidence.ExtraInstead, gone)
		}
		r = r.Seal()
		now[content] = r.ID
		g.out[kept] = r
		kept++
	}
	clear(g.out[kept:])
	g.out = g.out[:kept]
	g.before[o.ID] = now
}

// begin starts the view of one marking. Only in the last, which sees everything,
// is what does not become evidence counted and told.
func (g *graph) begin(view evidence.TLP) {
	g.view, g.heaped, g.unknownMarks, g.unframed = view, 0, 0, 0
	clear(g.claimed)
	for id, versions := range g.several {
		g.objects[id] = versions[0]
		if i := slices.IndexFunc(versions, g.sees); i >= 0 {
			g.objects[id] = versions[i]
		}
	}
	g.index()
}

// settleVersions leaves of the versions of each object those that are the newest
// for somebody, the newest first: each is laxer than those before it. What the
// input itself holds comes before what earlier ones had.
func (g *graph) settleVersions() {
	for id, list := range g.several {
		slices.SortFunc(list, func(a, b *stix.Object) int {
			keep, is := stix.Judge(a, b)
			switch {
			case g.foreign[a] != g.foreign[b]:
				return map[bool]int{true: 1, false: -1}[g.foreign[a]]
			case is == stix.Duplicate:
				return g.level(a).Compare(g.level(b))
			case keep == a:
				return -1
			}
			return 1
		})
		kept := list[:1]
		for _, o := range list[1:] {
			if g.level(o).Compare(g.level(kept[len(kept)-1])) < 0 {
				kept = append(kept, o)
			}
		}
		g.several[id], g.objects[id] = kept, kept[0]
		if len(kept) == 1 {
			delete(g.several, id)
		}
	}
}

// aside gives what is counted while f runs to nobody.
func (g *graph) aside(f func()) {
	sum, bad := g.sum, len(g.bad)
	g.sum.Counts, g.sum.Skipped = map[string]int{}, map[string]int{}
	f()
	given := g.sum.Records
	g.sum, g.bad = sum, g.bad[:bad]
	g.sum.Records = given
}
