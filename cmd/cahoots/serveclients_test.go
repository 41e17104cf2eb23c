package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// Where an authority is named, neither a token nor a certificate alone lets anybody
// in, nor a certificate of another authority.
func TestWithAnAuthorityATokenAloneLetsNobodyIn(t *testing.T) {
	dir := t.TempDir()
	held, err := store.Open(t.Context(), filepath.Join(dir, "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	own, stranger := authority(t, dir, "own"), authority(t, dir, "stranger")
	opt := serveOptions{cert: filepath.Join(dir, "own.pem"), key: filepath.Join(dir, "own.key"), clients: filepath.Join(dir, "own.pem")}
	secure, err := opt.secure()
	if err != nil {
		t.Fatal(err)
	}
	token, entry, err := server.NewToken("desk", server.Reader, evidence.Red, time.Now(), 0)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(server.Config{Store: held, Tokens: server.Tokens{entry}, Log: func(string, ...any) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(t.Context(), l, secure)
	for _, x := range []struct {
		name   string
		shown  []tls.Certificate
		token  string
		status int // 0: no connection
	}{
		{"both", []tls.Certificate{own}, token, 200}, {"a token alone", nil, token, 0}, {"a certificate alone", []tls.Certificate{own}, "", 401},
		{"a stranger's certificate and a token", []tls.Certificate{stranger}, token, 0},
	} {
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true, Certificates: x.shown}}}
		req, err := http.NewRequest("GET", "https://"+l.Addr().String()+"/api/v1/assessments", nil)
		if err != nil {
			t.Fatal(err)
		}
		if x.token != "" {
			req.Header.Set("Authorization", "Bearer "+x.token)
		}
		res, err := client.Do(req)
		status := 0
		if err == nil {
			status = res.StatusCode
			res.Body.Close()
		}
		if status != x.status {
			t.Errorf("%s: %d, want %d (%v)", x.name, status, x.status, err)
		}
	}
	empty := filepath.Join(dir, "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	opt.clients = empty
	if _, err := opt.secure(); err == nil {
		t.Error("a file without an authority is one")
	}
}

// authority makes an authority that is its own only client, and files of it.
func authority(t *testing.T, dir, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pair := [][]byte{pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})}
	err = firstOf(os.WriteFile(filepath.Join(dir, name+".pem"), pair[0], 0o600), os.WriteFile(filepath.Join(dir, name+".key"), pair[1], 0o600))
	if err != nil {
		t.Fatal(err)
	}
	c, err := tls.X509KeyPair(pair[0], pair[1])
	if err != nil {
		t.Fatal(err)
	}
	return c
}
