// Package indicator finds attributed indicators in sensor events, fast, at the
// event's own time.
//
// An [Indicator] is a value (an address, a network, a name, a URL, a hash, a
// TLS fingerprint) that a source attributes to a group for some time. A [Set]
// holds many of them, is immutable, and is named by its content. [Set.Match]
// is the exact answer for one event; [Scan] runs whole logs through a prefilter
// and gives the same answers.
//
// The package is not for deciding who a group is (package resolve), nor for
// counting incidents (package sighting).
package indicator
