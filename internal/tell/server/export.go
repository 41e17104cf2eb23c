package server

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/export"
)

// An exported is a format of other tools in which a saved assessment is taken away.
type exported struct{ format, ext, says string }

var exporteds = []exported{
	{"stix", "stix.json", "STIX 2.1"}, {"misp", "misp.json", "MISP event"}, {"navigator", "layer.json", "ATT&CK Navigator layer"},
	{"png", "png", "Picture of the card (PNG)"}, {"svg", "svg", "Picture of the card (SVG)"}, {"pdf", "pdf", "Picture of the card (PDF)"},
	{"graphml", "graphml", "Network (GraphML)"}, {"parquet", "parquet", "Parquet"},
}

// seen is the size of a saved assessment that the principal may see. One above the
// ceiling is not found, like one that is not there.
func (s *Server) seen(ctx context.Context, id string) (size int64, err error) {
	if len(id) != 32 || !hexadecimal(id) {
		return 0, store.ErrNotFound
	}
	h, size, err := s.config.Store.Heading(ctx, id)
	if err == nil && !PrincipalOf(ctx).May(h.Marking) {
		err = store.ErrNotFound
	}
	return size, err
}

// exportAssessment sends a saved assessment in a format of other tools, all of it:
// whoever may see it may take it away.
func (s *Server) exportAssessment(w http.ResponseWriter, r *http.Request) {
	q, err := queryOf(r, "to")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var names []string
	var to exported
	for _, e := range exporteds {
		if names = append(names, e.format); e.format == q.Get("to") {
			to = e
		}
	}
	if to.format == "" {
		s.fail(w, r, errAsk{fmt.Errorf("to is %q; use one of %s", q.Get("to"), strings.Join(names, ", "))})
		return
	}
	id := r.PathValue("id")
	size, err := s.seen(r.Context(), id)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	a, err := s.rendered.get("export\x00"+id+"\x00"+to.format, func() (*answer, error) {
		return s.bench.work(r.Context(), weighLeast+weighParsed*size, func(ctx context.Context) (*answer, error) {
			kept, err := s.config.Store.Assessment(ctx, id)
			if err != nil {
				return nil, err
			}
			a, err := parse(kept.JSON)
			if err != nil {
				return nil, err
			}
			var b bytes.Buffer
			if _, err := export.Write(&b, export.Content{Assessment: a}, to.format, export.Options{Ceiling: export.Marking(a), Tool: s.config.Tool}); err != nil {
				return nil, errAsk{err}
			}
			out := newAnswer(b.Bytes(), export.MediaType(to.format))
			out.name = "cahoots." + to.ext
			return out, nil
		})
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	a.send(w, r)
}
