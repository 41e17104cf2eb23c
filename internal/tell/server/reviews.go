package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/plaintext"
	"github.com/cahoots-project/cahoots/internal/ingest/prose"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/store"
)

// aReport is the format of what no format of evidence knows and a person can read.
const aReport = "report"

// readReport reads a file of a draft as a report; nil where it proposes nothing.
func (s *Server) readReport(d *draft, i int, known *view, o prose.Options) (*prose.Report, error) {
	d.mu.Lock()
	name, f := d.told.Files[i].Name, d.files[i].File
	size := d.told.Files[i].Bytes
	d.mu.Unlock()
	if size > plaintext.MaxFile {
		return nil, nil
	}
	b, err := io.ReadAll(io.NewSectionReader(f, 0, size))
	if err != nil {
		return nil, fmt.Errorf("reading %s again: %w", name, err)
	}
	t, err := plaintext.Read(name, b)
	if err != nil {
		return nil, nil // it is no report
	}
	for n := range known.records {
		if r := &known.records[n]; r.Class == evidence.Alias || r.Class == evidence.UsesSoftware {
			o.Names = append(o.Names, prose.NamesOf(r)...)
		}
	}
	if rep := prose.Of(name, t, o); len(rep.Links)+len(rep.Claims) > 0 {
		return rep, nil
	}
	return nil, nil
}

// examineReport looks whether a file that is no evidence is a report, and says so.
func (s *Server) examineReport(ctx context.Context, d *draft, i int, e *intake.Examined) error {
	v, err := s.evidence.of(ctx, d.owner.Ceiling)
	if err != nil {
		return err
	}
	rep, err := s.readReport(d, i, v, prose.Options{})
	if err != nil || rep == nil {
		return err
	}
	e.Format, e.Problem, e.Summary.Notes = aReport, "", rep.Notes
	e.Publishers = map[string]int{}
	if rep.Publisher != "" {
		e.Publishers[rep.Publisher] = len(rep.Links) + len(rep.Claims)
	}
	e.Advice = []intake.Advice{{What: "a report, which is no evidence before somebody accepts its claims", Count: len(rep.Links) + len(rep.Claims), Remedy: "review its claims"}}
	return nil
}

// reviewDraft makes the reports of a draft a case that is worked on.
func (s *Server) reviewDraft(w http.ResponseWriter, r *http.Request) {
	d := s.draft(w, r)
	if d == nil {
		return
	}
	told := d.now()
	if err := r.ParseForm(); err != nil || told.State != Ready {
		s.fail(w, r, errAsk{errors.New("the draft is not examined yet, or the form cannot be read")})
		return
	}
	o := prose.Options{Publisher: strings.TrimSpace(r.PostForm.Get("publisher")), Published: strings.TrimSpace(r.PostForm.Get("published"))}
	if _, err := evidence.ParseInterval(o.Published); o.Published != "" && err != nil {
		s.fail(w, r, errAsk{fmt.Errorf("the date of publication: %w", err)})
		return
	}
	id, err := s.keepReports(r.Context(), d, told, o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if !slices.ContainsFunc(told.Examined, isEvidence) {
		s.drafts.refuse(d) // nothing else is left in it
	}
	http.Redirect(w, r, "/reviews/"+id, http.StatusSeeOther)
}

func (s *Server) keepReports(ctx context.Context, d *draft, told Draft, o prose.Options) (string, error) {
	v, err := s.evidence.of(ctx, d.owner.Ceiling)
	if err != nil {
		return "", err
	}
	var reports []*prose.Report
	for i, e := range told.Examined {
		if e.Format != aReport {
			continue
		}
		rep, err := s.readReport(d, i, v, o)
		if err != nil {
			return "", err
		}
		reports = append(reports, rep)
	}
	if len(reports) == 0 {
		return "", errAsk{errors.New("no file of the draft is a report that says something of groups")}
	}
	before, err := s.caseOf(ctx, reports)
	if err != nil {
		return "", err
	}
	id := before.ID
	if id == "" {
		id = prose.CaseID(reports[0].File)
	}
	var c *ledger.Case
	if before.Body != nil {
		if c, err = parseCase(before); err != nil {
			return "", err
		}
	}
	c = prose.Case(id, reports, c)
	return id, s.keepCase(ctx, c, before.Body)
}

// caseOf is the case in which claims of the reports were decided before; without
// any, an empty one whose id is none.
func (s *Server) caseOf(ctx context.Context, reports []*prose.Report) (store.KeptCase, error) {
	all, err := s.config.Store.KeptCases(ctx)
	if err != nil {
		return store.KeptCase{}, err
	}
	for _, listed := range all {
		k, err := s.config.Store.KeptCase(ctx, listed.ID)
		if err != nil {
			return k, err
		}
		for _, rep := range reports {
			if k.ID == prose.CaseID(rep.File) || slices.ContainsFunc(slices.Concat(rep.Links, rep.Claims), func(c prose.Claim) bool { return bytes.Contains(k.Body, []byte(c.ID)) }) {
				return k, nil
			}
		}
	}
	return store.KeptCase{}, nil
}

func parseCase(k store.KeptCase) (*ledger.Case, error) {
	c, bad, err := ledger.Parse(bytes.NewReader(k.Body), k.ID+".yaml")
	if err == nil && len(bad) > 0 {
		err = bad[0]
	}
	if err != nil {
		return nil, fmt.Errorf("the kept case %s: %w", k.ID, err)
	}
	return c, nil
}

func (s *Server) keepCase(ctx context.Context, c *ledger.Case, before []byte) error {
	var b bytes.Buffer
	if err := ledger.Write(&b, c); err != nil {
		return fmt.Errorf("writing the case %s: %w", c.ID, err)
	}
	err := s.config.Store.KeepCase(ctx, c.ID, before, b.Bytes())
	if errors.Is(err, store.ErrChanged) {
		return errAsk{errors.New("somebody else changed the case meanwhile: look at it again")}
	}
	return err
}

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

// reviews keeps what entries would change, until the store does.
type reviews struct {
	mu   sync.Mutex
	of   map[string]map[string]Effect // by case and entry
	jobs map[string]*job
}

func newReviews() *reviews {
	return &reviews{of: map[string]map[string]Effect{}, jobs: map[string]*job{}}
}

func (rs *reviews) clear(id string) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	delete(rs.of, id)
}

