// Package retro keeps what an indicator could match in every log entry, a folder
// per UTC day, so that indicators that come later are tried on old traffic
// without the raw logs.
//
// [Keeper] writes the blocks that a scan of a log gave, as Parquet files that
// other programs read too; [Scan] runs the kept entries through a new set and
// gives the results that a scan of the logs would have given: the same blocks,
// and entries that bear the identity of their log lines, so that nothing counts
// twice where log and kept entries meet in one store.
//
// The package is not for keeping logs (payloads, ports, volumes and entries with
// nothing to match are gone), nor for sightings (packages sighting and store).
package retro
