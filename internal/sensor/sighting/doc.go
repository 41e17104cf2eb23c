// Package sighting merges matches into sightings and incidents.
//
// A match becomes an [Entry], which is identified by the bytes of its log line:
// the same line counts once, however often and in whatever file it arrives.
// Entries and [Partial] sums merge; merging is commutative, associative and
// idempotent, so that replays, shards, restarts and deliveries repeated change
// nothing. A [Map] says which organisation a system belongs to, a [Judge] which
// groups an indicator stands for at the time of the entry, and [Incidents] joins
// sightings of one group in one organisation.
//
// What is kept names neither organisation nor group, so that a new map or a new
// attribution gives new figures without the logs.
//
// The package is not for reading logs (telemetry), finding indicators
// (indicator), deciding who a group is (resolve) or adding up figures
// (landscape).
package sighting
