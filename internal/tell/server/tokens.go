package server

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/files"
)

// A Token is one entry of a token file. The token itself is kept nowhere: it
// holds 256 random bits, so that its SHA-256 cannot be guessed from. It is good
// until it expires or is withdrawn; the entry stays, so that the name means the
// same holder in every log.
type Token struct {
	Name      string       `json:"name"`
	Role      Role         `json:"role"`
	Ceiling   evidence.TLP `json:"ceiling"`
	SHA256    string       `json:"sha256"` // of the token, hexadecimal
	Created   time.Time    `json:"created"`
	Expires   time.Time    `json:"expires,omitzero"` // zero: never
	Withdrawn time.Time    `json:"withdrawn,omitzero"`
}

const tokenPrefix = "cahoots_"

// Bounds of a token file.
const (
	maxTokens     = 10_000 // entries
	maxTokenBytes = 8 << 20
)

// NewToken makes a token and its entry, good for a time, or for ever where that
// is zero.
func NewToken(name string, role Role, ceiling evidence.TLP, now time.Time, good time.Duration) (secret string, entry Token, err error) {
	if err := (Token{Name: name, Role: role, Ceiling: ceiling}).check(); err != nil {
		return "", Token{}, err
	}
	if good < 0 {
		return "", Token{}, fmt.Errorf("a token cannot be good for %v", good)
	}
	b := make([]byte, 32)
	rand.Read(b) // never fails: crypto/rand ends the program instead
	secret = tokenPrefix + base64.RawURLEncoding.EncodeToString(b)
	entry = Token{Name: name, Role: role, Ceiling: ceiling, SHA256: digest(secret), Created: now.UTC().Truncate(time.Second)}
	if good > 0 {
		entry.Expires = entry.Created.Add(good)
	}
	return secret, entry, nil
}

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func (t Token) check() error {
	ceiling, err := evidence.ParseTLP(string(t.Ceiling))
	switch {
	case strings.TrimSpace(t.Name) == "":
		return errors.New("a token needs a name, to tell it from others")
	case !slices.Contains(roles, t.Role):
		return fmt.Errorf("role %q is unknown; use reader, analyst or editor", t.Role)
	case err != nil || ceiling != t.Ceiling || t.Ceiling == "":
		return fmt.Errorf("ceiling %q is not a TLP label; use CLEAR, GREEN, AMBER, AMBER+STRICT or RED", t.Ceiling)
	case t.Role == Editor && t.Ceiling != evidence.Red:
		return fmt.Errorf("an editor adds to all that the store holds, and learns of it: give the ceiling RED, not %s", t.Ceiling)
	}
	return nil
}

// good reports whether the token lets anybody in at a time.
func (t *Token) good(now time.Time) bool {
	return t.Withdrawn.IsZero() && (t.Expires.IsZero() || now.Before(t.Expires))
}

// Tokens are the entries of a token file.
type Tokens []Token

// ReadTokens reads a token file: a JSON array of [Token]. A file that others
// than its owner may read is refused where the system knows of owners, since
// it says who may see what.
func ReadTokens(path string) (Tokens, error) {
	b, err := files.Read(path, maxTokenBytes)
	if err != nil {
		return nil, fmt.Errorf("reading tokens: %w", err)
	}
	if files.Exposed(path) != 0 {
		return nil, fmt.Errorf("token file %s can be read by others: run chmod 600 %s", path, path)
	}
	var ts Tokens
	if err := json.Unmarshal(b, &ts); err != nil {
		return nil, fmt.Errorf("token file %s: %w", path, err)
	}
	if len(ts) > maxTokens {
		return nil, fmt.Errorf("token file %s holds %d tokens, more than %d", path, len(ts), maxTokens)
	}
	for i, t := range ts {
		if err := t.check(); err != nil {
			return nil, fmt.Errorf("token file %s, entry %d: %w", path, i+1, err)
		}
		if sum, err := hex.DecodeString(t.SHA256); err != nil || len(sum) != sha256.Size {
			return nil, fmt.Errorf("token file %s, entry %d: sha256 is not 64 hexadecimal digits", path, i+1)
		}
	}
	return ts, nil
}

// lockTime is how long a change of a token file waits for another.
const lockTime = 10 * time.Second

// changeTokens changes a token file while no other process does.
func changeTokens(path string, change func(Tokens) (Tokens, error)) error {
	unlock, err := files.Lock(path+".lock", lockTime)
	if err != nil {
		return fmt.Errorf("changing token file %s: %w", path, err)
	}
	defer unlock()
	ts, err := ReadTokens(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if ts, err = change(ts); err != nil {
		return err
	}
	b, err := json.MarshalIndent(ts, "", "  ")
	if err != nil {
		return err
	}
	err = files.Write(path, files.Private, func(w io.Writer) error { _, err := w.Write(append(b, '\n')); return err })
	if err != nil {
		return fmt.Errorf("writing tokens to %s: %w", path, err)
	}
	return nil
}

// AddToken adds an entry to a token file, making the file where there is none.
func AddToken(path string, t Token) error {
	return changeTokens(path, func(ts Tokens) (Tokens, error) {
		if ts.index(t.Name) >= 0 {
			return nil, fmt.Errorf("token file %s has a token %q already: choose another name", path, t.Name)
		}
		return append(ts, t), nil
	})
}

// WithdrawToken makes the token of a name good for nothing from now on, also in
// servers that run.
func WithdrawToken(path, name string, now time.Time) error {
	return changeTokens(path, func(ts Tokens) (Tokens, error) {
		i := ts.index(name)
		switch {
		case i < 0:
			return nil, fmt.Errorf("token file %s has no token %q", path, name)
		case !ts[i].Withdrawn.IsZero():
			return nil, fmt.Errorf("token %q was withdrawn at %s already", name, ts[i].Withdrawn.Format(time.RFC3339))
		}
		ts[i].Withdrawn = now.UTC().Truncate(time.Second)
		return ts, nil
	})
}

func (ts Tokens) index(name string) int {
	return slices.IndexFunc(ts, func(t Token) bool { return t.Name == name })
}

// find compares with every entry, so that the time tells nothing.
func (ts Tokens) find(secret string, now time.Time) (principal, bool) {
	sum := []byte(digest(secret))
	var found principal
	ok := false
	for i := range ts {
		t := &ts[i]
		if subtle.ConstantTimeCompare(sum, []byte(strings.ToLower(t.SHA256))) == 1 && t.good(now) {
			found, ok = principal{Name: t.Name, Role: t.Role, Ceiling: t.Ceiling}, true
		}
	}
	return found, ok
}

// keys are the tokens in force: those given, or those of a file as it is now.
type keys struct {
	path string
	log  func(string, ...any)

	mu     sync.Mutex
	looked time.Time
	seen   os.FileInfo
	list   Tokens
}

// lookAgain is how long a token file is taken to be as it was.
const lookAgain = time.Second

// find finds who asks. A token file that cannot be read any more lets nobody in.
func (k *keys) find(secret string) (principal, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := time.Now()
	if k.path != "" && now.Sub(k.looked) >= lookAgain {
		k.looked = now
		k.reload()
	}
	return k.list.find(secret, now)
}

func (k *keys) reload() {
	info, err := os.Stat(k.path)
	if err == nil && k.seen != nil && os.SameFile(info, k.seen) && info.ModTime().Equal(k.seen.ModTime()) && info.Size() == k.seen.Size() {
		return
	}
	if k.seen, k.list = info, nil; err == nil {
		k.list, err = ReadTokens(k.path)
	}
	if err != nil {
		k.log("nobody is let in: %v", err)
	}
}
