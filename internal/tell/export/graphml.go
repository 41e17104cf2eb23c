package export

import (
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// GraphML (graphml.graphdrawing.org, 1.0): typed attributes are declared once
// and carried as data of nodes and edges.
type graphML struct {
	XMLName xml.Name   `xml:"graphml"`
	NS      string     `xml:"xmlns,attr"`
	Keys    []graphKey `xml:"key"`
	Graph   graph      `xml:"graph"`
}

type graphKey struct {
	ID   string `xml:"id,attr"`
	For  string `xml:"for,attr"`
	Name string `xml:"attr.name,attr"`
	Type string `xml:"attr.type,attr"`
}

type graph struct {
	ID      string      `xml:"id,attr"`
	Default string      `xml:"edgedefault,attr"`
	Data    []graphData `xml:"data"`
	Nodes   []graphNode `xml:"node"`
	Edges   []graphEdge `xml:"edge"`
}

type graphNode struct {
	ID   string      `xml:"id,attr"`
	Data []graphData `xml:"data"`
}

type graphEdge struct {
	ID       string      `xml:"id,attr"`
	Source   string      `xml:"source,attr"`
	Target   string      `xml:"target,attr"`
	Directed string      `xml:"directed,attr,omitempty"`
	Data     []graphData `xml:"data"`
}

type graphData struct {
	Key   string `xml:"key,attr"`
	Value string `xml:",chardata"`
}

var graphKeys = []graphKey{
	{"marking", "graph", "marking", "string"}, {"notice", "graph", "notice", "string"},
	{"label", "node", "label", "string"}, {"kind", "node", "kind", "string"}, {"country", "node", "country", "string"},
	{"side", "node", "side", "string"}, {"actors", "node", "actors", "int"},
	{"relation", "edge", "relation", "string"}, {"level", "edge", "level", "int"}, {"sign", "edge", "sign", "string"},
	{"confidence", "edge", "confidence", "string"}, {"contested", "edge", "contested", "boolean"}, {"weight", "edge", "weight", "double"},
}

// data gives the attributes that are not empty, in the order given.
func data(pairs ...string) []graphData {
	var out []graphData
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, graphData{pairs[i], pairs[i+1]})
		}
	}
	return out
}

// writeGraphML writes the network of an assessment: actors, the states they
// attack, and what both of a pair have. The edge of a pair that could not be
// assessed has no level.
func writeGraphML(w io.Writer, c Content, _ Options) error {
	a, err := c.assessment()
	if err != nil {
		return err
	}
	nodes := map[string]graphNode{}
	edges := map[string]graphEdge{}
	for _, p := range a.Pairs {
		pairEdges(p, nodes, edges)
	}
	g := graphML{NS: "http://graphml.graphdrawing.org/xmlns", Keys: graphKeys, Graph: graph{
		ID: "cahoots", Default: "undirected", Data: data("marking", string(Marking(a)), "notice", strings.Join(c.Notices, " ")),
	}}
	short := map[string]string{} // identifiers are XML name tokens: no spaces
	for i, id := range slices.Sorted(maps.Keys(nodes)) {
		n := nodes[id]
		n.ID = "n" + strconv.Itoa(i)
		short[id] = n.ID
		g.Graph.Nodes = append(g.Graph.Nodes, n)
	}
	for i, id := range slices.Sorted(maps.Keys(edges)) {
		e := edges[id]
		e.ID, e.Source, e.Target = "e"+strconv.Itoa(i), short[e.Source], short[e.Target]
		g.Graph.Edges = append(g.Graph.Edges, e)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(g); err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n")
	return err
}

func pairEdges(p assess.Pair, nodes map[string]graphNode, edges map[string]graphEdge) {
	x, y := actorNode(p.A, "a", nodes), actorNode(p.B, "b", nodes)
	edge := func(from, relation, to, directed string, d ...string) {
		id := from + " " + relation + " " + to
		edges[id] = graphEdge{ID: id, Source: from, Target: to, Directed: directed, Data: append(data("relation", relation), data(d...)...)}
	}
	level := ""
	if p.Level >= 0 {
		level = strconv.Itoa(int(p.Level))
	}
	edge(x, "pair", y, "", "level", level, "sign", string(p.Sign), "confidence", p.Confidence, "contested", strconv.FormatBool(p.Contested))
	for _, m := range p.Channels {
		for _, it := range m.Shared {
			item := "item " + m.Channel + " " + it.Item
			nodes[item] = graphNode{item, data("label", it.Item, "kind", m.Channel, "actors", strconv.Itoa(it.Actors))}
			edge(x, "has", item, "")
			edge(y, "has", item, "")
		}
	}
	attacks := map[[2]string]int{}
	for _, l := range p.Links {
		if l.Channel != "attacks" || l.State == "" {
			continue
		}
		from := x
		if l.Direction == "b->a" {
			from = y
		}
		attacks[[2]string{from, l.State}]++
	}
	for k, n := range attacks {
		state := "state " + k[1]
		nodes[state] = graphNode{state, data("label", evidence.CountryName(k[1]), "kind", "state", "country", k[1])}
		edge(k[0], "attacks", state, "true", "weight", fmt.Sprint(n))
	}
}

func actorNode(a assess.Actor, side string, nodes map[string]graphNode) string {
	id := string(a.ID)
	if _, ok := nodes[id]; !ok {
		nodes[id] = graphNode{id, data("label", a.Name, "kind", "actor", "country", a.Country, "side", side)}
	}
	return id
}
