// Package store keeps evidence, sightings and past assessments in one SQLite file
// or on a PostgreSQL server; it is the only room with SQL.
//
// [Open] creates or opens the file, [Store.Ingest] writes what one input held,
// all of it or nothing, and [Store.Records] gives it back in the order of the
// records' ids. [Store.Check] says whether the file is still what was written.
//
// The package is not for reading formats (source), not for deciding who is who
// (resolve) and not for making or rendering an assessment: it keeps the bytes
// of one that it is handed.
package store
