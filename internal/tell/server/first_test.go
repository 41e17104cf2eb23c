package server_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/tamper"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// manySaved saves so many assessments, each padded to some bytes.
func manySaved(t testing.TB, s *store.Store, n, size int) {
	t.Helper()
	one := save(t, s, "CN", "RU", append(group("open", "Alpha Group", "CN", evidence.Clear, tools...), group("open", "Beta Group", "RU", evidence.Clear, tools...)...))
	for i := range n - 1 {
		body := append(bytes.Clone(bytes.TrimSuffix(bytes.TrimSpace(one.JSON), []byte("}"))), fmt.Sprintf(`,"padding%d":%q}`, i, strings.Repeat("x", size))...)
		if _, err := s.SaveAssessment(t.Context(), fmt.Sprint("question ", i), nil, body); err != nil {
			t.Fatal(err)
		}
	}
}

// The list is the same when no saved assessment can be read any more.
func TestTheFirstPageReadsNoSavedAssessment(t *testing.T) {
	s := empty(t)
	manySaved(t, s, 50, 1000)
	ask := func() (list, page string) {
		c := client{t: t, base: running(t, server.Config{Store: s, Loopback: true})}
		_, list = c.get("/api/v1/assessments")
		_, page = c.get("/")
		return list, page
	}
	list, page := ask()
	if n := strings.Count(page, `<a href="/assessments/`); n != 50 || strings.Count(list, `"marking":"CLEAR"`) != 50 {
		t.Fatalf("%d of 50 assessments are listed", n)
	}
	if err := tamper.BlankAssessments(s.Path(), 50); err != nil {
		t.Fatal(err)
	}
	if l, p := ask(); l != list || p != page {
		t.Error("the list is another one when the assessments cannot be read")
	}
}

func BenchmarkFirstPageOfFiftyAssessments(b *testing.B) {
	s, err := store.Open(b.Context(), b.TempDir()+"/test.db")
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	manySaved(b, s, 50, 4<<20)
	c := client{t: b, base: running(b, server.Config{Store: s, Loopback: true})}
	b.ReportAllocs()
	for b.Loop() {
		c.get("/")
	}
}
