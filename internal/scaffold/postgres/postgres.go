// Package postgres runs a PostgreSQL server for the time of a test, where one is
// installed or CAHOOTS_POSTGRES names one; else it skips the test with a message.
//
// It is for tests, and not for the program, which starts no server.
package postgres

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// A Server gives schemas that hold nothing.
type Server struct {
	db      *sql.DB
	address url.URL
	made    atomic.Int64
}

// Start runs a server until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	address := os.Getenv("CAHOOTS_POSTGRES")
	if address == "" {
		address = started(t)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{address: *u}
	if s.db, err = sql.Open("pgx", address); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.db.Close() })
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if err = s.db.PingContext(t.Context()); err == nil {
			return s
		}
		if time.Now().After(deadline) {
			t.Fatalf("PostgreSQL does not answer: %v", err)
		}
	}
}

// started runs the server that is installed, on a socket in a folder of its own.
func started(t testing.TB) string {
	t.Helper()
	bin, err := binaries()
	if err != nil {
		t.Skip("PostgreSQL is not installed (Debian: apt-get install postgresql) and CAHOOTS_POSTGRES names no server: stores on a server are not tested")
	}
	dir, err := os.MkdirTemp("", "cahoots-pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	as, err := unprivileged(dir)
	if err != nil {
		t.Skipf("PostgreSQL does not run as root, and there is no user for it: %v", err)
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "cahoots", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = as, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v: %s", err, out)
	}
	run := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=32MB")
	run.SysProcAttr, run.Dir = as, dir
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = run.Process.Signal(os.Interrupt) // a fast shutdown
		_ = run.Wait()
	})
	return (&url.URL{Scheme: "postgres", User: url.User("cahoots"), Path: "/postgres", RawQuery: url.Values{"host": {dir}, "sslmode": {"disable"}}.Encode()}).String()
}

// binaries is the folder of the newest server that is installed.
func binaries() (string, error) {
	if p, err := exec.LookPath("initdb"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil {
			return filepath.Dir(p), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", os.ErrNotExist
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// Schema makes a schema that holds nothing, and returns its address and its name.
func (s *Server) Schema(t testing.TB) (address, name string) {
	t.Helper()
	name = fmt.Sprintf("test_%d_%d", os.Getpid(), s.made.Add(1))
	if _, err := s.db.ExecContext(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("CAHOOTS_POSTGRES") != "" {
		t.Cleanup(func() { _, _ = s.db.Exec("DROP SCHEMA " + name + " CASCADE") })
	}
	u := s.address
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String(), name
}

// As is the address of a schema for another role.
func As(role, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.User = url.User(role)
	return u.String()
}

// Exec changes the database behind the back of the program.
func (s *Server) Exec(t testing.TB, statement string) {
	t.Helper()
	if _, err := s.db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
