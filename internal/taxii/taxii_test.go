package taxii

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/export"
)

var (
	day1 = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	day2 = day1.AddDate(0, 0, 1)
)

// records are n claims under each marking; those that are not CLEAR say SECRET.
func records(n int, dataset string) []evidence.Record {
	var out []evidence.Record
	for _, m := range Ceilings() {
		for i := range n {
			secret := ""
			if m != evidence.Clear {
				secret = "SECRET " + string(m) + " "
			}
			out = append(out, evidence.Record{
				Class: evidence.UsesSoftware, Subject: evidence.Actor{Name: secret + "Group"}, Value: fmt.Sprintf("%s%s tool %d", secret, dataset, i), Marking: m,
				Citation: evidence.Citation{Publisher: secret + "P"}, Origin: evidence.Origin{Dataset: dataset, Object: fmt.Sprint(secret, i)},
			}.Seal())
		}
	}
	return out
}

// publish makes a collection for every ceiling.
func publish(t testing.TB, additions []Addition) (out []Collection) {
	t.Helper()
	for _, ceiling := range Ceilings() {
		var parts [][]Object
		for _, a := range additions {
			part, err := a.Objects(export.Options{Ceiling: ceiling})
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, part)
		}
		out = append(out, Gather(ceiling, parts...))
	}
	return out
}

// serve starts a server on loopback whose callers see up to the label that is
// their Bearer token; "none" is refused.
func serve(t testing.TB, n int) (*httptest.Server, []Collection) {
	t.Helper()
	collections := publish(t, []Addition{
		{Content: export.Content{Records: records(n, "one")}, Added: day1}, {Content: export.Content{Records: records(n, "two")}, Added: day2},
	})
	s := httptest.NewServer(Handler(Config{
		Title: "test", Collection: func(_ context.Context, c evidence.TLP) (Collection, error) {
			return collections[slices.Index(Ceilings(), c)], nil
		},
		Ceiling: func(r *http.Request) (evidence.TLP, bool) {
			token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
			if _, password, ok := r.BasicAuth(); ok {
				token = password
			}
			m, err := evidence.ParseTLP(token)
			return m, token != "" && err == nil
		},
	}))
	t.Cleanup(s.Close)
	return s, collections
}

func ask(t testing.TB, s *httptest.Server, path, token string, header ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", mediaType)
	r.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, b
}

func objectsPath(m evidence.TLP, rest string) string {
	return Root + "collections/" + CollectionID(m) + "/objects/" + rest
}

func TestACallerSeesNothingAboveTheOwnCeiling(t *testing.T) {
	s, collections := serve(t, 3)
	red := collections[len(collections)-1]
	for i, ceiling := range Ceilings() {
		paths := []string{Discovery, Root, Root + "collections/"}
		for _, c := range Ceilings() {
			base := Root + "collections/" + CollectionID(c) + "/"
			paths = append(paths, base, base+"objects/", base+"manifest/", base+"objects/"+red.Objects[len(red.Objects)-1].ID+"/", base+"objects/"+red.Objects[len(red.Objects)-1].ID+"/versions/")
		}
		for _, p := range paths {
			_, body := ask(t, s, p, string(ceiling))
			for _, above := range Ceilings()[i+1:] {
				if bytes.Contains(body, []byte("SECRET "+string(above)+" ")) || bytes.Contains(body, []byte(CollectionID(above))) {
					t.Errorf("%s shows a caller of %s something of %s", p, ceiling, above)
				}
			}
		}
		if resp, _ := ask(t, s, objectsPath(ceiling, ""), string(ceiling)); resp.StatusCode != 200 {
			t.Errorf("a caller of %s may not read the own collection: %d", ceiling, resp.StatusCode)
		}
	}
	if _, body := ask(t, s, objectsPath(evidence.Red, ""), "RED"); !bytes.Contains(body, []byte("SECRET RED ")) {
		t.Error("the plant does not show even to RED: this test cannot fail")
	}
}

