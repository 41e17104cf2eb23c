package export

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/marking"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// The parts of a MISP event that are written (MISP core format,
// draft-dulaunoy-misp-core-format). Timestamps are seconds as text.
type mispEvent struct {
	UUID         string       `json:"uuid"`
	Info         string       `json:"info"`
	Extends      string       `json:"extends_uuid,omitempty"`
	Date         string       `json:"date"`
	Timestamp    string       `json:"timestamp"`
	Published    bool         `json:"published"`
	ThreatLevel  string       `json:"threat_level_id"` // 4: undefined
	Analysis     string       `json:"analysis"`        // 2: completed
	Distribution string       `json:"distribution"`
	Orgc         mispOrg      `json:"Orgc"`
	Tags         []mispTag    `json:"Tag"`
	Attributes   []mispAttr   `json:"Attribute"`
	Objects      []mispObject `json:"Object"`
	Reports      []mispReport `json:"EventReport,omitempty"`
}

type mispOrg struct {
	Name string `json:"name"`
	UUID string `json:"uuid"`
}

type mispTag struct {
	Name string `json:"name"`
}

type mispObject struct {
	UUID         string     `json:"uuid"`
	Name         string     `json:"name"`
	Meta         string     `json:"meta-category"`
	Description  string     `json:"description"`
	Template     string     `json:"template_uuid"`
	Version      string     `json:"template_version"`
	Timestamp    string     `json:"timestamp"`
	Distribution string     `json:"distribution"`
	Comment      string     `json:"comment"`
	FirstSeen    string     `json:"first_seen,omitempty"`
	LastSeen     string     `json:"last_seen,omitempty"`
	Attributes   []mispAttr `json:"Attribute"`
}

type mispAttr struct {
	UUID         string    `json:"uuid"`
	Type         string    `json:"type"`
	Category     string    `json:"category"`
	Value        string    `json:"value"`
	Relation     string    `json:"object_relation,omitempty"`
	ToIDs        bool      `json:"to_ids"`
	Timestamp    string    `json:"timestamp"`
	Distribution string    `json:"distribution"`
	NoCorrelate  bool      `json:"disable_correlation"`
	Tags         []mispTag `json:"Tag,omitempty"`
}

type mispReport struct {
	UUID         string `json:"uuid"`
	Name         string `json:"name"`
	Content      string `json:"content"`
	Timestamp    string `json:"timestamp"`
	Distribution string `json:"distribution"`
}

// inherit is the distribution level of what is shared as its event is.
const inherit = "5"

// maxObjects bounds the objects of one event: MISP sites cannot load an event of
// many thousands.
const maxObjects = 500

// writeMISP writes one event: an object for every record and for every pair
// above L0, and the result in full as an event report. What is too much for one
// event stands in further ones, which extend the first.
func writeMISP(w io.Writer, c Content, _ Options) error {
	marking := evidence.Clear
	var keys []string
	for i := range c.Records {
		marking = evidence.Strictest(marking, c.Records[i].Marking)
		keys = append(keys, string(c.Records[i].ID))
	}
	info := "Evidence about governments' hacking groups"
	if c.Assessment != nil {
		marking = evidence.Strictest(marking, Marking(c.Assessment))
		keys = append(keys, digest(c.Assessment))
		info = report.Assessment(c.Assessment).Title
	}
	first := newMISPEvent(mispID("event", keys...), info, marking, newest(c.Records))
	for _, n := range c.Notices {
		first.Attributes = append(first.Attributes, mispAttr{
			UUID: mispID("notice", first.UUID, n), Type: "comment", Category: "Other", Value: n, Timestamp: first.Timestamp, Distribution: inherit, NoCorrelate: true,
		})
	}
	if c.Assessment != nil {
		if err := first.tell(c.Assessment, marking); err != nil {
			return err
		}
	}
	events := []*mispEvent{&first}
	for i := range c.Records {
		last := events[len(events)-1]
		if len(last.Objects) >= maxObjects {
			more := newMISPEvent(mispID("event", first.UUID, string(c.Records[i].ID)), fmt.Sprintf("%s (part %d)", info, len(events)+1), marking, newest(c.Records))
			more.Extends = first.UUID
			last = &more
			events = append(events, last)
		}
		last.Objects = append(last.Objects, mispClaim(&c.Records[i]))
	}
	if len(events) == 1 {
		return writeJSON(w, map[string]any{"Event": events[0]})
	}
	var all []map[string]any
	for _, e := range events {
		all = append(all, map[string]any{"Event": e})
	}
	return writeJSON(w, map[string]any{"response": all})
}

