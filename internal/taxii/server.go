package taxii

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Config is what a server serves, and to whom.
type Config struct {
	Title       string
	Description string
	Contact     string
	// Collection returns what a ceiling lets out, of those that the caller may see;
	// it is asked on every request and may keep what it returned before. The
	// slices are not changed.
	Collection func(context.Context, evidence.TLP) (Collection, error)
	// Ceiling is what the caller may see; false asks for authorization. Nil
	// shows everybody what is CLEAR.
	Ceiling func(*http.Request) (evidence.TLP, bool)
}

// Paths of the server. Everything is below [Discovery].
const (
	Discovery = "/taxii2/"
	Root      = "/taxii2/root/"
)

// maxPage is the most objects in one answer, whatever limit asks for.
const maxPage = 1000

// Handler serves TAXII 2.1 at [Discovery] and below. It is read-only: any
// method but GET and HEAD is refused.
func Handler(c Config) http.Handler {
	s := server{c}
	mux := http.NewServeMux()
	handle := func(pattern string, f func(http.ResponseWriter, *http.Request, evidence.TLP)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.guard(w, r, f) })
	}
	handle(Discovery+"{$}", s.discovery)
	handle(Root+"{$}", s.root)
	handle(Root+"collections/{$}", s.collections)
	handle(Root+"collections/{id}/{$}", s.collection)
	handle(Root+"collections/{id}/manifest/{$}", s.manifest)
	handle(Root+"collections/{id}/objects/{$}", s.objects)
	handle(Root+"collections/{id}/objects/{object}/{$}", s.objects)
	handle(Root+"collections/{id}/objects/{object}/versions/{$}", s.versions)
	handle("/", func(w http.ResponseWriter, _ *http.Request, _ evidence.TLP) {
		fail(w, http.StatusNotFound, "there is nothing here; begin at "+Discovery)
	})
	return mux
}

type server struct{ Config }

// guard refuses what the protocol refuses before a resource is looked for.
func (s server) guard(w http.ResponseWriter, r *http.Request, f func(http.ResponseWriter, *http.Request, evidence.TLP)) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	ceiling, known := evidence.Clear, true
	if s.Ceiling != nil {
		ceiling, known = s.Ceiling(r)
	}
	switch {
	case !known:
		w.Header().Set("WWW-Authenticate", `Bearer realm="cahoots", Basic realm="cahoots"`)
		fail(w, http.StatusUnauthorized, "say who you are")
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		fail(w, http.StatusMethodNotAllowed, "this server is read-only")
	case !acceptable(r.Header.Values("Accept")):
		fail(w, http.StatusNotAcceptable, "this server speaks "+mediaType)
	default:
		f(w, r, ceiling)
	}
}

// acceptable reports whether a caller takes TAXII 2.1 (section 3.4).
func acceptable(accept []string) bool {
	if len(accept) == 0 {
		return true
	}
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		typ, parameters, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil || parameters["q"] == "0" {
			continue
		}
		version := cmp.Or(parameters["version"], "2.1")
		if typ == "*/*" || typ == "application/*" || typ == "application/taxii+json" && version == "2.1" {
			return true
		}
	}
	return false
}

func (s server) discovery(w http.ResponseWriter, _ *http.Request, _ evidence.TLP) {
	answer(w, map[string]any{
		"title": cmp.Or(s.Title, "cahoots"), "description": cmp.Or(s.Description, "Evidence and assessments, read-only."),
		"contact": s.Contact, "default": Root, "api_roots": []string{Root},
	})
}

func (s server) root(w http.ResponseWriter, _ *http.Request, _ evidence.TLP) {
	answer(w, map[string]any{"title": cmp.Or(s.Title, "cahoots"), "versions": []string{mediaType}, "max_content_length": 1})
}

func describe(c Collection) map[string]any {
	return map[string]any{
		"id": c.ID, "title": c.Title, "description": c.Description, "can_read": true, "can_write": false, "media_types": []string{stixMedia},
	}
}

