package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/marking"
)

var allCeilings = []evidence.TLP{evidence.Clear, evidence.Green, evidence.Amber, evidence.AmberStrict, evidence.Red}

// A secret is the canary of one thing that is marked.
type secret struct {
	canary string
	level  evidence.TLP
}

// A corpus is made-up inputs of every format in which each thing is marked at
// random and has a canary in each of its texts. The same corpus is written whole
// or up to a ceiling: as if what is above had never been.
type corpus struct {
	rnd     *rand.Rand
	secrets []secret
	files   map[string][]piece // by file
	kept    []string           // ids of assessments in the whole store
}

// A piece of a file stands where its level is not above what is written.
type piece struct {
	level evidence.TLP
	text  func(ceiling evidence.TLP) string
}

// mark draws a level and a new canary under it.
func (c *corpus) mark() secret {
	levels := []evidence.TLP{"", "", evidence.Clear, evidence.Green, evidence.Amber, evidence.AmberStrict, evidence.Red, evidence.Undecided}
	s := secret{fmt.Sprintf("kanary%03dx", len(c.secrets)), levels[c.rnd.IntN(len(levels))]}
	c.secrets = append(c.secrets, s)
	return s
}

func (c *corpus) add(file string, level evidence.TLP, format string, args ...any) {
	c.files[file] = append(c.files[file], piece{level, func(evidence.TLP) string { return fmt.Sprintf(format, args...) }})
}

func (c *corpus) pick(list ...string) string { return list[c.rnd.IntN(len(list))] }

func newCorpus(seed uint64) *corpus {
	c := &corpus{rnd: rand.New(rand.NewPCG(seed, 7)), files: map[string][]piece{}}
	c.stix()
	c.lists()
	c.events()
	c.cases()
	c.table()
	return c
}

