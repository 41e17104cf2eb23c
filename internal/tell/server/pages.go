package server

import (
	"bytes"
	_ "embed"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

//go:embed pages.html.tmpl
var pagesSource string

var pages = template.Must(template.New("pages").Funcs(template.FuncMap{"shown": blockOf, "plain": document.Plain}).Parse(pagesSource))

// A shown block of a document has one of these.
type shown struct {
	Text  string
	Items []document.Item
	Table *document.Table
}

func blockOf(b document.Block) shown {
	switch b := b.(type) {
	case document.Paragraph:
		return shown{Text: b.Text}
	case document.List:
		return shown{Items: b.Items}
	case *document.Table:
		return shown{Table: b}
	}
	return shown{}
}

// page sends a page of the server's own; the documents are pages of package
// document.
func (s *Server) page(w http.ResponseWriter, r *http.Request, name string, data map[string]any) {
	data["Tokens"] = s.tokens != nil
	data["MaxSent"], data["MaxMiB"] = maxSent, s.config.Limits.UploadBytes>>20
	b, err := pageOf(r, name, data)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	a := newAnswer(b, document.MediaType("html"))
	a.policy = deskPolicy
	a.send(w, r)
}

// pageOf makes a page of the server's own for whoever asks.
func pageOf(r *http.Request, name string, data map[string]any) ([]byte, error) {
	_, style := document.Assets()
	script, desk := deskAssets()
	p := PrincipalOf(r.Context())
	data["Style"], data["DeskStyle"], data["Script"] = assetsPath+style.Name, assetsPath+desk.Name, assetsPath+script.Name
	data["Principal"], data["Analyst"], data["Editor"] = p, p.Role.includes(Analyst), p.Role.includes(Editor)
	data["Menu"] = menu(r.URL.Path)
	if known, _ := data["Known"].([]string); len(known) > 1 {
		data["Sides"] = known[:2]
	} else {
		data["Sides"] = []string{"", ""}
	}
	var b bytes.Buffer
	err := pages.ExecuteTemplate(&b, name, data)
	return b.Bytes(), err
}

func (s *Server) homePage(w http.ResponseWriter, r *http.Request) {
	all, err := s.listed(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	sets, err := s.config.Store.Datasets(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var cases []store.KeptCase
	if PrincipalOf(r.Context()).Role.includes(Editor) {
		if cases, err = s.config.Store.KeptCases(r.Context()); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.page(w, r, "home", map[string]any{"Cases": cases, "Title": "cahoots", "Assessments": all, "Empty": len(sets) == 0, "Drafts": s.drafts.of(PrincipalOf(r.Context()))})
}

// pageWish is that of a page.
func pageWish(r *http.Request) wish { return wish{format: "html", page: r.URL.Path, self: apiOf(r)} }

func (s *Server) assessmentPage(w http.ResponseWriter, r *http.Request) {
	s.deliver(w, r, pageWish(r), func(wi wish) (*answer, error) { return s.assessment(r.Context(), r.PathValue("id"), wi) })
}

func (s *Server) actorsPage(w http.ResponseWriter, r *http.Request) {
	if name := r.URL.Query().Get("name"); name != "" {
		http.Redirect(w, r, "/actors/"+url.PathEscape(name), http.StatusSeeOther)
		return
	}
	s.deliver(w, r, pageWish(r), s.actors(r, r.URL.Query().Get("country")))
}

func (s *Server) actorPage(w http.ResponseWriter, r *http.Request) {
	s.deliver(w, r, pageWish(r), s.actor(r))
}

func (s *Server) conflictsPage(w http.ResponseWriter, r *http.Request) {
	s.deliver(w, r, pageWish(r), s.conflicts(r))
}

func (s *Server) sourcesPage(w http.ResponseWriter, r *http.Request) {
	s.deliver(w, r, pageWish(r), s.sources(r))
}

// documentPage sends the page of a document that the query bounds, or a page that
// says what the store lacks for it.
func (s *Server) documentPage(w http.ResponseWriter, r *http.Request, title string, names []string, of func(*http.Request, url.Values) func(wish) (*answer, error)) {
	q, err := queryOf(r, names...)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	a, err := of(r, q)(pageWish(r))
	var nothing errNothing
	switch {
	case errors.As(err, &nothing):
		s.page(w, r, "nothing", map[string]any{"Title": title, "Why": nothing.Error()})
	case err != nil:
		s.fail(w, r, err)
	default:
		a.send(w, r)
	}
}

// asset sends the script or the style of the page: nothing else has a name
// here, and no path of a request reaches the disk.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	a, ok := s.assets[r.PathValue("name")]
	if !ok {
		refuse(w, r, http.StatusNotFound, "there is nothing at this address")
		return
	}
	kept, err := s.rendered.get("asset\x00"+a.Name, func() (*answer, error) { return newAnswer(a.Body, a.Type), nil })
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	kept.send(w, r)
}

// askPage takes the form of the first page and leads to the job.
func (s *Server) askPage(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		refuse(w, r, http.StatusBadRequest, "the form cannot be read")
		return
	}
	var q Question
	q.A, q.B = strings.TrimSpace(r.PostForm.Get("a")), strings.TrimSpace(r.PostForm.Get("b"))
	q.From, q.To = strings.TrimSpace(r.PostForm.Get("from")), strings.TrimSpace(r.PostForm.Get("to"))
	q.Save = r.PostForm.Get("save") == "on"
	if err := q.check(); err != nil {
		s.fail(w, r, err)
		return
	}
	if j := s.begin(w, r, q); j != nil {
		p, _ := j.now()
		http.Redirect(w, r, "/jobs/"+p.ID, http.StatusSeeOther)
	}
}

func (s *Server) jobPage(w http.ResponseWriter, r *http.Request) {
	j := s.job(w, r)
	if j == nil {
		return
	}
	p, _ := j.now()
	if p.State == Done {
		http.Redirect(w, r, "/jobs/"+p.ID+"/report", http.StatusSeeOther)
		return
	}
	s.page(w, r, "job", map[string]any{"Title": "Working", "Job": p, "Refresh": !ended(p.State)})
}

func (s *Server) jobReportPage(w http.ResponseWriter, r *http.Request) {
	if j := s.job(w, r); j != nil {
		s.deliver(w, r, pageWish(r), func(wi wish) (*answer, error) { return s.resultOf(r.Context(), j, wi) })
	}
}