func TestStatusesAreThoseOfTheProtocol(t *testing.T) {
	s, c := serve(t, 1)
	id := c[0].Objects[0].ID
	for _, x := range []struct {
		path, token string
		header      []string
		want        int
	}{
		{Discovery, "CLEAR", nil, 200},
		{Discovery, "none", nil, 401},
		{Discovery, "CLEAR", []string{"Accept", "application/taxii+json"}, 200},
		{Discovery, "CLEAR", []string{"Accept", "text/html, */*;q=0.1"}, 200},
		{Discovery, "CLEAR", []string{"Accept", "application/taxii+json;version=2.0"}, 406},
		{Discovery, "CLEAR", []string{"Accept", "application/json"}, 406},
		{"/elsewhere/", "CLEAR", nil, 404},
		{Root + "collections/no-such/objects/", "CLEAR", nil, 404},
		{objectsPath(evidence.Clear, "identity--00000000-0000-4000-8000-000000000000/"), "CLEAR", nil, 404},
		{objectsPath(evidence.Clear, id+"/"), "CLEAR", nil, 200},
		{objectsPath(evidence.Clear, "?limit=0"), "CLEAR", nil, 400},
		{objectsPath(evidence.Clear, "?added_after=yesterday"), "CLEAR", nil, 400},
		{objectsPath(evidence.Clear, "?next=forged"), "CLEAR", nil, 400},
		{objectsPath(evidence.Clear, "?match[version]=newest"), "CLEAR", nil, 400},
	} {
		resp, body := ask(t, s, x.path, x.token, x.header...)
		if resp.StatusCode != x.want || resp.Header.Get("Content-Type") != mediaType || !json.Valid(body) {
			t.Errorf("%s %v: %d %s %s, want %d", x.path, x.header, resp.StatusCode, resp.Header.Get("Content-Type"), body, x.want)
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodDelete, http.MethodPut} {
		r, _ := http.NewRequest(method, s.URL+objectsPath(evidence.Clear, ""), strings.NewReader("{}"))
		r.Header.Set("Authorization", "Bearer RED")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, resp.StatusCode)
		}
	}
}

// envelope is one answer with objects.
type envelope struct {
	More    bool
	Next    string
	Objects []struct{ ID, Type string }
}

func page(t testing.TB, s *httptest.Server, v url.Values) (envelope, http.Header) {
	t.Helper()
	resp, body := ask(t, s, objectsPath(evidence.Red, "?"+v.Encode()), "RED")
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil || resp.StatusCode != 200 {
		t.Fatal(resp.StatusCode, err, string(body))
	}
	return e, resp.Header
}

func TestPagesGiveEveryObjectOnce(t *testing.T) {
	s, c := serve(t, 7)
	want := len(c[len(c)-1].Objects)
	for _, limit := range []string{"1", "7", "1000"} {
		for _, byHeader := range []bool{false, true} { // by the token, or by the time of the last object
			seen := map[string]int{}
			v := url.Values{"limit": {limit}}
			for range want + 1 {
				e, h := page(t, s, v)
				for _, o := range e.Objects {
					seen[o.ID]++
				}
				if !e.More {
					break
				}
				if byHeader {
					v.Set("added_after", h.Get(addedLast))
				} else {
					v.Set("next", e.Next)
				}
			}
			for id, n := range seen {
				if n != 1 {
					t.Errorf("limit %s, by header %v: %s came %d times", limit, byHeader, id, n)
				}
			}
			if len(seen) != want {
				t.Errorf("limit %s, by header %v: %d objects of %d", limit, byHeader, len(seen), want)
			}
		}
	}
}

func TestFiltersChoose(t *testing.T) {
	s, c := serve(t, 2)
	all := c[len(c)-1].Objects
	count := func(keep func(Object) bool) int {
		n := 0
		for _, o := range all {
			if keep(o) {
				n++
			}
		}
		return n
	}
	for _, x := range []struct {
		name string
		v    url.Values
		want int
	}{
		{"type", url.Values{"match[type]": {"malware,tool"}}, count(func(o Object) bool { return o.Type == "malware" })},
		{"id", url.Values{"match[id]": {all[0].ID + "," + all[1].ID}}, 2},
		{"spec", url.Values{"match[spec_version]": {"2.0"}}, 0},
		{"both", url.Values{"match[id]": {all[0].ID}, "match[spec_version]": {"2.1"}}, 1},
		{"after", url.Values{"added_after": {day2.Add(-time.Hour).Format(time.RFC3339)}}, count(func(o Object) bool { return !o.Added.Before(day2) })},
		{"after all", url.Values{"added_after": {day2.AddDate(1, 0, 0).Format(time.RFC3339)}}, 0},
	} {
		if e, _ := page(t, s, x.v); len(e.Objects) != x.want || e.More {
			t.Errorf("%s: %d objects, want %d", x.name, len(e.Objects), x.want)
		}
	}
}

