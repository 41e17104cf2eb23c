package server_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/difference"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/watch"
)

// digested keeps a digest of that marking in a store, which tells the secret where
// that is RED, and returns its id.
func digested(t *testing.T, s *store.Store, marking evidence.TLP) string {
	t.Helper()
	id, what := strings.Repeat("6", 32), "open"
	if marking == evidence.Red {
		id, what = strings.Repeat("5", 32), secret
	}
	d := &difference.Diff{Schema: difference.DiffSchema, Question: assess.Question{A: "CN", B: what}, Marking: marking, Moved: []difference.Moved{{
		A: "Alpha", B: what, New: &difference.Verdict{Level: assess.JointOperation, LevelName: "joint"}, Causes: []difference.Cause{}, Looked: true,
	}}}
	b, err := json.Marshal(watch.Digest{Schema: watch.Schema, Name: what, Ceiling: marking, Diff: d})
	if err != nil {
		t.Fatal(err)
	}
	look := store.Watched{Run: 1}
	if err := s.KeepLook(t.Context(), "list of "+string(marking), look, []store.Digest{{ID: id, Title: "CN and " + what, Cause: what, Marking: marking, Body: b}}, nil); err != nil {
		t.Fatal(err)
	}
	return id
}
