package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// A Heading is what a list tells of a saved assessment. It is read from the JSON
// when that is saved, so that a list reads none.
type Heading struct {
	// Marking is the strictest in the assessment: the one it states, and those of
	// the records it holds.
	Marking evidence.TLP    `json:"marking"`
	Asked   assess.Question `json:"asked"`
}

// unreadable is the marking of what is saved and no assessment; it is stricter than
// every level, so that it is shown to nobody.
const unreadable evidence.TLP = "UNREADABLE"

// headingSchema keeps the heading beside the assessment.
const headingSchema = `ALTER TABLE assessment ADD COLUMN marking TEXT NOT NULL DEFAULT '';
	ALTER TABLE assessment ADD COLUMN asked TEXT NOT NULL DEFAULT '{}';`

// headingIndex holds all that a list tells: the columns stand behind the body in a
// row, and SQLite walks through all of that to come to them.
const headingIndex = `CREATE INDEX assessment_heading ON assessment (id, created, question, data, marking, asked);`

// headingOf reads the heading in the JSON form of an assessment.
func headingOf(body []byte) Heading {
	var a struct {
		Schema   string          `json:"schema"`
		Marking  evidence.TLP    `json:"marking"`
		Question assess.Question `json:"question"`
		Records  map[string]struct {
			Marking evidence.TLP `json:"marking"`
		} `json:"records"`
	}
	if json.Unmarshal(body, &a) != nil || a.Schema != assess.Schema {
		return Heading{Marking: unreadable}
	}
	m := a.Marking
	if m == "" {
		m = evidence.Clear
	}
	for _, r := range a.Records {
		m = evidence.Strictest(m, r.Marking)
	}
	return Heading{Marking: m, Asked: a.Question}
}

// columns are the heading as it is kept.
func (h Heading) columns() (marking, asked string, err error) {
	b, err := json.Marshal(h.Asked)
	return string(h.Marking), string(b), err
}

// headings gives those that an earlier version saved their headings, one after
// another.
func (s *Store) headings(ctx context.Context, tx *sql.Tx) error {
	all, err := s.savedBy(ctx, tx, "NULL", "true")
	if err != nil {
		return err
	}
	for _, a := range all {
		one, err := s.savedBy(ctx, tx, "body", "id = ?", a.ID)
		if err != nil {
			return err
		}
		marking, asked, err := headingOf(one[0].JSON).columns()
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE assessment SET marking = ?, asked = ? WHERE id = ?", marking, asked, a.ID); err != nil {
			return s.fail("noting what was asked", err)
		}
	}
	return nil
}
