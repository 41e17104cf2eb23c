package main

import (
	"golang.org/x/sync/singleflight"

	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/taxii"
	"github.com/cahoots-project/cahoots/internal/tell/export"
	"github.com/cahoots-project/cahoots/internal/tell/report"
	"github.com/cahoots-project/cahoots/internal/tell/server"
	"github.com/cahoots-project/cahoots/internal/watch"
)

// publication is the store as TAXII collections. What a ceiling lets out is made
// when somebody first asks for it, and made anew when the store holds something
// else, one at a time and of the data sets that changed; what was made before is
// served meanwhile.
type publication struct {
	store *store.Store
	tool  assess.Tool

	making sync.Mutex // of one collection at a time, with parts
	parts  map[string]part
	flight singleflight.Group

	mu   sync.Mutex // of made
	made map[evidence.TLP]*published
}

// A part is what a ceiling lets out of one data set or saved assessment.
type part struct {
	state   string
	objects []taxii.Object
}

type published struct {
	state      string
	collection taxii.Collection
	next       time.Time // not made anew before
}

// mountTAXII serves the store over TAXII 2.1 beside the pages. Who asks sees the
// collections up to the ceiling of the token, or of the server.
func mountTAXII(s *server.Server, held *store.Store, tool assess.Tool) {
	p := &publication{store: held, tool: tool, parts: map[string]part{}, made: map[evidence.TLP]*published{}}
	s.Handle(taxii.Discovery, taxii.Handler(taxii.Config{
		Title: "cahoots", Description: "Evidence about governments' hacking groups, and assessments of it", Collection: p.current,
		Ceiling: func(r *http.Request) (evidence.TLP, bool) { return server.PrincipalOf(r.Context()).Ceiling, true },
	}))
}

// current is the collection of a ceiling as it was last made; where the store has
// changed since, a newer one is begun.
func (p *publication) current(ctx context.Context, ceiling evidence.TLP) (taxii.Collection, error) {
	state, err := p.state(ctx)
	if err != nil {
		return taxii.Collection{}, err
	}
	p.mu.Lock()
	old := p.made[ceiling]
	p.mu.Unlock()
	if old != nil && (old.state == state || time.Now().Before(old.next)) {
		return old.collection, nil
	}
	made := p.flight.DoChan(string(ceiling), func() (any, error) { return p.make(context.WithoutCancel(ctx), ceiling) })
	if old != nil {
		return old.collection, nil
	}
	select {
	case r := <-made:
		if r.Err != nil {
			return taxii.Collection{}, fmt.Errorf("publishing the store over TAXII: %w", r.Err)
		}
		return r.Val.(taxii.Collection), nil
	case <-ctx.Done():
		return taxii.Collection{}, context.Cause(ctx)
	}
}

// state is what the collections depend on.
func (p *publication) state(ctx context.Context) (string, error) {
	sets, err := p.store.Datasets(ctx)
	if err != nil {
		return "", err
	}
	saved, err := p.store.Assessments(ctx)
	var state strings.Builder
	for _, d := range sets {
		state.WriteString(stateOf(d))
	}
	for _, a := range saved {
		fmt.Fprintln(&state, a.ID)
	}
	if err != nil {
		return "", err
	}
	newest, err := p.store.Digests(ctx, evidence.Red, 1)
	for _, d := range newest {
		fmt.Fprintln(&state, "digest", d.ID)
	}
	return state.String(), err
}

func stateOf(d store.Dataset) string {
	var state strings.Builder
	for _, h := range d.Inputs {
		fmt.Fprintln(&state, d.Name, h.SHA256, h.Reading, h.Holds, h.At.UnixNano())
	}
	return state.String()
}

// rest is how long a collection is left as it is, in times of what it took to
// make: while files are ingested one after another, making must not take all.
const rest = 4

func (p *publication) make(ctx context.Context, ceiling evidence.TLP) (taxii.Collection, error) {
	p.making.Lock()
	defer p.making.Unlock()
	began := time.Now()
	state, err := p.state(ctx)
	if err != nil {
		return taxii.Collection{}, err
	}
	sets, err := p.store.Datasets(ctx)
	if err != nil {
		return taxii.Collection{}, err
	}
	saved, err := p.store.Assessments(ctx)
	if err != nil {
		return taxii.Collection{}, err
	}
	force, err := p.store.InForce(ctx, ceiling) // by versions in other data sets too
	if err != nil {
		return taxii.Collection{}, err
	}
	var parts [][]taxii.Object
	there := map[string]bool{}
	add := func(name, state string, of func() (taxii.Addition, error)) error {
		there[name] = true
		objects, err := p.part(ceiling, name, state, of)
		parts = append(parts, objects)
		return err
	}
	for _, d := range sets {
		if err := add("data "+d.Name, stateOf(d)+force, func() (taxii.Addition, error) { return p.evidence(ctx, d, ceiling) }); err != nil {
			return taxii.Collection{}, err
		}
	}
	for _, a := range saved {
		if err := add("assessment "+a.ID, "", func() (taxii.Addition, error) { return p.assessment(ctx, a.ID) }); err != nil {
			return taxii.Collection{}, err
		}
	}
	digests, err := p.store.Digests(ctx, ceiling, mostNotes)
	if err != nil {
		return taxii.Collection{}, err
	}
	for _, d := range digests {
		if err := add("digest "+d.ID, "", func() (taxii.Addition, error) { return p.digest(ctx, d) }); err != nil {
			return taxii.Collection{}, err
		}
	}
	for key := range p.parts {
		if of, name, _ := strings.Cut(key, " "); of == string(ceiling) && !there[name] {
			delete(p.parts, key)
		}
	}
	c := taxii.Gather(ceiling, parts...)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.made[ceiling] = &published{state, c, time.Now().Add(rest * time.Since(began))}
	return c, nil
}

