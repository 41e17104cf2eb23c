package server

import (
	"net/http"
	"slices"

	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// draft finds the draft of a request, or answers that there is none.
func (s *Server) draft(w http.ResponseWriter, r *http.Request) *draft {
	d, err := s.drafts.find(PrincipalOf(r.Context()), r.PathValue("id"))
	if err != nil {
		s.fail(w, r, err)
		return nil
	}
	return d
}

func (s *Server) startDraft(w http.ResponseWriter, r *http.Request) {
	if d := s.upload(w, r); d != nil {
		w.Header().Set("Location", "/api/v1/drafts/"+d.told.ID)
		s.sendJSON(w, r, http.StatusAccepted, d.now())
	}
}

func (s *Server) listDrafts(w http.ResponseWriter, r *http.Request) {
	s.sendJSON(w, r, http.StatusOK, s.drafts.of(PrincipalOf(r.Context())))
}

func (s *Server) getDraft(w http.ResponseWriter, r *http.Request) {
	if d := s.draft(w, r); d != nil {
		s.sendJSON(w, r, http.StatusOK, d.now())
	}
}

// acceptOnce begins to read a draft into the store, once.
func (s *Server) acceptOnce(w http.ResponseWriter, r *http.Request) *draft {
	d := s.draft(w, r)
	if d == nil {
		return nil
	}
	d.mu.Lock()
	ready := d.told.State == Ready && slices.ContainsFunc(d.told.Examined, isEvidence)
	before := d.job
	if ready {
		d.told.State = Accepting
	}
	d.mu.Unlock()
	if !ready {
		refuse(w, r, http.StatusConflict, "the draft cannot be accepted as it is: it is not examined yet, was accepted already, or nothing of it can be read")
		return nil
	}
	before.cancel() // what it would change need not be known any more
	if err := s.acceptDraft(d); err != nil {
		d.set(func(t *Draft) { t.State = Ready })
		w.Header().Set("Retry-After", "10")
		refuse(w, r, http.StatusTooManyRequests, err.Error())
		return nil
	}
	return d
}

func (s *Server) acceptDraftAPI(w http.ResponseWriter, r *http.Request) {
	if d := s.acceptOnce(w, r); d != nil {
		s.sendJSON(w, r, http.StatusAccepted, d.now())
	}
}

// refuseOnce forgets the draft of a request.
func (s *Server) refuseOnce(w http.ResponseWriter, r *http.Request) bool {
	d := s.draft(w, r)
	if d == nil {
		return false
	}
	if d.now().State == Accepting {
		refuse(w, r, http.StatusConflict, "the draft is being read into the store")
		return false
	}
	s.drafts.refuse(d)
	return true
}

func (s *Server) refuseDraftAPI(w http.ResponseWriter, r *http.Request) {
	if s.refuseOnce(w, r) {
		w.WriteHeader(http.StatusNoContent)
	}
}

// uploadPage takes the form with files and leads to the draft.
func (s *Server) uploadPage(w http.ResponseWriter, r *http.Request) {
	if d := s.upload(w, r); d != nil {
		http.Redirect(w, r, "/drafts/"+d.told.ID, http.StatusSeeOther)
	}
}

func (s *Server) acceptDraftPage(w http.ResponseWriter, r *http.Request) {
	if d := s.acceptOnce(w, r); d != nil {
		http.Redirect(w, r, "/drafts/"+d.told.ID, http.StatusSeeOther)
	}
}

func (s *Server) refuseDraftPage(w http.ResponseWriter, r *http.Request) {
	if s.refuseOnce(w, r) {
		http.Redirect(w, r, "/", http.StatusSeeOther)
	}
}

// draftPage shows a draft: what it is and would change, and once it is accepted
// what became of it.
func (s *Server) draftPage(w http.ResponseWriter, r *http.Request) {
	d := s.draft(w, r)
	if d == nil {
		return
	}
	told := d.now()
	data := map[string]any{"Title": "Files to be added", "Draft": told}
	j, err := s.jobs.find(d.owner, told.Job)
	if err == nil {
		p, _ := j.now()
		data["Job"], data["Refresh"] = p, !ended(p.State)
	}
	switch told.State {
	case Accepted:
		sets, err := s.config.Store.Datasets(r.Context())
		if err != nil {
			s.fail(w, r, err)
			return
		}
		held := intake.Holdings(sets)
		data["Document"] = report.Taken(told.Taken, held)
		data["Known"] = intake.MostKnown(held)
	case Ready:
		data["Document"] = report.Examined(told.Examined)
		data["Reports"] = slices.ContainsFunc(told.Examined, func(e intake.Examined) bool { return e.Format == aReport })
		data["Readable"] = slices.ContainsFunc(told.Examined, isEvidence)
	}
	s.page(w, r, "draft", data)
}
