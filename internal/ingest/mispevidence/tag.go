package mispevidence

import (
	"regexp"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// labels is what the tags and galaxies of an event or an attribute say.
type labels struct {
	actors   []evidence.Actor // by tags of actor galaxies
	software []named
	methods  []named // ATT&CK techniques
	targets  []evidence.Target
	marking  evidence.TLP
	grade    evidence.Admiralty
	sure     evidence.Confidence
}

// A named is a cluster's name with its external id, where it has one.
type named struct{ name, ref string }

// A galaxyName is a machine tag of a galaxy: misp-galaxy:threat-actor="Sofacy".
var galaxyName = regexp.MustCompile(`(?s)^misp-galaxy:([^=]+)="(.*)"$`)

// An ATT&CK id stands after the name in MITRE's galaxies: "APT28 - G0007".
var trailingID = regexp.MustCompile(`^(.*) - ([GST][0-9]{4}(?:\.[0-9]{3})?)$`)

var softwareGalaxies = []string{
	"tool", "malpedia", "mitre-malware", "mitre-tool", "mitre-enterprise-attack-malware", "mitre-enterprise-attack-tool",
	"ransomware", "rat", "backdoor", "banker", "stealer", "botnet", "exploit-kit", "android", "cryptominers",
}

var techniqueGalaxies = []string{"mitre-attack-pattern", "mitre-enterprise-attack-attack-pattern"}

var actorGalaxies = []string{
	"threat-actor", "mitre-intrusion-set", "mitre-enterprise-attack-intrusion-set", "microsoft-activity-group", "360net-threat-actor",
}

// read collects labels from tags and from attached galaxies, which repeat one
// another: a cluster attached as a galaxy is also a tag.
func (r *eventReader) read(tags []tag, galaxies []galaxyTag) labels {
	var l labels
	reliability, credibility := "", ""
	for _, t := range tags {
		name := strings.TrimSpace(string(t.Name))
		low := strings.ToLower(name)
		switch {
		case strings.HasPrefix(low, "tlp:"):
			l.marking = evidence.Strictest(r.marking(name), l.marking) // CLEAR over unmarked
		case strings.HasPrefix(low, "admiralty-scale:source-reliability="):
			reliability = tagValue(low)
		case strings.HasPrefix(low, "admiralty-scale:information-credibility="):
			credibility = tagValue(low)
		case strings.HasPrefix(low, "estimative-language:confidence-in-analytic-judgment="):
			l.sure = analyticConfidence[tagValue(low)]
		case strings.HasPrefix(low, "misp-galaxy:"):
			if m := galaxyName.FindStringSubmatch(name); m != nil {
				r.label(&l, m[1], m[2], "", "")
			}
		}
	}
	for _, g := range galaxies {
		for _, c := range g.Cluster {
			kind := string(c.Type)
			if m := galaxyName.FindStringSubmatch(string(c.TagName)); m != nil {
				kind = m[1]
			}
			r.label(&l, kind, string(c.Value), strings.ToLower(string(c.UUID)), c.Meta.all["country"].first())
		}
	}
	l.grade = r.admiralty(reliability, credibility)
	return l
}

func tagValue(t string) string {
	_, v, _ := strings.Cut(t, "=")
	return strings.Trim(v, `"`)
}

// analyticConfidence maps MISP's three words to the STIX 2.1 scale (appendix
// A, none/low/medium/high). How likely a statement is (likelihood-probability)
// is another question and does not come in here.
var analyticConfidence = map[string]evidence.Confidence{
	"low": evidence.Percent(15), "moderate": evidence.Percent(50), "high": evidence.Percent(85),
}

// marking reads a TLP tag. One that is not understood counts as RED, so that
// nothing leaks.
func (r *eventReader) marking(name string) evidence.TLP {
	m, err := evidence.ParseTLP(name)
	if err != nil {
		r.unread.add("TLP tags that are not understood and count as RED", name)
		return evidence.Red
	}
	return m
}

// admiralty joins the two tags; the missing one "cannot be judged". MISP's
// reliability g, deliberately deceptive, is no letter of the scale.
func (r *eventReader) admiralty(reliability, credibility string) evidence.Admiralty {
	if reliability == "" && credibility == "" {
		return ""
	}
	if reliability == "" {
		reliability = "f"
	}
	if credibility == "" {
		credibility = "6"
	}
	g := evidence.Admiralty(strings.ToUpper(reliability) + credibility)
	if !g.Valid() {
		r.unread.add("Admiralty tags outside A1 to F6", string(g))
		return ""
	}
	return g
}

// label files one cluster under what it names.
func (r *eventReader) label(l *labels, galaxy, value, uuid, country string) {
	n := named{name: strings.TrimSpace(value)}
	if m := trailingID.FindStringSubmatch(n.name); m != nil {
		n = named{m[1], m[2]}
	}
	switch {
	case n.name == "":
	case slices.Contains(actorGalaxies, galaxy):
		l.addActor(galaxy, n, uuid, r.country(country))
	case slices.Contains(softwareGalaxies, galaxy):
		l.software = addNamed(l.software, n)
	case slices.Contains(techniqueGalaxies, galaxy):
		l.methods = addNamed(l.methods, n)
	case galaxy == "sector":
		if s, ok := evidence.ParseSector(n.name); ok {
			l.targets = addTarget(l.targets, evidence.Target{Sector: s})
		} else {
			r.unread.add("sector tags that are no sector of STIX 2.1", n.name)
		}
	case galaxy == "country" || galaxy == "target-information":
		if code, ok := evidence.ParseCountry(n.name); ok {
			l.targets = addTarget(l.targets, evidence.Target{Country: code})
		} else {
			r.unread.add("target tags that are no state", n.name)
		}
	default:
		r.sum.Counts["tag of galaxy "+galaxy+", not read"]++
	}
}

func (r *eventReader) country(s string) string {
	code, _ := evidence.ParseCountry(s)
	return code
}

// addActor adds an actor unless it is there; an attached cluster completes the
// tag that repeats it. Only ATT&CK ids and the uuids of clusters are references:
// MISP gives some exports the uuid of the whole galaxy instead.
func (l *labels) addActor(galaxy string, n named, uuid, country string) {
	a := evidence.Actor{Name: n.name, Country: country}
	if groupID.MatchString(n.ref) {
		a.Ref = "attack:" + n.ref
	} else if uuid != "" && !galaxyUUIDs[uuid] && galaxy != "360net-threat-actor" {
		a.Ref = "misp-galaxy:" + uuid
	}
	for i, known := range l.actors {
		if known.Name == a.Name {
			if known.Ref == "" {
				l.actors[i].Ref = a.Ref
			}
			if known.Country == "" {
				l.actors[i].Country = a.Country
			}
			return
		}
	}
	l.actors = append(l.actors, a)
}

// galaxyUUIDs are galaxies, not clusters: threat-actor, mitre-intrusion-set and
// microsoft-activity-group as their files of 2026 name themselves.
var galaxyUUIDs = map[string]bool{
	"7cdff317-a673-4474-84ec-4f1754947823": true, "10df003c-7831-11e7-bdb9-971cdd1218df": true, "28b5e55d-acba-4748-a79d-0afa3512689a": true,
}

func addNamed(list []named, n named) []named {
	for i, k := range list {
		if k.name == n.name {
			if k.ref == "" {
				list[i].ref = n.ref
			}
			return list
		}
	}
	return append(list, n)
}

func addTarget(list []evidence.Target, t evidence.Target) []evidence.Target {
	if slices.Contains(list, t) {
		return list
	}
	return append(list, t)
}
