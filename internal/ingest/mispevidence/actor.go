package mispevidence

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/misp"
)

// A catalogue is a galaxy whose clusters are actors: who states it, and how its
// entries are referred to.
type catalogue struct {
	publisher, country, via, independence, coiner string
}

// misp-galaxy independence: Malpedia and many feeds copy the galaxy, and it
// copies vendors, so all that comes by way of it counts once.
var catalogues = map[string]catalogue{
	"threat-actor":             {publisher: "MISP galaxy", country: "LU", independence: "misp-galaxy"},
	"microsoft-activity-group": {publisher: "Microsoft", country: "US", via: "MISP galaxy", coiner: "Microsoft"},
	"360net-threat-actor":      {publisher: "Qihoo 360", country: "CN", via: "MISP galaxy", coiner: "Qihoo 360"},
	"groups":                   {publisher: "Tidal Cyber", country: "US", via: "MISP galaxy"},
	"mitre-intrusion-set":      {publisher: "MITRE ATT&CK", country: "US", via: "MISP galaxy"}, // one source with ATT&CK itself
}

// catalogue is that of a cluster's galaxy, and whether its clusters are actors: by
// its type, known or so named, or by its category.
func (g *galaxyReader) catalogue(cl *cluster) (catalogue, bool) {
	by, own := cl.Own()
	if cat, known := catalogues[g.kind]; known && !own {
		return cat, true
	}
	if misp.KindOf(g.kind) != misp.Actors && (g.category != "actor" || misp.KindOf(g.kind) != misp.Unknown) {
		return catalogue{}, false
	}
	// Whoever made it says so; the names are not copies of the public galaxy's.
	say := speaker{publisher: cmp.Or(by, g.source)}
	if say.publisher == "" {
		say = cmp.Or(g.said, speaker{publisher: "MISP galaxy " + g.kind})
	}
	return catalogue{publisher: say.publisher, country: say.country, via: "MISP galaxy"}, true
}

// Keys of meta that become records whole. The others, lists of victims among
// them, are kept as written with the claim of the actor's own name.
var readKeys = []string{
	"synonyms", "name-attribution", "country", "refs", "attribution-confidence", "external_id", "cfr-suspected-state-sponsor",
}

var groupPage = regexp.MustCompile(`(?i)^https?://attack\.mitre\.org/(?:groups?|wiki/groups?)/(g[0-9]{4})/?(?:[#?].*)?$`)

var groupID = regexp.MustCompile(`^G[0-9]{4}$`)

// cluster turns one entry into records, or counts why it is none.
func (g *galaxyReader) cluster(cl *cluster) {
	name, uuid := strings.TrimSpace(string(cl.Value)), strings.ToLower(string(cl.UUID))
	switch first, twice := g.seen[uuid]; {
	case name == "":
		g.reject(cl.line, uuid, cl.path+"/value", "the cluster has no value: it names nothing")
		return
	case uuid == "":
		g.reject(cl.line, name, cl.path+"/uuid", "the cluster has no uuid: nothing can refer to it")
		return
	case twice:
		g.reject(cl.line, uuid, cl.path+"/uuid", "the same uuid as the cluster on line "+strconv.Itoa(first))
		return
	}
	g.seen[uuid] = cl.line
	cat, isActor := g.catalogue(cl)
	switch {
	case cl.Revoked.True() || cl.Deleted.True():
		g.sum.Skipped["revoked"]++
	case isActor:
		g.sum.Counts[g.kind]++
		g.actor(cl, cat, uuid)
	case g.kind == "tool":
		g.tool(cl, name, uuid)
	case misp.KindOf(g.kind) == misp.Campaigns:
		g.sum.Skipped[g.kind+": whose a campaign is stands in prose alone"]++
	case misp.KindOf(g.kind) == misp.Unknown:
		g.sum.Skipped[g.kind+": a kind of galaxy that is not known"]++
	default:
		g.sum.Skipped[g.kind+": names no actor"]++
	}
}

// An entry gathers what every record of one actor shares.
type entry struct {
	g    *galaxyReader
	base evidence.Record
	cat  catalogue
	cl   *cluster
}

func (g *galaxyReader) actor(cl *cluster, cat catalogue, uuid string) {
	who := actorOf(cl)
	who.Country = g.state(cl.Meta.All["country"].First(), "country")
	name := who.Name
	if g.kind == "groups" && attackID(cl) != "" {
		cat.independence = catalogues["mitre-intrusion-set"].publisher // what Tidal has from ATT&CK is one source with it
	}
	refs := distinct(cl.Meta.All["refs"])
	e := entry{g: g, cat: cat, cl: cl, base: evidence.Record{
		Subject: who,
		Citation: evidence.Citation{
			Publisher: cat.publisher, PublisherCountry: cat.country, Via: cat.via, Title: name, Locator: misp.Words(refs).First(),
		},
		Independence: cat.independence, Marking: g.marking(cl),
		Origin: evidence.Origin{Dataset: g.sum.Dataset, Object: uuid, Version: g.sum.Version, File: g.in.Name, Line: cl.line},
	}}
	e.aliases(name, refs)
	e.sponsors()
	e.targets()
	e.relate()
}