// write puts the inputs into a folder, up to a ceiling.
func (c *corpus) write(t *testing.T, dir string, ceiling evidence.TLP) {
	t.Helper()
	for name, parts := range c.files {
		var texts []string
		for _, p := range parts {
			if p.level.Compare(ceiling) <= 0 {
				texts = append(texts, p.text(ceiling))
			}
		}
		text := strings.Join(texts, "\n")
		switch name {
		case "list.json", versioned, laterVersions:
			text = `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000001","objects":[` + strings.Join(texts, ",\n") + "]}"
		case "events.json", "list-events.json", "later.json":
			text = `{"response":[` + strings.Join(texts, ",\n") + "]}"
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// nobody marks what stands in every file and may be seen by nobody: the account of
// a file that holds more than may be seen is withheld, and both stores are to
// withhold it.
const nobody = "nobody"

// stixObject is an object of a type with everything that has a text. One of three
// of the file with versions stands in the one read later too, under the same id and
// marked anew: either may be the newer version.
func (c *corpus) stixObject(file, typ string, n int, s secret, more ...string) {
	here, later := "2020-01-02", "2020-01-03"
	if c.rnd.IntN(2) == 0 {
		here, later = later, here
	}
	name := s.canary
	c.stixVersion(file, here, typ, n, name, s, more...)
	if file != versioned || c.rnd.IntN(3) > 0 {
		return
	}
	again := c.mark()
	if s.canary == name && !strings.HasPrefix(name, "kanary") {
		again.level = "" // the names that are asked for stay
	} else {
		name = again.canary
	}
	c.secrets[len(c.secrets)-1] = again
	c.stixVersion(laterVersions, later, typ, n, name, again, more...)
}

// The objects of one file stand in another once more, which is read after it.
const versioned, laterVersions = "evidence.json", "versions.json"

func (c *corpus) stixVersion(file, modified, typ string, n int, name string, s secret, more ...string) {
	id := func(typ string, n int) string { return fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", typ, n) }
	o := fmt.Sprintf(`{"type":%q,"id":%q,"spec_version":"2.1","created":"2020-01-01T00:00:00Z","modified":"%sT00:00:00Z","description":%q,"x_note":%q,"labels":[%q]`,
		typ, id(typ, n), modified, s.canary, s.canary, s.canary)
	switch ref := marking.TLPDefinition(s.level); {
	case s.level == evidence.Undecided:
		o += `,"object_marking_refs":["` + id("marking-definition", 7) + `"]`
	case s.level != "":
		o += `,"object_marking_refs":["` + ref + `"]`
	}
	if all := strings.Join(more, ""); !strings.Contains(all, `"name"`) && !strings.Contains("relationship sighting opinion", typ) {
		o += `,"name":"` + name + `"`
	}
	if c.rnd.IntN(2) == 0 {
		o += fmt.Sprintf(`,"external_references":[{"source_name":%q,"url":"https://%s.example/","description":"%s. (2020, May 3). %s."}]`, s.canary, strings.ReplaceAll(s.canary, " ", ""), s.canary, s.canary)
	}
	if typ != "identity" {
		o += `,"created_by_ref":"` + id("identity", 1+c.rnd.IntN(3)) + `"`
	}
	for _, m := range more {
		o += "," + m
	}
	if s.canary == nobody {
		s.level = "" // stands in every file
	}
	c.add(file, s.level, "%s}", o)
}

// unknownClass is an object in a file that is marked with a class that nobody knows.
func (c *corpus) unknownClass(file string, n int) {
	c.add(file, "", `{"type":"marking-definition","spec_version":"2.1","id":"marking-definition--00000000-0000-4000-8000-000000000007","created":"2022-01-01T00:00:00Z","name":"SECRET","definition_type":"class","definition":{}}`)
	c.stixVersion(file, "2020-01-02", "intrusion-set", n, nobody, secret{nobody, evidence.Undecided}, `"external_references":[{"source_name":"s","url":"https://nobody.example/"}]`)
}

func (c *corpus) stix() {
	const file = versioned
	n := func(typ string, of int) string {
		return fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", typ, 1+c.rnd.IntN(of))
	}
	c.unknownClass(file, 99)
	c.unknownClass(laterVersions, 97)
	for i := range 4 {
		open := secret{[]string{"Alpha Heron", "Beta Heron", "Gamma Heron", "Delta Heron"}[i], ""}
		c.stixObject(file, "intrusion-set", i+1, open)
		c.stixObject(file, "intrusion-set", i+5, c.mark())
	}
	for i := range 3 {
		c.stixObject(file, "identity", i+1, c.mark())
		c.stixObject(file, "identity", i+11, c.mark(), `"identity_class":"class"`, `"name":"`+[]string{"Russia", "China", "Iran"}[i]+`"`)
		c.stixObject(file, "campaign", i+1, c.mark(), `"first_seen":"2021-03-02T00:00:00Z"`)
		c.stixObject(file, "infrastructure", i+1, c.mark())
		c.stixObject(file, "location", i+1, c.mark(), `"country":"`+c.pick("UA", "PL", "DE")+`"`)
	}
	for i := range 12 {
		s := c.mark()
		if i < 6 {
			s = secret{fmt.Sprintf("Tool %d", i), ""}
		}
		c.stixObject(file, "malware", i+1, s)
	}
	for i := range 60 {
		from, relation, to := n("intrusion-set", 8), "uses", n("malware", 12)
		switch c.rnd.IntN(10) {
		case 0:
			relation, to = "attributed-to", fmt.Sprintf("identity--00000000-0000-4000-8000-%012d", 11+c.rnd.IntN(3))
		case 1:
			relation, to = c.pick("originates-from", "targets"), n("location", 3)
		case 2:
			from, relation, to = n("campaign", 3), "attributed-to", n("intrusion-set", 8)
		case 3:
			from = n("campaign", 3)
		case 4:
			relation, to = c.pick("owns", "compromises", "uses"), n("infrastructure", 3)
		case 5:
			relation, to = c.pick("duplicate-of", "attributed-to", "impersonates"), n("intrusion-set", 8)
		}
		c.stixObject(file, "relationship", i+1, c.mark(), fmt.Sprintf(`"source_ref":%q,"relationship_type":%q,"target_ref":%q,"start_time":"2021-05-0%dT07:08:09Z"`, from, relation, to, 1+i%9))
	}
	for i := range 5 {
		c.stixObject(file, "report", i+1, c.mark(), fmt.Sprintf(`"published":"2020-0%d-02T00:00:00Z","object_refs":[%q]`, i+1, c.pick(n("intrusion-set", 8), n("relationship", 60))))
		c.stixObject(file, "opinion", i+1, c.mark(), fmt.Sprintf(`"opinion":"disagree","object_refs":[%q]`, c.pick(n("intrusion-set", 8), n("relationship", 60))))
		c.stixObject(file, "sighting", i+1, c.mark(), fmt.Sprintf(`"sighting_of_ref":%q,"where_sighted_refs":[%q]`, n("intrusion-set", 8), n("location", 3)))
	}
}

// lists are indicators in four forms, and a log that shows all of them.
func (c *corpus) lists() {
	domain := 0
	value := func() string {
		domain++
		host := fmt.Sprintf("bad%02d.example.org", domain)
		c.add("eve.json", "", `{"timestamp":"2025-09-%02dT10:00:00.000000+0000","event_type":"dns","src_ip":"10.1.0.%d","dest_ip":"10.1.0.53","dns":{"type":"query","rrname":%q}}`, 1+domain%20, domain, host)
		return host
	}
	const list = "list.json"
	c.unknownClass(list, 98)
	for i := range 3 {
		c.stixObject(list, "identity", i+1, c.mark())
		c.stixObject(list, "intrusion-set", i+51, c.mark())
	}
	for i := range 10 {
		c.stixObject(list, "indicator", i+1, c.mark(), fmt.Sprintf(`"valid_from":"2020-01-01T00:00:00Z","pattern_type":"stix","pattern":"[domain-name:value = '%s']"`, value()))
		c.stixObject(list, "relationship", i+101, c.mark(), fmt.Sprintf(`"source_ref":"indicator--00000000-0000-4000-8000-%012d","relationship_type":"indicates","target_ref":"intrusion-set--00000000-0000-4000-8000-%012d"`, i+1, 51+c.rnd.IntN(3)))
	}
	for range 3 {
		c.event("list-events.json", func() string { return fmt.Sprintf(`"type":"domain","to_ids":true,"value":%q`, value()) })
	}
	c.add("list.csv", "", "type,value,actor,tlp,comment,source")
	for range 6 {
		s := c.mark()
		label := string(s.level)
		if s.level == evidence.Undecided {
			label = "PURPLE"
		}
		c.add("list.csv", s.level, "domain,%s,%s,%s,%s,%s", value(), s.canary, label, s.canary, s.canary)
	}
}

// event is a MISP event whose attributes are marked by tag or distribution.
func (c *corpus) event(file string, attribute func() string) {
	tags := func(s secret) string {
		list := []string{fmt.Sprintf(`{"name":%q}`, s.canary)}
		switch {
		case s.level == evidence.Undecided:
			list = append(list, `{"name":"tlp:ex:chr"}`)
		case s.level != "":
			list = append(list, `{"name":"tlp:`+strings.ToLower(string(s.level))+`"}`)
		}
		return strings.Join(list, ",")
	}
	ev := c.mark()
	head := fmt.Sprintf(`{"Event":{"uuid":"00000000-0000-4000-9000-%012d","info":%q,"date":"2021-04-0%d","Orgc":{"name":%q},"Tag":[%s,{"name":"misp-galaxy:threat-actor=\"%s\""}],"Attribute":[`,
		len(c.secrets), ev.canary, 1+c.rnd.IntN(9), ev.canary, tags(ev), c.pick("Alpha Heron", "Beta Heron", ev.canary))
	var attributes []piece
	for range 4 {
		s := c.mark()
		text := fmt.Sprintf(`{"uuid":"00000000-0000-4000-a000-%012d",%s,"comment":%q,"Tag":[%s]`, len(c.secrets), attribute(), s.canary, tags(s))
		switch {
		case s.level != "":
		case c.rnd.IntN(2) == 0:
			s.level = evidence.AmberStrict
			text += `,"distribution":"0"`
		}
		c.secrets[len(c.secrets)-1] = s
		attributes = append(attributes, piece{s.level, func(evidence.TLP) string { return text + "}" }})
	}
	c.files[file] = append(c.files[file], piece{ev.level, func(ceiling evidence.TLP) string {
		var list []string
		for _, a := range attributes {
			if a.level.Compare(ceiling) <= 0 {
				list = append(list, a.text(ceiling))
			}
		}
		return head + strings.Join(list, ",") + "]}}"
	}})
}

func (c *corpus) events() {
	const file = "events.json"
	c.add(file, "", `{"Event":{"uuid":"00000000-0000-4000-9000-999999999999","info":"nobody","Orgc":{"name":"nobody"},"Tag":[{"name":"tlp:unclear"},{"name":"misp-galaxy:threat-actor=\"Nobody\""}]}}`)
	c.add("later.json", "", `{"Event":{"uuid":"00000000-0000-4000-9000-999999999998","info":"nobody","Orgc":{"name":"nobody"},"Tag":[{"name":"tlp:unclear"},{"name":"misp-galaxy:threat-actor=\"Nobody\""}]}}`)
	s := secret{fmt.Sprintf("kanary%03dx", len(c.secrets)), evidence.Red}
	c.secrets = append(c.secrets, s)
	c.add("later.json", evidence.Red, `{"Event":{"uuid":"00000000-0000-4000-9000-999999999997","info":%q,"Orgc":{"name":"later"},"Tag":[{"name":"tlp:red"},{"name":"misp-galaxy:threat-actor=\"Alpha Heron\""}]}}`, s.canary)
	for range 4 {
		c.event(file, func() string {
			return c.pick(`"type":"domain","value":"c2.example.net"`, `"type":"vulnerability","value":"CVE-2021-44228"`, `"type":"target-location","value":"Ukraine"`)
		})
	}
}

// cases are a case file with agreements; what its sources are marked, its entries are.
func (c *corpus) cases() {
	const file = "case.yaml"
	line := func(level evidence.TLP, format string, args ...any) { c.add(file, level, format, args...) }
	var sources []secret
	for range 8 {
		s := c.mark()
		for s.level == evidence.Undecided { // is an error in a case file
			s = c.mark()
		}
		sources = append(sources, s)
	}
	line("", "case: {id: cast, title: T}")
	line("", "actors:")
	for i, state := range []string{"RU", "CN", "RU", "CN"} {
		s := sources[c.rnd.IntN(len(sources))]
		name := []string{"Alpha Heron", "Beta Heron", "Gamma Heron", "Delta Heron"}[i]
		line("", "  - name: %s", name)
		line(s.level, "    country: %s\n    by: %s\n    source: %s\n    note: %s", state, s.canary, s.canary, s.canary)
		line("", "    aliases:\n      - {name: %s of all, source: clear}", name)
		a := sources[c.rnd.IntN(len(sources))]
		line(a.level, "      - {name: %s alias %d, by: %s, source: %s, note: %s}", a.canary, i, a.canary, a.canary, a.canary)
	}
	line("", "  - {name: Epsilon Wolf, country: RU, source: clear}\n  - {name: Zeta Wolf, country: CN, source: clear}\n  - {name: Eta Wolf, country: CN, source: clear}")
	line("", "sources:\n  clear: {publisher: P, title: T, url: \"https://open.example/x\", published: 2021-02-03}")
	line("", "  nobody: {publisher: nobody, title: nobody, url: \"https://nobody.example/\", marking: RED}") // at RED the file is whole
	for _, s := range sources {
		m := ""
		if s.level != "" {
			m = ", marking: " + string(s.level)
		}
		line(s.level, "  %s: {publisher: %s, title: %s, url: \"https://%s.example/\", published: 2021-02-03%s}", s.canary, s.canary, s.canary, s.canary, m)
	}
	line("", "evidence:\n  - {id: e0, class: uses-software, actor: Alpha Heron, value: Tool 1, source: clear}")
	line("", "  - {id: e-nobody, class: uses-software, actor: Alpha Heron, value: nobody, source: nobody}")
	for i := range 32 {
		s := sources[i%len(sources)]
		a, b := c.pick("Alpha Heron", "Gamma Heron", "Epsilon Wolf", "Epsilon Wolf"), c.pick("Beta Heron", "Delta Heron", "Zeta Wolf", "Eta Wolf")
		switch i % 3 {
		case 0:
			line(s.level, "  - {id: e%d, class: uses-software, actor: %s, value: %s, note: %s, source: %s}", i+1, a, s.canary, s.canary, s.canary)
		case 1:
			line(s.level, "  - {id: e%d, class: statement, actor: %s, with: %s, value: %s, basis: reported, note: %s, source: %s}", i+1, a, b, s.canary, s.canary, s.canary)
		default:
			line(s.level, "  - {id: e%d, class: attack-on-state, actor: %s, targets: [{country: CN}], when: 2021-0%d, note: %s, source: %s}", i+1, a, 1+i%9, s.canary, s.canary)
		}
	}
	line("", "agreements:\n  - {id: a0, name: Open pact, kind: treaty, parties: [CN, RU], signed: 2015-05-08, clauses: [non-aggression], source: clear}")
	for i := range 4 {
		s := sources[i]
		line(s.level, "  - {id: a%d, name: %s, kind: treaty, parties: [CN, RU], signed: 2016-0%d-08, clauses: [non-aggression], note: %s, source: %s}", i+1, s.canary, i+1, s.canary, s.canary)
	}
}

// table are incidents whose rows are marked.
func (c *corpus) table() {
	c.add("map.yaml", "", "%s", `dataset: rows
version: "1"
publisher: P
licence: L
id: {column: id}
fields:
  title: title
  initiator: actor
  initiator_country: state
  target_country: victim
  marking: tlp
dates:
  - {column: date, kind: activity, layouts: [YYYY-MM-DD]}`)
	c.add("rows.csv", "", "id,title,actor,state,victim,date,tlp")
	c.add("rows.csv", "", "999,nobody,nobody,CN,UA,2021-01-01,PURPLE")
	for i := range 12 {
		s := c.mark()
		label := string(s.level)
		if s.level == evidence.Undecided {
			label = "PURPLE"
		}
		c.add("rows.csv", s.level, "%d,%s,%s,%s,%s,2021-0%d-02,%s", i+1, s.canary, c.pick("Alpha Heron", "Beta Heron", s.canary), c.pick("RU", "CN"), c.pick("UA", "PL", "CN"), 1+i%9, label)
	}
}
