package store

import (
	"context"
	"database/sql"
	"fmt"
)

// applicationID marks the file as a store of this program ("CAHO"), in the
// header field that SQLite reserves for it (file format, section 1.3.13).
const applicationID = 0x4341484f

// migrations bring a file from schema version i to i+1. A migration that has
// been released is never edited: a change is another one at the end.
var migrations = []string{
	// The body of a record is what its id is the hash of; the columns beside
	// it are what a filter needs or what is no part of the identity. Rows are
	// appended as they come and found through the index on the id: a table in
	// the order of ids would be rewritten all over by every batch.
	`CREATE TABLE input (
		id       INTEGER PRIMARY KEY,
		name     TEXT NOT NULL,
		reading  TEXT NOT NULL,
		sha256   TEXT,
		bytes    INTEGER NOT NULL DEFAULT 0,
		dataset  TEXT NOT NULL DEFAULT '',
		version  TEXT NOT NULL DEFAULT '',
		license  TEXT NOT NULL DEFAULT '',
		at       TEXT NOT NULL,
		records  INTEGER NOT NULL DEFAULT 0,
		held     INTEGER NOT NULL DEFAULT 0,
		rejected INTEGER NOT NULL DEFAULT 0,
		summary  TEXT NOT NULL DEFAULT '{}',
		UNIQUE (sha256, reading)
	) STRICT;
	CREATE TABLE record (
		id      TEXT NOT NULL UNIQUE,
		class   TEXT NOT NULL,
		dataset TEXT NOT NULL,
		begins  INTEGER,
		ends    INTEGER,
		input   INTEGER NOT NULL REFERENCES input (id),
		version TEXT NOT NULL,
		file    TEXT NOT NULL,
		line    INTEGER NOT NULL,
		body    BLOB NOT NULL
	) STRICT;
	CREATE INDEX record_input ON record (input);
	CREATE TABLE rejection (
		input  INTEGER NOT NULL REFERENCES input (id),
		seq    INTEGER NOT NULL,
		file   TEXT NOT NULL,
		line   INTEGER NOT NULL,
		object TEXT NOT NULL,
		path   TEXT NOT NULL,
		why    TEXT NOT NULL,
		PRIMARY KEY (input, seq)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE assessment (
		id       TEXT NOT NULL PRIMARY KEY,
		created  TEXT NOT NULL,
		question TEXT NOT NULL,
		data     TEXT NOT NULL,
		sha256   TEXT NOT NULL,
		body     BLOB NOT NULL
	) STRICT;`,
	sightingsSchema,
	// How far logs that grow were read, for going on after a restart.
	`CREATE TABLE followed (
		name TEXT NOT NULL PRIMARY KEY,
		body TEXT NOT NULL
	) STRICT;`,
	// Which way an entry went and with what outcome; 0 is what was not looked at
	// before.
	`ALTER TABLE entry ADD COLUMN contact INTEGER NOT NULL DEFAULT 0;`,
	// The time that a block of a log covers, in nanoseconds; null where it is not
	// known.
	`ALTER TABLE log_block ADD COLUMN first INTEGER;
	ALTER TABLE log_block ADD COLUMN last INTEGER;`,
	// Where an entry stands, and which connection it is about; null where it is not
	// known.
	`CREATE TABLE log_name (
		id   INTEGER PRIMARY KEY,
		name TEXT NOT NULL UNIQUE
	) STRICT;
	ALTER TABLE entry ADD COLUMN log INTEGER REFERENCES log_name (id);
	ALTER TABLE entry ADD COLUMN line INTEGER;
	ALTER TABLE entry ADD COLUMN community INTEGER;
	ALTER TABLE entry ADD COLUMN flow INTEGER;
	ALTER TABLE entry ADD COLUMN began INTEGER;`,
	versionsSchema,
	headingSchema,
	// The oldest version from which a record was made, and what else it was made from
	// then, for who asks about an earlier day; empty where it is not known.
	`ALTER TABLE record ADD COLUMN oldest BLOB NOT NULL DEFAULT x'';`,
	casesSchema,
	headingIndex,
	levelsSchema,
	listsSchema,
	watchSchema,
}

// headed is the first version whose assessments have headings.
const headed = 8

// migrate brings the file to the newest schema in one transaction, so that two
// processes that open a new store at once both find it whole.
func (s *Store) migrate(ctx context.Context) error {
	application, version, err := s.header(ctx, s.db)
	if err != nil {
		return err
	}
	if application == applicationID && version == len(migrations) {
		return nil
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if application, version, err = s.header(ctx, tx); err != nil {
		return err
	}
	if version > len(migrations) && application == applicationID {
		return &NewerError{Path: s.path, Has: version, Knows: len(migrations)}
	}
	if err := s.own(ctx, tx, application); err != nil {
		return err
	}
	for i := version; i < len(migrations); i++ {
		if _, err := tx.ExecContext(ctx, migrations[i]); err != nil {
			return s.fail(fmt.Sprintf("migrating to schema version %d", i+1), err)
		}
	}
	if version > 0 && version < headed {
		if err := s.headings(ctx, tx); err != nil {
			return err
		}
	}
	mark := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(migrations))
	if _, err := tx.ExecContext(ctx, mark); err != nil {
		return s.fail("marking the schema version", err)
	}
	if err := s.commit(tx, "creating the schema"); err != nil {
		return err
	}
	if application == applicationID {
		s.migrated = version
	}
	return nil
}

// Migrated are the schema version of the file when it was opened, 0 where it was
// that of this program already or the file is new, and the one that it has now.
func (s *Store) Migrated() (from, to int) { return s.migrated, len(migrations) }

// own refuses a file in which another program keeps something.
func (s *Store) own(ctx context.Context, q queryer, application int) error {
	if application == applicationID {
		return nil
	}
	tables := 1
	if !s.served {
		if err := q.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
			return s.fail("reading the schema", err)
		}
	}
	if application != 0 || tables > 0 {
		return fmt.Errorf("%s is %w but a database of another program: name another file with --db", s.path, errForeign)
	}
	return nil
}

func (s *Store) header(ctx context.Context, q queryer) (application, version int, err error) {
	if s.served {
		return s.serverHeader(ctx, q)
	}
	if err := q.QueryRowContext(ctx, "PRAGMA application_id").Scan(&application); err != nil {
		return 0, 0, s.fail("reading the header", err)
	}
	if err := q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, 0, s.fail("reading the header", err)
	}
	return application, version, nil
}

// queryer is what a database and a transaction have in common here.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}
