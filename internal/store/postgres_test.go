package store_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cahoots-project/cahoots/internal/scaffold/postgres"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/store"
)

// server gives the stores that tests make, where it is not nil.
var server *postgres.Server

// What holds of a store in a file holds of one on a server, by the same tests.
func TestTheSameHoldsOnAServer(t *testing.T) {
	server = postgres.Start(t)
	defer func() { server = nil }()
	for name, test := range map[string]func(*testing.T){
		"second ingest": TestSecondIngestOfTheSameInputSaysSoAndAddsNothing, "found twice": TestRecordFoundTwiceIsKeptOnceWhateverTheOrder,
		"joined": TestJoinedStoresHoldWhatOneStoreHolds, "maps": TestMapsThatContradictOneAnotherAreRefused,
	} {
		t.Run(name, test)
	}
	t.Run("a file taken in", fileTakenIn)
	t.Run("refused", refusedOfServers)
	t.Run("rights", rightsOnServers)
}

// A store of a file that a server takes in is there as it was in the file.
func fileTakenIn(t *testing.T) {
	path := written(t, 300)
	file, err := store.Open(t.Context(), path, store.AsItIs())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	address, schema := server.Schema(t)
	s := open(t, address)
	merge(t, s, file)
	if d := cmp.Diff(held(t, file), held(t, s), alike, cmp.AllowUnexported(sighting.Map{})); d != "" {
		t.Error(d)
	}
	server.Exec(t, "UPDATE "+schema+".record SET begins = begins + 1 WHERE line = 7")
	server.Exec(t, "DELETE FROM "+schema+".input")
	var damaged *store.DamagedError
	if _, err := s.Check(t.Context()); !errors.As(err, &damaged) || damaged.More < 200 {
		t.Errorf("%v", err)
	}
	server.Exec(t, "UPDATE "+schema+".cahoots_store SET version = 99")
	var newer *store.NewerError
	if _, err := store.Open(t.Context(), address); !errors.As(err, &newer) {
		t.Errorf("%v", err)
	}
	if _, err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "b")); err == nil || !strings.Contains(err.Error(), "pg_dump") {
		t.Errorf("%v", err)
	}
}

// A role that may only read reads, one that may write no more than rows writes, and
// neither needs to own a table.
func rightsOnServers(t *testing.T) {
	address, schema := server.Schema(t)
	ingest(t, open(t, address), input("a"), summary, series(3)...)
	for role, may := range map[string]string{"reader": "SELECT", "writer": "SELECT, INSERT, UPDATE, DELETE"} {
		server.Exec(t, "CREATE ROLE "+role+" LOGIN; GRANT USAGE ON SCHEMA "+schema+" TO "+role+"; GRANT "+may+" ON ALL TABLES IN SCHEMA "+schema+" TO "+role)
	}
	reader, writer := open(t, postgres.As("reader", address), store.Existing()), open(t, postgres.As("writer", address))
	if n := len(all(t, reader, store.Filter{})); n != 3 {
		t.Errorf("%d records", n)
	}
	if _, err := reader.Ingest(t.Context(), input("b")); err == nil || !strings.Contains(err.Error(), "the role may not do that") {
		t.Errorf("%v", err)
	}
	ingest(t, writer, input("b"), summary, series(5)...)
	clean(t, writer)
	clean(t, reader)
}

func refusedOfServers(t *testing.T) {
	address, schema := server.Schema(t)
	if _, err := store.Open(t.Context(), address, store.Existing()); !errors.Is(err, store.ErrNoStore) {
		t.Errorf("%v", err)
	}
	server.Exec(t, "CREATE TABLE "+schema+".theirs (x int)")
	if _, err := store.Open(t.Context(), address); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("%v", err)
	}
	for _, secret := range []string{"postgres://me:hunter2@127.0.0.1:1/x", "postgres://me@127.0.0.1:1/x?password=hunter2"} {
		if _, err := store.Open(t.Context(), secret); err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "PGPASSFILE") {
			t.Errorf("%v", err)
		}
	}
	t.Setenv("PGPASSWORD", "hunter2")
	if _, err := store.Open(t.Context(), "postgres://me@127.0.0.1:1/x?connect_timeout=1"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%v", err)
	}
}
