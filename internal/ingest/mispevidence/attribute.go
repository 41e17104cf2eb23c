package mispevidence

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/format/misp"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// about is what an event says about everything in it.
type about struct {
	ev     *misp.Event
	labels labels
	base   evidence.Record
	line   int
	path   string
}

// context prepares what the records of an event share. The publisher is the
// organisation that made the event (Orgc), not the one that shared it.
func (r *eventReader) context(ev *misp.Event, e jsonscan.Element) about {
	c := about{ev: ev, labels: r.read(ev.Tag, ev.Galaxy, ev.Distribution), line: e.Line, path: e.Path()}
	id := strings.ToLower(string(cmp.Or(ev.UUID, ev.ID)))
	by := speaker{publisher: string(cmp.Or(ev.Orgc.Name, ev.Org.Name))}
	if by.publisher == "" {
		by = cmp.Or(r.said, speaker{publisher: "unnamed MISP organisation"})
	}
	c.base = evidence.Record{
		Citation: evidence.Citation{
			Publisher: by.publisher, PublisherCountry: by.country,
			Title: string(ev.Info), Locator: r.report(ev, c.labels.marking),
		},
		Grade: c.labels.grade, Confidence: c.labels.sure, Marking: c.labels.marking, Status: c.labels.status,
		Origin: evidence.Origin{Dataset: eventDataset, Object: id, File: r.in.Name, Line: e.Line},
	}
	c.base.Origin.Stamp = stamp(ev.Timestamp)
	if id != "" {
		c.base.Event = "misp:" + id
		c.base.Citation.Via = "MISP event " + id
	}
	day, err := misp.Moment(string(cmp.Or(ev.Date, ev.Timestamp)))
	if err != nil {
		r.unread.add("dates of events that cannot be read", string(ev.Date))
	}
	c.base.Citation.Published, c.base.Disclosed = day, day
	return c
}

// report is the page that the event was made from: its first link that whoever
// may see the event may see.
func (r *eventReader) report(ev *misp.Event, of evidence.TLP) string {
	for _, a := range ev.Attribute {
		if a.Type != "link" || a.Deleted.True() || !strings.HasPrefix(string(a.Value), "http") {
			continue
		}
		if misp.Marking(r.rules, marking.Unread{}, a.Tag, a.Galaxy, a.Distribution).Compare(of) <= 0 {
			return string(a.Value)
		}
	}
	return ""
}

// whose says whose the thing labelled is: the actor of its own tags, else that
// of the event. Several may be one actor under the names of several galaxies, or
// several actors; package resolve decides. ok is false where nobody is named.
func whose(own, event []evidence.Actor) (a evidence.Actor, ok bool) {
	list := own
	if len(list) == 0 {
		list = event
	}
	switch len(list) {
	case 0:
		return a, false
	case 1:
		return list[0], true
	}
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = a.Name
	}
	return evidence.Actor{Name: strings.Join(names, evidence.Beside)}, true
}

// statements are what the event's own tags say about its one actor: that it was
// active, against whom, with what.
func (r *eventReader) statements(c about) {
	a, ok := whose(nil, c.labels.actors)
	if !ok {
		r.sum.Skipped["event: no actor tagged"]++
		return
	}
	base := c.base
	base.Subject = a
	base.Note = "tagged together in one event"
	act := base
	act.Class, act.Targets, act.Note = evidence.Activity, c.labels.targets, ""
	r.emit(act, c.path)
	for _, s := range c.labels.software {
		rec := base
		rec.Class, rec.Value, rec.ValueRef = evidence.UsesSoftware, s.name, s.ref
		r.emit(rec, c.path)
	}
	for _, m := range c.labels.methods {
		rec := base
		rec.Class, rec.Value, rec.ValueRef = evidence.UsesTechnique, m.name, m.ref
		r.emit(rec, c.path)
	}
}

func (r *eventReader) emit(rec evidence.Record, path string) {
	rec = rec.Seal()
	if err := rec.Validate(); err != nil {
		r.reject(rec.Origin.Line, rec.Origin.Object, path, err.Error())
		return
	}
	r.queue = append(r.queue, rec)
}

func (r *eventReader) attributes(c about, list []misp.Attribute, path string) {
	for i := range list {
		a := &list[i]
		r.sum.Objects++
		r.sum.Counts["attribute"]++
		r.shadows(a.Shadow)
		in := c
		if a.Event != nil { // an attribute search gives each attribute its event
			in = r.context(a.Event, jsonscan.Element{Line: c.line})
		}
		r.attribute(in, a, fmt.Sprintf("%s/%d", path, i))
	}
}

