package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// severity of a finding.
type severity string

// An error keeps an entry out of the evidence or makes it say what it must
// not; advice is what a reviewer would ask.
const (
	Error  severity = "error"
	Advice severity = "advice"
)

// A Finding is one thing to mend or to think about.
type Finding struct {
	Severity severity `json:"severity"`
	File     string   `json:"file"`
	Line     int      `json:"line,omitempty"`
	Object   string   `json:"object,omitempty"`
	Path     string   `json:"path,omitempty"`
	Text     string   `json:"text"`
}

func (f Finding) String() string {
	e := source.RecordError{File: f.File, Line: f.Line, Object: f.Object, Path: f.Path, Why: f.Text}
	return string(f.Severity) + ": " + e.Error()
}

// Check returns everything `cahoots check` has to say of a case that Parse has
// read: its errors first, then advice, each by line. now decides which dates
// lie in the future.
func Check(c *Case, bad []*source.RecordError, now time.Time) []Finding {
	k := &checker{file: c.File}
	for _, e := range bad {
		k.found = append(k.found, Finding{Error, e.File, e.Line, e.Object, e.Path, e.Why})
	}
	k.future(c, now)
	k.rungs(c)
	k.sides(c)
	k.items(c)
	k.waiting(c)
	k.usage(c)
	slices.SortStableFunc(k.found, func(a, b Finding) int {
		return cmp.Or(-cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Line, b.Line))
	})
	return k.found
}

type checker struct {
	file  string
	found []Finding
}

func (k *checker) say(s severity, line int, object, path, format string, args ...any) {
	k.found = append(k.found, Finding{s, k.file, line, object, path, fmt.Sprintf(format, args...)})
}

func (k *checker) future(c *Case, now time.Time) {
	late := func(iv evidence.Interval, line int, object, path string) {
		if iv.From.After(now) {
			k.say(Error, line, object, path, "%s lies in the future; correct the date", iv)
		}
	}
	for _, s := range c.Sources {
		late(s.Published, s.Line, s.ID, "sources/published")
	}
	for _, it := range c.Evidence {
		late(it.Activity, it.Line, it.ID, "evidence/activity")
		late(it.Detected, it.Line, it.ID, "evidence/detected")
		late(it.Disclosed, it.Line, it.ID, "evidence/disclosed")
	}
}

// rungs says what entries count for less than their class could, by the table of
// classes in docs/case-files.md: what nobody observed, and what is told both with
// consent and without. Ingest reads them all the same.
func (k *checker) rungs(c *Case) {
	consent := map[string]map[evidence.Consent]bool{} // of an event
	for i := range c.Evidence {
		it := &c.Evidence[i]
		if says := it.consent(); says != "" && it.Event != "" {
			if consent[it.Event] == nil {
				consent[it.Event] = map[evidence.Consent]bool{}
			}
			consent[it.Event][says] = true
		}
	}
	for i := range c.Evidence {
		it := &c.Evidence[i]
		if needs[it.Class]&needBasis != 0 && it.Basis != evidence.Observed {
			k.say(Advice, it.Line, it.ID, "evidence/basis",
				"class %s that nobody observed counts for the lower of its rungs: levels L4 and L5 need basis: observed; use class statement for what is only said", it.Class)
		}
		switch says := it.consent(); {
		case says == evidence.ConsentRefused && it.Consent == evidence.ConsentShown:
			k.say(Advice, it.Line, it.ID, "evidence/consent", "class %s says that nobody was asked, consent: shown that somebody was: the entry is contested and raises nothing", it.Class)
		case says != "" && len(consent[it.Event]) > 1:
			k.say(Advice, it.Line, it.ID, "evidence/consent", "another entry of the event %s says the contrary about consent: both are contested and raise nothing; give status: contested to the less likely one, or another event", it.Event)
		}
	}
}

// consent is what an asserted entry says of consent, else empty.
func (it *Item) consent() evidence.Consent {
	switch {
	case it.Status.Disputed() || pending(it.Status):
		return ""
	case it.Class == evidence.Takeover || it.Class == evidence.FalseFlag:
		return evidence.ConsentRefused
	case it.Consent == evidence.ConsentUnknown:
		return ""
	}
	return it.Consent
}

// asksConsent reports whether a link of the class can have been agreed to.
func asksConsent(c evidence.Class) bool {
	return c != evidence.TechniqueOverlap && c != evidence.AttackOnGroup && c != evidence.PossiblySame
}

