package question

import (
	"slices"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/evidence"
)

// WithNames is evidence on which the names of groups in lists of indicators are
// resolved: the records themselves, or, where none of them names a group, the
// records and the names and states that the built-in cases give; builtIn reports
// which. The records given are not changed.
func WithNames(records []evidence.Record) (all []evidence.Record, builtIn bool, err error) {
	if slices.ContainsFunc(records, func(r evidence.Record) bool { return r.Class == evidence.Alias }) {
		return records, false, nil
	}
	all = slices.Clip(records)
	for _, name := range cases.Names() {
		c, _, err := builtinCase(name)
		if err != nil {
			return nil, false, err
		}
		for _, r := range c.Records() {
			if r.Class == evidence.Alias || r.Class == evidence.Sponsor {
				all = append(all, r)
			}
		}
	}
	return all, true, nil
}
