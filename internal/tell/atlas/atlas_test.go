package atlas_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/atlas"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

func content(more ...evidence.Record) atlas.Content {
	records := append([]evidence.Record{}, more...)
	for _, a := range []evidence.Actor{{Name: "Alpha <b>", Ref: "t:1", Country: "CN"}, {Name: "Beta", Ref: "t:2", Country: "RU"}, {Name: "Gamma", Ref: "t:3", Country: "IR"}} {
		r := record(evidence.Alias, a, a.Name)
		records = append(records, r)
	}
	link := record(evidence.AccessHandover, evidence.Actor{Name: "Alpha <b>", Ref: "t:1", Country: "CN"}, "keys")
	link.Object, link.Consent, link.Basis, link.Disclosed = evidence.Actor{Name: "Beta", Ref: "t:2", Country: "RU"}, evidence.ConsentShown, evidence.Observed, evidence.MustInterval("2021-05-01")
	records = append(records, link.Seal())
	return atlas.Content{Held: assess.Input{Records: records, Tool: assess.Tool{Name: "cahoots", Seed: 1}, Notices: []string{"The licence of it"}}, Sources: document.Document{ID: "sources", Title: "Sources"}}
}

func record(class evidence.Class, who evidence.Actor, value string) evidence.Record {
	return evidence.Record{
		Class: class, Subject: who, Value: value, Status: evidence.Asserted, Citation: evidence.Citation{Publisher: "Press", Title: value},
		Origin: evidence.Origin{Dataset: "made", Object: who.Ref + value},
	}.Seal()
}

// read gives every file of a folder.
func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func made(t *testing.T, c atlas.Content, dir string) *atlas.Made {
	t.Helper()
	m, err := atlas.Write(t.Context(), c, dir)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheAtlasIsTheSameWhoeverMakesItAndWritesNoMoreThanItMust(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	first := made(t, content(), one)
	made(t, content(), two)
	a, b := read(t, one), read(t, two)
	for path := range a {
		if a[path] != b[path] {
			t.Errorf("%s differs", path)
		}
	}
	if len(a) != len(b) || first.Written != len(a) {
		t.Fatalf("%d and %d files, %d written", len(a), len(b), first.Written)
	}
	if again := made(t, content(), one); again.Written != 0 || again.Kept != first.Written {
		t.Errorf("a second time: %+v", again)
	}
	// A link of two others is their page, that of their states, and what lists all.
	other := record(evidence.SharedPublicTool, evidence.Actor{Name: "Gamma", Ref: "t:3", Country: "IR"}, "loader")
	other.Object = evidence.Actor{Name: "Beta", Ref: "t:2", Country: "RU"}
	made(t, content(other.Seal()), one)
	c := read(t, one)
	var changed []string
	for path := range c {
		if c[path] != a[path] {
			changed = append(changed, path)
		}
	}
	for _, path := range changed {
		if strings.Contains(path, "alpha") || strings.Contains(path, "CN-RU") || strings.HasPrefix(path, "assets/") {
			t.Errorf("%s is written anew: %v", path, changed)
		}
	}
	// What is no more is taken away, and nothing that the atlas did not make.
	if err := os.WriteFile(filepath.Join(one, "mine.html"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if back := made(t, content(), one); back.Removed == 0 {
		t.Errorf("nothing was taken away: %+v", back)
	}
	if d := read(t, one); len(d) != len(a)+1 {
		t.Errorf("%d files, want %d", len(d), len(a)+1)
	}
}

// What is marked is for its owner alone, as everything that is written.
func TestAnAtlasAboveClearIsForItsOwnerAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has other rights than these")
	}
	for _, ceiling := range []evidence.TLP{"", evidence.Green} {
		dir, c := filepath.Join(t.TempDir(), "atlas"), content()
		c.Ceiling = ceiling
		made(t, c, dir)
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if private := info.Mode()&0o077 == 0; private != (ceiling != "") {
				t.Errorf("%s: %s is %v", ceiling, path, info.Mode())
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestPagesLeadToEachOtherAndForeignNamesAreText(t *testing.T) {
	dir := t.TempDir()
	made(t, content(), dir)
	all := read(t, dir)
	if !strings.Contains(all["index.html"], "Alpha &lt;b&gt; and Beta") || !strings.Contains(all["index.html"], "The licence of it") {
		t.Errorf("%s", all["index.html"])
	}
	for path, text := range all {
		for _, href := range strings.Split(text, `href="`)[1:] {
			href, _, _ = strings.Cut(href, `"`)
			if strings.HasPrefix(href, "#") || strings.HasPrefix(href, "http") || strings.HasSuffix(path, ".js") || !strings.HasSuffix(path, ".html") {
				continue
			}
			if _, ok := all[filepath.ToSlash(filepath.Join(filepath.Dir(path), href))]; !ok {
				t.Errorf("%s leads to %s, which is not there", path, href)
			}
		}
	}
}
