package taxii

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/format/stix"
)

// Fetched is what a download brought.
type Fetched struct {
	Collections []string  // titles, as their servers give them
	Objects     int       // objects written
	Pages       int       // answers read
	Last        time.Time // when the newest object came to the server: the next AddedAfter. Zero where the server did not say
	Missing     int       // objects referred to that the server did not give
}

// A Query chooses objects.
type Query struct {
	AddedAfter time.Time // zero: all
}

// Fetch downloads what address leads to: a collection, or every readable one of
// an API root, or of all roots of a discovery URL. It writes one JSON object
// with the member "objects", as source/stix reads it.
//
// With AddedAfter, the objects that the new ones refer to are asked for by id:
// a relationship alone tells nothing.
func (c *Client) Fetch(ctx context.Context, address string, q Query, w io.Writer) (Fetched, error) {
	u, err := parseAddress(address)
	if err != nil {
		return Fetched{}, fmt.Errorf("TAXII address %s: %w", display(address), err)
	}
	f := fetching{Client: c, ctx: ctx, query: q, out: bufio.NewWriter(w), have: map[string]bool{}, want: map[string]bool{}}
	if _, err := f.out.WriteString(`{"objects":[`); err != nil {
		return Fetched{}, err
	}
	if err := f.all(u); err != nil {
		return f.done, fmt.Errorf("TAXII: %w", err)
	}
	_, err = f.out.WriteString("\n]}\n")
	return f.done, errors.Join(err, f.out.Flush())
}

// display is an address fit for a message: without user and password.
func display(address string) string {
	before, rest, ok := strings.Cut(address, "://")
	if !ok {
		return address
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	return before + "://" + rest
}

// fetching is one Fetch under way.
type fetching struct {
	*Client
	ctx   context.Context
	query Query
	out   *bufio.Writer
	done  Fetched
	bytes int64
	have  map[string]bool // ids written
	want  map[string]bool // ids referred to
}

// collection is the resource of section 5.2.
type collectionResource struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	CanRead bool   `json:"can_read"`
}

func (f *fetching) all(u *url.URL) error {
	if ofCollection(u.Path) {
		var r collectionResource
		if _, _, err := f.get(f.ctx, u, &r); err != nil {
			return err
		}
		return f.collection(u, r)
	}
	var r struct {
		Roots    []string `json:"api_roots"`
		Versions []string `json:"versions"`
	}
	if _, _, err := f.get(f.ctx, u, &r); err != nil {
		return err
	}
	if len(r.Roots) == 0 {
		if len(r.Versions) == 0 {
			return fmt.Errorf("%s is neither a discovery resource, an API root nor a collection", u.Redacted())
		}
		return f.root(u)
	}
	for _, s := range r.Roots {
		root, err := u.Parse(s)
		if err != nil || root.Host != u.Host || root.Scheme != u.Scheme {
			return fmt.Errorf("%s names an API root on another host, %s; name that root yourself", u.Redacted(), display(s))
		}
		if err := f.root(root); err != nil {
			return err
		}
	}
	return nil
}

func (f *fetching) root(u *url.URL) error {
	at := u.JoinPath("collections/")
	var r struct {
		Collections []collectionResource `json:"collections"`
	}
	if _, _, err := f.get(f.ctx, at, &r); err != nil {
		return err
	}
	for _, c := range r.Collections {
		if !c.CanRead {
			continue
		}
		if err := f.collection(at.JoinPath(url.PathEscape(c.ID)+"/"), c); err != nil {
			return err
		}
	}
	return nil
}

func (f *fetching) collection(u *url.URL, c collectionResource) error {
	f.done.Collections = append(f.done.Collections, cmp.Or(c.Title, c.ID))
	values := url.Values{"limit": {strconv.Itoa(cmp.Or(f.PageSize, defaultPage))}}
	if !f.query.AddedAfter.IsZero() {
		values.Set("added_after", f.query.AddedAfter.UTC().Format(timeLayout))
	}
	if err := f.pages(u.JoinPath("objects/"), values); err != nil {
		return err
	}
	if f.query.AddedAfter.IsZero() {
		return nil
	}
	return f.complete(u.JoinPath("objects/"))
}

