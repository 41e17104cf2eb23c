// Package files writes files whole or not at all, and reads those that a flag
// names within bounds.
//
// [Write] and [Create] make a file beside the one it replaces and put it in its
// place when all of it is on disk; [Read] and [Open] refuse what is no file or
// is too large; [Guard] keeps a result from falling on what a run reads or
// keeps.
//
// The package is not for formats: it knows bytes, modes and places. What YAML
// may hold is in package yamlfile.
package files
