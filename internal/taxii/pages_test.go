package taxii

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// collectionOf serves one collection whose pages answer makes; it counts the
// requests for objects.
func collectionOf(t *testing.T, answer func(w http.ResponseWriter, q url.Values, n int)) (address string, asked *int) {
	t.Helper()
	asked = new(int)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		if !strings.HasSuffix(r.URL.Path, "/objects/") {
			fmt.Fprint(w, `{"id":"91a7b528-80eb-42ed-a74d-c6fbd5a26116","title":"x","can_read":true,"can_write":false}`)
			return
		}
		*asked++
		answer(w, r.URL.Query(), *asked)
	}))
	t.Cleanup(s.Close)
	return Scheme + s.URL + "/api/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/", asked
}

func impatient() Client {
	return Client{Wait: func(context.Context, time.Duration) error { return nil }}
}

// tenOf24 is 10 of 24 objects from a place on.
func tenOf24(from int) []string {
	var out []string
	for i := from; i < min(from+10, 24); i++ {
		out = append(out, fmt.Sprintf(`{"type":"intrusion-set","id":"intrusion-set--%08d-0000-4000-8000-000000000000","modified":"2024-01-01T00:00:00Z"}`, i))
	}
	return out
}

func TestEveryServersWayToTellOfMorePagesIsFollowed(t *testing.T) {
	for name, c := range map[string]struct {
		next func(from int) string
		want int
	}{
		"more and a text":           {func(n int) string { return fmt.Sprintf(`"more":true,"next":"%d",`, n) }, 24},
		"more and a number":         {func(n int) string { return fmt.Sprintf(`"more":true,"next":%d,`, n) }, 24},
		"a token without more":      {func(n int) string { return fmt.Sprintf(`"next":"%d",`, n) }, 24},
		"a number without more":     {func(n int) string { return fmt.Sprintf(`"next":%d,`, n) }, 24},
		"a token, and no more":      {func(n int) string { return fmt.Sprintf(`"more":false,"next":"%d",`, n) }, 10},
		"no token and nothing else": {func(int) string { return "" }, 10},
		"more, null":                {func(int) string { return `"more":false,"next":null,` }, 10},
	} {
		address, _ := collectionOf(t, func(w http.ResponseWriter, q url.Values, _ int) {
			from, _ := strconv.Atoi(q.Get("next"))
			next := ""
			if from+10 < 24 {
				next = c.next(from + 10)
			}
			fmt.Fprintf(w, `{%s"objects":[%s]}`, next, strings.Join(tenOf24(from), ","))
		})
		client := impatient()
		var b bytes.Buffer
		got, err := client.Fetch(t.Context(), address, Query{}, &b)
		if err != nil || got.Objects != c.want || !json.Valid(b.Bytes()) {
			t.Errorf("%s: %d objects (%v), want %d", name, got.Objects, err, c.want)
		}
	}
}

