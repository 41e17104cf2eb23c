package question

import (
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// Ledger are the entries of the ledger among records, with those that the program
// carries. Groups have the names that the records' catalogues give them.
func Ledger(records []evidence.Record) ([]assess.Entry, error) {
	all, err := allCarried()
	if err != nil {
		return nil, err
	}
	held := map[evidence.ID]bool{}
	var told []evidence.Record
	for i := range records {
		held[records[i].ID] = true
		if said(links, &records[i]) {
			told = append(told, records[i])
		}
	}
	for _, c := range all {
		for n, r := range c.records {
			if c.kind == links && !held[r.ID] && !held[c.inCase[n]] {
				told = append(told, r)
			}
		}
	}
	named, _, err := WithNames(slices.Concat(records, told))
	if err != nil {
		return nil, err
	}
	dir, err := resolve.Resolve(named, resolve.Policy{})
	if err != nil {
		return nil, fmt.Errorf("resolving names: %w", err)
	}
	return assess.Entries(told, dir), nil
}
