package server

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/store"
)

// One table is made at a time, another waits, and the third is refused at once.
func TestTablesBeyondTheQueueAreRefused(t *testing.T) {
	b := newBench(t.Context(), 1, 1)
	begun, go1, done := make(chan bool), make(chan bool), make(chan error, 2)
	go func() {
		_, err := b.work(func(context.Context) (*answer, error) { close(begun); <-go1; return nil, nil })
		done <- err
	}()
	<-begun
	second := false
	go func() {
		_, err := b.work(func(context.Context) (*answer, error) { second = true; return nil, nil })
		done <- err
	}()
	for len(b.waiting) < 2 {
		time.Sleep(time.Millisecond)
	}
	if _, err := b.work(func(context.Context) (*answer, error) { t.Error("the third was let in"); return nil, nil }); !errors.Is(err, errBusy) {
		t.Errorf("the third: %v", err)
	}
	close(go1)
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if !second {
		t.Error("the second was not made")
	}
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
	ask := func() *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "http://localhost/api/v1/landscape", nil)
		s.ServeHTTP(w, r)
		return w
	}
	s.bench.waiting <- struct{}{}
	s.bench.waiting <- struct{}{}
	if w := ask(); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("while others wait: %d %s", w.Code, w.Body)
	}
	<-s.bench.waiting
	if w := ask(); w.Code != http.StatusNotFound { // the store is empty: it was looked at
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
}

func TestTablesEndWithTheServer(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	b := newBench(ctx, 1, 1)
	b.slots <- struct{}{}
	stop()
	if _, err := b.work(func(context.Context) (*answer, error) { t.Error("made after the end"); return nil, nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}
