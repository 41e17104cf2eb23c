// Package plaintext turns a report, as HTML, Markdown, plain text or PDF, into
// plain text that knows where each of its bytes stood.
//
// [Read] recognises the format, takes what the file says of itself (title,
// publisher, date, language) and leaves scripts, styles and page furniture out.
// It asks no network and runs nothing of what it reads. Sizes, pages and times
// are bounded; what goes beyond a bound is refused, with the bound in the error.
//
// The package is not for what the text says (package prose).
package plaintext
