package store_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/store"
)

// How many digests above a ceiling there are cannot be told below it, nor do they push
// out those that may be seen.
func TestDigestsAboveACeilingTakeNoOthersPlace(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for n, marking := range []evidence.TLP{evidence.Clear, evidence.Green, evidence.Red, evidence.Red} {
		d := store.Digest{ID: fmt.Sprintf("%032d", n), Title: string(marking), Marking: marking, Body: []byte("{}")}
		if err := s.KeepLook(t.Context(), fmt.Sprint(n), store.Watched{Run: 1}, []store.Digest{d}, nil); err != nil {
			t.Fatal(err)
		}
	}
	for ceiling, want := range map[evidence.TLP]int{evidence.Clear: 1, evidence.Amber: 2, evidence.Red: 2} {
		if got, err := s.Digests(t.Context(), ceiling, 2); err != nil || len(got) != want {
			t.Errorf("%s: %d digests, %v, want %d", ceiling, len(got), err, want)
		}
	}
}
