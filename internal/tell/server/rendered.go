package server

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/singleflight"
)

// An answer is a finished body with what is sent about it.
type answer struct {
	body, packed []byte // packed is body in gzip
	kind         string // media type
	etag         string
	policy       string // Content-Security-Policy
	name         string // file name, where a browser should save it
}

func newAnswer(body []byte, kind string) *answer {
	sum := sha256.Sum256(body)
	a := &answer{body: body, kind: kind, etag: `"` + hex.EncodeToString(sum[:12]) + `"`, policy: dataPolicy}
	if len(body) >= 1024 {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level is one that exists
		z.Write(body)
		z.Close()
		a.packed = slices.Clip(b.Bytes())
	}
	return a
}

func (a *answer) size() int64 { return int64(len(a.body) + len(a.packed) + 256) }

// send writes the answer, or that the asker has it already.
func (a *answer) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Content-Security-Policy", a.policy)
	h.Set("ETag", a.etag)
	if a.name != "" {
		h.Set("Content-Disposition", `attachment; filename="`+a.name+`"`)
	}
	if slices.ContainsFunc(strings.Split(r.Header.Get("If-None-Match"), ","), func(t string) bool {
		return strings.TrimPrefix(strings.TrimSpace(t), "W/") == a.etag
	}) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.body
	if a.packed != nil && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = a.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" && strings.ReplaceAll(q, " ", "") != "q=0" {
			return true
		}
	}
	return false
}

// renderedCache keeps answers up to a number of bytes, the least used leaving
// first. Many who ask for the same at once wait for one rendering.
type renderedCache struct {
	limit  int64
	flight singleflight.Group
	mu     sync.Mutex
	size   int64
	order  *list.List // of *kept, the latest used in front
	byKey  map[string]*list.Element
}

type kept struct {
	key    string
	answer *answer
}

func newRenderedCache(limit int64) *renderedCache {
	return &renderedCache{limit: limit, order: list.New(), byKey: map[string]*list.Element{}}
}

// get returns the answer of a key, making it where it is not kept. Everything
// that an answer depends on is part of its key, the ceiling too.
func (c *renderedCache) get(key string, create func() (*answer, error)) (*answer, error) {
	if a := c.find(key); a != nil {
		return a, nil
	}
	v, err, _ := c.flight.Do(key, func() (any, error) {
		a, err := create()
		if err == nil {
			c.keep(key, a)
		}
		return a, err
	})
	if err != nil {
		return nil, err
	}
	return v.(*answer), nil
}

func (c *renderedCache) find(key string) *answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byKey[key]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*kept).answer
}

func (c *renderedCache) keep(key string, a *answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a.size() > c.limit || c.byKey[key] != nil {
		return
	}
	c.byKey[key] = c.order.PushFront(&kept{key, a})
	c.size += a.size()
	for c.size > c.limit {
		last := c.order.Back()
		k := c.order.Remove(last).(*kept)
		delete(c.byKey, k.key)
		c.size -= k.answer.size()
	}
}
