package question

import (
	"context"
	"errors"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/store"
)

// Stored is all evidence of a store, of objects in several versions that of the day
// asked about (see [AsOf]); empty is today. A store that holds none is an error that
// says how to add some.
func Stored(ctx context.Context, s *store.Store, asOf string) (assess.Input, error) {
	day, err := evidence.ParseInterval(asOf)
	if err != nil {
		return assess.Input{}, fmt.Errorf("as of: %w", err)
	}
	records, sets, err := read(ctx, s, store.Filter{AsOf: day.To})
	return Held(evidence.Settle(records), sets), err
}

// Within is what a ceiling lets out of a store, and how many records it keeps
// back.
func Within(ctx context.Context, s *store.Store, ceiling evidence.TLP) (records []evidence.Record, sets []store.Dataset, withheld int, err error) {
	all, held, err := read(ctx, s, store.Filter{Ceiling: ceiling})
	if err != nil {
		return nil, nil, 0, err
	}
	records, sets, withheld = Visible(all, held, ceiling)
	return records, sets, withheld, nil
}

// Visible is what a ceiling lets out of what was read under it (see
// [store.Filter]), and of what is told of its data sets. Of a data set that also
// holds what may not be seen, only its name and the number of visible records are
// told: the names, sums, licences and accounts of its inputs carry no marking of
// their own.
func Visible(all []evidence.Record, held []store.Dataset, ceiling evidence.TLP) (records []evidence.Record, sets []store.Dataset, withheld int) {
	records, hidden := evidence.Within(all, ceiling)
	shown := map[string]int{}
	for i := range records {
		shown[records[i].Origin.Dataset]++
	}
	sets = []store.Dataset{}
	for _, d := range held {
		withheld += hidden[d.Name]
		switch {
		case hidden[d.Name] == 0:
			sets = append(sets, d)
		case shown[d.Name] > 0:
			sets = append(sets, store.Dataset{Name: d.Name, Records: shown[d.Name]})
		}
	}
	return records, sets, withheld
}

// ErrNothing: a store holds no evidence.
var ErrNothing = errors.New("holds no evidence; add some with: cahoots ingest FILE...")

func read(ctx context.Context, s *store.Store, f store.Filter) (records []evidence.Record, sets []store.Dataset, err error) {
	if sets, err = s.Datasets(ctx); err != nil {
		return nil, nil, err
	}
	n := 0
	for _, d := range sets {
		n += d.Records
	}
	records = make([]evidence.Record, 0, n)
	for r, err := range s.Records(ctx, f) {
		if err != nil {
			return nil, nil, err
		}
		records = append(records, r)
	}
	if len(records) == 0 {
		return nil, nil, fmt.Errorf("the store %s %w", s.Path(), ErrNothing)
	}
	return records, sets, nil
}

// Held is what was read of a store: records, and the data sets they came from.
func Held(records []evidence.Record, sets []store.Dataset) assess.Input {
	in := assess.Input{Records: records}
	for _, d := range sets {
		if len(d.Inputs) == 0 {
			in.Datasets = append(in.Datasets, assess.Dataset{Name: d.Name, Records: d.Records})
		}
		for _, h := range d.Inputs {
			in.Datasets = append(in.Datasets, assess.Dataset{Name: d.Name, Version: h.Version, SHA256: h.SHA256, Records: h.Holds})
			if h.License != "" {
				in.Notices = append(in.Notices, h.License)
			}
		}
		in.Warnings = append(in.Warnings, d.Warnings...)
	}
	return in
}
