// Package simulation generates synthetic sensor logs with a planted truth.
//
// [Write] makes the logs of a national telecom (Suricata and Zeek) of any size,
// in a stream, from a seed; with them the indicators (STIX 2.1), the
// organisation map, and the figures that a landscape of them must show. The
// truth is added up from the plan, by code that the program's own figures do not
// share.
//
// Everything in it is made up and says so: files, sources and organisations bear
// the word synthetic, addresses are those reserved for documentation, tests and
// future use, names are below .example. The package is not for studying real
// groups: their names appear because readers know them, and nothing planted
// under them happened.
package simulation
