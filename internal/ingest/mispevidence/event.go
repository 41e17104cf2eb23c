package mispevidence

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// EventFormat reads MISP events: one event, a collection ("response"), a bare
// list of attributes or of objects, or events one after another.
var EventFormat = source.Format{
	Name:     "misp-event",
	Describe: "MISP events, collections of events, attributes and objects (JSON)",
	Sniff:    sniffEvent,
	Open: func(ctx context.Context, r io.Reader, in source.Info, opt source.Options) (source.Reader, error) {
		return &eventReader{
			ctx: ctx, scanner: source.NewObjectScanner(r, opt, "response"), in: in, seen: map[string]bool{}, unread: counter{},
			sum: source.Summary{Format: "misp-event", Dataset: "misp-event", Counts: map[string]int{}, Skipped: map[string]int{}},
		}, nil
	},
}

func sniffEvent(head []byte, _ string) (ok bool, why string) {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if bytes.HasPrefix(trimmed, []byte("[")) {
		trimmed = bytes.TrimLeft(trimmed[1:], " \t\r\n")
	}
	keys, _ := topKeys(trimmed)
	switch {
	case keys == nil:
		return false, "not a JSON object or a list of them"
	case keys["Event"] || keys["response"] || keys["Attribute"] || keys["Object"]:
		return true, ""
	case keys["info"] && (keys["Orgc"] || keys["orgc_id"] || keys["threat_level_id"]):
		return true, ""
	}
	return false, `none of "Event", "response", "Attribute" and "Object" at the top`
}

// An element is what stands in a collection: an event in its envelope or bare,
// attributes or objects.
type element struct {
	Event    *event          `json:"Event"`
	Response *element        `json:"response"`
	Info     *text           `json:"info"`
	Attr     many[attribute] `json:"Attribute"`
	Object   many[misObject] `json:"Object"`
}

type event struct {
	UUID      text            `json:"uuid"`
	ID        text            `json:"id"`
	Info      text            `json:"info"`
	Date      text            `json:"date"`
	Timestamp text            `json:"timestamp"`
	Org       organisation    `json:"Org"`
	Orgc      organisation    `json:"Orgc"`
	Tag       many[tag]       `json:"Tag"`
	Galaxy    many[galaxyTag] `json:"Galaxy"`
	Attr      many[attribute] `json:"Attribute"`
	Object    many[misObject] `json:"Object"`
	Shadow    many[attribute] `json:"ShadowAttribute"`
}

type organisation struct {
	Name text `json:"name"`
	UUID text `json:"uuid"`
}

// A misObject is a MISP object: attributes that belong together.
type misObject struct {
	UUID      text            `json:"uuid"`
	Name      text            `json:"name"`
	Template  text            `json:"template_uuid"`
	Comment   text            `json:"comment"`
	Deleted   text            `json:"deleted"`
	FirstSeen text            `json:"first_seen"`
	LastSeen  text            `json:"last_seen"`
	Attr      many[attribute] `json:"Attribute"`
	Event     *event          `json:"Event"`
}

type attribute struct {
	UUID      text            `json:"uuid"`
	ID        text            `json:"id"`
	Type      text            `json:"type"`
	Category  text            `json:"category"`
	Value     text            `json:"value"`
	Comment   text            `json:"comment"`
	ToIDs     text            `json:"to_ids"`
	Deleted   text            `json:"deleted"`
	Timestamp text            `json:"timestamp"`
	FirstSeen text            `json:"first_seen"`
	LastSeen  text            `json:"last_seen"`
	Relation  text            `json:"object_relation"`
	Tag       many[tag]       `json:"Tag"`
	Galaxy    many[galaxyTag] `json:"Galaxy"`
	Event     *event          `json:"Event"`
	Shadow    many[attribute] `json:"ShadowAttribute"`

	err error // why the attribute could not be read
}

// UnmarshalJSON keeps an error with the attribute, so that one bad attribute
// does not cost the event.
func (a *attribute) UnmarshalJSON(b []byte) error {
	type plain attribute
	var p plain
	err := json.Unmarshal(b, &p)
	*a = attribute(p)
	a.err = err
	return nil
}

type tag struct {
	Name text `json:"name"`
}

// A galaxyTag is a galaxy attached to an event, with the clusters chosen of it.
type galaxyTag struct {
	Type    text `json:"type"`
	Cluster many[struct {
		Type    text `json:"type"`
		Value   text `json:"value"`
		UUID    text `json:"uuid"`
		TagName text `json:"tag_name"`
		Meta    meta `json:"meta"`
	}] `json:"GalaxyCluster"`
}

type eventReader struct {
	ctx     context.Context
	scanner *source.ObjectScanner
	in      source.Info
	queue   []evidence.Record
	bad     []*source.RecordError
	seen    map[string]bool // event uuids
	unread  counter
	sum     source.Summary
}

