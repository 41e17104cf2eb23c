package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// A store of each older schema, with an entry in it where it holds entries,
// opens and gives the entry, of which nothing more is known than then. What was
// saved in it is listed with its marking and question.
func TestStoresOfOlderVersionsOpen(t *testing.T) {
	if len(serverMigrations) != len(migrations) {
		t.Errorf("servers have %d migrations, files %d: a change of the schema is one of both", len(serverMigrations), len(migrations))
	}
	saved := map[string]string{
		"aa": `{"schema":"cahoots/assessment/v1","marking":"GREEN","question":{"a":"CN","b":"RU","from":"2021"},"records":{"r":{"marking":"RED"}}}`,
		"bb": `{"schema":"cahoots/assessment/v1","marking":"","question":{"a":"CN"},"records":{}}`,
		"cc": `{"schema":"another"}`,
	}
	for version := 1; version < len(migrations); version++ {
		path := filepath.Join(t.TempDir(), "old.db")
		raw, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		steps := append([]string{}, migrations[:version]...)
		if version > 1 {
			steps = append(steps, `INSERT INTO system (id, host, sensor) VALUES (1, x'0a000001', '')`, `INSERT INTO combination (id, indicators) VALUES (1, 'domain:a.example')`,
				`INSERT INTO entry (day, id, time, system, combination, named) VALUES (19600, x'00112233445566778899aabbccddeeff', 1693440000000000000, 1, 1, 0)`)
		}
		for id, body := range saved {
			if version >= headed { // it has its heading from the start
				break
			}
			steps = append(steps, fmt.Sprintf(`INSERT INTO assessment (id, created, question, data, sha256, body) VALUES ('%s', '2026-01-02T03:04:05.000Z', 'q', '[]', '', CAST('%s' AS BLOB))`, id, body))
			if version >= headed {
				h := headingOf([]byte(body))
				asked, err := json.Marshal(h.Asked)
				if err != nil {
					t.Fatal(err)
				}
				steps = append(steps, fmt.Sprintf(`UPDATE assessment SET marking = '%s', asked = '%s' WHERE id = '%s'`, h.Marking, asked, id))
			}
		}
		for _, step := range append(steps, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, version)) {
			if _, err := raw.Exec(step); err != nil {
				t.Fatalf("version %d: %v", version, err)
			}
		}
		raw.Close()
		s, err := Open(t.Context(), path)
		if err != nil {
			t.Fatalf("version %d: %v", version, err)
		}
		var n int
		for p, err := range s.Partials(t.Context(), nil) {
			if err != nil || p.Contact != (sighting.Contact{}) || !p.Contact.Counts() {
				t.Errorf("version %d: %+v %v", version, p, err)
			}
			n++
		}
		if want := min(version-1, 1); n != want {
			t.Errorf("version %d: %d entries, want %d", version, n, want)
		}
		list, err := s.Assessments(t.Context())
		if version < headed && (err != nil || len(list) != 3 || list[0].Marking != evidence.Red || list[0].Asked.From != "2021" || list[1].Marking != evidence.Clear || list[2].Marking.Compare(evidence.Red) <= 0) {
			t.Errorf("version %d: saved assessments are listed as %+v %v", version, list, err)
		}
		s.Close()
	}
}

func TestAListOfAssessmentsReadsItsIndexAlone(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "new.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var id, parent, unused int
	var plan string
	err = s.db.QueryRow("EXPLAIN QUERY PLAN SELECT id, created, question, data, marking, asked, NULL FROM assessment INDEXED BY assessment_heading WHERE true").Scan(&id, &parent, &unused, &plan)
	if err != nil || !strings.Contains(plan, "COVERING INDEX assessment_heading") {
		t.Errorf("%q %v", plan, err)
	}
}

// The check follows every reference that the schema has.
func TestTheCheckKnowsEveryReferenceOfTheSchema(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "new.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want, err := texts(t.Context(), s.db, `SELECT m.name || '.' || f."from" || ' ' || f."table" || '.' || f."to"
		FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, r := range references {
		have = append(have, r.table+"."+r.column+" "+r.parent+"."+r.key)
	}
	if slices.Sort(have); len(want) == 0 || !slices.Equal(have, want) {
		t.Errorf("the check follows %q, the schema has %q", have, want)
	}
}
