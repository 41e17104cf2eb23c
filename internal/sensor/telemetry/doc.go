// Package telemetry says what a sensor saw: the event, the log it came from and
// the contract that every log format keeps.
//
// A log is read in blocks of whole lines ([Log.Next]), so that the same block
// gives the same answer on any machine and any number of cores. Each format
// offers an exact path ([Schema.Decode], one line to one [Event]) and a fast
// path ([Scanner.Scan], a block to the raw field values of a [Batch]); the two
// give the same fields for every line, and a line the fast path is not sure of
// is handed to the exact one.
//
// The package is not for indicators or attribution (package indicator), and it
// does not know which network belongs to whom (package sighting).
package telemetry
