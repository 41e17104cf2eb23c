package misp

import (
	"bytes"
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// A Cluster is one entry of a galaxy: as its file has it, as an event carries it
// attached, or as MISP's own pages export it.
type Cluster struct {
	Value       Text           `json:"value"`
	UUID        Text           `json:"uuid"`
	Description Text           `json:"description"`
	Type        Text           `json:"type"`
	TagName     Text           `json:"tag_name"`
	Revoked     Text           `json:"revoked"`
	Meta        Meta           `json:"meta"`
	Related     Many[relation] `json:"related"`

	// What MISP knows of a cluster on its site. Default are those that came with
	// the public galaxies; the others are an organisation's own.
	Distribution Text          `json:"distribution"`
	Default      Text          `json:"default"`
	Source       Text          `json:"source"`
	Deleted      Text          `json:"deleted"`
	Version      Text          `json:"version"`
	Orgc         organisation  `json:"Orgc"`
	Galaxy       Galaxy        `json:"Galaxy"`
	Elements     Many[keyed]   `json:"GalaxyElement"`
	Relations    Many[related] `json:"GalaxyClusterRelation"`
}

// Of the export of MISP's pages.
type (
	keyed struct {
		Key   Text `json:"key"`
		Value Text `json:"value"`
	}
	related struct {
		Dest Text      `json:"referenced_galaxy_cluster_uuid"`
		Type Text      `json:"referenced_galaxy_cluster_type"`
		Tag  Many[Tag] `json:"Tag"`
	}
)

// UnmarshalJSON reads every way of writing a cluster as the first.
func (c *Cluster) UnmarshalJSON(b []byte) error {
	type plain Cluster
	var p plain
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	*c = Cluster(p)
	for _, e := range c.Elements {
		if c.Meta.All == nil {
			c.Meta.All = map[string]Words{}
		}
		if e.Value != "" {
			c.Meta.All[string(e.Key)] = append(c.Meta.All[string(e.Key)], string(e.Value))
		}
	}
	for _, r := range c.Relations {
		to := relation{Dest: r.Dest, Type: r.Type}
		for _, t := range r.Tag {
			to.Tags = append(to.Tags, string(t.Name))
		}
		c.Related = append(c.Related, to)
	}
	c.Elements, c.Relations = nil, nil
	return nil
}

// Own reports a cluster that an organisation made on its site, and whose it is.
// Sites that updated from before there were such mark the public ones as their own
// too; their source tells.
func (c *Cluster) Own() (by string, own bool) {
	by = string(cmp.Or(c.Orgc.Name, c.Source))
	return by, c.Default != "" && !c.Default.True() && !public.MatchString(string(c.Source))
}

// public are the sources of the public galaxies.
var public = regexp.MustCompile(`(?i)^(misp project|malpedia|open sources|various|microsoft.*|.*github\.com/(mitre|misp)\b.*|https?://.*|.*\btidal.*)$`)

// A relation leads from a cluster to another.
type relation struct {
	Dest Text  `json:"dest-uuid"`
	Type Text  `json:"type"`
	Tags Words `json:"tags"`
}

// Meta is the free part of a cluster.
type Meta struct{ All map[string]Words }

// UnmarshalJSON reads an object; PHP writes an empty one as a list.
func (m *Meta) UnmarshalJSON(b []byte) error {
	if string(bytes.TrimSpace(b)) == "[]" {
		return nil
	}
	return json.Unmarshal(b, &m.All)
}

// First is the first value of a key, or "".
func (m *Meta) First(key string) string { return m.All[key].First() }

// A kind of galaxy says what its clusters are.
type kind uint8

// Kinds of galaxies, see KindOf.
const (
	Unknown kind = iota
	Actors
	Software
	Techniques
	Sectors
	Countries
	Campaigns
)

var software = []string{
	"tool", "malpedia", "mitre-malware", "mitre-tool", "mitre-enterprise-attack-malware", "mitre-enterprise-attack-tool",
	"ransomware", "rat", "backdoor", "banker", "stealer", "botnet", "exploit-kit", "android", "cryptominers", "stix-2.1-malware", "stix-2.1-tool",
}

var techniques = []string{"mitre-attack-pattern", "mitre-enterprise-attack-attack-pattern", "stix-2.1-attack-pattern"}

// actorWords are how galaxies of actors end their type: the public ones
// ("threat-actor", "mitre-intrusion-set", "microsoft-activity-group",
// "360net-threat-actor", "tidal-groups", "mitre-ics-groups"), what MISP makes of
// STIX ("stix-2.1-intrusion-set") and an organisation's own ("eset-threat-actor").
var actorWords = []string{"threat-actor", "threat-actors", "intrusion-set", "intrusion-sets", "activity-group", "activity-groups", "threat-group", "threat-groups", "tidal-groups", "ics-groups", "actor", "actors", "apt"}

// KindOf tells by its type what the clusters of a galaxy are.
func KindOf(galaxy string) kind {
	g := strings.ToLower(strings.TrimSpace(galaxy))
	switch {
	case slices.Contains(software, g):
		return Software
	case slices.Contains(techniques, g):
		return Techniques
	case g == "sector":
		return Sectors
	case g == "country" || g == "target-information":
		return Countries
	case g == "groups": // Tidal's
		return Actors
	case g == "campaigns" || strings.HasSuffix(g, "-campaigns") || strings.HasSuffix(g, "-campaign"):
		return Campaigns
	}
	for _, w := range actorWords {
		if g == w || strings.HasSuffix(g, "-"+w) || strings.HasSuffix(g, "_"+w) {
			return Actors
		}
	}
	return Unknown
}
