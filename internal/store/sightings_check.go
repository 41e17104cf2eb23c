package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// sightings compares what was kept of sensor logs with itself: the day of every
// entry with its time, the counts of every block, and what is kept as JSON.
func (c *check) sightings(ctx context.Context) error {
	for _, step := range []func(context.Context) error{c.entries, c.blocks, c.statements, c.places} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (c *check) entries(ctx context.Context) error {
	return c.each(ctx, "SELECT day, id, time FROM entry", func(rows *sql.Rows) error {
		var day, at int64
		var id sql.RawBytes
		if err := rows.Scan(&day, &id, &at); err != nil {
			return err
		}
		c.report.Entries++
		if len(id) != len(sighting.EntryID{}) {
			c.problem("a log entry of %s has an id of %d bytes", sighting.Day(day), len(id))
		}
		if got := sighting.DayOf(moment(at)); int64(got) != day {
			c.problem("a log entry of %s is filed under %s", got, sighting.Day(day))
		}
		return nil
	})
}

func (c *check) blocks(ctx context.Context) error {
	const query = "SELECT log, number, lines, events, rejected, skipped, (SELECT count(*) FROM bad_line WHERE bad_line.block = log_block.id) FROM log_block ORDER BY id, version"
	return c.each(ctx, query, func(rows *sql.Rows) error {
		var log, skipped string
		var number, lines, events, rejected, listed int64
		if err := rows.Scan(&log, &number, &lines, &events, &rejected, &skipped, &listed); err != nil {
			return err
		}
		c.report.Blocks++
		var by map[string]int64
		if err := json.Unmarshal([]byte(skipped), &by); err != nil {
			c.problem("block %d of %s: what was skipped is not JSON: %v", number, log, err)
			return nil
		}
		for _, n := range by {
			events += n
		}
		if lines != events+rejected || listed != rejected {
			c.problem("block %d of %s does not account for its %d lines", number, log, lines)
		}
		return nil
	})
}

func (c *check) statements(ctx context.Context) error {
	return c.each(ctx, "SELECT value, body FROM statement", func(rows *sql.Rows) error {
		var value, body string
		if err := rows.Scan(&value, &body); err != nil {
			return err
		}
		c.report.Statements++
		var s sighting.Statement
		if err := json.Unmarshal([]byte(body), &s); err != nil || s.Key() != value {
			c.problem("a statement on %s cannot be read or is on something else", value)
		}
		return nil
	})
}

func (c *check) places(ctx context.Context) error {
	m := &sighting.Map{}
	return c.each(ctx, placesQuery, func(rows *sql.Rows) error {
		var seq int
		var body string
		if err := rows.Scan(&seq, &body); err != nil {
			return err
		}
		var p sighting.Place
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			c.problem("row %d of the organisation map is not JSON: %v", seq, err)
		} else if err := m.Add(p); err != nil {
			c.problem("row %d of the organisation map: %v", seq, err)
		}
		return nil
	})
}