// complete asks for what the objects so far refer to, and once more for what
// those do.
func (f *fetching) complete(u *url.URL) error {
	const most = 50 // ids of one request: a URL has no more room everywhere
	asked := map[string]bool{}
	for range 3 {
		var missing []string
		for id := range f.want {
			if !f.have[id] && !asked[id] {
				missing = append(missing, id)
				asked[id] = true
			}
		}
		slices.Sort(missing)
		for ids := range slices.Chunk(missing, most) {
			if err := f.pages(u, url.Values{"match[id]": {strings.Join(ids, ",")}, "limit": {strconv.Itoa(most)}}); err != nil {
				return err
			}
		}
	}
	f.done.Missing = 0
	for id := range f.want {
		if !f.have[id] {
			f.done.Missing++
		}
	}
	return nil
}

// A token asks for the next page. Some servers give a number.
type token string

func (t *token) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9') {
		*t = token(b)
		return nil
	}
	return json.Unmarshal(b, (*string)(t))
}

// An objectPage is the envelope of objects (section 3.7). That more follows may be left
// out where next says how to get it.
type objectPage struct {
	More    *bool             `json:"more"`
	Next    token             `json:"next"`
	Objects []json.RawMessage `json:"objects"`
}

func (e *objectPage) last() bool {
	if e.More == nil {
		return e.Next == ""
	}
	return !*e.More
}

// maxBarren bounds the pages in a row that bring nothing new: a server may pass
// over what a caller may not see, but not for ever.
const maxBarren = 20

// pages reads an endpoint to its end.
func (f *fetching) pages(u *url.URL, values url.Values) error {
	for barren := 0; ; {
		var page objectPage
		at := *u
		at.RawQuery = values.Encode()
		header, size, err := f.get(f.ctx, &at, &page)
		var status *refusal
		switch {
		case errors.As(err, &status) && status.Status == http.StatusNotFound && values.Has("match[id]"):
			return nil // some servers answer so where nothing matches
		case err != nil:
			return err
		}
		f.done.Pages++
		if f.bytes += size; f.bytes > cmp.Or(f.MaxBytes, defaultMaxBytes) {
			return fmt.Errorf("%s gave more than %d bytes", u.Redacted(), cmp.Or(f.MaxBytes, defaultMaxBytes))
		}
		before := len(f.have) // what has no id is never new
		if err := f.write(page.Objects); err != nil {
			return err
		}
		last, _ := time.Parse(time.RFC3339Nano, header.Get(addedLast))
		if last.After(f.done.Last) && !values.Has("match[id]") {
			f.done.Last = last.UTC()
		}
		if page.last() {
			return nil
		}
		if barren++; len(f.have) > before {
			barren = 0
		}
		if barren == maxBarren {
			return fmt.Errorf("%s gave %d pages in a row without anything new and says that more is to come", u.Redacted(), barren)
		}
		if err := turn(values, string(page.Next), header.Get(addedLast), len(f.have) > before); err != nil {
			return fmt.Errorf("%s: %w", u.Redacted(), err)
		}
	}
}

// turn sets what asks for the next page: the server's token, else the time of
// the last object. A token may stay the same from page to page (medallion's
// does) as long as something comes; a server that gives nothing new and the
// same token, or none, has no end.
func turn(values url.Values, next, last string, came bool) error {
	key, value := "next", next
	if next == "" {
		key, value = "added_after", last
	}
	if value == "" || values.Get(key) == value && (!came || next == "") {
		return errors.New("there is more to come, but the server does not say how to get it")
	}
	values.Set(key, value)
	return nil
}

// write adds the objects that are not there yet. Versions of one object are
// told apart by their bytes: the reader keeps the newest.
func (f *fetching) write(objects []json.RawMessage) error {
	for _, raw := range objects {
		// What is no object goes on as it is: the reader lists it as rejected.
		id, modified, refs := stix.References(raw)
		if id != "" {
			if f.have[id+modified] {
				continue
			}
			f.have[id+modified], f.have[id] = true, true
		}
		for _, ref := range refs {
			f.want[ref] = true
		}
		if f.done.Objects > 0 {
			f.out.WriteByte(',')
		}
		f.out.WriteByte('\n')
		if _, err := f.out.Write(raw); err != nil {
			return err
		}
		f.done.Objects++
	}
	return nil
}
