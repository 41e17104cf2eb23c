package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/tamper"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/taxii"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/export"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// Non-interference: what anybody is answered under a ceiling equals, byte for
// byte, what a store answers into which nothing above the ceiling was ever read.
// It is tried on made-up inputs of every format, marked at random, with a canary
// in every text, at every ceiling and every door. CAHOOTS_NONINTERFERENCE is how
// many such corpora are tried (make noninterference: many); without it one is, at
// the lowest ceiling, the highest and the one that has levels on both its sides.
//
// One thing is told beyond that, and both stores are made to tell it: that a data
// set holds more than may be seen, so that its account is withheld. Another is not
// tried: an indicator of which a newer version is stricter is gone for those below
// too (docs/serve.md).
func TestNothingAboveACeilingCanBeToldFromAnyAnswer(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("CAHOOTS_NONINTERFERENCE"))
	ceilings := allCeilings
	if err != nil {
		n, ceilings = 1, []evidence.TLP{evidence.Clear, evidence.Amber}
	}
	for seed := range uint64(n) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			c := newCorpus(seed)
			whole := c.store(t, evidence.Undecided)
			for _, ceiling := range ceilings {
				answers, without := c.allAnswers(t, copyOf(t, whole), ceiling), c.allAnswers(t, c.store(t, ceiling), ceiling) // what is asked for may be kept
				c.wantSame(t, ceiling, answers, without)
				c.wantNoSecret(t, ceiling, answers)
				wantAnswered(t, answers)
				if ceiling == evidence.Clear && seed == 0 {
					c.wantFound(t, copyOf(t, whole), without)
				}
			}
		})
	}
}

// wantFound: the check can fail. A leak that is planted in the whole store is found
// beside what is answered without what is above TLP:CLEAR.
func (c *corpus) wantFound(t *testing.T, whole string, without []answer) {
	t.Helper()
	if err := tamper.Unmark(whole, "kanary"); err != nil {
		t.Fatal(err)
	}
	var found failures
	answers := c.allAnswers(t, whole, evidence.Clear)
	c.wantSame(&found, evidence.Clear, answers, without)
	c.wantNoSecret(&found, evidence.Clear, answers)
	if len(found) < 2 {
		t.Errorf("a record that lost its marking is found in %d answers", len(found))
	}
}

// failures are told to nobody.
type failures []string

func (f *failures) Errorf(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }
func (f *failures) Helper()                           {}

type reporter interface {
	Errorf(string, ...any)
	Helper()
}

func copyOf(t *testing.T, db string) string {
	t.Helper()
	b, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "s.db")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// store reads the corpus up to a ceiling into a new store. The whole one keeps
// assessments of all of it, which stand above every ceiling.
func (c *corpus) store(t *testing.T, ceiling evidence.TLP) string {
	t.Helper()
	dir := t.TempDir()
	c.write(t, dir, ceiling)
	db := filepath.Join(dir, "s.db")
	in := func(names ...string) (paths []string) {
		for _, n := range names {
			paths = append(paths, filepath.Join(dir, n))
		}
		return paths
	}
	read := func(args ...string) string {
		t.Helper()
		var errs strings.Builder
		got := Run(t.Context(), args, Streams{In: strings.NewReader(""), Out: io.Discard, Err: &errs}, func(string) string { return "" })
		if got != exitDone && got != exitRejected {
			t.Fatalf("cahoots %s exited %d: %s", strings.Join(args, " "), got, errs.String())
		}
		return errs.String()
	}
	read(append([]string{"ingest", "-q", "--db", db}, in(versioned, "events.json", "case.yaml", "later.json", laterVersions)...)...)
	read(append([]string{"ingest", "-q", "--db", db, "--map", in("map.yaml")[0]}, in("rows.csv")...)...)
	lists := []string{"match", "-q", "--db", db}
	for _, l := range in("list.json", "list-events.json", "list.csv") {
		lists = append(lists, "--indicators", l)
	}
	read(append(lists, in("eve.json")...)...)
	if ceiling == evidence.Undecided {
		for _, q := range [][2]string{{"Russia", "China"}, {"Epsilon Wolf", "Zeta Wolf"}} {
			c.kept = append(c.kept, keptAs.FindStringSubmatch(read("assess", "--save", "--db", db, "--a", q[0], "--b", q[1]))[1])
		}
	}
	if err := tamper.Backdate(db, dir); err != nil { // the two are read at different times and places
		t.Fatal(err)
	}
	return db
}

