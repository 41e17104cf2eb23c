package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// Config is what a server is made from.
type Config struct {
	Store *store.Store
	Tool  assess.Tool
	// Tokens say who may ask. Without any, everybody who can reach the server
	// may do everything up to Ceiling, so it must then listen on loopback.
	Tokens Tokens
	// TokenFile takes the place of Tokens: it is read again when it changes.
	TokenFile string
	Ceiling   evidence.TLP // without tokens; empty is RED
	// Loopback makes the server answer requests to a local name only.
	Loopback bool
	// Proxied says that a proxy in front speaks TLS to those who ask.
	Proxied bool
	Limits  Limits
	Log     func(format string, args ...any) // nil drops the log
	Access  io.Writer                        // gets a line of JSON for every request; nil drops them
}

// A Server answers over one store.
type Server struct {
	config   Config
	local    principal
	access   *accessLog
	tokens   *keys // nil where everybody is the local principal
	loopback bool
	evidence *evidenceCache
	rendered *renderedCache
	bench    *bench
	jobs     *jobs
	drafts   *drafts
	reviews  *reviews
	uploads  *shares
	mux      *http.ServeMux
	handler  http.Handler
	assets   map[string]document.Asset
}

// New makes a server. It reads nothing yet.
func New(c Config) (*Server, error) {
	if c.Store == nil {
		return nil, errors.New("server: no store")
	}
	if c.Log == nil {
		c.Log = func(string, ...any) {}
	}
	c.Ceiling = cmp.Or(c.Ceiling, evidence.Red)
	c.Limits = c.Limits.orDefaults()
	role := Analyst
	if c.Ceiling == evidence.Red {
		role = Editor
	}
	s := &Server{
		config: c, loopback: c.Loopback, local: principal{Name: "local", Role: role, Ceiling: c.Ceiling},
		evidence: newEvidenceCache(c.Store), rendered: newRenderedCache(c.Limits.CacheBytes), mux: http.NewServeMux(),
		assets: map[string]document.Asset{},
	}
	s.access = &accessLog{s: s}
	if c.TokenFile != "" || len(c.Tokens) > 0 {
		s.tokens = &keys{path: c.TokenFile, log: c.Log, list: c.Tokens}
	}
	s.jobs, s.drafts, s.reviews, s.uploads = newJobs(s), newDrafts(), newReviews(), newShares(c.Limits.Uploads, (c.Limits.Uploads+3)/4)
	s.bench = newBench(s.jobs.ctx, c.Limits)
	script, style := document.Assets()
	deskScript, deskStyle := deskAssets()
	for _, a := range []document.Asset{script, style, deskScript, deskStyle} {
		s.assets[a.Name] = a
	}
	s.routes()
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, http.StatusForbidden, "the request comes from a page elsewhere")
	}))
	s.handler = busy(s.logged(s.headers(s.guard(s.authenticate(crossOrigin.Handler(s.bounded(s.mux)))))))
	return s, nil
}

// ServeHTTP answers a request; [Server.Serve] adds the limits of a connection.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Handle adds a route, such as another protocol over the same store. The
// handler finds the principal with [PrincipalOf] and keeps to its ceiling.
func (s *Server) Handle(pattern string, h http.Handler) { s.mux.Handle(pattern, h) }

// Close ends the jobs, and whatever else takes long, and lets the drafts go.
func (s *Server) Close() {
	s.jobs.close()
	s.drafts.close()
}

