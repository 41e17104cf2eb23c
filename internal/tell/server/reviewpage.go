package server

import (
	"net/http"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/prose"
)

// An entry is one of a case as its page shows it.
type entry struct {
	*ledger.Item
	Waiting bool
	Reason  string // why it was refused
	Quote   string // the passage
	Choices []choice
	Effect  *Effect
}

// A choice is a field with the words it may have; Now is the one it has.
type choice struct {
	Key   string
	Now   string
	Words []string
}

func entriesOf(c *ledger.Case, effects map[string]Effect) (list []entry) {
	for i := range c.Evidence {
		it := &c.Evidence[i]
		e := entry{Item: it, Waiting: it.Status == ledger.Proposed, Reason: prose.Reason(it), Quote: it.Note}
		if e.Reason != "" {
			_, e.Quote, _ = strings.Cut(it.Note, e.Reason+". ")
		}
		if effect, ok := effects[it.ID]; ok {
			e.Effect = &effect
		}
		now := map[string]string{"class": string(it.Class), "status": string(it.AcceptedAs), "basis": string(it.Basis), "consent": string(it.Consent), "exclusivity": string(it.Exclusivity)}
		for _, ch := range prose.Choices() {
			words := ch.Words
			if ch.Key == "class" {
				for _, class := range evidence.Classes() {
					if class.Ledger() == it.Class.Ledger() {
						words = append(words, string(class))
					}
				}
			}
			e.Choices = append(e.Choices, choice{ch.Key, now[ch.Key], words})
		}
		list = append(list, e)
	}
	return list
}

// reviewPage shows the claims of reports beside their passages.
func (s *Server) reviewPage(w http.ResponseWriter, r *http.Request) {
	k, c := s.reviewed(w, r)
	if c == nil {
		return
	}
	s.reviews.mu.Lock()
	list := entriesOf(c, s.reviews.of[k.ID])
	j := s.reviews.jobs[k.ID]
	s.reviews.mu.Unlock()
	data := map[string]any{"Title": "Claims of " + k.ID, "ID": k.ID, "Case": c, "Entries": list, "Added": r.URL.Query().Get("added") == "true"}
	waiting, accepted := 0, 0
	for _, e := range list {
		if e.Waiting {
			waiting++
		} else if e.Status != ledger.Refused {
			accepted++
			if len(e.Actors) > 0 && len(e.With) > 0 {
				data["Known"] = []string{e.Actors[0], e.With[0]}
			}
		}
	}
	data["Waiting"], data["Accepted"] = waiting, accepted
	if j != nil {
		p, _ := j.now()
		data["Job"], data["Refresh"] = p, !p.Over()
	}
	s.page(w, r, "review", data)
}