func newMISPEvent(id, info string, marking evidence.TLP, stamp time.Time) mispEvent {
	return mispEvent{
		UUID: id, Info: info, Date: stamp.Format(time.DateOnly), Timestamp: epochSeconds(stamp),
		ThreatLevel: "4", Analysis: "2", Distribution: distribution(marking), Orgc: mispOrg{"cahoots", mispID("organisation")},
		Tags: []mispTag{tlpTag(marking)}, Attributes: []mispAttr{}, Objects: []mispObject{},
	}
}

// tell adds the verdicts and the report of an assessment.
func (e *mispEvent) tell(a *assess.Assessment, marking evidence.TLP) error {
	for _, p := range a.Pairs {
		if p.Level >= assess.IncidentalOverlap {
			e.Objects = append(e.Objects, mispVerdict(p, e.UUID, e.Timestamp, marking))
		}
	}
	var text bytes.Buffer
	if err := report.Write(&text, a, "markdown", document.Options{}); err != nil {
		return err
	}
	e.Reports = []mispReport{{UUID: mispID("report", e.UUID), Name: e.Info, Content: text.String(), Timestamp: e.Timestamp, Distribution: inherit}}
	return nil
}

func mispID(kind string, parts ...string) string {
	return uuid.NewSHA1(marking.Namespace, []byte("misp\x1f"+kind+"\x1f"+strings.Join(parts, "\x1f"))).String()
}

func epochSeconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// distribution is the widest sharing that a marking allows: 0 this
// organisation, 1 this community, 3 all communities. AMBER and above stay with
// the one who imports the event.
func distribution(m evidence.TLP) string {
	switch m {
	case "", evidence.Clear:
		return "3"
	case evidence.Green:
		return "1"
	}
	return "0"
}

func tlpTag(m evidence.TLP) mispTag {
	return mispTag{"tlp:" + strings.ToLower(string(cmp.Or(m, evidence.Clear)))}
}

// galaxyTag names an actor, as the tags of the threat-actor galaxy do. It stands
// on the thing the actor used and on nothing else: a tag of the event would say
// that all of it is each actor's.
func galaxyTag(r *evidence.Record) []mispTag {
	switch r.Class {
	case evidence.UsesSoftware, evidence.Exploits, evidence.Infrastructure, evidence.Campaign:
		if r.Subject.Name != "" && !strings.Contains(r.Subject.Name, `"`) {
			return []mispTag{{`misp-galaxy:threat-actor="` + r.Subject.Name + `"`}}
		}
	}
	return nil
}

// A mispBuilder fills an object with attributes under the same tags.
type mispBuilder struct {
	mispObject
	tags []mispTag
}

func (b *mispBuilder) add(relation, typ, category, value string) {
	if strings.TrimSpace(value) == "" {
		return
	}
	b.Attributes = append(b.Attributes, mispAttr{
		UUID: mispID("attribute", b.UUID, relation, typ, value, strconv.Itoa(len(b.Attributes))), Type: typ, Category: category, Value: value, Relation: relation,
		Timestamp: b.Timestamp, Distribution: inherit, NoCorrelate: typ == "text" || typ == "comment", Tags: b.tags,
	})
}

