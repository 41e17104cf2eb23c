package taxii

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A query is what a request asks of a collection (section 3.4).
type query struct {
	after    time.Time
	next     time.Time // the last object given before
	limit    int
	object   string
	ids      []string
	types    []string
	versions []string
	specs    []string
}

func parseQuery(v url.Values, object string) (query, error) {
	q := query{
		limit: maxPage, object: object,
		ids: list(v.Get("match[id]")), types: list(v.Get("match[type]")), versions: list(v.Get("match[version]")), specs: list(v.Get("match[spec_version]")),
	}
	if s := v.Get("added_after"); s != "" {
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return q, fmt.Errorf("added_after is not an RFC 3339 time")
		}
		q.after = t
	}
	if s := v.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return q, errors.New("limit is not a number above 0")
		}
		q.limit = min(n, maxPage)
	}
	if s := v.Get("next"); s != "" {
		b, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil {
			return q, errors.New("next is not one that this server gave")
		}
		if q.next, err = time.Parse(timeLayout, string(b)); err != nil {
			return q, errors.New("next is not one that this server gave")
		}
	}
	for _, s := range q.versions {
		if s == "first" || s == "last" || s == "all" {
			continue
		}
		if _, err := time.Parse(time.RFC3339Nano, s); err != nil {
			return q, errors.New("match[version] is neither first, last, all nor an RFC 3339 time")
		}
	}
	return q, nil
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// choose gives the objects of one page of an arranged collection, and what to
// ask for the next, "" at the end.
func (q query) choose(all []Object) (page []Object, next string) {
	after := q.after
	if q.next.After(after) {
		after = q.next
	}
	from, _ := slices.BinarySearchFunc(all, after, func(o Object, t time.Time) int {
		if o.Added.After(t) {
			return 1
		}
		return -1
	})
	for _, o := range all[from:] {
		if !q.matches(o) || !q.version(o) {
			continue
		}
		if len(page) == q.limit {
			return page, base64.RawURLEncoding.EncodeToString([]byte(page[len(page)-1].Added.Format(timeLayout)))
		}
		page = append(page, o)
	}
	return page, ""
}

func (q query) matches(o Object) bool {
	return (q.object == "" || o.ID == q.object) &&
		(q.ids == nil || slices.Contains(q.ids, o.ID)) &&
		(q.types == nil || slices.Contains(q.types, o.Type)) &&
		(q.specs == nil || slices.Contains(q.specs, o.Spec))
}

// version reports whether o is a version asked for; the last where none is.
func (q query) version(o Object) bool {
	if q.versions == nil {
		return o.last
	}
	return slices.ContainsFunc(q.versions, func(s string) bool {
		switch s {
		case "all":
			return true
		case "last":
			return o.last
		case "first":
			return o.first
		}
		t, err := time.Parse(time.RFC3339Nano, s)
		return err == nil && o.Version.Equal(t)
	})
}