// An answer is what one door gave.
type answer struct{ door, text string }

// wantSame compares the answers of the two stores.
func (c *corpus) wantSame(t reporter, ceiling evidence.TLP, got, want []answer) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d answers, %d without what is above", ceiling, len(got), len(want))
		return
	}
	for i, g := range got {
		if g != want[i] {
			t.Errorf("%s: %s differs: %s", ceiling, g.door, differing(g.text, want[i].text))
		}
	}
}

func (c *corpus) wantNoSecret(t reporter, ceiling evidence.TLP, answers []answer) {
	t.Helper()
	for _, a := range answers {
		for _, s := range c.secrets {
			if s.level.Compare(ceiling) > 0 && !strings.Contains(a.door, s.canary) && // who asks by a name is told that name
				strings.Contains(a.text, s.canary) {
				t.Errorf("%s: %s tells %s, which is marked %s", ceiling, a.door, s.canary, s.level)
			}
		}
		if ceiling.Compare(evidence.Red) < 0 && strings.Contains(a.text, "nobody.example") {
			t.Errorf("%s: %s tells what nobody may see", ceiling, a.door)
		}
	}
}

// wantAnswered: two refusals are equal too, and prove nothing.
func wantAnswered(t *testing.T, answers []answer) {
	t.Helper()
	told := map[string]bool{}
	for _, a := range answers {
		told[a.door] = told[a.door] || strings.HasPrefix(a.text, "200\n") || strings.HasPrefix(a.text, "0 \n")
	}
	must := []string{"export --to stix --since 2026-01-02T03:04:02Z", "GET /assessments/KEPT", "GET " + taxii.Root + "collections/" + taxii.CollectionID(evidence.Clear) + "/objects/", "GET /", "GET /api/v1/actors/Epsilon%20Wolf?format=json"}
	for _, f := range document.Formats() {
		for _, api := range []string{"actors", "conflicts", "sources", "dyads", "landscape", "jobs/JOB/result"} {
			must = append(must, "GET /api/v1/"+api+"?format="+f)
		}
	}
	for _, f := range export.Formats() {
		must = append(must, "export --to "+f+" --a Epsilon Wolf --b Zeta Wolf, Eta Wolf")
	}
	for _, door := range must {
		if !told[door] {
			t.Errorf("nothing is answered at %s", door)
		}
	}
}

func differing(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return strconv.Quote(s[max(0, min(i, len(s))-150):min(len(s), i+150)]) }
	return fmt.Sprintf("at byte %d of %d and %d\n\t%s\n\t%s", i, len(a), len(b), cut(a), cut(b))
}

var keptAs = regexp.MustCompile(`kept as ([0-9a-f]{32})`)

// allAnswers asks at every door.
func (c *corpus) allAnswers(t *testing.T, db string, ceiling evidence.TLP) (out []answer) {
	t.Helper()
	held, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	a := &app{}
	s, err := server.New(server.Config{Store: held, Tool: a.tool(), Loopback: true, Ceiling: ceiling})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	mountTAXII(s, held, a.tool())
	d := doors{t: t, h: s}
	for _, path := range pages(ceiling) {
		d.get(path)
	}
	for _, id := range c.kept {
		for _, at := range []string{"/assessments/" + id, "/api/v1/assessments/" + id, "/api/v1/assessments/" + id + "?format=csv", "/api/v1/assessments/" + id[:31] + "0"} {
			d.get(at)
		}
	}
	for _, q := range [][2]string{{"kanary003x", "Beta Heron"}, {"Alpha Heron", "kanary021x alias"}, {"Nobody", "Russia"}} { // refused, each for its reason
		first := len(d.out)
		d.job(q[0], q[1], false)
		for i := range d.out[first:] {
			d.out[first+i].door += " of " + q[0] + " and " + q[1]
		}
	}
	d.job("Alpha Heron, Gamma Heron", "Beta Heron, Delta Heron", false) // names that some of the stores dispute
	d.job("Epsilon Wolf", "Zeta Wolf, Eta Wolf", true)
	d.job("Russia", "China", false)
	return append(d.out, exports(t, db, ceiling)...)
}

