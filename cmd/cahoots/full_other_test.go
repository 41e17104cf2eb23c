//go:build unix && !linux

package main

import "testing"

// smallDisk needs Linux.
func smallDisk(t *testing.T) (dir string, full func(t *testing.T, k *killing, w written, every bool) (refused int, done bool)) {
	return t.TempDir(), nil
}
