package store

import (
	"context"
	"database/sql"
	"iter"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// entryQuery gives entries whole, in the order of entryRow.
const entryQuery = `SELECT e.id, e.time, s.host, s.sensor, c.indicators, e.named, e.contact, coalesce(l.name, ''), coalesce(e.line, 0),
	coalesce(e.community, 0), coalesce(e.flow, 0), e.began
	FROM entry e JOIN system s ON s.id = e.system JOIN combination c ON c.id = e.combination LEFT JOIN log_name l ON l.id = e.log`

// entryRow is a row of entryQuery.
type entryRow struct {
	id, host              []byte
	at, contact           int64
	sensor, keys, log     string
	named                 bool
	line, community, flow int64
	began                 sql.NullInt64
}

func (r *entryRow) columns() []any {
	return []any{&r.id, &r.at, &r.host, &r.sensor, &r.keys, &r.named, &r.contact, &r.log, &r.line, &r.community, &r.flow, &r.began}
}

func (r *entryRow) entry() sighting.Entry {
	e := sighting.Entry{
		Time: moment(r.at), System: sighting.System{Host: addr(r.host), Sensor: r.sensor}, Contact: sighting.ContactOf(r.contact), Named: r.named,
		Indicators: strings.Split(r.keys, "\n"), Origin: sighting.Origin{Log: r.log, Line: r.line}, Link: sighting.Link{Community: r.community, Flow: r.flow},
	}
	copy(e.ID[:], r.id)
	if r.began.Valid {
		e.Link.Began = moment(r.began.Int64)
	}
	return e
}

// Entries yields the entries of the days from the first to the last, in the order
// of time, then id. Nothing is held but what sorting a day takes.
func (s *Store) Entries(ctx context.Context, first, last sighting.Day) iter.Seq2[sighting.Entry, error] {
	return func(yield func(sighting.Entry, error) bool) {
		stopped := false
		err := s.each(ctx, entryQuery+" WHERE e.day BETWEEN ? AND ? ORDER BY e.day, e.time, e.id", func(rows *sql.Rows) error {
			var r entryRow
			if err := rows.Scan(r.columns()...); err != nil {
				return err
			}
			if !yield(r.entry(), nil) {
				stopped = true
				return context.Canceled
			}
			return nil
		}, int64(first), int64(last))
		if err != nil && !stopped {
			yield(sighting.Entry{}, err)
		}
	}
}