// pages are the addresses of everything that is read: the pages, the API in every
// format, what is asked for by name, also by names that only some may know, and TAXII.
func pages(ceiling evidence.TLP) (list []string) {
	add := func(api, query string) {
		for _, f := range document.Formats() {
			list = append(list, "/api/v1/"+api+"?format="+f+query)
		}
		list = append(list, "/api/v1/"+api+"?format=csv&all=true"+query)
	}
	add("actors", "")
	add("actors", "&country=RU")
	for _, name := range []string{"Alpha%20Heron", "Epsilon%20Wolf", "kanary003x", "kanary021x", "Nobody"} {
		add("actors/"+name, "")
		list = append(list, "/actors/"+name)
	}
	add("conflicts", "")
	add("sources", "")
	add("dyads", "")
	add("dyads", "&a=RU&b=CN&builtin=false")
	add("dyads", "&agreement=kanary150x")
	add("landscape", "")
	add("landscape", "&from=2025-09-03&to=2025-09-12")
	add("sightings", "")
	add("ledger", "")
	for _, typed := range []string{"kanary", "Alpha", "e", "Tool"} {
		list = append(list, "/api/v1/names?begins="+typed, "/api/v1/names?of=groups&begins="+typed)
	}
	list = append(list, "/", "/actors", "/conflicts", "/sources", "/dyads", "/landscape", "/sightings", "/ledger", "/jobs", "/api/v1/drafts", "/api/v1/openapi.json", "/assessments", "/api/v1/assessments", "/nothing")
	list = append(list, taxii.Discovery)
	for _, c := range taxii.Ceilings() {
		id := taxii.CollectionID(c)
		for _, at := range []string{"", "manifest/", "objects/", "objects/?limit=7", "objects/intrusion-set--00000000-0000-4000-8000-000000000005/"} {
			list = append(list, taxii.Root+"collections/"+id+"/"+at)
		}
	}
	return append(list, taxii.Root, taxii.Root+"collections/")
}

type doors struct {
	t   *testing.T
	h   http.Handler
	out []answer
}

