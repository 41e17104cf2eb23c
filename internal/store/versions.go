package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// The newest version of an object of a source is the object, whichever input it
// came in and in whatever order: a record made from an older version, or from
// anything that its source withdrew, stays in the store and is out of force.
// Whether it is follows from what the store holds when it is read, and from
// nothing that is kept up to date. Under a ceiling it follows from what is marked
// up to it: a version or a withdrawal that may not be seen takes nothing out of
// force, so that what holds is what would hold had it never been read.

// versionsSchema keeps for each record the object that it was made from, its
// version, and what else it needs. Identifiers are the first 64 bits of their
// SHA-256; versions sort as bytes. Referable objects are those to which other inputs may refer.
const versionsSchema = `ALTER TABLE record ADD COLUMN object INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE record ADD COLUMN stamp BLOB NOT NULL DEFAULT x'';
	ALTER TABLE record ADD COLUMN needs BLOB NOT NULL DEFAULT x'';
	` + objectIndex + `;
	CREATE TABLE withdrawn (
		input  INTEGER NOT NULL REFERENCES input (id),
		object INTEGER NOT NULL,
		stamp  BLOB NOT NULL,
		PRIMARY KEY (input, object)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE referable (
		object TEXT NOT NULL,
		input  INTEGER NOT NULL REFERENCES input (id),
		stamp  INTEGER NOT NULL,
		body   BLOB NOT NULL,
		PRIMARY KEY (object, input)
	) STRICT, WITHOUT ROWID;`

const objectIndex = "CREATE INDEX record_object ON record (object, stamp) WHERE object <> 0"

// levelsSchema lets one input have several versions of an object: a laxer one is
// the object for whoever may not see the newer. A withdrawal that was kept without
// its marking is one that everybody sees.
const levelsSchema = `CREATE TABLE marked_withdrawn (
		input   INTEGER NOT NULL REFERENCES input (id),
		object  INTEGER NOT NULL,
		marking TEXT NOT NULL,
		stamp   BLOB NOT NULL,
		PRIMARY KEY (input, object, marking)
	) STRICT, WITHOUT ROWID;
	INSERT INTO marked_withdrawn SELECT input, object, '', stamp FROM withdrawn;
	DROP TABLE withdrawn;
	ALTER TABLE marked_withdrawn RENAME TO withdrawn;
	CREATE TABLE versioned_referable (
		object TEXT NOT NULL,
		input  INTEGER NOT NULL REFERENCES input (id),
		stamp  INTEGER NOT NULL,
		body   BLOB NOT NULL,
		PRIMARY KEY (object, input, stamp, body)
	) STRICT, WITHOUT ROWID;
	INSERT INTO versioned_referable SELECT object, input, stamp, body FROM referable;
	DROP TABLE referable;
	ALTER TABLE versioned_referable RENAME TO referable;`

// short is an identifier in 64 bits; never 0, which is none.
func short(id string) int64 {
	sum := sha256.Sum256([]byte(id))
	return int64(binary.BigEndian.Uint64(sum[:8]) | 1)
}

// version is that of an object and, behind it, the sum of those of what else a
// record was made from: of two records from one version of a relationship and the
// same ends the one counts whose ends are newer. Records of one version with
// different ends, or none, stand side by side: a description of two groups, and
// the names of the one it describes.
func version(stamp, rest int64) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(max(stamp, 0))<<16)[:6]
	return append(b, binary.BigEndian.AppendUint64(nil, uint64(max(rest, 0))<<16)[:6]...)
}

const maxRest = 1<<48 - 1

// withdrawal sorts behind all that was made from the version or an older one.
func withdrawal(stamp int64) []byte { return version(stamp, maxRest) }

const needSize = 8 + 12

// versions is the object of a record, its version and what it needs, as columns.
func versions(r *evidence.Record) (object int64, stamp, needs []byte) {
	if r.Origin.Stamp == 0 {
		return 0, []byte{}, []byte{}
	}
	sum := int64(0)
	needs = make([]byte, 0, needSize*len(r.Origin.Needs))
	for _, p := range r.Origin.Needs {
		needs = binary.BigEndian.AppendUint64(needs, uint64(short(p.Object)))
		needs = append(needs, version(p.Stamp, 0)...)
		sum = min(sum+max(p.Stamp, 0), maxRest-1)
	}
	return short(r.Origin.Object), version(r.Origin.Stamp, sum), needs
}

// A force tells what is in force for whoever may see up to a ceiling, or
// everything where it is empty.
type force struct {
	ceiling   evidence.TLP
	newest    map[int64]string // of objects of which there are several versions
	ends      map[ended]string // of these, by what else their records need
	withdrawn map[int64]string
}

// ended is an object with the identifiers of what else a record of it needs.
type ended struct {
	object int64
	needs  string
}

func endedBy(object int64, needs []byte) ended {
	ids := make([]byte, 0, len(needs)/needSize*8)
	for ; len(needs) >= needSize; needs = needs[needSize:] {
		ids = append(ids, needs[:8]...)
	}
	return ended{object, string(ids)}
}

const ownSize = 6 // of a version, the part that is the object's own

