package server

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/prose"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/store"
)

// reviewed finds the case of a request for an editor, or answers why not.
func (s *Server) reviewed(w http.ResponseWriter, r *http.Request) (store.KeptCase, *ledger.Case) {
	if !PrincipalOf(r.Context()).Role.includes(Editor) {
		refuse(w, r, http.StatusForbidden, "reviewing needs the role editor")
		return store.KeptCase{}, nil
	}
	k, err := s.config.Store.KeptCase(r.Context(), r.PathValue("id"))
	var c *ledger.Case
	if err == nil {
		c, err = parseCase(k)
	}
	if err != nil {
		s.fail(w, r, err)
		return k, nil
	}
	return k, c
}

// decide takes a decision on one entry.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) {
	k, c := s.reviewed(w, r)
	if c == nil {
		return
	}
	i := slices.IndexFunc(c.Evidence, func(it ledger.Item) bool { return it.ID == r.PathValue("entry") })
	if err := r.ParseForm(); err != nil || i < 0 {
		s.fail(w, r, errAsk{errors.New("the case has no such entry, or the form cannot be read")})
		return
	}
	if err := decided(&c.Evidence[i], r.PostForm.Get); err != nil {
		s.fail(w, r, errAsk{err})
		return
	}
	if err := s.keepCase(r.Context(), c, k.Body); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/reviews/"+k.ID+"#entry-"+c.Evidence[i].ID, http.StatusSeeOther)
}

// decided takes one decision, with the changes that stand in its form.
func decided(it *ledger.Item, form func(string) string) error {
	switch do := form("do"); {
	case do == "undo":
		prose.Undo(it)
		return nil
	case it.Status != ledger.Proposed:
		return errors.New("the entry is decided already: undo that first")
	case do == "refuse":
		return prose.Refuse(it, form("reason"))
	case do != "accept" && do != "change":
		return errors.New("accept, change, refuse or undo the entry")
	default:
		for _, choice := range prose.Choices() {
			if value := form(choice.Key); value != "" {
				if err := prose.Change(it, choice.Key, value); err != nil {
					return err
				}
			}
		}
		if do == "accept" {
			prose.Accept(it)
		}
		return nil
	}
}

// addCase reads what is accepted of a case into the store, in place of what was read
// of it before.
func (s *Server) addCase(w http.ResponseWriter, r *http.Request) {
	k, c := s.reviewed(w, r)
	if c == nil {
		return
	}
	f, err := files.NewScratch()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer f.Close()
	if _, err = f.Write(k.Body); err == nil {
		_, err = intake.Take(r.Context(), s.config.Store, &intake.Input{Member: source.Opened(k.ID+".yaml", f.File)}, time.Now())
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.reviews.clear(k.ID)
	http.Redirect(w, r, "/reviews/"+k.ID+"?added=true", http.StatusSeeOther)
}

// caseFile sends a case as a file for git.
func (s *Server) caseFile(w http.ResponseWriter, r *http.Request) {
	k, c := s.reviewed(w, r)
	if c == nil {
		return
	}
	a := newAnswer(k.Body, "application/yaml")
	a.name = k.ID + ".yaml"
	a.send(w, r)
}