func (s *Server) routes() {
	get := func(path string, h func(http.ResponseWriter, *http.Request)) { s.mux.HandleFunc("GET "+path, h) }
	get("/{$}", s.homePage)
	get("/assessments/{id}", s.assessmentPage)
	get("/actors", s.actorsPage)
	get("/actors/{name}", s.actorPage)
	get("/conflicts", s.conflictsPage)
	get("/sources", s.sourcesPage)
	get("/dyads", s.dyadsPage)
	get("/landscape", s.landscapePage)
	get("/sightings", s.sightingsPage)
	get("/ledger", s.ledgerPage)
	get("/watch", s.digestsPage)
	get("/watch/feed.atom", s.digestFeed)
	get("/watch/{id}", s.digestPage)
	get("/jobs", s.jobsPage)
	get("/jobs/{id}", s.jobPage)
	s.mux.HandleFunc("POST /jobs/{id}/cancel", s.cancelJobPage)
	s.mux.HandleFunc("POST /jobs/{id}/keep", s.keepJobPage)
	get("/jobs/{id}/report", s.jobReportPage)
	get("/assets/{name}", s.asset)
	get("/drafts/{id}", s.draftPage)
	s.mux.HandleFunc("POST /ask", s.askPage)
	s.mux.HandleFunc("POST /sign-out", s.signOut)
	s.mux.HandleFunc("POST /drafts", s.uploadPage)
	s.mux.HandleFunc("POST /drafts/{id}/accept", s.acceptDraftPage)
	s.mux.HandleFunc("POST /drafts/{id}/refuse", s.refuseDraftPage)
	s.mux.HandleFunc("POST /drafts/{id}/review", s.reviewDraft)
	get("/reviews/{id}", s.reviewPage)
	get("/reviews/{id}/case.yaml", s.caseFile)
	s.mux.HandleFunc("POST /reviews/{id}/try", s.tryCase)
	s.mux.HandleFunc("POST /reviews/{id}/add", s.addCase)
	s.mux.HandleFunc("POST /reviews/{id}/entries/{entry}", s.decide)

	get("/api/v1/openapi.json", s.openAPI)
	get("/api/v1/assessments", s.listAssessments)
	get("/api/v1/assessments/{id}", s.getAssessment)
	get("/api/v1/assessments/{id}/export", s.exportAssessment)
	get("/api/v1/actors", s.listActors)
	get("/api/v1/actors/{name}", s.getActor)
	get("/api/v1/conflicts", s.getConflicts)
	get("/api/v1/sources", s.getSources)
	get("/api/v1/dyads", s.getDyads)
	get("/api/v1/landscape", s.getLandscape)
	get("/api/v1/sightings", s.getSightings)
	get("/api/v1/names", s.listNames)
	get("/api/v1/ledger", s.getLedger)
	get("/api/v1/digests", s.getDigests)
	get("/api/v1/digests/{id}", s.getDigest)
	get("/api/v1/jobs", s.listJobs)
	s.mux.HandleFunc("POST /api/v1/jobs", s.startJob)
	s.mux.HandleFunc("POST /api/v1/jobs/{id}/keep", s.keepJob)
	get("/api/v1/jobs/{id}", s.getJob)
	get("/api/v1/jobs/{id}/events", s.jobEvents)
	get("/api/v1/jobs/{id}/result", s.jobResult)
	s.mux.HandleFunc("DELETE /api/v1/jobs/{id}", s.cancelJob)
	get("/api/v1/drafts", s.listDrafts)
	s.mux.HandleFunc("POST /api/v1/drafts", s.startDraft)
	get("/api/v1/drafts/{id}", s.getDraft)
	s.mux.HandleFunc("POST /api/v1/drafts/{id}/accept", s.acceptDraftAPI)
	s.mux.HandleFunc("DELETE /api/v1/drafts/{id}", s.refuseDraftAPI)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			refuse(w, r, http.StatusMethodNotAllowed, "this address takes no such request")
			return
		}
		refuse(w, r, http.StatusNotFound, "there is nothing at this address; / lists what there is")
	})
}

// Address says whether a server may listen at an address (host:port): on loopback
// always, but behind a proxy only with tokens; elsewhere only with tokens, and
// with TLS of its own or the word that a proxy in front provides it.
func Address(address string, tokens, tls, proxy bool) (loopback bool, err error) {
	host, _, ok := strings.Cut(address, ":")
	if strings.HasPrefix(address, "[") {
		host, _, ok = strings.Cut(strings.TrimPrefix(address, "["), "]")
	}
	if !ok {
		return false, fmt.Errorf("address %q is not host:port, such as 127.0.0.1:8080", address)
	}
	switch {
	case proxy && !tokens:
		return false, errors.New("behind a proxy everybody who reaches it asks from this machine: give --tokens FILE, made with cahoots serve token")
	case isLoopbackHost(host):
		return !proxy, nil
	case !tokens:
		return false, fmt.Errorf("address %s can be reached from elsewhere: give --tokens FILE, made with cahoots serve token", address)
	case !tls && !proxy:
		return false, fmt.Errorf("address %s can be reached from elsewhere: give --tls-cert and --tls-key, or say --behind-proxy where a proxy in front speaks TLS", address)
	}
	return false, nil
}

// shutdownGrace is how long requests may take to end once the server closes; with
// what comes after, a second.
const shutdownGrace = 600 * time.Millisecond

func (s *Server) shutdown(h *http.Server) error {
	s.jobs.close() // ends streams of events, which would wait for ever
	ctx, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	if err := h.Shutdown(ctx); err != nil {
		return h.Close()
	}
	return nil
}
