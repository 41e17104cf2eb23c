// Package report turns results into documents and takes saved results back.
//
// [Of] makes a document of a result in one step, where every rounding, grouping,
// numbering and wording is decided; package document lays it out. [Read] takes
// the JSON of a result back, so that a saved result renders again without store
// or data.
//
// The package is not for judging evidence (assess), not for figures (stat,
// landscape) and not for layout (document).
package report
