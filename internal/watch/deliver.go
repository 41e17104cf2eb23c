package watch

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/store"
)

// toFolder is the target of a list's folder; every other is the address of a webhook.
const toFolder = "folder"

func (l *List) targets() (out []string) {
	if l.Folder != "" {
		out = append(out, toFolder)
	}
	for _, h := range l.Webhooks {
		out = append(out, h.URL)
	}
	return out
}

// Bounds of what is sent, and of how long is waited for whoever gets it.
const (
	mostSent  = 256 << 10 // bytes
	mostHeard = 4 << 10
	patience  = 10 * time.Second
	// mostFailed ends the attempts at a webhook, after so many digests in a row that
	// it did not take.
	mostFailed = 3
)

// Deliver hands on every digest that has not arrived yet, in the order of the looks,
// and returns how many it did. What a target does not take is tried again the next
// time, and told as the error.
//
// A file is named after its digest: written twice it is the same file. A webhook gets
// the id in the header Cahoots-Digest, with Cahoots-Again where an earlier attempt
// was cut off, so that it may have arrived: whoever knows the id drops it.
func Deliver(ctx context.Context, s *store.Store, l *List, getenv func(string) string) (delivered int, err error) {
	left, err := s.Undelivered(ctx, l.Name)
	if err != nil {
		return 0, err
	}
	hooks := map[string]Webhook{}
	for _, h := range l.Webhooks {
		hooks[h.URL] = h
	}
	failed := map[string]int{}
	var failures []error
	for _, d := range left {
		h, isHook := hooks[d.Target]
		if d.Target != toFolder && !isHook || d.Target == toFolder && l.Folder == "" || failed[d.Target] >= mostFailed {
			continue // of an address that the list names no more; it stays until it does
		}
		if err := hand(ctx, s, l, d, h, getenv); err != nil {
			if ctx.Err() != nil {
				return delivered, context.Cause(ctx)
			}
			if failed[d.Target]++; failed[d.Target] == 1 {
				failures = append(failures, err)
			}
			continue
		}
		failed[d.Target] = 0
		delivered++
	}
	return delivered, errors.Join(failures...)
}

func hand(ctx context.Context, s *store.Store, l *List, d store.Delivery, h Webhook, getenv func(string) string) error {
	g, err := s.Digest(ctx, d.Digest)
	if err != nil {
		return err
	}
	body, err := Envelope(g)
	if err != nil {
		return err
	}
	if d.Target == toFolder {
		err = files.MakeFolder(l.Folder, 0o700)
		if err == nil {
			err = files.Write(filepath.Join(l.Folder, g.ID+".json"), files.Private, func(w io.Writer) error { _, err := w.Write(body); return err })
		}
	} else {
		key := getenv(h.Env)
		if key == "" {
			return fmt.Errorf("the key of the webhook is not in the environment: set %s", h.Env)
		}
		if err := s.Trying(ctx, d); err != nil {
			return err
		}
		err = send(ctx, d, body, []byte(key))
	}
	if err != nil {
		return fmt.Errorf("handing on digest %s: %w", g.ID, err)
	}
	return s.Delivered(ctx, d)
}

// Envelope is the JSON of a digest as it is handed on: with its id and time, and
// without the details where they are more than a webhook is sent.
func Envelope(g store.Digest) ([]byte, error) {
	out := struct {
		store.Digest
		Told json.RawMessage `json:"digest,omitempty"`
		Long bool            `json:"long,omitempty"` // the details are left out
	}{Digest: g}
	if out.Long = len(g.Body) > mostSent; !out.Long {
		out.Told = g.Body
	}
	b, err := json.MarshalIndent(out, "", "  ")
	return append(b, '\n'), err
}

// client follows nobody elsewhere.
var client = &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// send posts a body, signed with the time at which it is sent, so that it cannot be
// sent again by another: Cahoots-Signature is t=SECONDS,v1=HMAC-SHA256 of "SECONDS."
// and the body, in hexadecimal.
func send(ctx context.Context, d store.Delivery, body, key []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.Target, bytes.NewReader(body))
	if err != nil {
		return err
	}
	at := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.", at)
	mac.Write(body)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "cahoots")
	r.Header.Set("Cahoots-Digest", d.Digest)
	r.Header.Set("Cahoots-Signature", "t="+at+",v1="+hex.EncodeToString(mac.Sum(nil)))
	if d.Tries > 0 {
		r.Header.Set("Cahoots-Again", "true")
	}
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, mostHeard) // what it says is of no use
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return fmt.Errorf("the webhook of %s answers %s", r.URL.Host, res.Status)
	}
	return nil
}
