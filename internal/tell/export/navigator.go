package export

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// A layer is an ATT&CK Navigator layer (layer file format 4.5).
type layer struct {
	Name        string           `json:"name"`
	Versions    layerVersions    `json:"versions"`
	Domain      string           `json:"domain"`
	Description string           `json:"description"`
	Sorting     int              `json:"sorting"` // 3: by score, highest first
	Techniques  []layerTechnique `json:"techniques"`
	Gradient    layerGradient    `json:"gradient"`
	Legend      []layerLegend    `json:"legendItems"`
	Metadata    []layerField     `json:"metadata"`
}

type layerVersions struct {
	Attack    string `json:"attack,omitempty"`
	Navigator string `json:"navigator"`
	Layer     string `json:"layer"`
}

type layerTechnique struct {
	ID       string       `json:"techniqueID"`
	Score    float64      `json:"score"`
	Color    string       `json:"color"`
	Comment  string       `json:"comment"`
	Enabled  bool         `json:"enabled"`
	Metadata []layerField `json:"metadata"`
}

type layerGradient struct {
	Colors []string `json:"colors"`
	Min    float64  `json:"minValue"`
	Max    float64  `json:"maxValue"`
}

type layerLegend struct {
	Label string `json:"label"`
	Color string `json:"color"`
}

type layerField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Colours of the Okabe-Ito palette, which colour-blind people can tell apart.
const (
	colorA      = "#0072b2"
	colorB      = "#e69f00"
	colorShared = "#cc79a7"
)

// holding is who of the two sides has a technique, and how many actors of the
// evidence do.
type holding struct {
	name   string
	a, b   []string
	actors int
}

// writeNavigator writes one layer: techniques of side A only, of B only, and of
// both. The score of a technique is its rarity from 0 (every actor of the
// evidence has it) to 100 (one has): 100 log(N/n)/log N.
func writeNavigator(w io.Writer, c Content, o Options) error {
	a, err := c.assessment()
	if err != nil {
		return err
	}
	domain := cmp.Or(o.Domain, "enterprise-attack")
	if !slices.Contains([]string{"enterprise-attack", "mobile-attack", "ics-attack"}, domain) {
		return fmt.Errorf("domain %q is unknown; use enterprise-attack, mobile-attack or ics-attack", domain)
	}
	which := cmp.Or(o.Layer, "all")
	if !slices.Contains([]string{"all", "a", "b", "shared"}, which) {
		return fmt.Errorf("layer %q is unknown; use all, a, b or shared", which)
	}
	var held map[string]*holding
	var actors int
	if c.Directory != nil {
		held, actors = holdings(c, a, domain)
	} else {
		if which != "shared" && which != "all" {
			return errors.New("a saved assessment holds the shared techniques alone; name the store with --db and the sides with --a and --b")
		}
		which = "shared"
		held, actors = sharedHoldings(a)
	}
	l := layer{
		Name: layerName(a, which), Domain: domain, Sorting: 3, Techniques: []layerTechnique{},
		Versions: layerVersions{Attack: attackVersion(c, domain), Navigator: "5.1.0", Layer: "4.5"},
		Description: strings.Join(append([]string{
			"Techniques of the two sides by cited use. The score is rarity: 0 where every actor of the evidence has the technique, 100 where one has. " +
				"What is common says little about working together.",
		}, c.Notices...), " "),
		Gradient: layerGradient{Colors: []string{"#ffffff", "#cc79a7"}, Min: 0, Max: 100},
		Legend: []layerLegend{
			{"only " + label(a.Sides.A, "side A"), colorA}, {"only " + label(a.Sides.B, "side B"), colorB}, {"both sides", colorShared},
		},
		Metadata: []layerField{{"made by", o.Tool.Name}, {"marking", "TLP:" + string(Marking(a))}, {"actors of the evidence", fmt.Sprint(actors)}},
	}
	for _, id := range slices.Sorted(maps.Keys(held)) {
		if t, ok := held[id].technique(id, which, actors); ok {
			l.Techniques = append(l.Techniques, t)
		}
	}
	return writeJSON(w, l)
}

func label(s assess.Side, other string) string { return cmp.Or(s.Label, other) }

func layerName(a *assess.Assessment, which string) string {
	x, y := label(a.Sides.A, "side A"), label(a.Sides.B, "side B")
	switch which {
	case "a":
		return "Only " + x + ", not " + y
	case "b":
		return "Only " + y + ", not " + x
	case "shared":
		return "Shared by " + x + " and " + y
	}
	return x + " and " + y
}