func (rs *reviews) note(id, entry string, e Effect) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.of[id] == nil {
		rs.of[id] = map[string]Effect{}
	}
	rs.of[id][entry] = e
}

// maxTried bounds the entries whose effect is worked out at a time.
const maxTried = 24

// tryCase begins the job that works out what each entry that waits would change.
func (s *Server) tryCase(w http.ResponseWriter, r *http.Request) {
	k, c := s.reviewed(w, r)
	if c == nil {
		return
	}
	var links []int
	for _, i := range prose.Waiting(c) {
		if it := &c.Evidence[i]; len(it.With) > 0 && len(it.Actors) > 0 && len(links) < maxTried {
			links = append(links, i)
		}
	}
	p := PrincipalOf(r.Context())
	j, err := s.jobs.start(p, s.asker(p, r), Progress{What: "What claims of " + k.ID + " would change", Steps: max(len(links), 1)}, func(ctx context.Context, j *job) error {
		for n, i := range links {
			it := c.Evidence[i]
			j.step(n, it.Actors[0]+" and "+it.With[0])
			e, err := s.effectOf(ctx, p, c, it)
			if err != nil {
				return err
			}
			s.reviews.note(k.ID, it.ID, e)
		}
		j.set(func(p *Progress) { p.State, p.Finished, p.Step = Done, p.Steps, "done" })
		return nil
	})
	if err != nil {
		w.Header().Set("Retry-After", "10")
		refuse(w, r, http.StatusTooManyRequests, err.Error())
		return
	}
	s.reviews.mu.Lock()
	s.reviews.jobs[k.ID] = j
	s.reviews.mu.Unlock()
	http.Redirect(w, r, "/reviews/"+k.ID, http.StatusSeeOther)
}

// effectOf asks about the two groups of one entry, without it and with it.
func (s *Server) effectOf(ctx context.Context, p principal, c *ledger.Case, it ledger.Item) (Effect, error) {
	v, err := s.evidence.of(ctx, p.Ceiling)
	if err != nil {
		return Effect{}, err
	}
	prose.Accept(&it)
	alone := *c
	alone.Evidence = []ledger.Item{it}
	before := v.input(s.config.Tool, assess.Question{})
	after := before
	after.Records = slices.Concat(v.records, alone.Records())
	e, err := question.Compare(ctx, before, after, assess.Question{A: it.Actors[0], B: it.With[0]})
	if err != nil {
		return Effect{}, err
	}
	out := Effect{Effect: e, Before: headline(e.Before, e.WhyBefore), After: headline(e.After, e.WhyAfter), Whose: "the two groups of the claim"}
	out.Effect.Before, out.Effect.After = nil, nil
	return out, nil
}

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