func (s server) collections(w http.ResponseWriter, _ *http.Request, ceiling evidence.TLP) {
	list := []map[string]any{}
	for _, c := range Ceilings() {
		if c.Compare(ceiling) <= 0 {
			list = append(list, describe(Describe(c)))
		}
	}
	answer(w, map[string]any{"collections": list})
}

// find gives the collection asked for. One above the caller's ceiling is not
// there: a refusal would tell that it is.
func (s server) find(w http.ResponseWriter, r *http.Request, ceiling evidence.TLP) (Collection, bool) {
	i := slices.IndexFunc(Ceilings(), func(c evidence.TLP) bool {
		return strings.EqualFold(CollectionID(c), r.PathValue("id")) && c.Compare(ceiling) <= 0
	})
	if i < 0 {
		fail(w, http.StatusNotFound, "there is no such collection")
		return Collection{}, false
	}
	c, err := s.Collection(r.Context(), Ceilings()[i])
	if err != nil {
		fail(w, http.StatusInternalServerError, "the collection cannot be read")
		return Collection{}, false
	}
	return c, true
}

func (s server) collection(w http.ResponseWriter, r *http.Request, ceiling evidence.TLP) {
	if c, ok := s.find(w, r, ceiling); ok {
		answer(w, describe(c))
	}
}

// page answers with the part of a collection that a request chooses, each
// object as show gives it, under the member name.
func (s server) page(w http.ResponseWriter, r *http.Request, ceiling evidence.TLP, member string, show func(Object) any) {
	c, ok := s.find(w, r, ceiling)
	if !ok {
		return
	}
	q, err := parseQuery(r.URL.Query(), r.PathValue("object"))
	if err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	if q.object != "" && !slices.ContainsFunc(c.Objects, func(o Object) bool { return o.ID == q.object }) {
		fail(w, http.StatusNotFound, "there is no such object in the collection")
		return
	}
	chosen, next := q.choose(c.Objects)
	out := map[string]any{}
	if len(chosen) > 0 {
		list := make([]any, len(chosen))
		for i, o := range chosen {
			list[i] = show(o)
		}
		out[member], out["more"] = list, next != ""
		w.Header().Set(addedFirst, chosen[0].Added.Format(timeLayout))
		w.Header().Set(addedLast, chosen[len(chosen)-1].Added.Format(timeLayout))
	}
	if next != "" {
		out["next"] = next
	}
	answer(w, out)
}

func (s server) objects(w http.ResponseWriter, r *http.Request, ceiling evidence.TLP) {
	s.page(w, r, ceiling, "objects", func(o Object) any { return o.Raw })
}

func (s server) manifest(w http.ResponseWriter, r *http.Request, ceiling evidence.TLP) {
	s.page(w, r, ceiling, "objects", func(o Object) any {
		return map[string]any{
			"id": o.ID, "date_added": o.Added.Format(timeLayout), "version": o.Version.Format(timeLayout), "media_type": "application/stix+json;version=" + o.Spec,
		}
	})
}

func (s server) versions(w http.ResponseWriter, r *http.Request, ceiling evidence.TLP) {
	values := r.URL.Query()
	values.Set("match[version]", "all")
	r = r.Clone(r.Context())
	r.URL = &url.URL{Path: r.URL.Path, RawQuery: values.Encode()}
	s.page(w, r, ceiling, "versions", func(o Object) any { return o.Version.Format(timeLayout) })
}

func answer(w http.ResponseWriter, body map[string]any) {
	b, err := json.Marshal(body)
	if err != nil {
		fail(w, http.StatusInternalServerError, "the answer cannot be written")
		return
	}
	w.Header().Set("Content-Type", mediaType)
	w.Write(b)
}

// fail answers with the error message of section 3.6.
func fail(w http.ResponseWriter, status int, why string) {
	b, err := json.Marshal(map[string]any{"title": why, "http_status": fmt.Sprint(status)})
	if err != nil {
		b = []byte(`{"title":"error"}`)
	}
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	w.Write(b)
}
