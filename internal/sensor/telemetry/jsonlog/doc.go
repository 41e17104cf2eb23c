// Package jsonlog reads logs of one JSON object per line through a declared map
// from field paths to the roles of an event.
//
// The exact path parses each line strictly (RFC 8259, UTF-8, no bytes after the
// object). The fast path remembers the layouts it met, which is to say
// everything in a line that is not a value, and matches further lines against
// them. The package is not for any one log format; those are the packages
// beside it.
package jsonlog
