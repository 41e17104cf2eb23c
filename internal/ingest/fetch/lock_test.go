//go:build unix

package fetch_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/ingest/fetch"
)

func TestOneFileIsFetchedOnceAtATimeAndCanBeInterrupted(t *testing.T) {
	body := bundle(1000)
	begun, let := make(chan struct{}, 1), make(chan struct{})
	s := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		if n > 1 {
			w.Write(body)
			return
		}
		begun <- struct{}{}
		select {
		case <-r.Context().Done():
		case <-let:
		}
	})
	defer close(let)
	opt := options(t)
	opt.Stall = time.Minute
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	first := make(chan error, 1)
	go func() {
		_, err := fetch.Get(ctx, s.source(), opt)
		first <- err
	}()
	<-begun
	_, err := get(t, s, opt)
	refused(t, opt, err, "another process is fetching it")

	interrupt()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	got, err := get(t, s, opt)
	want(t, got, err, fetch.Downloaded, body)
}
