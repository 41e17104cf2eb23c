package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/feed"
	"github.com/cahoots-project/cahoots/internal/tell/report"
	"github.com/cahoots-project/cahoots/internal/watch"
)

// mostDigests of a list, and of the feed.
const mostDigests = 200

// digests are the newest that the principal may see.
func (s *Server) digests(ctx context.Context) ([]store.Digest, error) {
	return s.config.Store.Digests(ctx, PrincipalOf(ctx).Ceiling, mostDigests)
}

func (s *Server) digestList(r *http.Request) func(wish) (*answer, error) {
	return func(w wish) (*answer, error) {
		all, err := s.digests(r.Context())
		if err != nil {
			return nil, err
		}
		var news []report.News
		for _, d := range all {
			news = append(news, report.News{ID: d.ID, Watch: d.List, At: d.At, Title: d.Title, Cause: d.Cause, Marking: d.Marking})
		}
		return render(report.Digests(news, "What moved in the standing questions, the newest first; the feed is at /watch/feed.atom. They are asked by cahoots watch.", nil), w)
	}
}

// digest renders one. One above the ceiling is not found, like one that is not there.
func (s *Server) digest(r *http.Request) func(wish) (*answer, error) {
	return func(w wish) (*answer, error) {
		d, err := s.config.Store.Digest(r.Context(), r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		if !PrincipalOf(r.Context()).May(d.Marking) {
			return nil, fmt.Errorf("digest: %w", store.ErrNotFound)
		}
		return s.rendered.get("digest\x00"+d.ID+"\x00"+w.key(), func() (*answer, error) {
			var g watch.Digest
			if err := json.Unmarshal(d.Body, &g); err != nil {
				return nil, fmt.Errorf("digest %s: %w", d.ID, err)
			}
			doc, err := report.Of(g.Diff)
			if err != nil {
				return nil, err
			}
			doc.Title, doc.Result = g.Name+": what changed", g
			return render(doc, w)
		})
	}
}

func (s *Server) getDigests(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, nil, s.digestList(r))
}

func (s *Server) getDigest(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, nil, s.digest(r))
}

func (s *Server) digestsPage(w http.ResponseWriter, r *http.Request) {
	s.deliver(w, r, pageWish(r), s.digestList(r))
}

func (s *Server) digestPage(w http.ResponseWriter, r *http.Request) {
	s.deliver(w, r, pageWish(r), s.digest(r))
}

// digestFeed is an Atom feed of the newest digests.
func (s *Server) digestFeed(w http.ResponseWriter, r *http.Request) {
	all, err := s.digests(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var entries []feed.Entry
	for _, d := range all {
		entries = append(entries, feed.Entry{ID: "urn:cahoots:digest:" + d.ID, Title: d.Title, Text: "TLP:" + string(d.Marking) + ". " + d.Cause, Link: "/watch/" + d.ID, At: d.At})
	}
	var b bytes.Buffer
	if err := feed.Write(&b, feed.Feed{ID: "urn:cahoots:watch", Title: "cahoots: what moved", Self: "/watch/feed.atom", Epoch: time.Unix(0, 0)}, entries); err != nil {
		s.fail(w, r, err)
		return
	}
	newAnswer(b.Bytes(), "application/atom+xml; charset=utf-8").send(w, r)
}
