// Package document lays a finished document out in any format; it computes
// nothing.
//
// A [Document] is ordered sections of paragraphs, lists, tables and series whose
// words and figures are final. [Write] lays it out as text, Markdown, CSV or
// HTML, as JSON of its own, or writes the result that it was made from as JSON.
// A format is one entry of a slice in write.go.
//
// The package is not for deciding what is said (report and the commands do), not
// for figures and not for colour, paging or terminals.
package document