func TestAPollWithNothingNewIsNoError(t *testing.T) {
	for _, body := range []string{`{}`, `{"more":false}`, `{"more":false,"objects":[]}`, `{"objects":null}`} {
		address, _ := collectionOf(t, func(w http.ResponseWriter, _ url.Values, _ int) { fmt.Fprint(w, body) })
		client := impatient()
		var b bytes.Buffer
		got, err := client.Fetch(t.Context(), address, Query{AddedAfter: day1}, &b)
		if err != nil || got.Objects != 0 || !json.Valid(b.Bytes()) {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
}

func TestPagesWithoutAnythingNewAreBounded(t *testing.T) {
	for name, body := range map[string]string{"empty": `{"more":true,"next":"t%d"}`, "the same again": `{"more":true,"next":"t%d","objects":[{"type":"x","id":"x--1","modified":"1"}]}`,
		"what has no id": `{"more":true,"next":"t%d","objects":[{"type":"x","id":""}, 7]}`} {
		address, asked := collectionOf(t, func(w http.ResponseWriter, _ url.Values, n int) { fmt.Fprintf(w, body, n) })
		client := impatient()
		_, err := client.Fetch(t.Context(), address, Query{}, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), "without anything new") || *asked > maxBarren+1 {
			t.Errorf("%s: %d requests, %v", name, *asked, err)
		}
	}
}

func TestARefusalThatLastsIsNotAskedAgain(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter, url.Values, int){
		"redirect to another host": func(w http.ResponseWriter, _ url.Values, _ int) {
			w.Header().Set("Location", "http://127.0.0.1:1/objects/")
			w.WriteHeader(http.StatusFound)
		},
		"redirect to a file": func(w http.ResponseWriter, _ url.Values, _ int) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		},
		"forbidden":     func(w http.ResponseWriter, _ url.Values, _ int) { w.WriteHeader(http.StatusForbidden) },
		"not built":     func(w http.ResponseWriter, _ url.Values, _ int) { w.WriteHeader(http.StatusNotImplemented) },
		"not TAXII":     func(w http.ResponseWriter, _ url.Values, _ int) { fmt.Fprint(w, "<html>") },
		"a broken list": func(w http.ResponseWriter, _ url.Values, _ int) { fmt.Fprint(w, `{"objects":[`) },
	} {
		address, asked := collectionOf(t, answer)
		client := impatient()
		if _, err := client.Fetch(t.Context(), address, Query{}, &bytes.Buffer{}); err == nil || *asked != 1 {
			t.Errorf("%s: asked %d times, %v", name, *asked, err)
		}
	}
	client := impatient()
	waits := 0
	client.Wait = func(context.Context, time.Duration) error { waits++; return nil }
	if _, err := client.Fetch(t.Context(), Scheme+"http://no-such-host.invalid/api/collections/x/", Query{}, &bytes.Buffer{}); err == nil || waits != 0 {
		t.Errorf("a name that does not exist: waited %d times, %v", waits, err)
	}
}

// medallion answers as it did, see testdata/make.py: each answer once, the limit of
// a page aside.
func medallion(t *testing.T) (address string) {
	t.Helper()
	b, err := os.ReadFile("testdata/medallion.json")
	if err != nil {
		t.Fatal(err)
	}
	var answers []struct {
		Path    string
		Status  int
		Headers map[string]string
		Body    string
	}
	if err := json.Unmarshal(b, &answers); err != nil {
		t.Fatal(err)
	}
	key := func(u *url.URL) string {
		q := u.Query()
		q.Del("limit")
		if after, err := time.Parse(time.RFC3339, q.Get("added_after")); err == nil {
			q.Set("added_after", after.UTC().Format(time.DateTime))
		}
		return u.Path + "?" + q.Encode()
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i, a := range answers {
			u, err := url.Parse(a.Path)
			if err != nil || key(u) != key(r.URL) {
				continue
			}
			if strings.Contains(a.Path, "/objects/") {
				answers = append(answers[:i:i], answers[i+1:]...)
			}
			for k, v := range a.Headers {
				w.Header().Set(k, v)
			}
			w.WriteHeader(a.Status)
			fmt.Fprint(w, a.Body)
			return
		}
		t.Errorf("medallion was not asked for %s", r.URL)
		http.NotFound(w, r)
	}))
	t.Cleanup(s.Close)
	return Scheme + s.URL
}

func TestTheAnswersOfMedallionAreReadToTheEnd(t *testing.T) {
	address := medallion(t)
	for _, c := range []struct {
		path, after string
		objects     int
		last        string
	}{
		{"/root/", "", 7, "2024-04-07T00:00:00Z"},
		{"/root/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/", "2024-04-05T00:00:00Z", 3, "2024-04-07T00:00:00Z"}, // two, and who made them
		{"/root/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/objects/", "2024-05-01T00:00:00Z", 0, ""},             // {}
	} {
		var q Query
		if c.after != "" {
			q.AddedAfter, _ = time.Parse(time.RFC3339, c.after)
		}
		client := impatient()
		client.PageSize = 3
		got, objects := fetchAll(t, &client, address+c.path, q)
		last := ""
		if !got.Last.IsZero() {
			last = got.Last.UTC().Format(time.RFC3339)
		}
		if got.Objects != c.objects || len(objects) != c.objects || last != c.last {
			t.Errorf("%s after %s: %+v, %d objects; want %d until %s", c.path, c.after, got, len(objects), c.objects, c.last)
		}
	}
}
