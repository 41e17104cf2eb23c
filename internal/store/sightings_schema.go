package store

// sightingsSchema keeps what sensors saw of indicators. An entry is a log line,
// identified by its bytes; systems and combinations of indicators are named once
// and referred to by number. Statements hold what lists of indicators say of the
// values that were seen. Neither organisation nor group is kept with an entry,
// so that a new map or attribution needs no log.
const sightingsSchema = `CREATE TABLE system (
		id     INTEGER PRIMARY KEY,
		host   BLOB NOT NULL,
		sensor TEXT NOT NULL,
		UNIQUE (host, sensor)
	) STRICT;
	CREATE TABLE combination (
		id         INTEGER PRIMARY KEY,
		indicators TEXT NOT NULL UNIQUE
	) STRICT;
	CREATE TABLE entry (
		day         INTEGER NOT NULL,
		id          BLOB NOT NULL,
		time        INTEGER NOT NULL,
		system      INTEGER NOT NULL REFERENCES system (id),
		combination INTEGER NOT NULL REFERENCES combination (id),
		named       INTEGER NOT NULL,
		PRIMARY KEY (day, id)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE log_block (
		id       TEXT NOT NULL,
		version  TEXT NOT NULL,
		log      TEXT NOT NULL,
		number   INTEGER NOT NULL,
		bytes    INTEGER NOT NULL,
		lines    INTEGER NOT NULL,
		events   INTEGER NOT NULL,
		rejected INTEGER NOT NULL,
		skipped  TEXT NOT NULL,
		PRIMARY KEY (id, version)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE bad_line (
		block  TEXT NOT NULL,
		seq    INTEGER NOT NULL,
		file   TEXT NOT NULL,
		line   INTEGER NOT NULL,
		offset INTEGER NOT NULL,
		why    TEXT NOT NULL,
		PRIMARY KEY (block, seq)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE indicator_list (
		id         INTEGER PRIMARY KEY,
		files      TEXT NOT NULL UNIQUE,
		version    TEXT NOT NULL,
		indicators INTEGER NOT NULL,
		at         TEXT NOT NULL
	) STRICT;
	CREATE TABLE statement (
		list  INTEGER NOT NULL REFERENCES indicator_list (id),
		value TEXT NOT NULL,
		body  TEXT NOT NULL,
		PRIMARY KEY (list, value, body)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE place (
		seq  INTEGER PRIMARY KEY,
		body TEXT NOT NULL
	) STRICT;`

// listsSchema gives every list and every map of organisations a name that no other
// has, and remembers the names of those whose place another took: stores that are
// joined then know a list that one of them has dropped from one that it never had,
// whatever their clocks and in whatever order they come. Own lists and maps are those
// that this store was given by itself.
const listsSchema = `CREATE TABLE superseded (
		uid TEXT NOT NULL PRIMARY KEY
	) STRICT, WITHOUT ROWID;
	CREATE TABLE named_list (
		id         INTEGER PRIMARY KEY,
		uid        TEXT NOT NULL UNIQUE,
		own        INTEGER NOT NULL,
		files      TEXT NOT NULL,
		version    TEXT NOT NULL,
		indicators INTEGER NOT NULL,
		at         TEXT NOT NULL
	) STRICT;
	INSERT INTO named_list SELECT id, lower(hex(randomblob(16))), 1, files, version, indicators, at FROM indicator_list;
	DROP TABLE indicator_list;
	ALTER TABLE named_list RENAME TO indicator_list;
	CREATE TABLE organisation_map (
		uid TEXT NOT NULL PRIMARY KEY,
		own INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	INSERT INTO organisation_map SELECT lower(hex(randomblob(16))), 1 FROM place LIMIT 1;
	CREATE TABLE mapped_place (
		map  TEXT NOT NULL REFERENCES organisation_map (uid),
		seq  INTEGER NOT NULL,
		body TEXT NOT NULL,
		PRIMARY KEY (map, seq)
	) STRICT, WITHOUT ROWID;
	INSERT INTO mapped_place SELECT m.uid, p.seq, p.body FROM place p, organisation_map m;
	DROP TABLE place;
	ALTER TABLE mapped_place RENAME TO place;`
