package store

import (
	"context"
	"database/sql"
	"iter"
	"net/netip"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

func addr(b []byte) netip.Addr {
	a, _ := netip.AddrFromSlice(b) // no address is stored as no bytes
	return a
}

// Partials yields the sums over all entries, by day. Entries of partials for
// which split reports true are given one by one; split may be nil.
func (s *Store) Partials(ctx context.Context, split func(*sighting.Partial) bool) iter.Seq2[sighting.Partial, error] {
	return func(yield func(sighting.Partial, error) bool) {
		r := partialReader{s: s, ctx: ctx, yield: yield}
		if err := r.read(split); err != nil && !r.stopped {
			yield(sighting.Partial{}, err)
		}
	}
}

type partialReader struct {
	s            *Store
	ctx          context.Context
	yield        func(sighting.Partial, error) bool
	stopped      bool
	systems      map[int64]sighting.System
	combinations map[int64][]string
	singles      map[sighting.Day]map[[3]int64]bool
	days         []sighting.Day // of singles, in order
}

func (r *partialReader) read(split func(*sighting.Partial) bool) error {
	if err := r.names(); err != nil {
		return err
	}
	r.singles = map[sighting.Day]map[[3]int64]bool{}
	const sums = "SELECT day, system, combination, contact, min(time), max(time), count(*) FROM entry GROUP BY day, system, combination, contact ORDER BY day, system, combination, contact"
	err := r.s.each(r.ctx, sums, func(rows *sql.Rows) error {
		var day, system, combination, contact, first, last, events int64
		if err := rows.Scan(&day, &system, &combination, &contact, &first, &last, &events); err != nil {
			return err
		}
		p := sighting.Partial{Day: sighting.Day(day), System: r.systems[system], Contact: sighting.ContactOf(contact), Indicators: r.combinations[combination],
			First: moment(first), Last: moment(last), Events: events}
		if split != nil && split(&p) {
			if r.singles[p.Day] == nil {
				r.singles[p.Day] = map[[3]int64]bool{}
				r.days = append(r.days, p.Day)
			}
			r.singles[p.Day][[3]int64{system, combination, contact}] = true
			return nil
		}
		return r.give(p)
	})
	for _, day := range r.days {
		if err == nil {
			err = r.one(day)
		}
	}
	return err
}

// one gives the entries of a day that must be judged one by one.
func (r *partialReader) one(day sighting.Day) error {
	return r.s.each(r.ctx, "SELECT system, combination, contact, time FROM entry WHERE day = ?", func(rows *sql.Rows) error {
		var system, combination, contact, at int64
		if err := rows.Scan(&system, &combination, &contact, &at); err != nil || !r.singles[day][[3]int64{system, combination, contact}] {
			return err
		}
		return r.give(sighting.Partial{Day: day, System: r.systems[system], Contact: sighting.ContactOf(contact), Indicators: r.combinations[combination], First: moment(at), Last: moment(at), Events: 1})
	}, int64(day))
}

func (r *partialReader) give(p sighting.Partial) error {
	if !r.yield(p, nil) {
		r.stopped = true
		return context.Canceled
	}
	return nil
}

func (r *partialReader) names() error {
	r.systems, r.combinations = map[int64]sighting.System{}, map[int64][]string{}
	err := r.s.each(r.ctx, "SELECT id, host, sensor FROM system", func(rows *sql.Rows) error {
		var id int64
		var host []byte
		var sensor string
		err := rows.Scan(&id, &host, &sensor)
		r.systems[id] = sighting.System{Host: addr(host), Sensor: sensor}
		return err
	})
	if err != nil {
		return err
	}
	return r.s.each(r.ctx, "SELECT id, indicators FROM combination", func(rows *sql.Rows) error {
		var id int64
		var keys string
		err := rows.Scan(&id, &keys)
		r.combinations[id] = strings.Split(keys, "\n")
		return err
	})
}
