package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// maxProblems bounds what a check lists; the rest is counted.
const maxProblems = 100

// A Report is what a check looked at.
type Report struct {
	Records     int `json:"records"`
	Inputs      int `json:"inputs"`
	Rejected    int `json:"rejected"`
	Assessments int `json:"assessments"`
	// Of sensor logs: entries that show indicators, blocks that were read, and
	// what is said of the indicators.
	Entries    int `json:"entries"`
	Blocks     int `json:"blocks"`
	Statements int `json:"statements"`
}

// Check reads everything and compares it with itself: SQLite's own integrity
// and foreign keys, every record's id and columns with its content, the counts
// of every input, every assessment with its sum, and what was kept of sensor
// logs. It returns a
// *[DamagedError] where something does not agree, and other errors where it
// could not look.
func (s *Store) Check(ctx context.Context) (Report, error) {
	c := check{s: s, damage: DamagedError{Path: s.path}}
	for _, step := range []func(context.Context) error{c.integrity, c.keys, c.records, c.inputs, c.assessments, c.sightings} {
		if err := step(ctx); err != nil {
			return c.report, err
		}
		if c.broken {
			break // the pages are not to be trusted: what follows would repeat it
		}
	}
	if len(c.damage.Problems) > 0 {
		return c.report, &c.damage
	}
	return c.report, nil
}

type check struct {
	s      *Store
	report Report
	damage DamagedError
	broken bool // SQLite itself found the file inconsistent
}

func (c *check) problem(format string, args ...any) {
	if len(c.damage.Problems) == maxProblems {
		c.damage.More++
		return
	}
	c.damage.Problems = append(c.damage.Problems, fmt.Sprintf(format, args...))
}

func (c *check) each(ctx context.Context, query string, row func(*sql.Rows) error) error {
	return c.s.eachRow(ctx, c.s.db, "checking", query, row)
}

func (c *check) integrity(ctx context.Context) error {
	if c.s.served { // a server looks after its own pages
		return nil
	}
	return c.each(ctx, fmt.Sprintf("PRAGMA integrity_check(%d)", maxProblems), func(rows *sql.Rows) error {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			c.broken = true
			c.problem("%s", strings.ReplaceAll(line, "\n", ", "))
		}
		return nil
	})
}

// references are the columns that name a row of another table.
var references = []struct{ table, column, parent, key string }{
	{"record", "input", "input", "id"}, {"rejection", "input", "input", "id"}, {"withdrawn", "input", "input", "id"}, {"referable", "input", "input", "id"},
	{"entry", "system", "system", "id"}, {"entry", "combination", "combination", "id"}, {"entry", "log", "log_name", "id"},
	{"statement", "list", "indicator_list", "id"}, {"delivery", "digest", "digest", "id"}, {"place", "map", "organisation_map", "uid"},
}

func (c *check) keys(ctx context.Context) error {
	for _, r := range references {
		query := fmt.Sprintf("SELECT count(*) FROM %[1]s c WHERE c.%[2]s IS NOT NULL AND NOT EXISTS (SELECT 1 FROM %[3]s p WHERE p.%[4]s = c.%[2]s)", r.table, r.column, r.parent, r.key)
		var n int
		if err := c.s.db.QueryRowContext(ctx, query).Scan(&n); err != nil {
			return c.s.fail("checking", err)
		}
		for range n {
			c.problem("a row of table %s refers to a missing %s", r.table, r.parent)
		}
	}
	return nil
}

func (c *check) records(ctx context.Context) error {
	known := dates{}
	return c.each(ctx, "SELECT id, class, dataset, begins, ends, version, file, line, body FROM record ORDER BY id", func(rows *sql.Rows) error {
		var r evidence.Record
		var class, dataset string
		var begins, ends sql.NullInt64
		var body sql.RawBytes
		if err := rows.Scan(&r.ID, &class, &dataset, &begins, &ends, &r.Origin.Version, &r.Origin.File, &r.Origin.Line, &body); err != nil {
			return err
		}
		c.report.Records++
		id := r.ID
		if err := decode(string(body), &r, known); err != nil {
			c.problem("%v", err)
			return nil
		}
		if sealed := r.Seal(); sealed.ID != id {
			c.problem("record %s has content of id %s", id, sealed.ID)
			return nil
		}
		if string(r.Class) != class || r.Origin.Dataset != dataset || !sameSpan(&r, begins, ends) {
			c.problem("record %s is filed under a class, data set or date that is not its own", id)
		}
		return nil
	})
}

func sameSpan(r *evidence.Record, begins, ends sql.NullInt64) bool {
	b, e := span(r)
	if b == nil {
		return !begins.Valid && !ends.Valid
	}
	return begins.Valid && ends.Valid && b == begins.Int64 && e == ends.Int64
}

func (c *check) inputs(ctx context.Context) error {
	const query = `SELECT name, dataset, at, records, held, rejected, summary,
		(SELECT count(*) FROM record WHERE record.input = input.id),
		(SELECT count(*) FROM rejection WHERE rejection.input = input.id) FROM input ORDER BY id`
	return c.each(ctx, query, func(rows *sql.Rows) error {
		var name, dataset, at, summary string
		var given, held, rejected, rows1, rows2 int
		if err := rows.Scan(&name, &dataset, &at, &given, &held, &rejected, &summary, &rows1, &rows2); err != nil {
			return err
		}
		c.report.Inputs++
		c.report.Rejected += rows2
		switch {
		case dataset == "":
			c.problem("input %s was begun and never finished", name)
		case held != rows1 || held > given:
			c.problem("input %s should hold %d of %d records and holds %d", name, held, given, rows1)
		case rejected != rows2:
			c.problem("input %s should list %d rejected records and lists %d", name, rejected, rows2)
		case !json.Valid([]byte(summary)):
			c.problem("input %s has a summary that is not JSON", name)
		case !validTime(at):
			c.problem("input %s was ingested at %q, which is no time", name, at)
		}
		return nil
	})
}

func (c *check) assessments(ctx context.Context) error {
	return c.each(ctx, "SELECT id, created, data, sha256, marking, asked, body FROM assessment ORDER BY id", func(rows *sql.Rows) error {
		var id, created, data, want, marking, asked string
		var body sql.RawBytes
		if err := rows.Scan(&id, &created, &data, &want, &marking, &asked, &body); err != nil {
			return err
		}
		c.report.Assessments++
		sum := sha256.Sum256(body)
		if got := hex.EncodeToString(sum[:]); got != want || !strings.HasPrefix(want, id) {
			c.problem("assessment %s has content of sum %s", id, got)
		}
		if m, q, err := headingOf(body).columns(); err != nil || m != marking || q != asked {
			c.problem("assessment %s is listed with another marking or question than it has", id)
		}
		if !validTime(created) || json.Unmarshal([]byte(data), new([]string)) != nil {
			c.problem("assessment %s has a time or a list of data that cannot be read", id)
		}
		return nil
	})
}

func validTime(s string) bool {
	_, err := time.Parse(timeLayout, s)
	return err == nil
}
