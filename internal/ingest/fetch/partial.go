package fetch

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// A partial is the part of a file that is here, and which version of the file
// it belongs to.
type partial struct {
	path  string
	size  int64 // of what may be continued; 0 where there is nothing
	total int64 // of the whole file; -1 where unknown

	URL          string `json:"url"`
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
}

// partial looks at what an earlier attempt, of this process or another, left.
func (t *transfer) partial() partial {
	p := partial{path: t.path + ".partial", total: -1}
	info, err := os.Stat(p.path)
	if err != nil || readJSON(p.path+".about", &p) != nil || p.URL != t.file.URL || p.validator() == "" {
		return partial{path: p.path, total: -1}
	}
	p.size = info.Size()
	return p
}

// validator is what If-Range may carry: a strong ETag, or a date (RFC 9110,
// section 13.1.5). Empty means that the file cannot be continued.
func (p partial) validator() string {
	if p.ETag != "" && !strings.HasPrefix(p.ETag, "W/") {
		return p.ETag
	}
	return p.LastModified
}

func (p partial) discard() {
	os.Remove(p.path)
	os.Remove(p.path + ".about")
}

// accept decides from the head of a response what its body is: the whole file,
// the rest of it, or nothing because the cached one is the newest (done).
func (t *transfer) accept(resp *http.Response, cached Receipt, part partial) (next partial, done bool, err error) {
	if encoding := resp.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return part, false, fmt.Errorf("the server sends it encoded as %s, which was not asked for", encoding)
	}
	switch resp.StatusCode {
	case http.StatusOK:
		part = partial{path: part.path, total: resp.ContentLength, URL: t.file.URL, ETag: resp.Header.Get("ETag"), LastModified: resp.Header.Get("Last-Modified")}
		if part.total > t.file.MaxBytes {
			return part, false, tooLarge{t.file.MaxBytes}
		}
		os.Remove(part.path)
		return part, false, writeJSON(part.path+".about", part)
	case http.StatusPartialContent:
		return t.continues(resp, part)
	case http.StatusNotModified:
		if cached.SHA256 == "" || part.size > 0 {
			return part, false, fmt.Errorf("the server answered %s, which was not asked for", resp.Status)
		}
		return part, true, nil
	case http.StatusRequestedRangeNotSatisfiable:
		part.discard()
		return part, false, retryable{error: errRestart}
	}
	err = fmt.Errorf("%s answered %s", resp.Request.URL.Redacted(), resp.Status)
	if resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusRequestTimeout {
		return part, false, retryable{err, retryAfter(resp.Header.Get("Retry-After"), t.opt.Now())}
	}
	return part, false, err
}

// continues accepts the rest of a file only where it is the rest: it begins
// where the part ends, and belongs to the same version.
func (t *transfer) continues(resp *http.Response, part partial) (partial, bool, error) {
	if part.size == 0 {
		return part, false, fmt.Errorf("the server answered %s, which was not asked for", resp.Status)
	}
	var from, to int64
	var total string
	_, err := fmt.Sscanf(resp.Header.Get("Content-Range"), "bytes %d-%d/%s", &from, &to, &total)
	etag := resp.Header.Get("ETag")
	if err != nil || from != part.size || part.ETag != "" && etag != "" && etag != part.ETag {
		part.discard()
		return part, false, retryable{error: errRestart}
	}
	part.total = -1
	if n, err := strconv.ParseInt(total, 10, 64); err == nil {
		part.total = n
	}
	if part.total > t.file.MaxBytes {
		part.discard()
		return part, false, tooLarge{t.file.MaxBytes}
	}
	return part, false, nil
}

// complete checks that nothing is missing and puts the file in place.
func (t *transfer) complete(part partial, r Receipt) (Fetched, error) {
	info, err := os.Stat(part.path)
	if err != nil {
		return Fetched{}, err
	}
	if part.total >= 0 && info.Size() < part.total {
		return Fetched{}, retryable{error: fmt.Errorf("%d of %d bytes came", info.Size(), part.total)}
	}
	if part.total >= 0 && info.Size() > part.total {
		part.discard()
		return Fetched{}, retryable{error: errRestart}
	}
	os.Remove(part.path + ".about")
	return t.finish(part.path, Downloaded, r)
}

// retryAfter reads seconds or a date (RFC 9110, section 10.2.3).
func retryAfter(s string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return time.Duration(min(n, 1<<31)) * time.Second
	}
	if at, err := http.ParseTime(s); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
