package store

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// dropped drops the lists and maps in whose place the other store put others.
func (j *joiner) dropped() error {
	gone, err := texts(j.ctx, j.q, "SELECT uid FROM superseded ORDER BY uid")
	if err != nil {
		return j.from.fail("reading", err)
	}
	return drop(j.ctx, j.tx, gone)
}

// lists joins lists of indicators and what they say, but for those that were dropped.
func (j *joiner) lists() error {
	const columns = "files, version, indicators, at, uid"
	var all [][]any
	err := j.each("SELECT id, "+columns+" FROM indicator_list ORDER BY uid", func(rows *sql.Rows) error {
		values, err := scanned(rows, 6)
		all = append(all, values)
		return err
	})
	for _, values := range all {
		if err == nil {
			err = j.list(values[0], values[1:5], values[5:])
		}
	}
	return err
}

func (j *joiner) list(from any, rest, uid []any) error {
	if gone, err := j.gone(uid[0]); err != nil || gone {
		return err
	}
	to, err := number(j.ctx, j.tx, "INSERT INTO indicator_list (own, files, version, indicators, at, uid) VALUES (0, ?, ?, ?, ?, ?)",
		"SELECT id FROM indicator_list WHERE uid = ?", uid, rest...)
	if err != nil {
		return err
	}
	return j.statements(from, to)
}

func (j *joiner) gone(uid any) (bool, error) {
	list, err := texts(j.ctx, j.tx, "SELECT uid FROM superseded WHERE uid = ?", uid)
	return len(list) > 0, err
}

func (j *joiner) statements(from any, to int64) error {
	return j.each("SELECT value, body FROM statement WHERE list = ?", func(rows *sql.Rows) error {
		var value, body string
		if err := rows.Scan(&value, &body); err != nil {
			return err
		}
		j.out.Statements++
		_, err := j.exec("INSERT INTO statement (list, value, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", to, value, body)
		return err
	}, from)
}

// maps joins organisation maps. A store with a map of its own takes none; maps that
// contradict one another are an error, since the figures of an organisation would
// depend on which came first.
func (j *joiner) maps() error {
	own, err := j.count("organisation_map WHERE own = 1")
	if err != nil || own > 0 {
		return err
	}
	uids, err := texts(j.ctx, j.q, "SELECT uid FROM organisation_map WHERE own = (SELECT max(own) FROM organisation_map) ORDER BY uid")
	if err != nil {
		return j.from.fail("reading", err)
	}
	for _, uid := range uids {
		if gone, err := j.gone(uid); err != nil {
			return err
		} else if gone {
			continue
		}
		if _, err := j.exec("INSERT INTO organisation_map (uid, own) VALUES (?, 0) ON CONFLICT DO NOTHING", uid); err != nil {
			return err
		}
		if err := j.places(uid); err != nil {
			return err
		}
	}
	bodies, err := texts(j.ctx, j.tx, "SELECT body FROM ("+placesQuery+") AS p")
	if err != nil {
		return err
	}
	m := &sighting.Map{}
	for _, body := range bodies {
		var p sighting.Place
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			return err
		}
		if err := m.Add(p); err != nil {
			return fmt.Errorf("the organisation maps of the stores disagree: %w; give one that holds for all with: cahoots match --organisations MAP.csv", err)
		}
	}
	return nil
}

func (j *joiner) places(uid string) error {
	return j.each("SELECT seq, body FROM place WHERE map = ?", func(rows *sql.Rows) error {
		var seq int64
		var body string
		if err := rows.Scan(&seq, &body); err != nil {
			return err
		}
		_, err := j.exec("INSERT INTO place (map, seq, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", uid, seq, body)
		return err
	}, uid)
}