// part gives the objects of a data set or an assessment under a ceiling, made
// anew where it changed. Objects that other ceilings let out too are held once.
func (p *publication) part(ceiling evidence.TLP, name, state string, of func() (taxii.Addition, error)) ([]taxii.Object, error) {
	key := string(ceiling) + " " + name
	if old, ok := p.parts[key]; ok && old.state == state {
		return old.objects, nil
	}
	addition, err := of()
	if err != nil {
		return nil, err
	}
	objects, err := addition.Objects(export.Options{Tool: p.tool, Ceiling: ceiling})
	if err != nil {
		return nil, err
	}
	held := map[string]json.RawMessage{}
	for _, other := range taxii.Ceilings() {
		for _, o := range p.parts[string(other)+" "+name].objects {
			held[o.ID+o.Version.String()] = o.Raw
		}
	}
	for i, o := range objects {
		if raw, ok := held[o.ID+o.Version.String()]; ok && bytes.Equal(raw, o.Raw) {
			objects[i].Raw = raw
		}
	}
	p.parts[key] = part{state, objects}
	return objects, nil
}

// evidence is what a ceiling lets out of a data set. Where it holds something
// back, versions, sums and notices stay behind too, which carry no marking of
// their own, and the time is that of the newest input that is seen.
func (p *publication) evidence(ctx context.Context, d store.Dataset, ceiling evidence.TLP) (taxii.Addition, error) {
	all, err := records(ctx, p.store, store.Filter{Datasets: []string{d.Name}, Ceiling: ceiling})
	if err != nil {
		return taxii.Addition{}, err
	}
	var a taxii.Addition
	var withheld int
	a.Content.Records, withheld = export.Within(all, ceiling)
	if len(a.Content.Records) == 0 {
		return taxii.Addition{}, nil
	}
	inputs := slices.SortedFunc(slices.Values(d.Inputs), func(a, b store.Held) int { return b.At.Compare(a.At) })
	if withheld > 0 {
		a.Content.Datasets = []assess.Dataset{{Name: d.Name, Records: len(a.Content.Records)}}
		a.Added, err = p.newest(ctx, d.Name, inputs, ceiling)
		return a, err
	}
	for _, h := range d.Inputs {
		a.Content.Datasets = append(a.Content.Datasets, assess.Dataset{Name: d.Name, Version: h.Version, SHA256: h.SHA256, Records: h.Holds})
		if h.License != "" {
			a.Content.Notices = append(a.Content.Notices, h.License)
		}
	}
	a.Added, a.Content.Notices = inputs[0].At, distinct(a.Content.Notices)
	return a, nil
}

// newest is when the newest input came of which something may be seen.
func (p *publication) newest(ctx context.Context, dataset string, inputs []store.Held, ceiling evidence.TLP) (time.Time, error) {
	for i, h := range inputs {
		var older time.Time
		if i+1 < len(inputs) {
			older = inputs[i+1].At
		}
		for r, err := range p.store.Records(ctx, store.Filter{Datasets: []string{dataset}, IngestedAfter: older, Ceiling: ceiling}) {
			if err != nil {
				return h.At, err
			}
			if r.Marking.Compare(ceiling) <= 0 {
				return h.At, nil
			}
		}
	}
	return inputs[len(inputs)-1].At, nil
}

func (p *publication) assessment(ctx context.Context, id string) (taxii.Addition, error) {
	saved, err := p.store.Assessment(ctx, id)
	if err != nil {
		return taxii.Addition{}, err
	}
	result, err := report.Read(bytes.NewReader(saved.JSON))
	if err != nil {
		return taxii.Addition{}, fmt.Errorf("assessment %s: %w", id, err)
	}
	a, ok := result.(*assess.Assessment)
	if !ok {
		return taxii.Addition{}, fmt.Errorf("assessment %s is a %T", id, result)
	}
	return taxii.Addition{Content: export.Content{Assessment: a}, Added: saved.Created}, nil
}

// mostNotes is of how many digests of standing questions there are notes: the newest.
const mostNotes = 1000

// digest is a note of what moved in a standing question.
func (p *publication) digest(ctx context.Context, d store.Digest) (taxii.Addition, error) {
	kept, err := p.store.Digest(ctx, d.ID)
	if err != nil {
		return taxii.Addition{}, err
	}
	var g watch.Digest
	if err := json.Unmarshal(kept.Body, &g); err != nil {
		return taxii.Addition{}, fmt.Errorf("digest %s: %w", d.ID, err)
	}
	n := export.Note{ID: "digest " + d.ID, Abstract: "What moved: " + d.Title, Text: d.Cause, At: d.At, Marking: d.Marking}
	for _, m := range g.Diff.Moved {
		n.Groups = append(n.Groups, m.A, m.B)
	}
	n.Groups = distinct(n.Groups)
	return taxii.Addition{Content: export.Content{Notes: []export.Note{n}, Notices: g.Diff.Notices}, Added: d.At}, nil
}
