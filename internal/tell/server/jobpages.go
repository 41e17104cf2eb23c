package server

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cahoots-project/cahoots/internal/store"
)

// Over reports that the job has ended.
func (p Progress) Over() bool { return ended(p.State) }

// Time says how long it has taken, and of files how long it still takes if it goes
// on as it did.
func (p Progress) Time() string {
	switch {
	case p.Began.IsZero():
		return ""
	case p.Over():
		return fmt.Sprintf("took %v", p.Ended.Sub(p.Began))
	}
	so := time.Since(p.Began).Round(time.Second)
	if p.Draft != "" && p.Finished > 0 {
		return fmt.Sprintf("%v, about %v left", so, (so * time.Duration(p.Steps-p.Finished) / time.Duration(p.Finished)).Round(time.Second))
	}
	return so.String()
}

// A listedJob is a job in the list of its owner.
type listedJob struct {
	Progress
	Keepable bool // its result can be kept in the store
}

func (s *Server) jobsPage(w http.ResponseWriter, r *http.Request) {
	var list []listedJob
	running := false
	for _, j := range s.jobs.of(PrincipalOf(r.Context())) {
		p, _ := j.now()
		running = running || !p.Over()
		list = append(list, listedJob{p, p.State == Done && j.size() > 0})
	}
	s.page(w, r, "jobs", map[string]any{"Title": "Jobs", "Jobs": list, "Refresh": running})
}

func (s *Server) listJobs(w http.ResponseWriter, r *http.Request) {
	list := []Progress{}
	for _, j := range s.jobs.of(PrincipalOf(r.Context())) {
		p, _ := j.now()
		list = append(list, p)
	}
	s.sendJSON(w, r, http.StatusOK, list)
}

func (s *Server) cancelJobPage(w http.ResponseWriter, r *http.Request) {
	if j := s.job(w, r); j != nil {
		j.cancel()
		http.Redirect(w, r, "/jobs", http.StatusSeeOther)
	}
}

// keep saves the result of a job in the store, as if that had been asked for.
func (s *Server) keep(w http.ResponseWriter, r *http.Request) *job {
	j := s.job(w, r)
	if j == nil {
		return nil
	}
	p, _ := j.now()
	if p.Assessment != "" {
		return j
	}
	if p.State != Done || j.size() == 0 {
		s.fail(w, r, errAsk{errors.New("the job has no result to keep")})
		return nil
	}
	body, err := j.result.read()
	if err != nil {
		s.fail(w, r, store.ErrNotFound) // it was let go meanwhile
		return nil
	}
	a, err := parse(body)
	if err == nil {
		var kept store.Saved
		if kept, err = s.save(r.Context(), a, body); err == nil {
			j.mu.Lock()
			j.progress.Assessment = kept.ID
			j.mu.Unlock()
			j.drop()
			return j
		}
	}
	s.fail(w, r, err)
	return nil
}

func (s *Server) keepJob(w http.ResponseWriter, r *http.Request) {
	if j := s.keep(w, r); j != nil {
		p, _ := j.now()
		s.sendJSON(w, r, http.StatusOK, p)
	}
}

func (s *Server) keepJobPage(w http.ResponseWriter, r *http.Request) {
	if j := s.keep(w, r); j != nil {
		p, _ := j.now()
		http.Redirect(w, r, "/assessments/"+p.Assessment, http.StatusSeeOther)
	}
}