// holdings are all techniques of the two sides in a domain, from the evidence.
func holdings(c Content, a *assess.Assessment, domain string) (map[string]*holding, int) {
	sideA, sideB := map[resolve.ActorID]string{}, map[resolve.ActorID]string{}
	for _, p := range a.Pairs {
		sideA[p.A.ID], sideB[p.B.ID] = p.A.Name, p.B.Name
	}
	held := map[string]*holding{}
	who := map[string]map[resolve.ActorID]bool{}
	all := map[resolve.ActorID]bool{}
	for i := range c.Records {
		r := &c.Records[i]
		id, known := c.Directory.Of(r.Subject)
		if !known || r.Class != evidence.UsesTechnique || !technique.MatchString(r.ValueRef) || !inDomain(r, domain) {
			continue
		}
		if held[r.ValueRef] == nil {
			held[r.ValueRef], who[r.ValueRef] = &holding{name: r.Value}, map[resolve.ActorID]bool{}
		}
		held[r.ValueRef].name = min(held[r.ValueRef].name, r.Value)
		who[r.ValueRef][id], all[id] = true, true
	}
	for t, h := range held {
		h.actors = len(who[t])
		for _, id := range slices.Sorted(maps.Keys(who[t])) {
			if n, ok := sideA[id]; ok {
				h.a = append(h.a, n)
			}
			if n, ok := sideB[id]; ok {
				h.b = append(h.b, n)
			}
		}
		slices.Sort(h.a)
		slices.Sort(h.b)
	}
	return held, len(all)
}

// inDomain reports whether a record speaks of a technique of the matrix: the
// three of ATT&CK number theirs apart, but only ICS visibly.
func inDomain(r *evidence.Record, domain string) bool {
	set := map[string]string{"attack-enterprise": "enterprise-attack", "attack-mobile": "mobile-attack", "attack-ics": "ics-attack"}[r.Origin.Dataset]
	if set == "" {
		set = "enterprise-attack"
		if strings.HasPrefix(r.ValueRef, "T0") {
			set = "ics-attack"
		}
	}
	return set == domain
}

// sharedHoldings are what the measurements of the pairs list as shared.
func sharedHoldings(a *assess.Assessment) (map[string]*holding, int) {
	held := map[string]*holding{}
	actors := 0
	for _, s := range a.Channels {
		if s.Channel == "technique" {
			actors = s.Actors
		}
	}
	for _, p := range a.Pairs {
		for _, m := range p.Channels {
			if m.Channel == "technique" {
				share(held, p, m.Shared)
			}
		}
	}
	return held, actors
}

func share(held map[string]*holding, p assess.Pair, items []channel.SharedItem) {
	add := func(list []string, name string) []string {
		if !slices.Contains(list, name) {
			list = append(list, name)
			slices.Sort(list)
		}
		return list
	}
	for _, it := range items {
		if !technique.MatchString(it.Ref) {
			continue
		}
		h := held[it.Ref]
		if h == nil {
			h = &holding{name: it.Item, actors: it.Actors}
			held[it.Ref] = h
		}
		h.a, h.b = add(h.a, p.A.Name), add(h.b, p.B.Name)
	}
}

// technique is the entry of one technique, where the layer wants it.
func (h *holding) technique(id, which string, actors int) (layerTechnique, bool) {
	t := layerTechnique{ID: id, Enabled: true, Score: rarity(h.actors, actors), Metadata: []layerField{{"actors with it", fmt.Sprint(h.actors)}}}
	kind := ""
	switch {
	case len(h.a) > 0 && len(h.b) > 0:
		kind, t.Color, t.Comment = "shared", colorShared, "Both: "+strings.Join(h.a, ", ")+" / "+strings.Join(h.b, ", ")
	case len(h.a) > 0:
		kind, t.Color, t.Comment = "a", colorA, "Only A: "+strings.Join(h.a, ", ")
	case len(h.b) > 0:
		kind, t.Color, t.Comment = "b", colorB, "Only B: "+strings.Join(h.b, ", ")
	}
	return t, kind != "" && (which == "all" || which == kind)
}

// rarity is 100 log(N/n)/log N, the inverse document frequency on a scale of
// 0 to 100; 0 where it cannot be told.
func rarity(n, of int) float64 {
	if n < 1 || of < 2 || n > of {
		return 0
	}
	return math.Round(1000*math.Log(float64(of)/float64(n))/math.Log(float64(of))) / 10
}

// attackVersion is the major version of ATT&CK that the evidence states, "" for
// none: the Navigator then asks.
func attackVersion(c Content, domain string) string {
	for _, d := range c.Datasets {
		if d.Name == "attack-"+strings.TrimSuffix(domain, "-attack") {
			major, _, _ := strings.Cut(d.Version, ".")
			return major
		}
	}
	return ""
}
