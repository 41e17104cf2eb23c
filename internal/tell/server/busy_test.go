package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/store"
)

func nothing(context.Context) (*answer, error) { return nil, nil }

func as(ctx context.Context, asker string) context.Context {
	return context.WithValue(ctx, askerKey{}, asker)
}

// waits is how many wait for the bench.
func (b *bench) waits() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.count
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

// What is made at a time weighs no more than the bench bears, whoever asks.
func TestTheBenchBearsNoMoreThanItsWeight(t *testing.T) {
	b := newBench(t.Context(), Limits{WorkBytes: 200, Queue: 400, Jobs: 1})
	var now, most atomic.Int64
	done := make(chan error, 60)
	for i := range 60 {
		weight := int64(10 + i%7*15)
		go func() {
			_, err := b.work(as(t.Context(), fmt.Sprint(i%3)), weight, func(context.Context) (*answer, error) {
				n := now.Add(weight)
				for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
				}
				time.Sleep(time.Millisecond)
				now.Add(-weight)
				return nil, nil
			})
			done <- err
		}()
	}
	for range 60 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() > 100 || most.Load() < 60 {
		t.Errorf("at most %d at a time", most.Load())
	}
}

// One who asks for a hundred things does not keep another waiting, and is told
// when too many of theirs wait.
func TestWhoAsksForMuchKeepsNobodyElseOut(t *testing.T) {
	b := newBench(t.Context(), Limits{WorkBytes: 2, Queue: 40, Jobs: 1})
	begun, end := make(chan bool), make(chan bool)
	order := make(chan string, 100)
	work := func(asker string) error {
		_, err := b.work(as(t.Context(), asker), 1, func(context.Context) (*answer, error) { order <- asker; return nil, nil })
		return err
	}
	go b.work(as(t.Context(), "much"), 1, func(context.Context) (*answer, error) { close(begun); <-end; return nil, nil })
	<-begun
	for range 10 {
		go work("much")
	}
	until(t, "ten wait", func() bool { return b.waits() == 10 })
	if err := work("much"); !errors.Is(err, errBusy) {
		t.Errorf("an eleventh is let wait: %v", err)
	}
	go work("little")
	until(t, "another waits too", func() bool { return b.waits() == 11 })
	close(end)
	first, second := <-order, <-order
	if first != "little" && second != "little" {
		t.Errorf("served first: %s, %s", first, second)
	}
	until(t, "all are served", func() bool { return b.waits() == 0 })
}

// A job that takes minutes keeps no document waiting, and another job does.
func TestJobsLeaveRoomForDocuments(t *testing.T) {
	b := newBench(t.Context(), Limits{WorkBytes: 100, Queue: 8, Jobs: 1})
	leave, err := b.enter(t.Context(), jobWork, "a", 50)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.work(as(t.Context(), "a"), 1000, nothing); err != nil {
		t.Errorf("a document beside a job: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	second := make(chan error)
	go func() {
		_, err := b.enter(ctx, jobWork, "b", 50)
		second <- err
	}()
	until(t, "a second job waits", func() bool { return b.waits() == 1 })
	stop()
	if err := <-second; !errors.Is(err, context.Canceled) || b.waits() != 0 {
		t.Errorf("%v, %d wait", err, b.waits())
	}
	leave()
	leave, err = b.enter(t.Context(), jobWork, "b", 50)
	if err != nil {
		t.Fatal(err)
	}
	leave()
}

// Beside a question about the world, which weighs more than half of the bench,
// documents have the rest: one at a time is always made.
func TestDocumentsHaveWhatAQuestionAboutTheWorldLeaves(t *testing.T) {
	q := Question{Question: assess.Question{A: "World", B: "CN"}}
	l := Limits{WorkBytes: 512 << 20}.orDefaults()
	world := (&job{asked: &q}).weight(l)
	if other := (&job{}).weight(l); world <= l.WorkBytes/2 || other != l.WorkBytes/2 {
		t.Fatalf("the world weighs %d, another question %d, of %d", world, other, l.WorkBytes)
	}
	b := newBench(t.Context(), l)
	if _, err := b.enter(t.Context(), jobWork, "a", world); err != nil {
		t.Fatal(err)
	}
	leave, err := b.enter(t.Context(), documents, "a", l.WorkBytes/2)
	if err != nil {
		t.Fatalf("a document beside it: %v", err)
	}
	go b.work(as(t.Context(), "b"), l.WorkBytes-world, nothing)
	until(t, "a second document waits", func() bool { return b.waits() == 1 })
	leave()
	until(t, "it is made", func() bool { return b.waits() == 0 })
}

func TestWhoIsRefusedIsToldWhenToTryAgain(t *testing.T) {
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	s, err := New(Config{Store: st, Loopback: true, Limits: Limits{Jobs: 1, Queue: 1}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ask := func(path string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "http://localhost"+path, nil)
		s.handler.ServeHTTP(w, r)
		return w
	}
	leave, err := s.bench.enter(t.Context(), documents, "x", s.bench.capacity)
	if err != nil {
		t.Fatal(err)
	}
	go s.bench.work(as(t.Context(), "y"), 1, nothing)
	until(t, "one waits", func() bool { return s.bench.waits() == 1 })
	if w := ask("/api/v1/landscape"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("while others wait: %d %s", w.Code, w.Body)
	}
	// A table that is none is told without a turn.
	if w := ask("/api/v1/actors?format=csv&table=x1_1"); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "there is no table") {
		t.Errorf("an unknown table: %d %s", w.Code, w.Body)
	}
	leave()
	until(t, "none waits", func() bool { return s.bench.waits() == 0 })
	if w := ask("/api/v1/landscape"); w.Code != http.StatusNotFound { // the store is empty: it was looked at
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
}

func TestTablesEndWithTheServer(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	b := newBench(ctx, Limits{WorkBytes: 2, Queue: 4, Jobs: 1})
	if _, err := b.enter(t.Context(), documents, "x", 1); err != nil {
		t.Fatal(err)
	}
	stop()
	if _, err := b.work(t.Context(), 1, func(context.Context) (*answer, error) { t.Error("made after the end"); return nil, nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}
