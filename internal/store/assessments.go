package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Saved is a past assessment: the bytes of its JSON form and what is needed to
// find it again.
type Saved struct {
	ID       string    `json:"id"`       // 32 hexadecimal digits, from JSON
	Created  time.Time `json:"created"`  // when it was first saved
	Question string    `json:"question"` // in a person's words
	Data     []string  `json:"data"`     // SHA-256 of each body of evidence it rests on, sorted
	JSON     []byte    `json:"-"`        // nil in a listing
	Heading
}

// SaveAssessment keeps the JSON form of an assessment and returns its entry,
// whose id is the first 128 bits of the SHA-256 of the bytes. The same bytes
// saved again are the same assessment.
func (s *Store) SaveAssessment(ctx context.Context, question string, data []string, body []byte) (Saved, error) {
	if !json.Valid(body) {
		return Saved{}, errors.New("saving assessment: its form is not JSON")
	}
	sum := sha256.Sum256(body)
	whole := hex.EncodeToString(sum[:])
	hashes, err := json.Marshal(slices.Compact(slices.Sorted(slices.Values(data))))
	if err != nil {
		return Saved{}, fmt.Errorf("saving assessment: %w", err)
	}
	marking, asked, err := headingOf(body).columns()
	if err != nil {
		return Saved{}, fmt.Errorf("saving assessment: %w", err)
	}
	err = s.write(ctx, "the assessment", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO assessment (id, created, question, data, sha256, body, marking, asked) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
			whole[:32], s.now().UTC().Format(timeLayout), question, string(hashes), whole, body, marking, asked)
		return err
	})
	if err != nil {
		return Saved{}, err
	}
	s.settle(ctx)
	return s.Assessment(ctx, whole[:32])
}

// Assessment returns the assessment whose id begins with the given digits; at
// least four, and enough to name one.
func (s *Store) Assessment(ctx context.Context, id string) (Saved, error) {
	id = strings.ToLower(id)
	if len(id) < 4 || strings.Trim(id, "0123456789abcdef") != "" {
		return Saved{}, fmt.Errorf("assessment %q: give at least four hexadecimal digits of an id", id)
	}
	found, err := s.saved(ctx, "body", "id >= ? AND id < ? LIMIT 2", id, id+"g")
	switch {
	case err != nil:
		return Saved{}, err
	case len(found) == 0:
		return Saved{}, fmt.Errorf("assessment %s: %w %s", id, ErrNotFound, s.path)
	case len(found) > 1:
		return Saved{}, fmt.Errorf("assessment %s: more than one id begins so: give more digits", id)
	}
	return found[0], nil
}

// Heading is what a list tells of an assessment, by its whole id, and the number
// of bytes of its JSON form.
func (s *Store) Heading(ctx context.Context, id string) (h Heading, size int64, err error) {
	var asked string
	err = s.db.QueryRowContext(ctx, "SELECT length(a.body), h.marking, h.asked FROM assessment h INDEXED BY assessment_heading JOIN assessment a ON a.id = h.id WHERE h.id = ?", id).Scan(&size, &h.Marking, &asked)
	if errors.Is(err, sql.ErrNoRows) {
		return h, 0, fmt.Errorf("assessment %s: %w %s", id, ErrNotFound, s.path)
	}
	if err == nil && json.Unmarshal([]byte(asked), &h.Asked) != nil {
		h.Marking = unreadable
	}
	return h, size, s.fail("reading assessments", err)
}

// Assessments lists the saved assessments without their JSON, oldest first.
func (s *Store) Assessments(ctx context.Context) ([]Saved, error) {
	return s.saved(ctx, "NULL", "true ORDER BY created, id")
}

func (s *Store) saved(ctx context.Context, body, where string, args ...any) ([]Saved, error) {
	return s.savedBy(ctx, s.db, body, where, args...)
}

func (s *Store) savedBy(ctx context.Context, q queryer, body, where string, args ...any) ([]Saved, error) {
	from := " FROM assessment"
	if body == "NULL" {
		from += " INDEXED BY assessment_heading"
	}
	rows, err := q.QueryContext(ctx, "SELECT id, created, question, data, marking, asked, "+body+from+" WHERE "+where, args...)
	if err != nil {
		return nil, s.fail("reading assessments", err)
	}
	defer rows.Close()
	var all []Saved
	for rows.Next() {
		var a Saved
		var created, data, asked string
		var raw sql.RawBytes
		if err := rows.Scan(&a.ID, &created, &a.Question, &data, &a.Marking, &asked, &raw); err != nil {
			return nil, s.fail("reading assessments", err)
		}
		var bad error
		if a.Created, bad = time.Parse(timeLayout, created); bad == nil {
			bad = json.Unmarshal([]byte(data), &a.Data)
		}
		if json.Unmarshal([]byte(asked), &a.Asked) != nil {
			a.Marking = unreadable
		}
		if bad != nil {
			return nil, &DamagedError{Path: s.path, Problems: []string{fmt.Sprintf("assessment %s: %v", a.ID, bad)}}
		}
		a.JSON = slices.Clone([]byte(raw))
		all = append(all, a)
	}
	return all, s.fail("reading assessments", rows.Err())
}
