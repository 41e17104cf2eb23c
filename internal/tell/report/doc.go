// Package report turns results into a document and writes it; renderers compute
// nothing.
//
// A result becomes a [Document] in one step ([Of]), where every rounding,
// grouping, numbering and wording is decided. [Write] then lays the document
// out as text, Markdown, CSV or HTML, or writes the result itself as JSON;
// [Read] takes that JSON back, so that a saved result renders again without
// store or data.
//
// The package is not for judging evidence (assess), not for figures (stat,
// landscape) and not for colour, paging or terminals (the command).
package report
