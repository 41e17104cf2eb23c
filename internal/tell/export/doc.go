// Package export writes results, evidence and sightings in the formats neighbouring
// tools read.
//
// [Write] gives STIX 2.1, MISP events, ATT&CK Navigator layers, GraphML,
// Parquet, and figures as SVG and PDF. Nothing stricter than [Options.Ceiling]
// is ever written: records above it are left out and counted, an assessment
// that rests on any is refused. [Sightings] gives lines of JSON, its own or those of
// the Elastic Common Schema, of what it is handed. The same content and options give the same
// bytes.
//
// The package is not for what people read on a page (report), not for sending
// anything anywhere (taxii) and not for reading these formats back (source).
package export