func TestVersionsOfOneObjectAreToldApart(t *testing.T) {
	id := "tool--00000000-0000-4000-8000-000000000001"
	var c Collection
	c.ID, c.Ceiling = CollectionID(evidence.Red), evidence.Red
	for i, added := range []time.Time{day2, day1, day2} { // the middle one came first
		modified := day1.AddDate(0, 0, []int{5, 3, 9}[i])
		raw := fmt.Sprintf(`{"type":"tool","spec_version":"2.1","id":%q,"modified":%q}`, id, modified.Format(timeLayout))
		o, err := newObject(json.RawMessage(raw), added)
		if err != nil {
			t.Fatal(err)
		}
		c.Objects = append(c.Objects, o)
	}
	c.Arrange()
	s := httptest.NewServer(Handler(Config{
		Collection: func(context.Context, evidence.TLP) (Collection, error) { return c, nil },
		Ceiling:    func(*http.Request) (evidence.TLP, bool) { return evidence.Red, true },
	}))
	defer s.Close()
	stamp := func(days int) string { return day1.AddDate(0, 0, days).Format(timeLayout) }
	for match, want := range map[string][]string{
		"": {stamp(9)}, "last": {stamp(9)}, "first": {stamp(3)}, "all": {stamp(3), stamp(5), stamp(9)}, "first,last": {stamp(3), stamp(9)}, stamp(5): {stamp(5)},
	} {
		v := url.Values{}
		if match != "" {
			v.Set("match[version]", match)
		}
		_, body := ask(t, s, objectsPath(evidence.Red, id+"/?"+v.Encode()), "RED")
		var e struct{ Objects []struct{ Modified string } }
		if err := json.Unmarshal(body, &e); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, o := range e.Objects {
			got = append(got, o.Modified)
		}
		if !slices.Equal(got, want) {
			t.Errorf("match %q: %v, want %v", match, got, want)
		}
	}
	_, body := ask(t, s, objectsPath(evidence.Red, id+"/versions/"), "RED")
	if want := fmt.Sprintf(`{"more":false,"versions":[%q,%q,%q]}`, stamp(3), stamp(5), stamp(9)); string(body) != want {
		t.Errorf("versions: %s, want %s", body, want)
	}
}

func fetchAll(t testing.TB, c *Client, address string, q Query) (Fetched, []map[string]any) {
	t.Helper()
	var out bytes.Buffer
	f, err := c.Fetch(context.Background(), address, q, &out)
	if err != nil {
		t.Fatal(err)
	}
	var e struct{ Objects []map[string]any }
	if err := json.Unmarshal(out.Bytes(), &e); err != nil {
		t.Fatal(err)
	}
	return f, e.Objects
}

func TestTheClientGetsWhatTheServerHas(t *testing.T) {
	s, c := serve(t, 5)
	amber := c[2]
	for _, path := range []string{Root + "collections/" + CollectionID(evidence.Amber), Root + "collections/" + CollectionID(evidence.Amber) + "/objects/", Root, Discovery} {
		client := &Client{Token: "AMBER", PageSize: 4}
		f, objects := fetchAll(t, client, Scheme+s.URL+path, Query{})
		// The larger collections hold what the smaller do.
		var got []string
		for _, o := range objects {
			got = append(got, o["id"].(string))
		}
		slices.Sort(got)
		if len(slices.Compact(got)) != len(amber.Objects) || f.Objects != len(amber.Objects) || !f.Last.Equal(amber.Objects[len(amber.Objects)-1].Added) {
			t.Errorf("%s: %+v, want %d objects", path, f, len(amber.Objects))
		}
	}
	if _, err := new(Client).Fetch(context.Background(), Scheme+s.URL+Root, Query{}, io.Discard); err == nil || !strings.Contains(err.Error(), "CAHOOTS_TAXII_TOKEN") {
		t.Errorf("without a token: %v", err)
	}
}

func TestWhatIsNewComesWithWhatItRefersTo(t *testing.T) {
	s, _ := serve(t, 5)
	client := &Client{Token: "RED", PageSize: 3}
	address := Scheme + s.URL + Root + "collections/" + CollectionID(evidence.Red) + "/"
	all, _ := fetchAll(t, client, address, Query{})
	f, objects := fetchAll(t, client, address, Query{AddedAfter: day2.Add(-time.Hour)})
	have := map[string]bool{}
	relationships := 0
	for _, o := range objects {
		have[o["id"].(string)] = true
	}
	for _, o := range objects {
		if o["type"] == "relationship" {
			relationships++
			if !have[o["source_ref"].(string)] || !have[o["target_ref"].(string)] {
				t.Errorf("%s joins what did not come", o["id"])
			}
		}
	}
	if relationships != 25 || f.Missing != 0 || f.Objects >= all.Objects {
		t.Errorf("%d relationships, %+v of %+v", relationships, f, all)
	}
	if f, _ := fetchAll(t, client, address, Query{AddedAfter: all.Last}); f.Objects != 0 {
		t.Errorf("%d objects are newer than the newest", f.Objects)
	}
}

