package prose

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
)

// Case puts what reports say into a case file, everything proposed and nothing
// asserted. What before has already decided stays decided: an entry that was
// accepted, changed or refused is not proposed again.
func Case(id string, reports []*Report, before *ledger.Case) *ledger.Case {
	c := &ledger.Case{ID: id, Title: "Read from reports", About: "Proposed by cahoots read; an entry counts once somebody has accepted it."}
	if before != nil {
		c = before
	}
	known := map[string]bool{}
	for _, it := range c.Evidence {
		known[it.ID] = true
	}
	for _, rep := range reports {
		src := addSource(c, rep)
		for _, cl := range slices.Concat(rep.Links, rep.Claims) {
			switch {
			case cl.Class == evidence.Alias && addAlias(c, rep, cl, src):
			case !known[cl.ID]:
				known[cl.ID] = true
				c.Evidence = append(c.Evidence, item(rep, cl, src))
			}
		}
		for _, g := range rep.groups() {
			addActor(c, g)
		}
	}
	return c
}

// Withdrawn are the entries of a case, other than refused ones, that an earlier reading
// of a report entered and of which the report no longer has the words.
func Withdrawn(before *ledger.Case, rep *Report) (gone []ledger.Item) {
	if before == nil {
		return nil
	}
	says := map[string]bool{}
	for _, c := range slices.Concat(rep.Links, rep.Claims) {
		says[c.ID] = true
	}
	for _, it := range before.Evidence {
		// Only what a reading entered has the words in its note.
		if it.Source == CaseID(rep.File) && it.Status != ledger.Refused && !says[it.ID] && strings.HasPrefix(it.Note, `"`) {
			gone = append(gone, it)
		}
	}
	return gone
}

// addSource enters a report among the sources and returns its id there.
func addSource(c *ledger.Case, rep *Report) string {
	id := CaseID(rep.File)
	for _, s := range c.Sources {
		if s.ID == id {
			return id
		}
	}
	s := ledger.Source{ID: id, Publisher: cmp.Or(clean(rep.Publisher), "unknown publisher of "+clean(filepath.Base(rep.File))), Country: rep.Country, Title: clean(rep.Title), URL: clean(rep.URL)}
	if iv, err := evidence.ParseInterval(rep.Published); err == nil {
		s.Published = iv
	}
	c.Sources = append(c.Sources, s)
	return id
}

func addActor(c *ledger.Case, name string) {
	same := func(n string) bool { return strings.EqualFold(n, name) }
	for _, a := range c.Actors {
		if same(a.Name) || slices.ContainsFunc(a.Aliases, func(al ledger.Alias) bool { return same(al.Name) }) {
			return
		}
	}
	if _, ok := evidence.ParseCountry(name); !ok {
		c.Actors = append(c.Actors, ledger.Actor{Name: name})
	}
}

// addAlias proposes another name of an actor. It reports false where the name is
// an actor of its own already: the two are then for a person to put together.
func addAlias(c *ledger.Case, rep *Report, cl Claim, src string) bool {
	for _, a := range c.Actors {
		if strings.EqualFold(a.Name, cl.B) {
			return false
		}
	}
	addActor(c, cl.A)
	for i := range c.Actors {
		a := &c.Actors[i]
		owns := strings.EqualFold(a.Name, cl.A)
		for _, al := range a.Aliases {
			if strings.EqualFold(al.Name, cl.B) {
				return true
			}
			owns = owns || strings.EqualFold(al.Name, cl.A)
		}
		if owns {
			a.Aliases = append(a.Aliases, ledger.Alias{Name: cl.B, Source: src, Status: ledger.Proposed, Note: place(rep, cl) + ": " + quoted(cl)})
			return true
		}
	}
	return false
}

// quoted is the quotation of a claim on one line.
func quoted(cl Claim) string { return "\"" + clean(cl.Quote) + "\"" }

// item is a claim as an entry of the case.
func item(rep *Report, cl Claim, src string) ledger.Item {
	it := ledger.Item{ID: cl.ID, Class: cl.Class, Actors: []string{cl.A}, Source: src, Speaker: cl.Speaker, Value: clip(cmp.Or(cl.Value, valueOf(cl))), Ref: cl.Ref, Targets: cl.Targets,
		Basis: evidence.Basis(cl.Basis), Consent: evidence.Consent(cl.Consent), Exclusivity: evidence.Exclusivity(cl.Exclusivity),
		Status: ledger.Proposed, Locator: place(rep, cl), Note: quoted(cl)}
	if cl.Status != string(evidence.Asserted) {
		it.AcceptedAs = evidence.Status(cl.Status)
	}
	switch {
	case cl.Class == evidence.Alias:
		it.Value, it.Consent = cl.B, ""
	case cl.Class == evidence.AttackOnState:
		it.Consent = ""
		if code, ok := evidence.ParseCountry(cl.B); ok {
			it.Targets = []evidence.Target{{Country: code}}
		}
	case cl.B != "":
		it.With = []string{cl.B}
	}
	if cl.ConfidenceWords != "" {
		it.Note += " (hedged: " + clean(cl.ConfidenceWords) + ")"
	}
	if iv, err := evidence.ParseInterval(interval(cl)); err == nil {
		switch cl.WhenKind {
		case "detected":
			it.Detected = iv
		case "disclosed":
			it.Disclosed = iv
		default:
			it.Activity = iv
		}
	}
	return it
}

// valueOf is what is said, where a claim has no value of its own: of a link, the
// quotation.
func valueOf(cl Claim) string {
	switch cl.Class {
	case evidence.Targets, evidence.UsesTechnique:
		return ""
	}
	return cl.Quote
}

// interval is the date of a claim as a case file writes it.
func interval(cl Claim) string {
	switch {
	case cl.WhenFrom == cl.WhenTo:
		return cl.WhenFrom
	case cl.WhenTo == "":
		return cl.WhenFrom + "/.."
	case cl.WhenFrom == "":
		return "../" + cl.WhenTo
	}
	return cl.WhenFrom + "/" + cl.WhenTo
}

// place says where a quotation stands.
func place(rep *Report, cl Claim) string {
	if cl.Page > 0 {
		return fmt.Sprintf("%s, page %d, byte %d", cmp.Or(rep.URL, rep.File), cl.Page, cl.Offset)
	}
	return fmt.Sprintf("%s, byte %d", cmp.Or(rep.URL, rep.File), cl.Offset)
}

// clean makes one line of a quotation, without signs that a case file refuses.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func clip(s string) string {
	s = clean(s)
	if r := []rune(s); len(r) > 160 {
		return strings.TrimSpace(string(r[:157])) + "..."
	}
	return s
}

// CaseID is a case's id made from the name of a file.
func CaseID(file string) string {
	base := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	id := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '-'
	}, strings.ToLower(base))
	return cmp.Or(strings.Trim(id[:min(len(id), 80)], "-."), "reports")
}
