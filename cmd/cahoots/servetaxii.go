package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
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
)

// publication is the store as TAXII collections. It is made when somebody first
// asks, because it writes every record as STIX once for each ceiling, and kept
// until the store holds something else.
type publication struct {
	store *store.Store
	tool  assess.Tool

	mu          sync.Mutex
	state       string
	collections []taxii.Collection
}

// mountTAXII serves the store over TAXII 2.1 beside the pages. Who asks sees the
// collections up to the ceiling of the token, or of the server.
func mountTAXII(s *server.Server, held *store.Store, tool assess.Tool) {
	p := &publication{store: held, tool: tool}
	s.Handle(taxii.Discovery, taxii.Handler(taxii.Config{
		Title: "cahoots", Description: "Evidence about governments' hacking groups, and assessments of it", Collections: p.current,
		Ceiling: func(r *http.Request) (evidence.TLP, bool) { return server.PrincipalOf(r.Context()).Ceiling, true },
	}))
}

func (p *publication) current(ctx context.Context) ([]taxii.Collection, error) {
	sets, err := p.store.Datasets(ctx)
	if err != nil {
		return nil, err
	}
	saved, err := p.store.Assessments(ctx)
	if err != nil {
		return nil, err
	}
	var state strings.Builder
	for _, d := range sets {
		for _, h := range d.Inputs {
			fmt.Fprintln(&state, d.Name, h.SHA256, h.Holds, h.At.UnixNano())
		}
	}
	for _, a := range saved {
		fmt.Fprintln(&state, a.ID)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.collections != nil && p.state == state.String() {
		return p.collections, nil
	}
	additions, err := p.evidence(ctx, sets)
	if err != nil {
		return nil, err
	}
	for _, a := range saved {
		one, err := p.assessment(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		additions = append(additions, one)
	}
	collections, err := taxii.Publish(additions, export.Options{Tool: p.tool})
	if err != nil {
		return nil, fmt.Errorf("publishing the store over TAXII: %w", err)
	}
	p.state, p.collections = state.String(), collections
	return collections, nil
}

// evidence makes one addition for each data set, which came when its newest
// input was ingested.
func (p *publication) evidence(ctx context.Context, sets []store.Dataset) ([]taxii.Addition, error) {
	var out []taxii.Addition
	for _, d := range sets {
		var added time.Time
		content := export.Content{}
		for _, h := range d.Inputs {
			if h.At.After(added) {
				added = h.At
			}
			content.Datasets = append(content.Datasets, assess.Dataset{Name: d.Name, Version: h.Version, SHA256: h.SHA256, Records: h.Holds})
			if h.License != "" {
				content.Notices = append(content.Notices, h.License)
			}
		}
		var err error
		if content.Records, err = records(ctx, p.store, store.Filter{Datasets: []string{d.Name}}); err != nil {
			return nil, err
		}
		content.Notices = distinct(content.Notices)
		if len(content.Records) > 0 {
			out = append(out, taxii.Addition{Content: content, Added: added})
		}
	}
	return out, nil
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
