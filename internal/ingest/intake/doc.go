// Package intake takes inputs into a store, or says what would become of them.
//
// [Formats] are the formats that the program reads, [Take] reads one input into a
// store, whole or not at all, [Examine] reads it and keeps nothing, and [Try] does
// both in a sitting that may be taken back. The command line and the server take
// in by this package alone, so that one file has one outcome whoever brings it.
//
// The package is not for any one format (the packages below ingest are), nor for
// finding the files that a person named (the command line does), nor for showing
// what became of them (report).
package intake
