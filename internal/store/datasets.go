package store

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"
)

const timeLayout = "2006-01-02T15:04:05.000Z"

// Held is one input of the store.
type Held struct {
	Name     string          `json:"name"`    // as the user named it
	Reading  string          `json:"reading"` // how it was read
	SHA256   string          `json:"sha256"`
	Bytes    int64           `json:"bytes"`
	Dataset  string          `json:"dataset"`
	Version  string          `json:"version,omitempty"`
	License  string          `json:"license,omitempty"`
	At       time.Time       `json:"at"`       // when it was ingested
	Records  int             `json:"records"`  // that the reader gave
	Holds    int             `json:"holds"`    // of these, that the store keeps under this input and not under another
	Rejected int             `json:"rejected"` // bad records, see Rejected
	Summary  json.RawMessage `json:"summary"`  // the reader's account

	id    int64
	scope string // of the data set it is an edition of, see Summary
}

// A Dataset is what the store holds of one body of evidence.
type Dataset struct {
	Name     string   `json:"name"`
	Records  int      `json:"records"`
	Inputs   []Held   `json:"inputs"` // by version, name and sum
	Warnings []string `json:"warnings,omitempty"`
}

// Datasets lists what the store holds, by name. A data set that is there in
// several inputs carries a warning.
func (s *Store) Datasets(ctx context.Context) ([]Dataset, error) { return s.datasets(ctx, s.db) }

func (s *Store) datasets(ctx context.Context, q queryer) ([]Dataset, error) {
	held, err := s.inputs(ctx, q, "true")
	if err != nil {
		return nil, err
	}
	var sets []Dataset
	for _, h := range held {
		if n := len(sets); n == 0 || sets[n-1].Name != h.Dataset {
			sets = append(sets, Dataset{Name: h.Dataset})
		}
		d := &sets[len(sets)-1]
		d.Records += h.Holds
		d.Inputs = append(d.Inputs, h)
	}
	for i, d := range sets {
		sets[i].Warnings = warnings(d.Name, d.Inputs)
	}
	return sets, nil
}

// warnings says that one data set is held more than once: its statements would
// count twice where the versions word them differently.
func warnings(dataset string, held []Held) []string {
	if editions := map[string]int{}; len(held) > 1 { // of the same part of it
		for _, h := range held {
			editions[h.scope]++
		}
		held = slices.DeleteFunc(slices.Clone(held), func(h Held) bool { return editions[h.scope] < 2 })
	}
	if len(held) < 2 {
		return nil
	}
	w := fmt.Sprintf("data set %s is held in %d inputs:", dataset, len(held))
	for i, h := range held {
		if i > 0 {
			w += ","
		}
		if i == maxNamed {
			w += fmt.Sprintf(" and %d more", len(held)-i)
			break
		}
		w += " " + h.Name
		if h.Version != "" {
			w += " (version " + h.Version + ")"
		}
	}
	return []string{w + "; ingest the one to keep with --replace to leave out the others"}
}

// maxNamed bounds the inputs that a warning names.
const maxNamed = 5

// scopeOf is the part of its data set that an input is an edition of.
const scopeOf = "coalesce(json_extract(summary, '$.scope'), '')"

func (s *Store) inputs(ctx context.Context, q queryer, where string, args ...any) ([]Held, error) {
	rows, err := q.QueryContext(ctx, `SELECT id, name, reading, coalesce(sha256, ''), bytes, dataset, version, license, at, records, held, rejected, summary, `+scopeOf+`
		FROM input WHERE `+where+` ORDER BY dataset, version, name, sha256, reading`, args...)
	if err != nil {
		return nil, s.fail("listing inputs", err)
	}
	defer rows.Close()
	var all []Held
	for rows.Next() {
		var h Held
		var at, summary string
		err := rows.Scan(&h.id, &h.Name, &h.Reading, &h.SHA256, &h.Bytes, &h.Dataset, &h.Version, &h.License, &at, &h.Records, &h.Holds, &h.Rejected, &summary, &h.scope)
		if err != nil {
			return nil, s.fail("listing inputs", err)
		}
		if h.At, err = time.Parse(timeLayout, at); err != nil {
			return nil, &DamagedError{Path: s.path, Problems: []string{fmt.Sprintf("input %s: time %q", h.Name, at)}}
		}
		h.Summary = json.RawMessage(summary)
		all = append(all, h)
	}
	return all, s.fail("listing inputs", rows.Err())
}

// Rejected yields the bad records of every input, by data set and in the order
// in which they were met. With a sum it yields those of the inputs with that
// SHA-256 only.
func (s *Store) Rejected(ctx context.Context, sha256 string) iter.Seq2[Rejection, error] {
	return func(yield func(Rejection, error) bool) {
		rows, err := s.db.QueryContext(ctx, `SELECT r.file, r.line, r.object, r.path, r.why FROM rejection r JOIN input i ON i.id = r.input
			WHERE ? = '' OR i.sha256 = ? ORDER BY i.dataset, i.version, i.name, i.sha256, i.reading, r.seq`, sha256, sha256)
		if err != nil {
			yield(Rejection{}, s.fail("listing rejected records", err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var r Rejection
			if err := rows.Scan(&r.File, &r.Line, &r.Object, &r.Path, &r.Why); err != nil {
				yield(Rejection{}, s.fail("listing rejected records", err))
				return
			}
			if !yield(r, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Rejection{}, s.fail("listing rejected records", err))
		}
	}
}
