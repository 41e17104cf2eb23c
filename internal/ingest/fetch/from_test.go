package fetch_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/cahoots-project/cahoots/internal/ingest/fetch"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

func TestFromFolderNeedsNoNetwork(t *testing.T) {
	body := bundle(5000)
	s := serve(t, func(int, http.ResponseWriter, *http.Request) {})
	carried := options(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "enterprise-attack.json"), body, 0o600); err != nil {
		t.Fatal(err)
	}
	carried.From = dir
	got, err := get(t, s, carried)
	want(t, got, err, fetch.Copied, body)

	// The cache of one machine is the folder of another, receipts and all.
	next := options(t)
	next.From = carried.CacheDir
	got, err = get(t, s, next)
	want(t, got, err, fetch.Copied, body)

	var r fetch.Receipt
	raw, err := os.ReadFile(got.Path + ".receipt")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &r); err != nil || r != got.Receipt {
		t.Errorf("receipt %s (%v), want %+v", raw, err, got.Receipt)
	}
	if err := os.WriteFile(got.Path, bundle(6000), 0o600); err != nil {
		t.Fatal(err)
	}
	third := options(t)
	third.From = next.CacheDir
	_, err = get(t, s, third)
	refused(t, third, err, "its receipt says")

	third.From = t.TempDir()
	_, err = get(t, s, third)
	refused(t, third, err, third.From, "https://publisher.example/")
	if err := os.WriteFile(filepath.Join(third.From, "enterprise-attack.json"), []byte("<html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = get(t, s, third)
	refused(t, third, err, "a web page")
	third.MaxBytes = 3
	_, err = get(t, s, third)
	refused(t, third, err, "larger than the 3 bytes")
	s.asked(t, 0)
}

func TestRealDataPassesTheChecksOfTheTable(t *testing.T) {
	for file, rel := range map[string]string{
		"attack/ics-attack.json":                  "attack/ics-attack-18.1.stix21.json.xz",
		"attack/mobile-attack.json":               "attack/mobile-attack-17.1.stix21.json.xz",
		"misp-galaxy/galaxy-threat-actor.json":    "misp/galaxy-threat-actor.json.xz",
		"misp-galaxy/galaxy-tool.json":            "misp/galaxy-tool.json.xz",
		"eurepoc/EuRepoC_Global_Database_1.1.csv": "incidents/EuRepoC_Global_Database_1.1.csv.xz",
		"cfr/cyber-operations-incidents.csv":      "incidents/cfr-cyber-operations-2022.csv.xz",
	} {
		t.Run(file, func(t *testing.T) {
			name, base := filepath.Split(file)
			src, err := fetch.Find(filepath.Clean(name))
			if err != nil {
				t.Fatal(err)
			}
			src.Files = slices.DeleteFunc(slices.Clone(src.Files), func(f fetch.File) bool { return f.Name != base })
			opt := options(t)
			opt.From = t.TempDir()
			if err := os.WriteFile(filepath.Join(opt.From, base), publicdata.Read(t, rel), 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := fetch.Get(t.Context(), src, opt); err != nil || len(got) != 1 {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
}

func TestFilesAreFoundUnderTheNamesThatReleasesAndBrowsersGive(t *testing.T) {
	body := bundle(5000)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	s := serve(t, func(int, http.ResponseWriter, *http.Request) {})
	for name, b := range map[string][]byte{
		"enterprise-attack-18.1.json": body, "enterprise-attack (1).json": body, "Enterprise-Attack_v17.json": body, "enterprise-attack.json.gz": packed.Bytes(), "enterprise-attack-18.1.json.gz": packed.Bytes(),
	} {
		opt := options(t)
		opt.From = t.TempDir()
		if err := os.WriteFile(filepath.Join(opt.From, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := get(t, s, opt)
		if want(t, got, err, fetch.Copied, body); filepath.Base(got.Path) != "enterprise-attack.json" {
			t.Errorf("%s lies in the cache as %s", name, got.Path)
		}
	}
	opt := options(t)
	opt.From = t.TempDir()
	for _, name := range []string{"enterprise-attack-17.0.json", "enterprise-attack-18.1.json", "enterprise-attack-notes.json"} {
		if err := os.WriteFile(filepath.Join(opt.From, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := get(t, s, opt)
	refused(t, opt, err, "enterprise-attack-17.0.json", "enterprise-attack-18.1.json", "several files")
}
