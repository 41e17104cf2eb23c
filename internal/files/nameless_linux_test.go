package files

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// What a run that was killed in the moment of placing a file has left is taken away
// by the next one that writes it.
func TestWhatAKilledRunLeftIsTakenAway(t *testing.T) {
	defer func(d time.Duration) { stale = d }(stale)
	stale = 0
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	if err := os.WriteFile(filepath.Join(dir, ".f.cahoots"), []byte("left behind"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, Private, func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	left, _ := os.ReadDir(dir)
	if err != nil || string(b) != "new" || len(left) != 1 {
		t.Errorf("%v: %q, and there is %v", err, b, left)
	}
}