func (d *doors) ask(method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1", "127.0.0.1:9"
	if strings.HasPrefix(path, "/taxii2/") {
		r.Header.Set("Accept", "application/taxii+json;version=2.1")
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	d.h.ServeHTTP(w, r)
	return w
}

// get asks once, and for JSON twice: the second answer may come from a cache.
func (d *doors) get(path string) {
	for range 1 + strings.Count(path, "format=json") {
		w := d.ask(http.MethodGet, path, "")
		var head []string
		for k, v := range w.Header() {
			head = append(head, k+": "+strings.Join(v, ", "))
		}
		slices.Sort(head)
		body := w.Body.String()
		if strings.Contains(path, "sightings") { // where the two logs lie differs, and the sum of it
			head = slices.DeleteFunc(head, etag.MatchString)
			body = folders.ReplaceAllString(body, "FOLDER/eve.json")
		}
		d.out = append(d.out, answer{"GET " + path, fmt.Sprintln(w.Code) + body + "\n" + strings.Join(head, "\n")})
	}
}

var (
	jobName = regexp.MustCompile(`"id":\s*"([^"]+)"`)
	etag    = regexp.MustCompile(`Etag: "[0-9a-f]+"`)
	folders = regexp.MustCompile(`[^"\s,>]*/eve\.json`)
	clocks  = regexp.MustCompile(`20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?Z)?`)
)

// job has a question answered: its state, its events and its result in every format.
// With keep it is kept in the store, and listed and shown from there.
func (d *doors) job(a, b string, keep bool) {
	w := d.ask(http.MethodPost, "/api/v1/jobs", fmt.Sprintf(`{"a":%q,"b":%q,"save":%v}`, a, b, keep))
	m := jobName.FindStringSubmatch(w.Body.String())
	if w.Code != http.StatusAccepted || m == nil {
		d.t.Fatalf("job: %d %s", w.Code, w.Body)
	}
	first := len(d.out)
	events := d.ask(http.MethodGet, "/api/v1/jobs/"+m[1]+"/events", "").Body.String() // until it is done
	last := events[max(0, strings.LastIndex(strings.TrimSpace(events), "event: ")):]  // how far the others came is time
	d.out = append(d.out, answer{"events", last})
	d.get("/api/v1/jobs/" + m[1])
	for _, f := range document.Formats() {
		d.get("/api/v1/jobs/" + m[1] + "/result?format=" + f)
	}
	d.get("/jobs/" + m[1] + "/report")
	kept := ""
	if keep {
		var p server.Progress
		if err := json.Unmarshal(d.ask(http.MethodGet, "/api/v1/jobs/"+m[1], "").Body.Bytes(), &p); err != nil || p.Assessment == "" {
			d.t.Fatalf("the job kept nothing: %v", err)
		}
		kept = p.Assessment
		for _, f := range document.Formats() {
			d.get("/api/v1/assessments/" + kept + "?format=" + f)
		}
		for _, to := range []string{"stix", "misp", "navigator", "svg", "png"} {
			d.get("/api/v1/assessments/" + kept + "/export?to=" + to)
		}
		for _, at := range []string{"/assessments/" + kept, "/assessments", "/api/v1/assessments", "/"} {
			d.get(at)
		}
	}
	for i := range d.out[first:] {
		o := &d.out[first+i]
		if strings.Contains(o.text, m[1]) {
			o.text = etag.ReplaceAllString(o.text, "") // a sum of what names the job, which is compared itself
		}
		o.text = strings.ReplaceAll(clocks.ReplaceAllString(o.text, "TIME"), m[1], "JOB")
		o.door = strings.ReplaceAll(o.door, m[1], "JOB")
		if kept != "" {
			o.text, o.door = strings.ReplaceAll(etag.ReplaceAllString(o.text, ""), kept, "KEPT"), strings.ReplaceAll(o.door, kept, "KEPT") // a list says when
		}
	}
}

// exports are all formats of the evidence and of an assessment.
func exports(t *testing.T, db string, ceiling evidence.TLP) (out []answer) {
	t.Helper()
	run := func(args ...string) {
		t.Helper()
		var text, errs strings.Builder
		file := filepath.Join(t.TempDir(), "out")
		args = append(args, "--ceiling", string(ceiling), "--db", db, "-q", "-o", file)
		got := Run(t.Context(), args, Streams{In: strings.NewReader(""), Out: &text, Err: &errs}, func(string) string { return "" })
		b, _ := os.ReadFile(file)
		told := withheld.ReplaceAllString(strings.ReplaceAll(errs.String(), file, "FILE"), "")
		out = append(out, answer{strings.ReplaceAll(strings.Join(args[:len(args)-7], " "), file, "FILE"), fmt.Sprintln(got, strings.ReplaceAll(told, db, "DB")) + text.String() + string(b)})
	}
	run("export", "--to", "stix", "--a", "Alpha Heron", "--b", "Beta Heron, Delta Heron")
	for _, f := range export.Formats() {
		run("export", "--to", f)
		run("export", "--to", f, "--a", "Epsilon Wolf", "--b", "Zeta Wolf, Eta Wolf")
	}
	for _, since := range []string{"2000-01-01T00:00:00Z", "2026-01-02T03:04:02Z", "2026-01-02T03:04:05Z", "2030-01-01T00:00:00Z"} {
		run("export", "--to", "stix", "--since", since)
	}
	for _, name := range []string{"kanary003x", "Nobody", "Alpha Heron alias"} {
		run("export", "--to", "stix", "--a", name, "--b", "Beta Heron")
	}
	for _, table := range []string{"records", "pairs", "measurements"} {
		run("export", "--to", "parquet", "--table", table, "--a", "Epsilon Wolf", "--b", "Zeta Wolf, Eta Wolf")
	}
	for _, figure := range export.Figures() {
		run("export", "--to", "svg", "--figure", figure, "--a", "Epsilon Wolf", "--b", "Zeta Wolf, Eta Wolf")
	}
	return out
}

// How much stayed behind is said to whoever exports, who holds the store.
var withheld = regexp.MustCompile(`(?m)^.*above TLP.*$\n?`)
