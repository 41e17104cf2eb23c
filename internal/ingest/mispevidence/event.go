package mispevidence

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/format/misp"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// EventFormat reads MISP events: one event, a collection ("response"), a bare
// list of attributes or of objects, or events one after another.
var EventFormat = source.Format{
	Name:  "misp-event",
	Sniff: sniffEvent,
	Open: func(ctx context.Context, r io.Reader, in source.Info, opt source.Options) (source.Reader, error) {
		return &eventReader{
			ctx: ctx, scanner: jsonscan.New(r, opt.Limits(), "response"), in: in, seen: map[string]bool{}, rules: opt.Markings, said: speaker{opt.Publisher, opt.PublisherCountry}, marks: marking.Unread{}, unread: counter{},
			sum: source.Summary{Format: "misp-event", Dataset: eventDataset, Counts: map[string]int{}, Skipped: map[string]int{}},
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

// A speaker is who stands for what names nobody, in the user's word.
type speaker struct{ publisher, country string }

type eventReader struct {
	ctx     context.Context
	scanner *jsonscan.Scanner
	in      source.Info
	queue   []evidence.Record
	bad     []*source.RecordError
	seen    map[string]bool // event uuids
	rules   marking.Rules
	said    speaker
	marks   marking.Unread
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

func (r *eventReader) element(e jsonscan.Element) {
	if e.Err != nil {
		r.sum.Objects++
		r.reject(e.Line, "", e.Path(), e.Err.Error())
		return
	}
	ev, named, err := misp.DecodeEvent(e.Raw)
	switch {
	case err != nil:
		r.sum.Objects++
		r.reject(e.Line, "", misp.PathOf(e.Path(), err), err.Error())
	case named:
		r.event(ev, e)
	default:
		c := r.context(&misp.Event{}, e)
		r.attributes(c, ev.Attribute, e.Path()+"/Attribute")
		r.objects(c, ev.Object, e.Path()+"/Object")
	}
}

func (r *eventReader) event(ev *misp.Event, e jsonscan.Element) {
	r.sum.Objects++
	r.sum.Counts["event"]++
	id := strings.ToLower(string(ev.UUID))
	if id != "" && r.seen[id] {
		r.reject(e.Line, id, e.Path(), "the same event uuid as an earlier event of this input")
		return
	}
	r.seen[id] = true
	r.sum.Scope = cmp.Or(r.sum.Scope, id) // an event takes the place of itself and of no other; so does a collection
	c := r.context(ev, e)
	r.statements(c)
	r.attributes(c, ev.Attribute, e.Path()+"/Attribute")
	r.objects(c, ev.Object, e.Path()+"/Object")
	r.shadows(ev.Shadow)
}

const eventDataset = "misp-event"

func (r *eventReader) objects(c about, objects []misp.Object, path string) {
	for i, o := range objects {
		r.sum.Counts["object"]++
		if ownTemplates[strings.ToLower(string(o.Template))] {
			r.sum.Objects += len(o.Attribute)
			r.sum.Skipped["written by cahoots: the STIX export is the one that reads back"] += len(o.Attribute)
			continue
		}
		for j := range o.Attribute {
			a := &o.Attribute[j]
			if o.Deleted.True() {
				a.Deleted = "true"
			}
			if a.Distribution == "" || a.Distribution == "5" {
				a.Distribution = o.Distribution
			}
			if a.FirstSeen == "" && a.LastSeen == "" {
				a.FirstSeen, a.LastSeen = o.FirstSeen, o.LastSeen
			}
		}
		in := c
		if o.Event != nil {
			in = r.context(o.Event, jsonscan.Element{Line: c.line})
		}
		r.attributes(in, o.Attribute, fmt.Sprintf("%s/%d/Attribute", path, i))
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
func (r *eventReader) shadows(list []misp.Attribute) {
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
	s.Notes = append(r.unread.notes(), r.marks.Notes()...)
	return s
}
