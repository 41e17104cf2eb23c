// Package stixevidence reads STIX 2.0 and 2.1, with MITRE ATT&CK, as evidence about
// actors.
//
// It accepts bundles, TAXII envelopes, bare arrays, single objects and objects
// one after another. Relationships of intrusion sets, threat actors and
// campaigns become records; names and aliases become claims. Revoked and
// deprecated objects are left out, and a relationship to a revoked object
// counts for its successor. Dates come from start and stop times, from
// campaigns, and, as dates of disclosure, from the citations of ATT&CK.
//
// The package is not for indicators and observed data, which the sensor side
// reads, nor for writing STIX, nor for validation beyond what evidence needs.
package stixevidence

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"regexp"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/format/stix"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// Format reads STIX 2.0 and 2.1.
var Format = source.Format{
	Name:  "stix",
	Sniff: sniff,
	Open: func(ctx context.Context, r io.Reader, in source.Info, opt source.Options) (source.Reader, error) {
		return &reader{ctx: ctx, scanner: jsonscan.New(r, opt.Limits(), "objects"), lookup: opt.Lookup, g: newGraph(in.Name, opt)}, nil
	},
}

var (
	stixID = regexp.MustCompile(`"id"\s*:\s*"[a-z0-9-]{3,250}--[0-9a-fA-F]{8}-`)
	bundle = regexp.MustCompile(`"type"\s*:\s*"bundle"`)
)

func sniff(head []byte, _ string) (ok bool, why string) {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	switch {
	case len(text) == 0 || text[0] != '{' && text[0] != '[':
		return false, "does not begin with { or ["
	case !stixID.Match(text) && !bundle.Match(text):
		return false, `no bundle, and no "id" of the form type--uuid`
	}
	return true, ""
}

// reader reads everything on the first Next, because a relationship may join
// objects that come after it, and then yields rejections and records.
type reader struct {
	ctx     context.Context
	scanner *jsonscan.Scanner
	lookup  func([]string) (map[string][][]byte, error)
	g       *graph
	loaded  bool
	ranked  bool // more than one marking occurs
	err     error
	views   []evidence.TLP // still to come, the first under way
	next    int            // in g.order
	told    int            // rejections yielded
	given   int            // of g.out
}

// Next is part of [source.Reader].
func (r *reader) Next() (evidence.Record, error) {
	if !r.loaded {
		r.loaded = true
		r.err = r.load()
	}
	for r.err == nil {
		switch {
		case r.told < len(r.g.bad):
			r.told++
			return evidence.Record{}, r.g.bad[r.told-1]
		case r.given < len(r.g.out):
			r.given++
			r.g.sum.Records++
			return r.g.out[r.given-1], nil
		case r.next >= len(r.g.order) && len(r.views) > 1:
			r.views, r.next = r.views[1:], 0
			r.g.begin(r.views[0])
		case r.next >= len(r.g.order):
			r.err = io.EOF
		default:
			r.refill()
		}
	}
	return evidence.Record{}, r.err
}

func (r *reader) load() error {
	if err := r.g.load(r.ctx, r.scanner); err != nil {
		return fmt.Errorf("reading STIX: %w", err)
	}
	if v, ok := r.g.bundle["spec_version"]; ok {
		var s string
		if json.Unmarshal(v, &s) != nil || s != "2.0" && s != "2.1" {
			return fmt.Errorf("reading STIX: the bundle's spec_version is %s; 2.0 and 2.1 are read", stix.Clip(string(v), 40))
		}
	}
	if err := r.g.borrow(r.lookup); err != nil {
		return err
	}
	r.g.settleVersions()
	r.views = r.g.levels()
	if len(r.views) == 0 {
		r.views = []evidence.TLP{evidence.Clear}
	}
	r.ranked = len(r.views) > 1 || r.views[0] != evidence.Clear
	r.g.begin(r.views[0])
	r.g.describe()
	r.g.listed()
	r.g.account()
	return r.ctx.Err()
}

// refillSize is about how many records are made at a time.
const refillSize = 1024

func (r *reader) refill() {
	if r.err = r.ctx.Err(); r.err != nil {
		return
	}
	clear(r.g.out)
	r.g.out, r.given = r.g.out[:0], 0
	for ; r.next < len(r.g.order) && len(r.g.out) < refillSize; r.next++ {
		r.object(r.g.order[r.next])
	}
	if !r.ranked {
		sealAll(r.g.out)
	}
	if r.next == len(r.g.order) && len(r.views) == 1 {
		r.g.conclude()
	}
}

// object makes the records of one object in the view under way.
func (r *reader) object(id string) {
	o, from := r.g.objects[id], len(r.g.out)
	last := len(r.views) == 1
	switch {
	case !r.g.sees(o), r.g.foreign[o]:
		return
	case last:
		r.g.records(o)
	default:
		r.g.aside(func() { r.g.records(o) })
	}
	if r.ranked {
		r.g.rank(o, from)
	}
	if last && o.Type == "relationship" {
		r.g.objects[id] = nil // nothing refers to it
	}
}

// Summary is part of [source.Reader].
func (r *reader) Summary() source.Summary { return r.g.sum }

// records turns one object into evidence and accounts for it.
func (g *graph) records(o *stix.Object) {
	switch {
	case o.Revoked:
		g.sum.Skipped["revoked: "+o.Type]++
		return
	case o.Deprecated:
		g.sum.Skipped["deprecated: "+o.Type]++
		return
	}
	if carried := g.own[o]; carried != nil {
		g.ownRecord(o, carried)
		return
	}
	before := len(g.bad)
	switch {
	case g.actor(o):
		g.actorRecords(o)
		g.proseRecords(o, []*stix.Object{o})
	case o.Type == "malware", o.Type == "tool":
		g.proseRecords(o, nil)
	case o.Type == "campaign":
		g.eventRecords(evidence.Campaign, o)
		g.proseRecords(o, distinctObjects(g.attributed[o.ID]))
	case o.Type == "incident":
		g.eventRecords(evidence.Incident, o)
	}
	switch o.Type {
	case "sighting":
		g.sightingRecords(o)
		return
	case "relationship":
		if o.Relation != "revoked-by" {
			g.relationshipRecords(o)
			return
		}
		g.sum.Counts["revoked-by"]++
		return
	}
	if len(g.bad) == before {
		g.sum.Counts[o.Type]++
	}
}