// Next yields the next record; see [source.Reader].
func (r *eventReader) Next() (evidence.Record, error) {
	for {
		switch {
		case len(r.queue) > 0:
			rec := r.queue[0]
			r.queue = r.queue[1:]
			r.sum.Records++
			return rec, nil
		case len(r.bad) > 0:
			bad := r.bad[0]
			r.bad = r.bad[1:]
			r.sum.Rejected++
			return evidence.Record{}, bad
		}
		if err := r.ctx.Err(); err != nil {
			return evidence.Record{}, err
		}
		if !r.scanner.Scan() {
			if err := r.scanner.Err(); err != nil {
				return evidence.Record{}, err
			}
			return evidence.Record{}, io.EOF
		}
		r.element(r.scanner.Element())
	}
}

func (r *eventReader) element(e source.Element) {
	if e.Err != nil {
		r.sum.Objects++
		r.reject(e.Line, "", e.Path(), e.Err.Error())
		return
	}
	var el element
	if err := json.Unmarshal(e.Raw, &el); err != nil {
		r.sum.Objects++
		r.reject(e.Line, "", pathOf(e.Path(), err), "element cannot be read: "+err.Error())
		return
	}
	if err := r.open(&el, e, 0); err != nil {
		r.sum.Objects++
		r.reject(e.Line, "", e.Path(), err.Error())
	}
}

// open finds the event in an element, or makes one around bare attributes.
func (r *eventReader) open(el *element, e source.Element, depth int) error {
	switch {
	case el.Response != nil && depth == 0: // an attribute search: {"response":{"Attribute":[...]}}
		return r.open(el.Response, e, 1)
	case el.Event != nil:
		r.event(el.Event, e)
	case el.Info != nil:
		var ev event
		if err := json.Unmarshal(e.Raw, &ev); err != nil {
			return fmt.Errorf("event cannot be read: %w", err)
		}
		r.event(&ev, e)
	case len(el.Attr) > 0 || len(el.Object) > 0:
		c := r.context(&event{}, e)
		r.attributes(c, el.Attr, e.Path()+"/Attribute")
		r.objects(c, el.Object, e.Path()+"/Object")
	default:
		return errors.New("neither an event nor attributes nor objects of MISP")
	}
	return nil
}

func (r *eventReader) event(ev *event, e source.Element) {
	r.sum.Objects++
	r.sum.Counts["event"]++
	id := strings.ToLower(string(ev.UUID))
	if id != "" && r.seen[id] {
		r.reject(e.Line, id, e.Path(), "the same event uuid as an earlier event of this input")
		return
	}
	r.seen[id] = true
	c := r.context(ev, e)
	r.statements(c)
	r.attributes(c, ev.Attr, e.Path()+"/Attribute")
	r.objects(c, ev.Object, e.Path()+"/Object")
	r.shadows(ev.Shadow)
}

func (r *eventReader) objects(c about, objects []misObject, path string) {
	for i, o := range objects {
		r.sum.Counts["object"]++
		if ownTemplates[strings.ToLower(string(o.Template))] {
			r.sum.Objects += len(o.Attr)
			r.sum.Skipped["written by cahoots: the STIX export is the one that reads back"] += len(o.Attr)
			continue
		}
		for j := range o.Attr {
			a := &o.Attr[j]
			if o.Deleted.isTrue() {
				a.Deleted = "true"
			}
			if a.FirstSeen == "" && a.LastSeen == "" {
				a.FirstSeen, a.LastSeen = o.FirstSeen, o.LastSeen
			}
		}
		in := c
		if o.Event != nil {
			in = r.context(o.Event, source.Element{Line: c.line})
		}
		r.attributes(in, o.Attr, fmt.Sprintf("%s/%d/Attribute", path, i))
	}
}

// ownTemplates are the templates of the objects that package export writes. What
// they say was evidence here before; read as MISP it would come back blurred,
// as other records. A test of that package holds the two together.
var ownTemplates = map[string]bool{
	"ffdbbdc7-23d1-5e69-bac3-463043019813": true, // cahoots-claim
	"941275ec-0016-5afa-aa5a-cb098266ce53": true, // cahoots-verdict
}

// shadows counts proposals, which nobody has accepted.
func (r *eventReader) shadows(list []attribute) {
	r.sum.Objects += len(list)
	if len(list) > 0 {
		r.sum.Skipped["proposed attribute, not accepted"] += len(list)
	}
}

func (r *eventReader) reject(line int, object, path, why string) {
	r.bad = append(r.bad, &source.RecordError{File: r.in.Name, Line: line, Object: object, Path: path, Why: why})
}

// Summary accounts for events and attributes; see [source.Reader].
func (r *eventReader) Summary() source.Summary {
	s := r.sum
	s.Notes = r.unread.notes()
	return s
}