// attribute makes records of one attribute, or says why it is none.
func (r *eventReader) attribute(c about, a *misp.Attribute, path string) {
	kind := strings.ToLower(string(a.Type))
	classify := kinds[kind]
	own := r.read(a.Tag, a.Galaxy, a.Distribution)
	actor, known := whose(own.actors, c.labels.actors)
	switch {
	case a.Err != nil:
		r.reject(c.line, string(a.UUID), misp.PathOf(path, a.Err), "attribute cannot be read: "+a.Err.Error())
		return
	case a.Deleted.True():
		r.sum.Skipped["deleted"]++
		if at := max(stamp(a.Timestamp), c.base.Origin.Stamp); at > 0 && a.UUID != "" {
			r.sum.Withdrawn = append(r.sum.Withdrawn, evidence.Withdrawal{
				Part: evidence.Part{Object: strings.ToLower(string(a.UUID)), Stamp: at}, Marking: marking.Join(c.base.Marking, own.marking)})
		}
		return
	case kind == "" || a.Value == "":
		r.reject(c.line, string(a.UUID), path, "the attribute has no type or no value")
		return
	case classify == nil:
		r.sum.Skipped["attribute of type "+kind+": says nothing of an actor by itself"]++
		return
	case !known && kind != "threat-actor":
		r.sum.Skipped["attribute: no actor tagged"]++
		return
	}
	recs, err := classify(string(a.Value))
	if err != nil {
		r.reject(c.line, string(a.UUID), path+"/value", fmt.Sprintf("%s: %v", kind, err))
		return
	}
	base := r.base(c, a, own, path)
	for _, rec := range recs {
		r.emit(merge(base, actor, rec), path)
	}
}

func (r *eventReader) base(c about, a *misp.Attribute, own labels, path string) evidence.Record {
	base := c.base
	base.Origin.Object, base.Origin.Stamp = strings.ToLower(string(cmp.Or(a.UUID, a.ID))), max(stamp(a.Timestamp), c.base.Origin.Stamp)
	base.Note = string(a.Comment)
	base.Marking = marking.Join(base.Marking, own.marking)
	base.Grade = cmp.Or(own.grade, base.Grade)
	if !own.sure.IsZero() {
		base.Confidence = own.sure
	}
	base.Status = cmp.Or(own.status, base.Status)
	base.Targets = own.targets
	base.Detected = r.span(a, path)
	if base.Citation.Published.IsZero() {
		if iv, err := misp.Moment(string(a.Timestamp)); err == nil {
			base.Citation.Published = iv
		}
	}
	base.Extra = map[string]json.RawMessage{"type": raw(string(a.Type))}
	for key, v := range map[string]misp.Text{"category": a.Category, "object_relation": a.Relation, "to_ids": a.ToIDs} {
		if v != "" {
			base.Extra[key] = raw(string(v))
		}
	}
	return base
}

// stamp is the time of a version in milliseconds; 0 where it is not told. An edit
// of an event or of anything in it is a new version of the event.
func stamp(t misp.Text) int64 {
	iv, err := misp.Moment(string(t))
	if err != nil || iv.IsZero() {
		return 0
	}
	return iv.From.UnixMilli()
}

// span is first_seen to last_seen: when a sensor or an analyst saw it.
func (r *eventReader) span(a *misp.Attribute, path string) evidence.Interval {
	first, err1 := misp.Moment(string(a.FirstSeen))
	last, err2 := misp.Moment(string(a.LastSeen))
	switch {
	case err1 != nil || err2 != nil:
		r.unread.add("first_seen or last_seen that cannot be read", path)
	case last.IsZero():
		return first
	case first.IsZero():
		return evidence.Interval{To: last.To, ToPrecision: last.ToPrecision}
	case last.To.Before(first.From):
		r.unread.add("last_seen that precedes first_seen", path)
		return first
	}
	return evidence.Between(first, last)
}

// merge puts what an attribute's value says into the record of its place.
func merge(base evidence.Record, actor evidence.Actor, said evidence.Record) evidence.Record {
	base.Class, base.Value, base.ValueRef = said.Class, said.Value, said.ValueRef
	base.Subject = actor
	if said.Subject.Name != "" {
		base.Subject = said.Subject
	}
	base.Targets = append(slices.Clone(base.Targets), said.Targets...)
	return base
}

// kinds are the attribute types that say something of an actor, and what.
var kinds = attributeKinds()

type classifier func(value string) ([]evidence.Record, error)