func mispClaim(r *evidence.Record) mispObject {
	b := mispBuilder{tags: []mispTag{}, mispObject: mispObject{
		UUID: mispID("claim", string(r.ID)), Name: "cahoots-claim", Meta: "misc", Description: "What one source says about an actor.",
		Template: mispID("template", "claim"), Version: "1", Timestamp: epochSeconds(stampOf(r)), Distribution: inherit, Comment: r.Note,
	}}
	if r.Marking != "" {
		b.tags = append(b.tags, tlpTag(r.Marking))
	}
	if len(r.Grade) == 2 {
		b.tags = append(b.tags, mispTag{fmt.Sprintf(`admiralty-scale:source-reliability="%c"`, r.Grade[0]+'a'-'A')},
			mispTag{fmt.Sprintf(`admiralty-scale:information-credibility="%c"`, r.Grade[1])})
	}
	when, _ := r.When()
	if !when.From.IsZero() {
		b.FirstSeen = when.From.UTC().Format(time.RFC3339)
	}
	if !when.To.IsZero() {
		b.LastSeen = when.To.Add(-time.Second).UTC().Format(time.RFC3339)
	}
	b.add("class", "text", "Attribution", string(r.Class))
	b.add("subject", "threat-actor", "Attribution", r.Subject.Name)
	b.add("subject-country", "text", "Attribution", r.Subject.Country)
	b.add("object", "threat-actor", "Attribution", r.Object.Name)
	b.add("object-country", "text", "Attribution", r.Object.Country)
	typ, category := mispType(r)
	plain := b.tags
	b.tags = append(slices.Clone(plain), galaxyTag(r)...)
	b.add("value", typ, category, r.Value)
	b.tags = plain
	b.add("value-ref", "text", "Attribution", r.ValueRef)
	for _, t := range r.Targets {
		b.add("target", "text", "Attribution", strings.Join(slices.DeleteFunc([]string{t.Name, t.Sector, t.Country}, func(s string) bool { return s == "" }), ", "))
	}
	for _, p := range r.Parties {
		b.add("party", "text", "Attribution", p)
	}
	b.add("activity", "text", "Attribution", r.Activity.String())
	b.add("detected", "text", "Attribution", r.Detected.String())
	b.add("disclosed", "text", "Attribution", r.Disclosed.String())
	b.add("status", "text", "Attribution", string(r.Status))
	if n, stated := r.Confidence.Value(); stated {
		b.add("confidence", "text", "Attribution", strconv.Itoa(n))
	}
	b.add("publisher", "text", "External analysis", r.Citation.Publisher)
	b.add("title", "text", "External analysis", r.Citation.Title)
	b.add("published", "text", "External analysis", r.Citation.Published.String())
	if isURL(r.Citation.Locator) {
		b.add("source", "link", "External analysis", r.Citation.Locator)
	} else {
		b.add("source", "text", "External analysis", r.Citation.Locator)
	}
	return b.mispObject
}

var domainName = regexp.MustCompile(`^([a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9])?\.)+[a-zA-Z]{2,}$`)

// mispType is the type of attribute that says best what a value is.
func mispType(r *evidence.Record) (typ, category string) {
	switch {
	case r.Class == evidence.Alias:
		return "threat-actor", "Attribution"
	case r.Class == evidence.Campaign:
		return "campaign-name", "Attribution"
	case r.Class == evidence.Exploits && cve.MatchString(strings.ToUpper(r.Value)):
		return "vulnerability", "External analysis"
	case r.Class == evidence.Infrastructure && net.ParseIP(r.Value) != nil:
		return "ip-dst", "Network activity"
	case r.Class == evidence.Infrastructure && domainName.MatchString(r.Value):
		return "domain", "Network activity"
	}
	return "text", "Attribution"
}

func mispVerdict(p assess.Pair, event, timestamp string, marking evidence.TLP) mispObject {
	b := mispBuilder{tags: []mispTag{tlpTag(marking)}, mispObject: mispObject{
		UUID: mispID("verdict", event, string(p.A.ID), string(p.B.ID)), Name: "cahoots-verdict", Meta: "misc",
		Description: "A graded verdict on whether two groups work together.", Template: mispID("template", "verdict"), Version: "1",
		Timestamp: timestamp, Distribution: inherit,
	}}
	b.add("actor", "threat-actor", "Attribution", p.A.Name)
	b.add("actor", "threat-actor", "Attribution", p.B.Name)
	b.add("level", "text", "Attribution", p.Level.String()+" "+p.LevelName)
	b.add("sign", "text", "Attribution", string(p.Sign))
	b.add("confidence", "text", "Attribution", p.Confidence)
	b.add("why", "text", "Attribution", p.Why)
	b.add("missing", "text", "Attribution", p.Missing)
	if p.Contested {
		b.add("contested", "text", "Attribution", "yes")
	}
	return b.mispObject
}
