package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Role says what a principal may do.
type Role string

// The roles. An analyst may do what a reader may, and ask new questions.
const (
	Reader  Role = "reader"
	Analyst Role = "analyst"
)

// A Principal is who asks: what they may do and the strictest marking they may
// see.
type Principal struct {
	Name    string
	Role    Role
	Ceiling evidence.TLP
}

// May reports whether something of the marking may be shown to p. What carries
// no marking counts as CLEAR.
func (p Principal) May(marking evidence.TLP) bool { return marking.Compare(p.Ceiling) <= 0 }

// A Token is one entry of a token file. The token itself is kept nowhere: it
// holds 256 random bits, so that its SHA-256 cannot be guessed from.
type Token struct {
	Name    string       `json:"name"`
	Role    Role         `json:"role"`
	Ceiling evidence.TLP `json:"ceiling"`
	SHA256  string       `json:"sha256"` // of the token, hexadecimal
	Created time.Time    `json:"created"`
}

const tokenPrefix = "cahoots_"

// maxTokens is the largest token file that is read, in entries.
const maxTokens = 10_000

// NewToken makes a token and its entry.
func NewToken(name string, role Role, ceiling evidence.TLP, now time.Time) (secret string, entry Token, err error) {
	if err := (Token{Name: name, Role: role, Ceiling: ceiling}).check(); err != nil {
		return "", Token{}, err
	}
	b := make([]byte, 32)
	rand.Read(b) // never fails: crypto/rand ends the program instead
	secret = tokenPrefix + base64.RawURLEncoding.EncodeToString(b)
	return secret, Token{Name: name, Role: role, Ceiling: ceiling, SHA256: digest(secret), Created: now.UTC().Truncate(time.Second)}, nil
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
	case t.Role != Reader && t.Role != Analyst:
		return fmt.Errorf("role %q is unknown; use reader or analyst", t.Role)
	case err != nil || ceiling != t.Ceiling || t.Ceiling == "":
		return fmt.Errorf("ceiling %q is not a TLP label; use CLEAR, GREEN, AMBER, AMBER+STRICT or RED", t.Ceiling)
	}
	return nil
}

// Tokens are the entries of a token file.
type Tokens []Token

// ReadTokens reads a token file: a JSON array of [Token]. A file that others
// than its owner may read is refused where the system knows of owners, since
// it says who may see what.
func ReadTokens(path string) (Tokens, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading tokens: %w", err)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
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

// AddToken adds an entry to a token file, making the file where there is none.
func AddToken(path string, t Token) error {
	ts, err := ReadTokens(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, o := range ts {
		if o.Name == t.Name {
			return fmt.Errorf("token file %s has a token %q already: choose another name, or remove its entry", path, t.Name)
		}
	}
	b, err := json.MarshalIndent(append(ts, t), "", "  ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".tokens-*") // mode 0600
	if err != nil {
		return fmt.Errorf("writing tokens: %w", err)
	}
	_, err = f.Write(append(b, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("writing tokens to %s: %w", path, err)
	}
	return nil
}

// find compares with every entry, so that the time tells nothing.
func (ts Tokens) find(secret string) (Principal, bool) {
	sum := []byte(digest(secret))
	var found Principal
	ok := false
	for _, t := range ts {
		if subtle.ConstantTimeCompare(sum, []byte(strings.ToLower(t.SHA256))) == 1 {
			found, ok = Principal{Name: t.Name, Role: t.Role, Ceiling: t.Ceiling}, true
		}
	}
	return found, ok
}

// secretOf takes the token from "Authorization: Bearer", or from the password
// of HTTP Basic authentication, which a browser can ask for.
func secretOf(r *http.Request) string {
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(secret)
}

type principalKey struct{}

// PrincipalOf is who asks; the zero Principal, which may see only what is
// CLEAR, where the request came through no server of this package.
func PrincipalOf(ctx context.Context) Principal {
	p, _ := ctx.Value(principalKey{}).(Principal)
	return p
}

// authenticate finds the principal of a request, or refuses it.
func (s *Server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := s.local
		if len(s.config.Tokens) > 0 {
			var ok bool
			if p, ok = s.config.Tokens.find(secretOf(r)); !ok {
				w.Header().Add("WWW-Authenticate", `Bearer realm="cahoots"`)
				w.Header().Add("WWW-Authenticate", `Basic realm="cahoots", charset="UTF-8"`)
				refuse(w, r, http.StatusUnauthorized, "a token is needed: send it as Authorization: Bearer TOKEN, or as the password in a browser")
				return
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), principalKey{}, p)))
	})
}
