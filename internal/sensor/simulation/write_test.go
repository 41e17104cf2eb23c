package simulation_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/sensor/simulation"
)

func write(t *testing.T, preset string, events int64, seed uint64) (string, *simulation.Made, simulation.Figures) {
	t.Helper()
	p, err := simulation.Find(preset)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	made, err := simulation.Write(t.Context(), dir, p, events, seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f simulation.Figures
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	return dir, made, f
}

// digest sums up every file of a folder, names included.
func digest(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path) // of a folder it was found in
		h.Write([]byte(name))
		h.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	a, _, _ := write(t, "telecom-week", 20_000, 5)
	b, _, _ := write(t, "telecom-week", 20_000, 5)
	c, _, _ := write(t, "telecom-week", 20_000, 6)
	if digest(t, a) != digest(t, b) {
		t.Error("the same preset, events and seed gave other bytes")
	}
	if digest(t, a) == digest(t, c) {
		t.Error("another seed gave the same bytes")
	}
}

func TestAsManyLinesAreWrittenAsWereAskedFor(t *testing.T) {
	for _, events := range []int64{20_000, 50_001} {
		dir, made, f := write(t, "telecom-week", events, 5)
		var lines, bytes int64
		for _, name := range made.Logs {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			bytes += int64(len(b))
			for l := range strings.Lines(string(b)) {
				if !strings.HasPrefix(l, "#") {
					lines++
				}
			}
			if !strings.Contains(name, "synthetic") {
				t.Errorf("log %s does not say that it is synthetic", name)
			}
		}
		if lines != events || made.Events != events || made.Bytes != bytes || made.Planted != f.Totals.Events {
			t.Errorf("%d lines of %d asked for, %d bytes, made %+v, truth %+v", lines, events, bytes, made, f.Totals)
		}
	}
}

// The preset is shaped like what was published of 2023: groups affiliated to
// states had a fifth of the incidents, Chinese ones were seen on 20 to 40 systems
// a day in September, which was their peak, and Lazarus on 10 to 20 a month.
func TestThePresetOf2023HasItsShape(t *testing.T) {
	for seed := range uint64(2) {
		_, _, f := write(t, "telecom-2023", 60_000, seed)
		for _, c := range f.Classes {
			if c.Class == "state-affiliated" && c.Share != 0.2 {
				t.Errorf("seed %d: state-affiliated groups had %v of the incidents", seed, c.Share)
			}
		}
		september := 0
		for _, d := range f.StateDays {
			in := strings.HasPrefix(d.Date, "2023-09")
			if d.State != "CN" {
				continue
			}
			if in {
				september++
			}
			if in && (d.Systems < 20 || d.Systems > 40) || !in && d.Systems >= 20 {
				t.Errorf("seed %d: %d systems on %s", seed, d.Systems, d.Date)
			}
		}
		if september != 30 {
			t.Errorf("seed %d: Chinese groups on %d days of September", seed, september)
		}
		months := 0
		for _, m := range f.GroupMons {
			if m.Group == "Lazarus Group" {
				if months++; m.Systems < 10 || m.Systems > 20 {
					t.Errorf("seed %d: Lazarus on %d systems in %s", seed, m.Systems, m.Month)
				}
			}
		}
		if months != 12 || f.NotInForce.Events == 0 || f.Unmapped.Systems == 0 {
			t.Errorf("seed %d: Lazarus in %d months, %+v, %+v", seed, months, f.NotInForce, f.Unmapped)
		}
	}
}

func TestWhatCannotBeMadeIsRefused(t *testing.T) {
	p, err := simulation.Find("telecom-week")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := simulation.Write(t.Context(), dir, p, 10, 1, nil); err == nil || !strings.Contains(err.Error(), "needs at least") {
		t.Errorf("too few events: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mine.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := simulation.Write(t.Context(), dir, p, 20_000, 1, nil); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("a folder with something in it: %v", err)
	}
	if _, err := simulation.Find("nothing"); err == nil || !strings.Contains(err.Error(), "telecom-2023") {
		t.Errorf("an unknown preset: %v", err)
	}
}

func BenchmarkWrite(b *testing.B) {
	p, err := simulation.Find("telecom-week")
	if err != nil {
		b.Fatal(err)
	}
	var made *simulation.Made
	for b.Loop() {
		if made, err = simulation.Write(b.Context(), filepath.Join(b.TempDir(), "x"), p, 200_000, 1, nil); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(made.Bytes)
	}
}
