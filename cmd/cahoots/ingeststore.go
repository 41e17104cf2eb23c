package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/store"
)

// join takes in the store of another site. What cannot be taken in is a failure of
// this argument; only what would end every other one too is an error.
func (r *ingestRun) join(ctx context.Context, path string) error {
	if r.opt.replace {
		return usagef("--replace is for files of evidence: a store is joined with this one, and what its site replaced is replaced here")
	}
	from, err := store.Open(ctx, path, store.AsItIs())
	if err != nil {
		r.failed(fmt.Errorf("%s is not taken in: %w", path, err))
		return nil
	}
	defer from.Close()
	m, err := r.store.Merge(ctx, from)
	switch {
	case err == nil:
		r.done = append(r.done, joinedStore(path, m))
		return nil
	case ctx.Err() != nil || errors.Is(err, store.ErrDiskFull) || errors.Is(err, store.ErrBusy):
		return err
	}
	r.failed(fmt.Errorf("%s is not taken in: %w", path, err))
	return nil
}

// storeOfSite stands where a data set would.
const storeOfSite = "store of a site"

// summaryOf tells of a store as of any input: its objects are all that it holds.
func summaryOf(records, entries int, counts map[string]int) source.Summary {
	maps.DeleteFunc(counts, func(_ string, n int) bool { return n == 0 })
	return source.Summary{Format: storeOfSite, Dataset: storeOfSite, Objects: records + entries, Records: records, Counts: counts}
}

func joinedStore(path string, m store.Merged) intake.Taken {
	t := intake.Taken{Input: path, Of: path, Added: m.NewRecords, Repeated: m.Records - m.NewRecords, Summary: summaryOf(m.Records, m.Entries,
		map[string]int{"inputs of evidence": m.Inputs, "blocks of logs": m.Blocks, "log entries": m.Entries, "statements on indicators": m.Statements})}
	if m.Entries > 0 {
		t.Warnings = append(t.Warnings, fmt.Sprintf("%d of its %d log entries and %d of its %d blocks of logs are new", m.NewEntries, m.Entries, m.NewBlocks, m.Blocks))
	}
	if m.Derived > 0 {
		t.Warnings = append(t.Warnings, fmt.Sprintf("%d records that the site made of its own sightings stayed there; make them of all sightings with: cahoots ingest --from-sightings", m.Derived))
	}
	return t
}

// examinedStore says what a store holds, and whether it is whole.
func examinedStore(ctx context.Context, path string) (e intake.Examined, err error) {
	s, err := store.Open(ctx, path, store.AsItIs())
	if err != nil {
		return e, err
	}
	defer s.Close()
	r, err := s.Check(ctx)
	if err != nil {
		return e, err
	}
	e = intake.Examined{Input: path, Of: path, Format: storeOfSite, Publishers: map[string]int{}, Markings: map[evidence.TLP]int{}, Summary: summaryOf(r.Records, r.Entries,
		map[string]int{"inputs of evidence": r.Inputs, "blocks of logs": r.Blocks, "log entries": r.Entries, "statements on indicators": r.Statements})}
	for one, err := range s.Records(ctx, store.Filter{}) {
		if err != nil {
			return e, err
		}
		e.Publishers[cmp.Or(one.Citation.Publisher, one.Citation.Locator)]++
		e.Markings[one.Marking]++
	}
	return e, nil
}
