// Package publicdata finds the public data sets that tests read and the
// repository never contains, in ../shared/data beside the repository. It is for
// tests and benchmarks, and not for anything the program does.
package publicdata

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"
)

// Path returns the path of a file of the data folder, such as
// "misp/galaxy-threat-actor.json.xz", and skips the test where it is absent.
func Path(t testing.TB, rel string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Skipf("public data %s: no go.mod above the test", rel)
		}
		dir = parent
	}
	path := filepath.Join(dir, "..", "shared", "data", filepath.FromSlash(rel))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("public data %s is absent; see docs/data.md for where it comes from", rel)
	}
	return path
}

// Read returns the content of a data file, decompressed where its name ends in
// ".xz".
func Read(t testing.TB, rel string) []byte {
	t.Helper()
	f, err := os.Open(Path(t, rel))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(rel, ".xz") {
		if r, err = xz.NewReader(bufio.NewReader(f)); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Plain returns the path of a decompressed copy of an .xz data file.
func Plain(t testing.TB, rel string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), strings.TrimSuffix(filepath.Base(rel), ".xz"))
	if err := os.WriteFile(path, Read(t, rel), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
