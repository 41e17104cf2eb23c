package misp

import (
	"regexp"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// galaxyTag is a machine tag of a galaxy: misp-galaxy:threat-actor="Sofacy".
var galaxyTag = regexp.MustCompile(`(?si)^\s*misp-galaxy:([^=]+?)\s*=\s*"?(.*?)"?\s*$`)

// trailingID stands after the name in MITRE's galaxies: "APT28 - G0007".
var trailingID = regexp.MustCompile(`^(.*) - ([GSTC][0-9]{4}(?:\.[0-9]{3})?)$`)

// GalaxyTag takes apart a tag that names a cluster.
func GalaxyTag(tag string) (galaxy, value string, ok bool) {
	m := galaxyTag.FindStringSubmatch(tag)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// A Label is a cluster that an event or attribute bears, by tag or attached. A
// cluster attached is also a tag: it comes twice.
type Label struct {
	Kind    kind
	Galaxy  string
	Name    string // without the identifier behind it
	ID      string // of ATT&CK, where the name has it
	UUID    string // of the cluster; "" from a tag
	Country string // as the cluster writes it
}

// Labels are the clusters of tags and attached galaxies, the tags first.
func Labels(tags []Tag, galaxies []Galaxy) []Label {
	var out []Label
	add := func(l Label) {
		l.Name = strings.TrimSpace(l.Name)
		if m := trailingID.FindStringSubmatch(l.Name); m != nil {
			l.Name, l.ID = m[1], m[2]
		}
		if l.Kind = KindOf(l.Galaxy); l.Name != "" {
			out = append(out, l)
		}
	}
	for _, t := range tags {
		if g, v, ok := GalaxyTag(string(t.Name)); ok {
			add(Label{Galaxy: g, Name: v})
		}
	}
	for _, g := range galaxies {
		for i := range g.Cluster {
			c := &g.Cluster[i]
			galaxy := string(g.Type)
			if c.Type != "" {
				galaxy = string(c.Type)
			}
			if t, _, ok := GalaxyTag(string(c.TagName)); ok {
				galaxy = t
			}
			add(Label{Galaxy: galaxy, Name: string(c.Value), UUID: strings.ToLower(string(c.UUID)), Country: c.Meta.First("country")})
		}
	}
	return out
}

// Marking is what tags, a distribution and attached clusters of an organisation's
// own allow, the strictest of all; what is not understood is named to unread.
func Marking(rules marking.Rules, unread marking.Unread, tags []Tag, galaxies []Galaxy, distribution Text) evidence.TLP {
	level := Distributed(rules, unread, distribution)
	for _, g := range galaxies {
		for i := range g.Cluster {
			if _, own := g.Cluster[i].Own(); own {
				level = marking.Join(level, Distributed(rules, unread, g.Cluster[i].Distribution))
			}
		}
	}
	for _, t := range tags {
		l, marks := rules.Tag(string(t.Name))
		if !marks {
			continue
		}
		if l == evidence.Undecided {
			unread.Add(strings.TrimSpace(string(t.Name)))
		}
		level = marking.Join(level, l)
	}
	return level
}

// Distributed is what a distribution alone allows.
func Distributed(rules marking.Rules, unread marking.Unread, distribution Text) evidence.TLP {
	level := rules.Distribution(string(distribution))
	if level == evidence.Undecided {
		unread.Add("distribution:" + string(distribution))
	}
	return level
}