func attributeKinds() map[string]classifier {
	k := map[string]classifier{
		"vulnerability": func(v string) ([]evidence.Record, error) {
			if v = strings.ToUpper(strings.TrimSpace(v)); !cve.MatchString(v) {
				return nil, fmt.Errorf("%.40q is no CVE id", v)
			}
			return []evidence.Record{{Class: evidence.Exploits, Value: v, ValueRef: v}}, nil
		},
		"threat-actor": one(func(v string) evidence.Record {
			return evidence.Record{Class: evidence.Activity, Subject: evidence.Actor{Name: v}}
		}),
		"campaign-name":   one(func(v string) evidence.Record { return evidence.Record{Class: evidence.Campaign, Value: v} }),
		"malware-type":    nil,
		"target-org":      one(func(v string) evidence.Record { return victim(evidence.Target{Name: v}) }),
		"target-external": one(func(v string) evidence.Record { return victim(evidence.Target{Name: v}) }),
		"target-location": one(func(v string) evidence.Record {
			if code, ok := evidence.ParseCountry(v); ok {
				return victim(evidence.Target{Country: code})
			}
			return victim(evidence.Target{Name: v})
		}),
	}
	for kind, check := range map[string]func(string) error{
		"ip-src": isAddress, "ip-dst": isAddress, "ip-src|port": isAddress, "ip-dst|port": isAddress,
		"domain": isName, "hostname": isName, "hostname|port": isName, "url": isURL, "email-src": isMail, "email": isMail,
		"md5": isHash(16), "sha1": isHash(20), "sha256": isHash(32), "sha512": isHash(64), "sha224": isHash(28), "sha384": isHash(48), "imphash": isHash(16),
		"x509-fingerprint-md5": isHash(16), "x509-fingerprint-sha1": isHash(20), "x509-fingerprint-sha256": isHash(32), "ja3-fingerprint-md5": isHash(16),
		"ssdeep": nil, "tlsh": nil, "btc": nil, "xmr": nil, "mutex": nil, "pdb": nil,
	} {
		k[kind] = infrastructure(check, strings.HasSuffix(kind, "|port"))
	}
	for _, hash := range []string{"md5", "sha1", "sha256", "sha512", "sha224", "sha384", "imphash", "ssdeep", "tlsh"} {
		k["filename|"+hash] = afterBar(k[hash])
	}
	k["malware-sample"] = afterBar(k["md5"])
	k["domain|ip"] = func(v string) ([]evidence.Record, error) {
		name, addr, _ := strings.Cut(v, "|")
		a, err := k["domain"](name)
		if err != nil {
			return nil, err
		}
		b, err := k["ip-dst"](addr)
		return append(a, b...), err
	}
	return k
}

func one(f func(v string) evidence.Record) classifier {
	return func(v string) ([]evidence.Record, error) { return []evidence.Record{f(strings.TrimSpace(v))}, nil }
}

func victim(t evidence.Target) evidence.Record {
	return evidence.Record{Class: evidence.Targets, Targets: []evidence.Target{t}}
}

// infrastructure states that the actor used the value: an address, a name or
// the fingerprint of a file or a certificate. Some write it as in a report, so that
// nobody clicks on it.
func infrastructure(check func(string) error, port bool) classifier {
	return func(v string) ([]evidence.Record, error) {
		v = evidence.Refang(v)
		if port {
			v, _, _ = strings.Cut(v, "|")
		}
		if check != nil {
			if err := check(v); err != nil {
				return nil, err
			}
		}
		return []evidence.Record{{Class: evidence.Infrastructure, Value: v}}, nil
	}
}

// afterBar reads the second part of a composite such as filename|md5.
func afterBar(next classifier) classifier {
	return func(v string) ([]evidence.Record, error) {
		i := strings.LastIndexByte(v, '|')
		if i < 0 {
			return nil, fmt.Errorf("%.40q lacks the bar of a composite value", v)
		}
		return next(v[i+1:])
	}
}

var cve = regexp.MustCompile(`^CVE-[0-9]{4}-[0-9]{4,}$`)

func isAddress(s string) error {
	if _, err := netip.ParseAddr(s); err == nil {
		return nil
	}
	if _, err := netip.ParsePrefix(s); err == nil {
		return nil
	}
	return fmt.Errorf("%.60q is no IP address or prefix", s)
}

func isName(s string) error {
	if s == "" || len(s) > 253 || !strings.Contains(s, ".") || strings.ContainsAny(s, " /\\\t\n@") {
		return fmt.Errorf("%.60q is no domain name", s)
	}
	return nil
}

func isURL(s string) error {
	if u, err := url.Parse(s); err != nil || u.Host == "" && u.Opaque == "" && u.Path == "" {
		return fmt.Errorf("%.60q is no URL", s)
	}
	return nil
}

func isMail(s string) error {
	if at := strings.LastIndexByte(s, '@'); at < 1 || at == len(s)-1 || strings.ContainsAny(s, " \t\n") {
		return fmt.Errorf("%.60q is no mail address", s)
	}
	return nil
}

func isHash(size int) func(string) error {
	return func(s string) error {
		if b, err := hex.DecodeString(s); err != nil || len(b) != size {
			return fmt.Errorf("%.140q is not %d hexadecimal digits", s, 2*size)
		}
		return nil
	}
}
