// Package incident reads tables of incidents, and of actors and their names,
// through a declared column map.
//
// A table is CSV, XLSX or a JSON list of objects, one incident or several rows
// an incident; a [Map] (YAML, see docs/incident-maps.md) says which column holds
// what. The maps of EuRepoC's global database, of the CFR tracker and of DCID
// are embedded and go through the same code as a map that a user writes, so a
// data set nobody has seen needs a map and no code.
//
// The package is not for deciding who an initiator is: names stay as written,
// packed lists of aliases included (package resolve unpacks them). It does not
// repair damaged rows by guessing; it says which they are.
package incident
