package server

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Limits bound what one client, and all together, can take. A zero field is its
// default.
type Limits struct {
	HeaderTime  time.Duration // to send the headers of a request; 5 s
	RequestTime time.Duration // to send a whole request; 15 s
	AnswerTime  time.Duration // to take an answer, streams of events apart; 60 s
	IdleTime    time.Duration // between requests of a connection; 60 s
	HeaderBytes int           // of a request; 16 KiB
	BodyBytes   int64         // of a request; 64 KiB
	Connections int           // at a time; 2,048
	Requests    int           // being answered at a time; 512
	Jobs        int           // running at a time, and as many dyads and landscapes; 1
	Queue       int           // jobs waiting, and as many dyads and landscapes; 16
	CacheBytes  int64         // of answers kept; 128 MiB
}

func (l Limits) orDefaults() Limits {
	return Limits{
		HeaderTime: cmp.Or(l.HeaderTime, 5*time.Second), RequestTime: cmp.Or(l.RequestTime, 15*time.Second),
		AnswerTime: cmp.Or(l.AnswerTime, time.Minute), IdleTime: cmp.Or(l.IdleTime, time.Minute),
		HeaderBytes: cmp.Or(l.HeaderBytes, 16<<10), BodyBytes: cmp.Or(l.BodyBytes, 64<<10),
		Connections: cmp.Or(l.Connections, 2048), Requests: cmp.Or(l.Requests, 512),
		Jobs: cmp.Or(l.Jobs, 1), Queue: cmp.Or(l.Queue, 16), CacheBytes: cmp.Or(l.CacheBytes, 128<<20),
	}
}

// bounded limits the size of a request and how many are answered at a time.
func (s *Server) bounded(next http.Handler) http.Handler {
	slots := make(chan struct{}, s.config.Limits.Requests)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
		default:
			w.Header().Set("Retry-After", "1")
			refuse(w, r, http.StatusServiceUnavailable, "too many requests at a time: try again in a second")
			return
		}
		if r.ContentLength > s.config.Limits.BodyBytes {
			refuse(w, r, http.StatusRequestEntityTooLarge, "the request is too large")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, s.config.Limits.BodyBytes)
		next.ServeHTTP(w, r)
	})
}

// Serve answers on a listener until the context ends, then lets the requests
// under way finish. With a TLS configuration it speaks TLS 1.2 or newer.
func (s *Server) Serve(ctx context.Context, l net.Listener, t *tls.Config) error {
	lim := s.config.Limits
	h := &http.Server{
		Handler: s, ReadHeaderTimeout: lim.HeaderTime, ReadTimeout: lim.RequestTime, WriteTimeout: lim.AnswerTime,
		IdleTimeout: lim.IdleTime, MaxHeaderBytes: lim.HeaderBytes, ErrorLog: log.New(logWriter{s.config.Log}, "", 0),
	}
	l = &limitedListener{Listener: l, slots: make(chan struct{}, lim.Connections)}
	if t != nil {
		t = t.Clone()
		t.MinVersion = max(t.MinVersion, tls.VersionTLS12)
		t.CipherSuites = suites()
		t.NextProtos = []string{"h2", "http/1.1"}
		l = tls.NewListener(l, t)
	}
	done := make(chan error, 1)
	go func() { done <- h.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		err := s.shutdown(h)
		if e := <-done; e != nil && !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
		return err
	}
}

// suites are those of TLS 1.2 that authenticate what they encrypt and keep the
// past secret; TLS 1.3 has no others.
func suites() (ids []uint16) {
	for _, s := range tls.CipherSuites() {
		if slices.Contains(s.SupportedVersions, tls.VersionTLS12) && strings.HasPrefix(s.Name, "TLS_ECDHE_") && !strings.Contains(s.Name, "_CBC_") {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// A limitedListener accepts a connection only while there is a slot for it.
type limitedListener struct {
	net.Listener
	slots chan struct{}
}

func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case l.slots <- struct{}{}:
			return &limitedConn{Conn: c, release: sync.OnceFunc(func() { <-l.slots })}, nil
		default:
			c.Close() // refused at once, so that those within are not kept waiting
		}
	}
}

type limitedConn struct {
	net.Conn
	release func()
}

func (c *limitedConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}

type logWriter struct{ log func(string, ...any) }

var _ io.Writer = logWriter{}

func (w logWriter) Write(b []byte) (int, error) {
	w.log("%s", b)
	return len(b), nil
}