// actorOf is the actor that a cluster names.
func actorOf(cl *cluster) evidence.Actor {
	a := evidence.Actor{Name: strings.TrimSpace(string(cl.Value)), Ref: "misp-galaxy:" + strings.ToLower(string(cl.UUID))}
	if id := attackID(cl); id != "" {
		a.Name, a.Ref = strings.TrimSuffix(a.Name, " - "+id), "attack:"+id
	}
	return a
}

// attackID is the ATT&CK group that the cluster is. Tidal numbers its own groups
// alike and says which are MITRE's.
func attackID(cl *cluster) string {
	id := cl.Meta.First("external_id")
	if strings.EqualFold(cl.Meta.First("source"), "MITRE") {
		id = cmp.Or(id, cl.Meta.First("group_attack_id"))
	}
	if !groupID.MatchString(id) {
		return ""
	}
	return id
}

// marking is what the distribution of an organisation's own cluster allows.
func (g *galaxyReader) marking(cl *cluster) evidence.TLP {
	if _, own := cl.Own(); !own {
		return ""
	}
	return misp.Distributed(g.rules, g.marks, cl.Distribution)
}

func (e *entry) emit(r evidence.Record) {
	r = r.Seal()
	if err := r.Validate(); err != nil {
		e.g.reject(e.cl.line, string(e.cl.UUID), e.cl.path, err.Error())
		return
	}
	e.g.queue = append(e.g.queue, r)
}

// aliases claims the name itself, every synonym, and the ATT&CK groups whose
// pages the cluster cites.
func (e *entry) aliases(name string, refs []string) {
	own := e.base
	own.Class, own.Value, own.Coiner = evidence.Alias, name, e.coiner(name)
	own.Extra, own.Note = e.extra(refs), strings.TrimSpace(string(e.cl.Description))
	e.emit(own)
	said := map[string]bool{name: true}
	for _, s := range distinct(e.cl.Meta.All["synonyms"]) {
		if said[s] {
			continue
		}
		said[s] = true
		r := e.base
		r.Class, r.Value, r.Coiner = evidence.Alias, s, e.g.who.of(&e.cl.Meta, s)
		if groupID.MatchString(s) {
			r.ValueRef = "attack:" + s
		}
		e.emit(r)
	}
	for _, u := range refs {
		if m := groupPage.FindStringSubmatch(u); m != nil && !said[strings.ToUpper(m[1])] {
			id := strings.ToUpper(m[1])
			said[id] = true
			if e.base.Subject.Ref == "attack:"+id {
				continue
			}
			r := e.base
			r.Class, r.Value, r.ValueRef = evidence.Alias, id, "attack:"+id
			r.Citation.Locator = u
			r.Note = "the cluster cites the page of this ATT&CK group"
			e.emit(r)
		}
	}
}

func (e *entry) coiner(name string) string {
	return cmp.Or(e.g.who.of(&e.cl.Meta, name), e.cat.coiner)
}

// extra keeps the list of references, the relations and all of meta that has
// no place in a record.
func (e *entry) extra(refs []string) map[string]json.RawMessage {
	extra := map[string]json.RawMessage{}
	if len(refs) > 1 {
		extra["refs"] = raw(refs)
	}
	type link struct {
		Dest       string `json:"dest-uuid"`
		Type       string `json:"type"`
		Likelihood string `json:"likelihood,omitempty"`
	}
	var links []link
	for _, rel := range e.cl.Related {
		if rel.Type == "uses" && e.g.kind == "mitre-intrusion-set" {
			e.g.sum.Counts["uses without a name (read them from ATT&CK itself)"]++
			continue
		}
		links = append(links, link{strings.ToLower(string(rel.Dest)), string(rel.Type), likelihood(rel.Tags)})
		e.g.sum.Counts[e.g.kind+" "+string(rel.Type)]++
	}
	if len(links) > 0 {
		extra["related"] = raw(links)
	}
	for key, w := range e.cl.Meta.All {
		if len(w) > 0 && !slices.Contains(readKeys, key) && !strings.HasPrefix(key, "origin:") {
			extra[key] = raw(w)
		}
	}
	return extra
}

// sponsors states the attribution to a state: the country from which the actor
// comes, and the state suspected to stand behind it. "50" is the galaxy's default
// confidence and says nothing.
func (e *entry) sponsors() {
	confidence := evidence.Confidence{}
	if s := e.cl.Meta.All["attribution-confidence"].First(); s != "" && s != "50" {
		if n, err := strconv.Atoi(s); err == nil && n >= 0 && n <= 100 {
			confidence = evidence.Percent(n)
		} else {
			e.g.unread.add("attribution-confidence is not a number from 0 to 100", s)
		}
	}
	say := func(state, kind, source string) {
		if state == "" {
			return
		}
		r := e.base
		r.Class, r.Subject.Country, r.Kind, r.Confidence, r.Independence = evidence.Sponsor, state, kind, confidence, source
		e.emit(r)
	}
	say(e.base.Subject.Country, evidence.KindOrigin, e.base.Independence)
	var sponsors []string
	for _, s := range e.cl.Meta.All["cfr-suspected-state-sponsor"] {
		sponsors = append(sponsors, e.g.state(s, "cfr-suspected-state-sponsor"))
	}
	for _, code := range distinct(sponsors) {
		say(code, "", copiedFromCFR)
	}
}

