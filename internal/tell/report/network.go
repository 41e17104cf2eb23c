package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// networkItems is the number of shared items on the network, the rarest first:
// more could not be told apart, and what many groups have joins nobody.
const networkItems = 40

// An edge joins two things of the network.
type edge struct {
	from, to document.Node
	kind     string // "link", "attack" or "shared item"
	sign     string
	text     string
	status   string
	pair     string
	n        int
	refs     []int
}

// network joins actors by cited links, attackers to the states they attacked,
// and actors to the rarest items that both sides have.
func (b *assessmentBuilder) network() document.Section {
	s := document.Section{ID: "network", Title: "Who is joined to whom", Folded: true}
	edges := slices.Concat(b.linkEdges(), b.attackEdges(), b.itemEdges())
	if len(edges) == 0 {
		return s
	}
	t := &document.Table{ID: "network", Columns: []document.Column{
		{ID: "from", Title: "From"}, {ID: "to", Title: "To"}, {ID: "kind", Title: "Kind"}, {ID: "sign", Title: "Sign"},
		{ID: "text", Title: "What"}, {ID: "count", Title: "Times", Kind: document.Integer}, {ID: "sources", Title: "Sources", Kind: document.Reference},
	}, Legend: fmt.Sprintf("A shared item is no link by itself. Of the items that both sides have, the %d rarest are shown.", networkItems)}
	g := document.Series{ID: "network", Title: "Cited links between actors, and whom they attacked", Kind: document.Network}
	at := map[document.Node]int{}
	node := func(n document.Node) int {
		i, ok := at[n]
		if !ok {
			i = len(g.Nodes)
			at[n] = i
			g.Nodes = append(g.Nodes, n)
		}
		return i
	}
	for _, e := range edges {
		t.Rows = append(t.Rows, document.Row{Pair: e.pair, Cells: []document.Cell{
			document.Words(e.from.Label), document.Words(e.to.Label), document.Words(e.kind), document.Words(e.sign), document.Words(e.text), document.Count(e.n), {Refs: e.refs},
		}})
		g.Points = append(g.Points, document.Point{Row: node(e.from), Column: node(e.to), Label: e.kind, Group: e.sign, Text: e.text, Status: e.status, Value: float64(e.n), Refs: e.refs})
	}
	s.Blocks = append(s.Blocks, g, t)
	return s
}

func (b *assessmentBuilder) linkEdges() []edge {
	var out []edge
	for _, p := range b.pairs {
		for _, l := range p.Links {
			if l.Channel == "attacks" {
				continue
			}
			from, to := document.Node{Label: p.A.Name, Group: "a"}, document.Node{Label: p.B.Name, Group: "b"}
			if l.Direction == channel.BToA {
				from, to = to, from
			}
			out = append(out, edge{from: from, to: to, kind: "link", sign: string(cmp.Or(p.Sign, assess.NoSign)), pair: p.id,
				text: linkKind(p, l), status: disputed(l.Status), n: 1, refs: b.bib.cite(l.Records)})
		}
	}
	return out
}

// attackEdges has one edge for each attacker and state, however many attacks.
func (b *assessmentBuilder) attackEdges() []edge {
	var out []edge
	for _, c := range b.crossings {
		from, to := document.Node{Label: c.attacker.Name, Group: []string{"a", "b"}[c.from]}, document.Node{Label: place(c.state, "the other side"), Group: "state"}
		refs := b.bib.cite(c.link.Records)
		i := slices.IndexFunc(out, func(e edge) bool { return e.from == from && e.to == to })
		if i < 0 {
			out = append(out, edge{from: from, to: to, kind: "attack", sign: string(assess.Adversarial), text: "attacks on record", n: 1, refs: refs})
			continue
		}
		out[i].n++
		refs = append(out[i].refs, refs...)
		slices.Sort(refs)
		out[i].refs = slices.Compact(refs)
	}
	slices.SortStableFunc(out, func(x, y edge) int {
		return cmp.Or(cmp.Compare(x.from.Label, y.from.Label), cmp.Compare(x.to.Label, y.to.Label))
	})
	return out
}

// itemEdges joins both groups of a pair to the items they share.
func (b *assessmentBuilder) itemEdges() []edge {
	type item struct {
		channel.SharedItem
		channel string
	}
	have := map[item]map[document.Node]bool{}
	for _, p := range b.pairs {
		for _, m := range p.Channels {
			for _, shared := range m.Shared {
				k := item{shared, m.Channel}
				if have[k] == nil {
					have[k] = map[document.Node]bool{}
				}
				have[k][document.Node{Label: p.A.Name, Group: "a"}], have[k][document.Node{Label: p.B.Name, Group: "b"}] = true, true
			}
		}
	}
	items := make([]item, 0, len(have))
	for k := range have {
		items = append(items, k)
	}
	slices.SortFunc(items, func(x, y item) int {
		return cmp.Or(cmp.Compare(x.Actors, y.Actors), cmp.Compare(x.Item, y.Item), cmp.Compare(x.Ref, y.Ref), cmp.Compare(x.channel, y.channel))
	})
	var out []edge
	for _, k := range items[:min(networkItems, len(items))] {
		nodes := make([]document.Node, 0, len(have[k]))
		for n := range have[k] {
			nodes = append(nodes, n)
		}
		slices.SortFunc(nodes, func(x, y document.Node) int {
			return cmp.Or(cmp.Compare(x.Group, y.Group), cmp.Compare(x.Label, y.Label))
		})
		for _, n := range nodes {
			out = append(out, edge{from: n, to: document.Node{Label: k.Item, Group: "item"}, kind: "shared item", sign: string(assess.NoSign),
				text: fmt.Sprintf("%s, known of %s", k.channel, document.Plural(k.Actors, "group", "groups")), n: 1})
		}
	}
	return out
}
