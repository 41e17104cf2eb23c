package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// unread gathers the files that are no evidence and no fault either: indexes,
// and what lies in folders and archives beside it.
type unread struct {
	order []string // folders and archives
	names map[string][]string
	why   map[string]error // of the first file
}

// A remark on what was left unread: a note, or an error where nothing else was
// there.
type unreadRemark struct {
	of, note string
	err      error
}

// add takes a file that could not be opened; false where that is a fault.
func (u *unread) add(in *input, err error) bool {
	if !in.NoFault(err) {
		return false
	}
	if u.names == nil {
		u.names, u.why = map[string][]string{}, map[string]error{}
	}
	of := in.Argument()
	if !slices.Contains(u.order, of) {
		u.order = append(u.order, of)
		u.why[of] = err
	}
	u.names[of] = append(u.names[of], in.Name)
	return true
}

// tell says what was left unread of each argument.
func (u *unread) tell(done []intake.Taken) []unreadRemark {
	var out []unreadRemark
	for _, of := range u.order {
		names, why := u.names[of], u.why[of]
		var index *source.IndexError
		switch {
		case errors.As(why, &index) && names[0] == of:
			out = append(out, unreadRemark{of: of, note: "not read: it " + index.Error()})
		case slices.ContainsFunc(done, func(d intake.Taken) bool { return d.Of == of }):
			out = append(out, unreadRemark{of: of, note: fmt.Sprintf("%d of its files are no evidence and were not read: %s", len(names), ellipsis(names, 5))})
		default:
			out = append(out, unreadRemark{of: of, err: fmt.Errorf("%s: none of its %d files is recognised; the first: %w", of, len(names), why)})
		}
	}
	return out
}
