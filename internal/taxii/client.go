package taxii

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A Client reads from TAXII 2.1 servers. The zero Client asks without saying
// who it is, under the default limits.
type Client struct {
	HTTP           *http.Client // nil: one that waits a minute for an answer
	User, Password string       // HTTP Basic
	Token          string       // Bearer; goes before User
	Agent          string       // User-Agent
	PageSize       int          // objects a page; 0 is 1000. A server may give fewer
	MaxPage        int64        // bytes of one answer; 0 is 64 MiB
	MaxBytes       int64        // of all objects of one Fetch; 0 is 4 GiB
	Attempts       int          // for one request; 0 is 5
	// Wait passes the time between attempts; nil sleeps. A server's
	// Retry-After is kept up to a minute.
	Wait func(context.Context, time.Duration) error
}

// Limits where a Client leaves them zero.
const (
	defaultPage     = 1000
	defaultMaxPage  = 64 << 20
	defaultMaxBytes = 4 << 30
	defaultAttempts = 5
	longestWait     = time.Minute
)

// A refusal is an answer that is no success.
type refusal struct {
	URL    string
	Status int
	Title  string // the server's own words, where it gave any
}

func (e *refusal) Error() string {
	s := fmt.Sprintf("%s answered %d %s", e.URL, e.Status, http.StatusText(e.Status))
	if e.Title != "" {
		s += ": " + strconv.Quote(e.Title)
	}
	switch e.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		s += "; set CAHOOTS_TAXII_USER and CAHOOTS_TAXII_PASSWORD, or CAHOOTS_TAXII_TOKEN"
	case http.StatusNotAcceptable:
		s += "; it may speak another version than TAXII 2.1"
	}
	return s
}

func (c *Client) client() *http.Client {
	h := http.Client{Timeout: time.Minute}
	if c.HTTP != nil {
		h = *c.HTTP
	}
	h.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if len(via) > 5 {
			return errRedirects
		}
		if r.URL.Host != via[0].URL.Host || r.URL.Scheme != via[0].URL.Scheme {
			return fmt.Errorf("%w to another place, %s, which gets no password of yours", errRedirects, r.URL.Redacted())
		}
		return nil
	}
	return &h
}

// get asks for a URL, again after failures that may pass, and decodes the
// answer into v.
func (c *Client) get(ctx context.Context, u *url.URL, v any) (http.Header, int64, error) {
	var last error
	for attempt := range cmp.Or(c.Attempts, defaultAttempts) {
		if attempt > 0 {
			if err := c.wait(ctx, last, attempt); err != nil {
				return nil, 0, err
			}
		}
		header, size, err := c.once(ctx, u, v)
		if err == nil {
			return header, size, nil
		}
		last = err
		var passing *passingError
		if ctx.Err() != nil || !errors.As(err, &passing) {
			return nil, 0, err
		}
	}
	return nil, 0, fmt.Errorf("after %d attempts: %w", cmp.Or(c.Attempts, defaultAttempts), last)
}

// A passingError may be gone at the next attempt.
type passingError struct {
	err   error
	after time.Duration // what the server asks to wait, 0 for nothing
}

func (e *passingError) Error() string { return e.err.Error() }
func (e *passingError) Unwrap() error { return e.err }

func (c *Client) wait(ctx context.Context, last error, attempt int) error {
	d := 500 * time.Millisecond << (attempt - 1)
	var passing *passingError
	if errors.As(last, &passing) && passing.after > 0 {
		d = passing.after
	}
	d = min(d, longestWait)
	if c.Wait != nil {
		return c.Wait(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Client) once(ctx context.Context, u *url.URL, v any) (http.Header, int64, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, 0, err
	}
	r.Header.Set("Accept", mediaType)
	r.Header.Set("User-Agent", cmp.Or(c.Agent, "cahoots"))
	switch {
	case c.Token != "":
		r.Header.Set("Authorization", "Bearer "+c.Token)
	case c.User != "" || c.Password != "":
		r.SetBasicAuth(c.User, c.Password)
	}
	resp, err := c.client().Do(r)
	if lasting(err) {
		return nil, 0, err
	}
	if err != nil {
		return nil, 0, &passingError{err: err}
	}
	defer resp.Body.Close()
	limit := cmp.Or(c.MaxPage, defaultMaxPage)
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil:
		return nil, 0, &passingError{err: fmt.Errorf("reading the answer of %s: %w", u.Redacted(), err)}
	case resp.StatusCode != http.StatusOK:
		return nil, 0, statusError(u, resp, body)
	case int64(len(body)) > limit:
		return nil, 0, fmt.Errorf("an answer of %s is longer than %d bytes", u.Redacted(), limit)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return nil, 0, fmt.Errorf("an answer of %s is not TAXII: %w", u.Redacted(), err)
	}
	return resp.Header, int64(len(body)), nil
}

var errRedirects = errors.New("it redirects")

// lasting reports a failure that the next attempt would meet again: a redirect
// that is refused, a name that does not exist, a certificate that is not trusted,
// an address that is none.
func lasting(err error) bool {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	return errors.Is(err, errRedirects) || errors.As(err, &name) && name.IsNotFound || errors.As(err, &certificate) || errors.As(err, &record) ||
		err != nil && strings.Contains(err.Error(), "unsupported protocol scheme")
}

func statusError(u *url.URL, resp *http.Response, body []byte) error {
	e := &refusal{URL: u.Redacted(), Status: resp.StatusCode}
	var said struct {
		Title string `json:"title"`
	}
	if json.Unmarshal(body, &said) == nil {
		e.Title = said.Title[:min(len(said.Title), 200)]
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return &passingError{err: e, after: retryAfter(resp.Header.Get("Retry-After"), time.Now())}
	}
	return e
}

// retryAfter reads seconds or a date; 0 for anything else.
func retryAfter(s string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(s); err == nil && n > 0 && n < 1<<20 {
		return time.Duration(n) * time.Second
	}
	if t, err := http.ParseTime(s); err == nil && t.After(now) {
		return t.Sub(now)
	}
	return 0
}