const stampSize = 2 * ownSize

// A made record is an object's: the newest version of it from which it was made and
// what else it was made from then, and the same of the oldest; whatever says the same
// twice is one record.
type made struct {
	object        int64
	stamp, needs  string
	first, needed string
}

func newMade(object int64, stamp, needs, oldest []byte) made {
	m := made{object: object, stamp: string(stamp), needs: string(needs), first: string(stamp), needed: string(needs)}
	if len(oldest) >= stampSize {
		m.first, m.needed = string(oldest[:stampSize]), string(oldest[stampSize:])
	}
	return m
}

// before reports whether a version, and all else that a record was made from with
// it, is older than a limit.
func before(limit, stamp, needs string) bool {
	for ; len(needs) >= needSize; needs = needs[needSize:] {
		if needs[8:][:ownSize] >= limit[:ownSize] {
			return false
		}
	}
	return stamp[:ownSize] < limit[:ownSize]
}

// force tells what is in force under a filter's ceiling at its time, when what is of
// that time or later is not there yet; of an object without anything older the oldest
// is. The zero time is now.
func (s *Store) force(ctx context.Context, q queryer, by Filter) (force, error) {
	limit, oldest := withdrawal(math.MaxInt64>>16), "stamp"
	if !by.AsOf.IsZero() {
		limit, oldest = version(by.AsOf.UnixMilli(), 0), "CASE WHEN length(oldest) = 0 THEN stamp ELSE substr(oldest, 1, 12) END"
	}
	f := force{ceiling: by.Ceiling, newest: map[int64]string{}, ends: map[ended]string{}, withdrawn: map[int64]string{}}
	several, err := s.several(ctx, q, oldest, &f)
	if err != nil {
		return f, err
	}
	for _, m := range several {
		if k := endedBy(m.object, []byte(m.needs)); before(string(limit), m.stamp, m.needs) {
			f.newest[m.object], f.ends[k] = max(f.newest[m.object], m.stamp), max(f.ends[k], m.stamp)
		} else if before(string(limit), m.first, m.needed) {
			f.newest[m.object], f.ends[k] = max(f.newest[m.object], m.first), max(f.ends[k], m.first)
		}
	}
	known := maps.Clone(f.newest)
	for _, m := range several {
		if known[m.object] != "" {
			continue
		}
		k := endedBy(m.object, []byte(m.needs))
		if f.newest[m.object] == "" || m.first < f.newest[m.object] {
			f.newest[m.object] = m.first
		}
		if f.ends[k] == "" || m.first < f.ends[k] {
			f.ends[k] = m.first
		}
	}
	err = s.eachRow(ctx, q, "looking for versions", "SELECT object, marking, max(stamp) FROM withdrawn WHERE stamp < ? GROUP BY object, marking", func(rows *sql.Rows) error {
		var object int64
		var marking evidence.TLP
		var stamp []byte
		if err := rows.Scan(&object, &marking, &stamp); err != nil {
			return err
		}
		if f.ceiling == "" || marking.Compare(f.ceiling) <= 0 {
			f.withdrawn[object] = max(f.withdrawn[object], string(stamp))
		}
		return nil
	}, limit)
	return f, err
}

// several are the records of the objects that are held in several versions, of which
// oldest is the SQL of the oldest, as far as the ceiling lets them be seen.
func (s *Store) several(ctx context.Context, q queryer, oldest string, f *force) (list []made, err error) {
	err = s.eachRow(ctx, q, "looking for versions", `SELECT object, stamp, needs, oldest, body FROM record WHERE object IN
		(SELECT object FROM record WHERE object <> 0 GROUP BY object HAVING min(`+oldest+`) < max(stamp))`, func(rows *sql.Rows) error {
		var object int64
		var stamp, needs, oldest, body sql.RawBytes
		if err := rows.Scan(&object, &stamp, &needs, &oldest, &body); err != nil || f.above(body) {
			return err
		}
		list = append(list, newMade(object, stamp, needs, oldest))
		return nil
	})
	return list, err
}

// InForce is a sum of what decides which records up to a ceiling are in force: where
// it is the same, no input that came or went took any record of another out of force
// or brought one back.
func (s *Store) InForce(ctx context.Context, ceiling evidence.TLP) (string, error) {
	f, err := s.force(ctx, s.db, Filter{Ceiling: ceiling})
	sum := sha256.New()
	for _, of := range []map[int64]string{f.newest, f.withdrawn} {
		for _, object := range slices.Sorted(maps.Keys(of)) {
			fmt.Fprintf(sum, "%d %x\n", object, of[object])
		}
	}
	ends := slices.SortedFunc(maps.Keys(f.ends), func(a, b ended) int { return cmp.Or(cmp.Compare(a.object, b.object), cmp.Compare(a.needs, b.needs)) })
	for _, e := range ends {
		fmt.Fprintf(sum, "%d %x %x\n", e.object, e.needs, f.ends[e])
	}
	return hex.EncodeToString(sum.Sum(nil)), err
}

