// Package evidence holds what a source said, about whom, when, and where it
// can be checked.
//
// A [Record] is one such statement: its class, the actor it is about *as the
// source wrote the name*, the value, date intervals with their precision and
// kind, a citation, and the source's own grading. No citation, no record.
//
// The package is not for deciding who an actor is (package resolve), not for
// reading formats (package source and its children) and not for weighing one
// statement against another (packages channel and assess).
package evidence
