package misp

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// A Cluster is one entry of a galaxy.
type Cluster struct {
	Value       Text           `json:"value"`
	UUID        Text           `json:"uuid"`
	Description Text           `json:"description"`
	Type        Text           `json:"type"`
	TagName     Text           `json:"tag_name"`
	Revoked     Text           `json:"revoked"`
	Meta        Meta           `json:"meta"`
	Related     Many[relation] `json:"related"`
}

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
	}
	for _, w := range actorWords {
		if g == w || strings.HasSuffix(g, "-"+w) || strings.HasSuffix(g, "_"+w) {
			return Actors
		}
	}
	return Unknown
}
