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

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/plaintext"
	"github.com/cahoots-project/cahoots/internal/ingest/prose"
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
