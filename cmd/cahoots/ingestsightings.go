package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// ingestSightings makes evidence of the incidents that sensors saw: dated to the
// second, one record each. It replaces what an earlier run made of them, so that
// the evidence is what the incidents are now.
func (a *app) ingestSightings(ctx context.Context, opt ingestOptions) error {
	s, err := a.openStore(ctx, true)
	if err != nil {
		return err
	}
	defer s.Close()
	in, err := a.landscapeInput(ctx, s, landscapeOptions{gap: sighting.DefaultGap})
	if err != nil {
		return err
	}
	judged, err := landscape.Judge(in)
	if err != nil {
		return err
	}
	sum := source.Summary{Dataset: sighting.Dataset, Skipped: map[string]int{}, Counts: map[string]int{}}
	var list []evidence.Record
	for i := range judged.Incidents {
		sum.Objects++
		r, ok := judged.Incidents[i].Record()
		if !ok {
			sum.Skipped["attributed to nobody, or disputed"]++
			continue
		}
		list = append(list, r)
		sum.Records++
		sum.Counts["incident"]++
	}
	done, err := a.replaceSightings(ctx, s, list, sum)
	if err != nil {
		return err
	}
	sets, err := s.Datasets(ctx)
	if err != nil {
		return err
	}
	return a.write(report.Taken([]intake.Taken{done}, intake.Holdings(sets)), document.Options{Table: opt.table})
}

func (a *app) replaceSightings(ctx context.Context, s *store.Store, list []evidence.Record, sum source.Summary) (in intake.Taken, err error) {
	in.Input, in.Of, in.Summary = sighting.Dataset, sighting.Dataset, sum
	h := sha256.New()
	for _, r := range list {
		fmt.Fprintln(h, r.ID)
	}
	g, err := s.Ingest(ctx, store.Input{Name: sighting.Dataset, Reading: sighting.Dataset, SHA256: hex.EncodeToString(h.Sum(nil)), Replace: true})
	if err != nil {
		return in, err
	}
	defer g.Rollback()
	for _, r := range list {
		if err := g.Add(r); err != nil {
			return in, err
		}
	}
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(sum); err != nil {
		return in, err
	}
	out, err := g.Commit(store.Summary{Dataset: sighting.Dataset, JSON: body.Bytes()})
	if err != nil {
		return in, err
	}
	in.Added, in.Repeated, in.Removed, in.Warnings = out.Added, out.Known, out.Removed, out.Warnings
	return in, nil
}
