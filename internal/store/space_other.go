//go:build !unix

package store

// noSpace cannot be told here; SQLite's own code for a full disk still is.
func noSpace(string) bool { return false }
