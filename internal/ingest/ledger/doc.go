// Package ledger reads, checks and writes the curated case file: a YAML ledger
// of cited evidence about one question.
//
// The format is described for its writers in docs/case-files.md. [Parse] reports
// every error of a file with its line, not only the first; [Case.Records] turns
// what is sound into evidence; [Check] adds the advice that `cahoots check`
// prints. The package is not for deciding who an actor is (resolve), and it does
// not weigh evidence (channel, assess).
package ledger
