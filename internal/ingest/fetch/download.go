package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/cahoots-project/cahoots/internal/loopback"
)

const userAgent = "cahoots-fetch (+https://github.com/cahoots-project/cahoots)"

// maxRounds bounds a transfer that breaks again and again but always brings a
// little more.
const maxRounds = 100

// errRestart asks for a new attempt from the first byte, at once.
var errRestart = errors.New("the file changed while it was transferred")

// A retryable error may go away by itself.
type retryable struct {
	error
	after time.Duration // as the server asks; 0 where it does not
}

func (e retryable) Unwrap() error { return e.error }

// download brings the file from its publisher: in parts where the transfer
// breaks, and not at all where the cached one is the newest.
func (t *transfer) download(ctx context.Context) (Fetched, error) {
	if err := t.check(t.file.URL); err != nil {
		return Fetched{}, err
	}
	cached, err := Verify(t.path)
	if err != nil || cached.URL != t.file.URL {
		cached = Receipt{} // nothing to be compared with
	}
	wait, idle := t.opt.Backoff, 0
	for round := 1; ; round++ {
		before := t.partial().size
		got, err := t.attempt(ctx, cached)
		if err == nil {
			return got, nil
		}
		if ctx.Err() != nil {
			return Fetched{}, context.Cause(ctx)
		}
		var again retryable
		if !errors.As(err, &again) {
			return Fetched{}, err
		}
		if idle++; t.partial().size > before {
			wait, idle = t.opt.Backoff, 0
		}
		if idle >= t.opt.Attempts || round >= maxRounds {
			return Fetched{}, fmt.Errorf("%w (%d attempts)", err, round)
		}
		if errors.Is(err, errRestart) {
			continue
		}
		if again.after > t.opt.MaxWait {
			return Fetched{}, fmt.Errorf("%w: the server asks to wait %v", err, again.after)
		}
		if err := sleep(ctx, max(wait, again.after)); err != nil {
			return Fetched{}, err
		}
		wait = min(2*wait, max(time.Minute, t.opt.Backoff))
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

// attempt makes one request and writes what comes of it.
func (t *transfer) attempt(ctx context.Context, cached Receipt) (Fetched, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := fmt.Errorf("no byte came for %v", t.opt.Stall)
	watch := time.AfterFunc(t.opt.Stall, func() { cancel(stalled) })
	defer watch.Stop()

	part := t.partial()
	req, err := t.request(ctx, cached, part)
	if err != nil {
		return Fetched{}, err
	}
	client := *t.opt.Client
	client.CheckRedirect = t.redirect
	resp, err := client.Do(req)
	if err != nil {
		return Fetched{}, broken(ctx, err)
	}
	defer resp.Body.Close()
	part, done, err := t.accept(resp, cached, part)
	if err != nil {
		return Fetched{}, err
	}
	if done {
		cached.CheckedAt = t.opt.Now().UTC()
		return Fetched{Path: t.path, How: Unchanged, Receipt: cached}, writeJSON(receiptPath(t.path), cached)
	}
	if err := t.receive(ctx, watched{resp.Body, watch, t.opt.Stall}, part); err != nil {
		return Fetched{}, err
	}
	now := t.opt.Now().UTC()
	return t.complete(part, Receipt{URL: t.file.URL, ETag: part.ETag, LastModified: part.LastModified, FetchedAt: now, CheckedAt: now})
}

func (t *transfer) request(ctx context.Context, cached Receipt, part partial) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.file.URL, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", userAgent)
	// A compressed body could not be resumed, and its ETag is another.
	req.Header.Set("Accept-Encoding", "identity")
	switch {
	case part.size > 0:
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", part.size))
		req.Header.Set("If-Range", part.validator())
	case cached.ETag != "":
		req.Header.Set("If-None-Match", cached.ETag)
	case cached.LastModified != "":
		req.Header.Set("If-Modified-Since", cached.LastModified)
	}
	return req, nil
}

// redirect follows only to where the bytes cannot be changed on the way.
func (t *transfer) redirect(req *http.Request, via []*http.Request) error {
	if len(via) >= 10 {
		return refused{fmt.Errorf("redirected %d times", len(via))}
	}
	if err := t.check(req.URL.String()); err != nil {
		return refused{fmt.Errorf("redirected: %w", err)}
	}
	if req.URL.Scheme == "http" && via[0].URL.Scheme != "http" {
		return refused{fmt.Errorf("redirected from https to %s, which is not encrypted", req.URL.Redacted())}
	}
	return nil
}

// check refuses an address that is neither https nor on this machine.
func (t *transfer) check(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	if loopback.OrHTTPS(u) {
		return nil
	}
	return fmt.Errorf("the address %s is not https", u.Redacted())
}

// refused is a redirect that the policy forbids.
type refused struct{ error }

// broken tells a failure of the network, which may pass, from one that will be
// the same next time: a forbidden redirect, a bad certificate, an unknown host.
func broken(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if r, ok := errors.AsType[refused](err); ok {
		return r.error
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return err
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return err
	}
	return retryable{error: fmt.Errorf("the transfer broke off: %w", err)}
}

// watched puts off the end of patience with every byte that comes.
type watched struct {
	io.Reader
	watch *time.Timer
	stall time.Duration
}

func (w watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if n > 0 {
		w.watch.Reset(w.stall)
	}
	return n, err
}

// receive appends the body to the partial file, which stays where it is when
// the transfer breaks.
func (t *transfer) receive(ctx context.Context, body io.Reader, part partial) error {
	out, err := os.OpenFile(part.path, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("writing to the cache: %w", err)
	}
	err = out.Truncate(part.size)
	if err == nil {
		_, err = out.Seek(part.size, io.SeekStart)
	}
	if err == nil {
		err = t.pour(ctx, out, body, part.size, part.total)
	}
	if errors.As(err, new(tooLarge)) {
		out.Close()
		part.discard()
		return err
	}
	return errors.Join(err, out.Sync(), out.Close())
}

// tooLarge refuses more bytes than a file may have.
type tooLarge struct{ limit int64 }

func (e tooLarge) Error() string {
	return fmt.Sprintf("it is larger than the %d bytes allowed: raise the limit with --max-bytes if it is the real file", e.limit)
}

// pour copies in to out and counts. A failure to read may pass; one to write
// does not.
func (t *transfer) pour(ctx context.Context, out io.Writer, in io.Reader, done, total int64) error {
	buf := make([]byte, 128<<10)
	for {
		n, err := in.Read(buf)
		if done += int64(n); done > t.file.MaxBytes {
			return tooLarge{t.file.MaxBytes}
		}
		if n > 0 {
			if _, err := out.Write(buf[:n]); err != nil {
				return fmt.Errorf("writing to the cache: %w: make room, or name another folder with --cache DIR", err)
			}
			t.opt.Progress(t.file.Name, done, total)
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return broken(ctx, err)
		case ctx.Err() != nil:
			return broken(ctx, ctx.Err())
		}
	}
}
