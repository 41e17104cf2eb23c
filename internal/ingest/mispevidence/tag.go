package mispevidence

import (
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/misp"
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
	status   evidence.Status // contested where a tag says that it is not to be believed
}

// A named is a cluster's name with its external id, where it has one.
type named struct{ name, ref string }

// read collects labels from tags and from attached galaxies.
func (r *eventReader) read(tags []misp.Tag, galaxies []misp.Galaxy, distribution misp.Text) labels {
	l := labels{marking: misp.Marking(r.rules, r.marks, tags, galaxies, distribution)}
	reliability, credibility := "", ""
	for _, t := range tags {
		low := strings.ToLower(strings.TrimSpace(string(t.Name)))
		switch {
		case strings.HasPrefix(low, "admiralty-scale:source-reliability="):
			reliability = tagValue(low)
		case strings.HasPrefix(low, "admiralty-scale:information-credibility="):
			credibility = tagValue(low)
		case strings.HasPrefix(low, "estimative-language:confidence-in-analytic-judgment="):
			l.sure = analyticConfidence[tagValue(low)]
		case doubts[low]:
			l.status = evidence.Contested
		}
	}
	for _, m := range misp.Labels(tags, galaxies) {
		r.label(&l, m)
	}
	l.grade = r.admiralty(reliability, credibility)
	return l
}

func tagValue(t string) string {
	_, v, _ := strings.Cut(t, "=")
	return strings.Trim(v, `"`)
}

// doubts are the tags by which those who share an event say that what it says is
// unlikely or not to be used.
var doubts = map[string]bool{
	likelihoodTag + `"almost-no-chance"`: true, likelihoodTag + `"very-unlikely"`: true, likelihoodTag + `"unlikely"`: true,
	`false-positive:risk="high"`: true, `false-positive:confirmed="true"`: true, `workflow:state="rejected"`: true,
}

// analyticConfidence maps MISP's three words to the STIX 2.1 scale (appendix
// A, none/low/medium/high). How likely a statement is (likelihood-probability)
// is another question: see doubts.
var analyticConfidence = map[string]evidence.Confidence{
	"low": evidence.Percent(15), "moderate": evidence.Percent(50), "high": evidence.Percent(85),
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
func (r *eventReader) label(l *labels, m misp.Label) {
	n := named{m.Name, m.ID}
	switch m.Kind {
	case misp.Actors:
		l.addActor(n, m, r.country(m.Country))
	case misp.Software:
		l.software = addNamed(l.software, n)
	case misp.Techniques:
		l.methods = addNamed(l.methods, n)
	case misp.Sectors:
		if s, ok := evidence.ParseSector(n.name); ok {
			l.targets = addTarget(l.targets, evidence.Target{Sector: s})
		} else {
			r.unread.add("sector tags that are no sector of STIX 2.1", n.name)
		}
	case misp.Countries:
		if code, ok := evidence.ParseCountry(n.name); ok {
			l.targets = addTarget(l.targets, evidence.Target{Country: code})
		} else {
			r.unread.add("target tags that are no state", n.name)
		}
	default:
		r.sum.Counts["tag of galaxy "+m.Galaxy+", not read"]++
	}
}

func (r *eventReader) country(s string) string {
	code, _ := evidence.ParseCountry(s)
	return code
}

// addActor adds an actor unless it is there; an attached cluster completes the
// tag that repeats it. Only ATT&CK ids and the uuids of clusters are references:
// MISP gives some exports the uuid of the whole galaxy instead.
func (l *labels) addActor(n named, m misp.Label, country string) {
	a := evidence.Actor{Name: n.name, Country: country}
	if groupID.MatchString(n.ref) {
		a.Ref = "attack:" + n.ref
	} else if m.UUID != "" && !galaxyUUIDs[m.UUID] && m.Galaxy != "360net-threat-actor" {
		a.Ref = "misp-galaxy:" + m.UUID
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
