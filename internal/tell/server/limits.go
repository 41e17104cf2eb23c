package server

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
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
	Requests    int           // being answered at a time; 512, of one asker a quarter
	Streams     int           // of events at a time; 256, of one asker an eighth
	Jobs        int           // running at a time; 1
	JobTime     time.Duration // that a job may take; 10 min
	Queue       int           // jobs and documents waiting; 64, of one asker a quarter
	WorkBytes   int64         // that making documents and running jobs may take; 512 MiB
	ResultBytes int64         // of the results of jobs kept for one owner; 256 MiB
	CacheBytes  int64         // of answers kept; 128 MiB
	UploadBytes int64         // of the files of one draft; 256 MiB
	UploadTime  time.Duration // to send them; 10 min
	Uploads     int           // taken in at a time; 4, of one asker a quarter
}

func (l Limits) orDefaults() Limits {
	return Limits{
		HeaderTime: cmp.Or(l.HeaderTime, 5*time.Second), RequestTime: cmp.Or(l.RequestTime, 15*time.Second),
		AnswerTime: cmp.Or(l.AnswerTime, time.Minute), IdleTime: cmp.Or(l.IdleTime, time.Minute),
		HeaderBytes: cmp.Or(l.HeaderBytes, 16<<10), BodyBytes: cmp.Or(l.BodyBytes, 64<<10),
		Connections: cmp.Or(l.Connections, 2048), Requests: cmp.Or(l.Requests, 512), Streams: cmp.Or(l.Streams, 256),
		Jobs: cmp.Or(l.Jobs, 1), JobTime: cmp.Or(l.JobTime, 10*time.Minute), Queue: cmp.Or(l.Queue, 64),
		WorkBytes: cmp.Or(l.WorkBytes, 512<<20), ResultBytes: cmp.Or(l.ResultBytes, 256<<20), CacheBytes: cmp.Or(l.CacheBytes, 128<<20),
		UploadBytes: cmp.Or(l.UploadBytes, 256<<20), UploadTime: cmp.Or(l.UploadTime, 10*time.Minute), Uploads: cmp.Or(l.Uploads, 4),
	}
}

// bounded limits the size of a request and how many are answered at a time, of
// one asker and altogether. Streams of events, which last, are counted apart.
func (s *Server) bounded(next http.Handler) http.Handler {
	l := s.config.Limits
	requests, streams := newShares(l.Requests, (l.Requests+3)/4), newShares(l.Streams, (l.Streams+7)/8)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asker := s.asker(PrincipalOf(r.Context()), r)
		of, more := requests, "too many requests at a time: try again in a second"
		if strings.HasPrefix(r.URL.Path, "/api/v1/jobs/") && strings.HasSuffix(r.URL.Path, "/events") {
			of, more = streams, "too many streams of events at a time: close one"
		}
		leave, ok := of.take(asker)
		if !ok {
			w.Header().Set("Retry-After", "1")
			refuse(w, r, http.StatusServiceUnavailable, more)
			return
		}
		defer leave()
		most := l.BodyBytes
		if isUpload(r) {
			most = l.UploadBytes
		}
		if r.ContentLength > most {
			refuse(w, r, http.StatusRequestEntityTooLarge, fmt.Sprintf("the request is larger than %d bytes, the most that is taken here", most))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), askerKey{}, asker)))
	})
}

// Serve answers on a listener until the context ends, then lets the requests
// under way finish. With a TLS configuration it speaks TLS 1.2 or newer.
func (s *Server) Serve(ctx context.Context, l net.Listener, t *tls.Config) error {
	lim := s.config.Limits
	h := &http.Server{
		Handler: s, ReadHeaderTimeout: lim.HeaderTime, ReadTimeout: lim.RequestTime, WriteTimeout: lim.AnswerTime,
		IdleTimeout: lim.IdleTime, ConnContext: connContext, MaxHeaderBytes: lim.HeaderBytes, ErrorLog: log.New(logWriter{s.config.Log}, "", 0),
	}
	l = limited(l, lim.Connections)
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

type logWriter struct{ log func(string, ...any) }

var _ io.Writer = logWriter{}

func (w logWriter) Write(b []byte) (int, error) {
	w.log("%s", b)
	return len(b), nil
}