func TestTheClientTriesAgainAndKeepsToLimits(t *testing.T) {
	var calls int
	var answer func(http.ResponseWriter, int)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		if !strings.HasSuffix(r.URL.Path, "/objects/") {
			fmt.Fprint(w, `{"id":"x","title":"t","can_read":true}`)
			return
		}
		answer(w, calls)
	}))
	defer s.Close()
	var waited []time.Duration
	client := &Client{MaxPage: 1000, MaxBytes: 3000, Attempts: 3, Wait: func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil }}
	fetch := func() error {
		calls, waited = 0, nil
		_, err := client.Fetch(context.Background(), Scheme+s.URL+"/r/collections/x/", Query{}, io.Discard)
		return err
	}
	answer = func(w http.ResponseWriter, n int) {
		if n == 2 {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, `{"objects":[]}`)
	}
	if err := fetch(); err != nil || !slices.Equal(waited, []time.Duration{7 * time.Second}) {
		t.Errorf("after one 503: %v, waited %v", err, waited)
	}
	answer = func(w http.ResponseWriter, _ int) { w.WriteHeader(http.StatusBadGateway) }
	if err := fetch(); err == nil || len(waited) != 2 {
		t.Errorf("502 for ever: %v, waited %v", err, waited)
	}
	for what, body := range map[string]string{
		"endless": `{"more":true,"objects":[]}`, "too long": `{"objects":["` + strings.Repeat("x", 1000) + `"]}`, "no JSON": `<html>`,
		"a ring": `{"more":true,"next":"same","objects":[]}`,
	} {
		answer = func(w http.ResponseWriter, _ int) { fmt.Fprint(w, body) }
		if err := fetch(); err == nil || calls > 5 {
			t.Errorf("%s: %v after %d calls", what, err, calls)
		}
	}
	n := 0
	answer = func(w http.ResponseWriter, _ int) {
		n++
		fmt.Fprintf(w, `{"more":true,"next":"%d","objects":["%s"]}`, n, strings.Repeat("x", 500))
	}
	if err := fetch(); err == nil || !strings.Contains(err.Error(), "more than 3000 bytes") {
		t.Errorf("more than allowed: %v", err)
	}
}

func TestPasswordsGoNowhereElse(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another host was asked, with %q", r.Header.Get("Authorization"))
	}))
	defer other.Close()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/redirect/") {
			http.Redirect(w, r, other.URL, http.StatusFound)
			return
		}
		fmt.Fprintf(w, `{"api_roots":[%q]}`, other.URL+"/root/")
	}))
	defer s.Close()
	client := &Client{Token: "secret", Attempts: 1}
	for _, address := range []string{
		Scheme + s.URL + "/redirect/", Scheme + s.URL + "/", "taxii+http://example.org/", "taxii+ftp://example.org/", "taxii+https://user:hunter2@example.org/", "taxii+https://",
	} {
		_, err := client.Fetch(context.Background(), address, Query{}, io.Discard)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"limit=1", "next=MjAyNg", "added_after=2026-01-01T00:00:00Z", "match[version]=first,all"} {
		f.Add(s)
	}
	c := Collection{Objects: []Object{{ID: "a--1", Added: day1, Version: day1}, {ID: "a--1", Added: day2, Version: day2}}}
	c.Arrange()
	f.Fuzz(func(t *testing.T, s string) {
		v, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		q, err := parseQuery(v, "")
		if err != nil {
			return
		}
		if page, next := q.choose(c.Objects); len(page) > q.limit || next != "" && len(page) == 0 {
			t.Errorf("%q gives %d objects and next %q", s, len(page), next)
		}
	})
}

// BenchmarkPage gives a middle page of 100 of a collection of thousands.
func BenchmarkPage(b *testing.B) {
	_, c := serve(b, 500)
	objects := c[len(c)-1].Objects
	q := query{limit: 100, next: objects[len(objects)/2].Added}
	b.ReportMetric(float64(len(objects)), "objects")
	for b.Loop() {
		if page, _ := q.choose(objects); len(page) != 100 {
			b.Fatal(len(page))
		}
	}
}
