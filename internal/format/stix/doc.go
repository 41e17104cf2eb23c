// Package stix decodes the objects of STIX 2.0 and 2.1, for every reader alike:
// what a time is, what an identifier is, which of two versions is the object,
// what marks it.
//
// A fault of a property that is needed costs the object, a fault of any other
// that property; the object lists what it lost.
//
// The package is not for what an object means: as evidence about an actor
// (package stixevidence) or as an indicator (package indicator). Nor is it for
// writing STIX (package export).
package stix