// above reports whether a record's body is marked above the ceiling. One that
// cannot be decoded is told of where it is read.
func (f *force) above(body []byte) bool {
	if f.ceiling == "" {
		return false
	}
	var r evidence.Record
	return decode(string(body), &r, dates{}) == nil && r.Marking.Compare(f.ceiling) > 0
}

// holds reports whether a record is in force: the version in force is among those
// from the oldest to the newest from which it was made.
func (f *force) holds(m made) bool {
	if m.object == 0 {
		return true
	}
	if f.withdrawn[m.object] > m.stamp {
		return false
	}
	if newest, several := f.newest[m.object]; several {
		end := f.ends[endedBy(m.object, []byte(m.needs))]
		if newest[:ownSize] > m.stamp[:ownSize] || newest[:ownSize] < m.first[:ownSize] || end > m.stamp || end < m.first {
			return false
		}
	}
	for needs := m.needs; len(needs) >= needSize && len(f.withdrawn) > 0; needs = needs[needSize:] {
		if f.withdrawn[int64(binary.BigEndian.Uint64([]byte(needs[:8])))] > needs[8:needSize] {
			return false
		}
	}
	return true
}

// account keeps what an input withdraws and what others may refer to.
func (g *ingest) account(sum Summary) error {
	var args []any
	list := slices.SortedFunc(slices.Values(sum.Withdrawn), func(a, b evidence.Withdrawal) int { return cmp.Compare(a.Stamp, b.Stamp) })
	newest := map[[2]string]int{} // where an object's newest stands in args
	for _, w := range list {      // the newest comes last
		key := [2]string{w.Object, string(w.Marking)}
		if at, known := newest[key]; known {
			args[at+3] = withdrawal(w.Stamp)
			continue
		}
		newest[key] = len(args)
		args = append(args, g.id, short(w.Object), string(w.Marking), withdrawal(w.Stamp))
	}
	if err := g.rows("INSERT INTO withdrawn (input, object, marking, stamp) VALUES ", " ON CONFLICT DO NOTHING", 4, args); err != nil {
		return err
	}
	args = nil
	for _, o := range sum.Referable {
		args = append(args, o.Object, g.id, o.Stamp, o.Body)
	}
	return g.rows("INSERT INTO referable (object, input, stamp, body) VALUES ", " ON CONFLICT DO NOTHING", 4, args)
}

func (g *ingest) rows(insert, conflict string, n int, args []any) error {
	for len(args) > 0 {
		k := min(len(args), n*batchRows)
		if _, err := g.tx.ExecContext(g.ctx, insert+placeholders(n, k/n)+conflict, args[:k]...); err != nil {
			return g.s.fail("accounting for "+g.in.Name, err)
		}
		args = args[k:]
	}
	return nil
}

// superseded counts the statements of other inputs that this one has newer
// versions of, or withdraws.
func (g *ingest) superseded() (n int, err error) {
	err = g.tx.QueryRowContext(g.ctx, `SELECT count(DISTINCT id) FROM (
		SELECT o.id FROM record n JOIN record o ON o.object = n.object AND o.stamp < n.stamp
			AND (substr(o.stamp, 1, 6) < substr(n.stamp, 1, 6) OR length(o.needs) = length(n.needs) AND substr(o.needs, 1, 8) = substr(n.needs, 1, 8)) WHERE n.input = ?1 AND n.object <> 0 AND o.object <> 0 AND o.input <> ?1
		UNION ALL SELECT o.id FROM withdrawn w JOIN record o ON o.object = w.object AND o.stamp < w.stamp WHERE w.input = ?1 AND o.object <> 0 AND o.input <> ?1) AS o`, g.id).Scan(&n)
	return n, g.s.fail("looking for versions", err)
}

// Referred gives the versions that inputs had of each object that is asked for, the
// newest last.
func (s *Store) Referred(ctx context.Context, ids []string) (map[string][][]byte, error) {
	return s.referred(ctx, s.db, ids)
}

func (s *Store) referred(ctx context.Context, q queryer, ids []string) (map[string][][]byte, error) {
	found := map[string][][]byte{}
	for part := range slices.Chunk(ids, batchRows) {
		args := make([]any, len(part))
		for i, id := range part {
			args[i] = id
		}
		rows, err := q.QueryContext(ctx, "SELECT DISTINCT object, stamp, body FROM referable WHERE object IN "+placeholders(len(part), 1)+" ORDER BY object, stamp, body", args...)
		if err != nil {
			return nil, s.fail("looking for objects of other inputs", err)
		}
		if err := scanBodies(rows, found); err != nil {
			return nil, s.fail("looking for objects of other inputs", err)
		}
	}
	return found, nil
}

func scanBodies(rows *sql.Rows, into map[string][][]byte) error {
	defer rows.Close()
	for rows.Next() {
		var id string
		var stamp int64
		var body []byte
		if err := rows.Scan(&id, &stamp, &body); err != nil {
			return err
		}
		into[id] = append(into[id], body)
	}
	return rows.Err()
}

// snapshot runs f over one state of the store.
func (s *Store) snapshot(ctx context.Context, f func(queryer) error) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return s.fail("reading records", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, s.snapshots()); err != nil {
		return s.fail("reading records", err)
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") }()
	return f(conn)
}
