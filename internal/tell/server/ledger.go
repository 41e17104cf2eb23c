package server

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

var ledgerNames = []string{"state", "group", "class", "publisher", "status", "unconfirmed", "disputed"}

// ledger lists the documented links that the store holds up to the ceiling, and
// those that the program carries.
func (s *Server) ledger(r *http.Request, query url.Values) func(wish) (*answer, error) {
	return func(w wish) (*answer, error) {
		p := parameters{query: query}
		f := assess.Filter{Group: p.text("group", 256), Publisher: p.text("publisher", 256), Unconfirmed: p.truth("unconfirmed", false), Disputed: p.truth("disputed", false)}
		err := question.ReadFilter(&f, p.text("state", 2*longestState), p.text("class", 64), p.text("status", 16))
		switch {
		case p.err != nil:
			return nil, p.err
		case err != nil:
			return nil, errAsk{err}
		}
		return s.directoryDocument(r.Context(), fmt.Sprintf("ledger\x00%#v", f), w, func(v *view) (document.Document, error) {
			entries, err := question.Ledger(v.records)
			if err != nil {
				return document.Document{}, err
			}
			entries = slices.DeleteFunc(entries, func(e assess.Entry) bool { return !f.Admits(e) })
			return report.Ledger(entries, question.Told(f)), nil
		})
	}
}

func (s *Server) getLedger(w http.ResponseWriter, r *http.Request) {
	s.getDocument(w, r, ledgerNames, s.ledger)
}

func (s *Server) ledgerPage(w http.ResponseWriter, r *http.Request) {
	s.documentPage(w, r, "The ledger", ledgerNames, s.ledger)
}
