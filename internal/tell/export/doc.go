// Package export writes results and evidence in the formats neighbouring tools
// read.
//
// [Write] gives STIX 2.1, MISP events, ATT&CK Navigator layers, GraphML,
// Parquet, and figures as SVG and PDF. Nothing stricter than [Options.Ceiling]
// is ever written: records above it are left out and counted, an assessment
// that rests on any is refused. The same content and options give the same
// bytes.
//
// The package is not for what people read on a page (report), not for sending
// anything anywhere (taxii) and not for reading these formats back (source).
package export