// copiedFromCFR is whose word the cfr-* lists of a galaxy are: they were copied
// from the tracker of the Council on Foreign Relations and are one source with it.
const copiedFromCFR = "Council on Foreign Relations"

func (g *galaxyReader) state(s, key string) string {
	if s == "" || strings.EqualFold(s, "unknown") {
		return ""
	}
	if code := wordsFor[g.kind][s]; code != "" {
		return code
	}
	code, ok := evidence.ParseCountry(s)
	if !ok {
		g.unread.add(key+" names no state", s)
	}
	return code
}

// wordsFor are the words for states that one catalogue alone means so: 360 calls
// Lazarus' state korea, and Darkhotel's southKorea.
var wordsFor = map[string]map[string]string{
	"360net-threat-actor": {"america": "US", "korea": "KP", "southKorea": "KR", "trq": "TR"},
}

var objectives = map[string]string{
	"espionage": "espionage", "cyber espionage": "espionage", "destruction": "disruption", "disruption": "disruption", "financial gain": "financial", "sabotage": "disruption", "denial of service": "disruption", "defacement": "disruption", "data destruction": "disruption",
	"financial theft": "financial", "extortion": "financial", "business email compromise": "financial",
}

// targets states whom the actor targets. Countries and sectors stand in lists
// of their own, so they are not paired.
func (e *entry) targets() {
	r := e.base
	r.Class = evidence.Targets
	if len(e.cl.Meta.All["suspected-victims"])+len(e.cl.Meta.All["targeted-sector"]) == 0 && e.g.kind != "groups" {
		r.Independence = copiedFromCFR
	}
	for _, key := range []string{"cfr-suspected-victims", "suspected-victims", "observed_countries"} {
		for _, s := range e.cl.Meta.All[key] {
			r.Targets = append(r.Targets, e.victims(s, key)...)
		}
	}
	for _, key := range []string{"targeted-sector", "cfr-target-category", "target_categories"} {
		for _, s := range e.cl.Meta.All[key] {
			sector, ok := evidence.ParseSector(s)
			if !ok {
				e.g.unread.add(key+" names no sector of STIX 2.1", s)
				continue
			}
			r.Targets = append(r.Targets, evidence.Target{Sector: sector})
		}
	}
	for _, key := range []string{"cfr-type-of-incident", "observed_motivations"} {
		for _, s := range e.cl.Meta.All[key] {
			r.Objective = cmp.Or(r.Objective, objectives[strings.ToLower(s)])
			if objectives[strings.ToLower(s)] == "" {
				e.g.unread.add(key+" is no known objective", s)
			}
		}
	}
	if len(r.Targets) > 0 || r.Objective != "" {
		e.emit(r)
	}
}

// victims reads one entry of a list of victims: a state, or an organisation
// whose name mentions one. What is neither is counted.
func (e *entry) victims(s, key string) []evidence.Target {
	if code, ok := evidence.ParseCountry(s); ok {
		return []evidence.Target{{Country: code}}
	}
	var out []evidence.Target
	for _, code := range evidence.CountriesIn(s) {
		out = append(out, evidence.Target{Country: code, Name: s})
	}
	if len(out) == 0 {
		e.g.unread.add(key+" names no state", s)
	}
	return out
}

// tool reads which actors a tool of the tool galaxy is used by: the relation
// "used-by" points to a cluster of the threat-actor galaxy. Its synonyms are
// names of software and no evidence about actors.
func (g *galaxyReader) tool(cl *cluster, name, uuid string) {
	used := 0
	refs := distinct(cl.Meta.All["refs"])
	for _, rel := range cl.Related {
		if rel.Type != "used-by" || rel.Dest == "" {
			continue
		}
		used++
		e := entry{g: g, cl: cl}
		e.emit(evidence.Record{
			Class: evidence.UsesSoftware, Subject: evidence.Actor{Ref: "misp-galaxy:" + strings.ToLower(string(rel.Dest))},
			Value: name, ValueRef: "misp-galaxy:" + uuid, ValueAliases: distinct(cl.Meta.All["synonyms"]),
			Citation:     evidence.Citation{Publisher: "MISP galaxy", PublisherCountry: "LU", Title: name, Locator: misp.Words(refs).First()},
			Independence: "misp-galaxy", Marking: g.marking(cl),
			Origin: evidence.Origin{Dataset: g.sum.Dataset, Object: uuid, Version: g.sum.Version, File: g.in.Name, Line: cl.line},
		})
	}
	if used == 0 {
		g.sum.Skipped["tool: no actor uses it"]++
		return
	}
	g.sum.Counts["tool used-by"] += used
}

const likelihoodTag = "estimative-language:likelihood-probability="

func likelihood(tags []string) string {
	for _, t := range tags {
		if v, ok := strings.CutPrefix(t, likelihoodTag); ok {
			return strings.Trim(v, `"`)
		}
	}
	return ""
}
