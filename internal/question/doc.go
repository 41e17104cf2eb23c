// Package question puts together what a question is asked over: the evidence of
// a store, with what the program itself knows laid beside it.
//
// [Assess] and [Dyads] are what the command line and the server both ask with,
// so that one question has one answer whoever asks. The program knows agreements
// between states, documented links between groups and spying among partners (see
// [builtin]); they are evidence unless the question leaves them out, and every
// record, data set and citation of them says that it is built in.
//
// The package is not for answering (assess, dyad), not for reading files
// (ingest) and not for showing anything (report).
package question
