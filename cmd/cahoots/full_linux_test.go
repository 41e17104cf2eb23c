package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// On a full disk no verb that writes says it is done, and every file, the store
// too, is what it was.
func TestOnAFullDiskTheOldFilesStand(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=6m"); err != nil {
		t.Skipf("a small file system cannot be mounted here (%v)", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	db, file, tokens, out := filepath.Join(dir, "s.db"), filepath.Join(elsewhere, "case.yaml"), filepath.Join(dir, "tokens.json"), filepath.Join(dir, "out")
	cahoots(t, exitDone, "demo", "-q", "-o", filepath.Join(elsewhere, "x"), "--export", file)
	cahoots(t, exitDone, "ingest", "-q", "-o", filepath.Join(elsewhere, "x"), "--db", db, file)
	cahoots(t, exitDone, "serve", "token", "-q", "--tokens", tokens, "--name", "first")
	kept, err := os.ReadFile(tokens)
	if err != nil {
		t.Fatal(err)
	}
	const old = "what was there"
	if err := os.WriteFile(out, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	filler, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{1 << 16, 1 << 12, 1} {
		for err == nil {
			_, err = filler.Write(make([]byte, size))
		}
		err = nil
	}
	filler.Close()
	big := filepath.Join(elsewhere, "big.yaml")
	text, err := os.ReadFile(file)
	if err != nil || os.WriteFile(big, bytes.Replace(text, []byte("\n  id: "), []byte("\n  id: other-"), 1), 0o600) != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"sources", "-o", out}, {"assess", "--a", "CN", "--b", "RU", "-o", out}, {"assess", "--a", "CN", "--b", "RU", "--format", "html", "-o", out},
		{"dyads", "-o", out}, {"export", "--to", "stix", "-o", out}, {"export", "--to", "parquet", "-o", out}, {"demo", "-o", out}, {"demo", "--export", out},
		{"licences", "-o", out}, {"check", file, "-o", out}, {"backup", filepath.Join(dir, "b.db")}, {"serve", "token", "--tokens", tokens, "--name", "second"},
		{"simulate", "telemetry", "--events", "1000", "--out", filepath.Join(dir, "sim")}, {"ingest", big}, {"assess", "--a", "CN", "--b", "RU", "--save"},
	} {
		var o, e bytes.Buffer
		status := Run(context.Background(), append(args, "--db", db), Streams{In: strings.NewReader(""), Out: &o, Err: &e}, func(string) string { return "" })
		if status == exitDone {
			t.Errorf("%v says it is done", args)
		}
		if b, err := os.ReadFile(out); err != nil || string(b) != old {
			t.Fatalf("%v: the old file holds %.80q (%v)", args, b, err)
		}
		if b, err := os.ReadFile(tokens); err != nil || !bytes.Equal(b, kept) {
			t.Fatalf("%v: the tokens are %.80q (%v)", args, b, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "b.db")); err == nil {
		t.Error("half a backup has its name")
	}
	if err := os.Remove(filler.Name()); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	cahoots(t, exitDone, "check", "--deep", "-o", filepath.Join(elsewhere, "x"), "--db", db)
}