// sides asks who says so: evidence from one publisher, or from publishers of
// one side's friends only, shows what they look at.
func (k *checker) sides(c *Case) {
	publishers, seats := map[string]bool{}, map[string]bool{}
	for _, s := range c.Sources {
		publishers[cmp.Or(s.Group, s.Publisher, s.URL)] = true
		if s.Country != "" {
			seats[s.Country] = true
		}
	}
	if len(publishers) == 1 {
		k.say(Advice, 0, "", "sources", "a single publisher: whatever comes out, its confidence is low")
	}
	countries := func(names []string) []string {
		idx := c.index()
		var out []string
		for _, n := range names {
			if a, err := idx.find(n); err == nil && a.Country != "" {
				out = append(out, a.Country)
			}
		}
		return slices.Compact(slices.Sorted(slices.Values(out)))
	}
	for _, side := range []struct {
		key   string
		names []string
	}{{"a", c.Question.A}, {"b", c.Question.B}} {
		states := countries(side.names)
		if len(states) > 0 && !slices.ContainsFunc(states, func(s string) bool { return seats[s] }) {
			k.say(Advice, 0, "", "question/"+side.key, "no publisher from %s: look for what that side itself has published, if only a denial", strings.Join(states, ", "))
		}
	}
	if len(c.Question.A) == 0 || len(c.Question.B) == 0 {
		if len(c.Evidence) > 0 {
			k.say(Advice, 0, "", "question", "the question names no sides; assess will need --a and --b")
		}
	}
	for _, s := range c.Sources {
		if s.Country == "" {
			k.say(Advice, s.Line, s.ID, "sources/country", "no country: leave-one-publisher-country-out cannot place this source")
		}
		if s.Grade == "" {
			k.say(Advice, s.Line, s.ID, "sources/grade", "no grade: say how reliable the source and how credible the report is, such as B2")
		}
	}
}

func (k *checker) items(c *Case) {
	sources := map[string]*Source{}
	for i := range c.Sources {
		sources[c.Sources[i].ID] = &c.Sources[i]
	}
	denied := map[string]bool{}
	for _, it := range c.Evidence {
		if it.Class == evidence.Denial && it.Event != "" {
			denied[it.Event] = true
		}
	}
	for _, it := range c.Evidence {
		s := sources[it.Source]
		dated := !it.Activity.IsZero() || !it.Detected.IsZero() || !it.Disclosed.IsZero() || s != nil && !s.Published.IsZero()
		if !dated {
			k.say(Advice, it.Line, it.ID, "evidence", "no date at all: it counts for no period; give activity, detected or disclosed, or the source's published")
		}
		if it.Status == evidence.Contested && it.Class == evidence.Statement && !denied[it.Event] {
			k.say(Advice, it.Line, it.ID, "evidence/status", "contested by whom? Add the denial as an item of its own with the same event")
		}
		if needs[it.Class]&needWith != 0 && it.Consent == "" && asksConsent(it.Class) {
			k.say(Advice, it.Line, it.ID, "evidence/consent", "class %s without consent: say shown, refused or unknown, on which the sign rests", it.Class)
		}
	}
}

// waiting counts what is proposed and no evidence yet.
func (k *checker) waiting(c *Case) {
	n := 0
	for _, it := range c.Evidence {
		if it.Status == Proposed {
			n++
		}
	}
	if n > 0 {
		k.say(Advice, 0, "", "evidence/status", "%d entries are only proposed and count for nothing: accept or refuse them (cahoots read --review)", n)
	}
}

// usage lists what is declared and never used.
func (k *checker) usage(c *Case) {
	cited, acting, sponsored := map[string]bool{}, map[string]bool{}, map[string]bool{}
	idx := c.index()
	for _, it := range c.Evidence {
		cited[it.Source] = true
		for _, n := range slices.Concat(it.Actors, it.With) {
			a, _ := idx.find(n)
			acting[a.Ref] = true
			sponsored[a.Ref] = sponsored[a.Ref] || it.Class == evidence.Sponsor
		}
	}
	for _, a := range c.Agreements {
		cited[a.Source] = true
	}
	for _, a := range c.Actors {
		cited[a.Source] = true
		for _, al := range a.Aliases {
			cited[al.Source] = true
		}
		switch {
		case a.Country == "":
			k.say(Advice, a.Line, a.Name, "actors/country", "no country: the actor is on no state's side and counts for no agreement")
		case a.Source == "" && len(a.Aliases) == 0 && !sponsored[c.Dataset()+":"+slug(a.Name)]:
			k.say(Advice, a.Line, a.Name, "actors/country", "nothing cited attributes the actor to %s: give source:, or evidence of class sponsor", a.Country)
		}
		if !acting[c.Dataset()+":"+slug(a.Name)] {
			k.say(Advice, a.Line, a.Name, "actors", "no evidence names this actor")
		}
	}
	for _, s := range c.Sources {
		if !cited[s.ID] {
			k.say(Advice, s.Line, s.ID, "sources", "nothing cites this source")
		}
	}
}
