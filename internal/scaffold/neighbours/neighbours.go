// Package neighbours finds the Python libraries of neighbouring tools to which
// tests hold what the program writes and says: stix2-validator, PyMISP,
// taxii2-client, medallion. It is for tests only, and not for anything the
// program does.
package neighbours

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Python returns an interpreter that has the module, and skips the test where
// there is none: that of CAHOOTS_TEST_PYTHON, that which "make neighbours" sets
// up below build, or python3.
func Python(t testing.TB, module string) string {
	t.Helper()
	for _, p := range []string{os.Getenv("CAHOOTS_TEST_PYTHON"), built(), "python3"} {
		if p != "" && exec.Command(p, "-c", "import "+module).Run() == nil {
			return p
		}
	}
	t.Skipf("no Python with module %s: run make neighbours, or name an interpreter in CAHOOTS_TEST_PYTHON", module)
	return ""
}

// built is the interpreter below build, "" where there is none.
func built() string {
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			p := filepath.Join(dir, "build", "neighbours", "bin", "python")
			if _, err := os.Stat(p); err == nil {
				return p
			}
			return ""
		}
		dir = filepath.Dir(dir)
	}
	return ""
}
