package question

import (
	"context"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/store"
)

// Stored is all evidence of a store. A store that holds none is an error that
// says how to add some.
func Stored(ctx context.Context, s *store.Store) (assess.Input, error) {
	var records []evidence.Record
	for r, err := range s.Records(ctx, store.Filter{}) {
		if err != nil {
			return assess.Input{}, err
		}
		records = append(records, r)
	}
	if len(records) == 0 {
		return assess.Input{}, fmt.Errorf("the store %s holds no evidence; add some with: cahoots ingest FILE...", s.Path())
	}
	sets, err := s.Datasets(ctx)
	if err != nil {
		return assess.Input{}, err
	}
	return Held(records, sets), nil
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
