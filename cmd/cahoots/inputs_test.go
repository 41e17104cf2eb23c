package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/incident"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// diary is an input format as ARCHITECTURE.md says one is added: a package of its
// own (here: this file) that says how it is recognised and opened, and an entry in
// formats. Each line says who uses what.
var diary = source.Format{
	Name: "diary",
	Sniff: func(head []byte, _ string) (bool, string) {
		return bytes.HasPrefix(head, []byte("Dear diary")), "does not begin with Dear diary"
	},
	Open: func(_ context.Context, r io.Reader, in source.Info, _ source.Options) (source.Reader, error) {
		lines := bufio.NewScanner(r)
		lines.Scan()
		return &entries{lines: lines, in: in}, nil
	},
}

type entries struct {
	lines *bufio.Scanner
	in    source.Info
	sum   source.Summary
}

func (e *entries) Next() (evidence.Record, error) {
	if !e.lines.Scan() {
		return evidence.Record{}, cmp.Or(e.lines.Err(), io.EOF)
	}
	e.sum.Records++
	who, what, _ := strings.Cut(e.lines.Text(), " uses ")
	return evidence.Record{
		Class: evidence.UsesSoftware, Subject: evidence.Actor{Name: who}, Value: what,
		Citation: evidence.Citation{Publisher: "the writer", Locator: e.in.Name},
		Origin:   evidence.Origin{Dataset: "diary", Object: e.lines.Text()},
	}.Seal(), nil
}

func (e *entries) Summary() source.Summary { return e.sum }

// everythingOf is all that a file gives: its format, its records, what was refused
// and the account, or why it is not read.
func everythingOf(t *testing.T, path string, formats []source.Format, o readOptions) string {
	t.Helper()
	var b strings.Builder
	err := source.Members(t.Context(), path, o.source, func(m source.Member) error {
		in, err := m.Open(t.Context(), formats, o.as, o.source)
		if err != nil {
			return err
		}
		defer in.Close()
		fmt.Fprintln(&b, in.Format())
		for {
			r, err := in.Next()
			var bad *source.RecordError
			switch {
			case errors.Is(err, io.EOF):
				return json.NewEncoder(&b).Encode(in.Summary())
			case errors.As(err, &bad):
				fmt.Fprintln(&b, err)
			case err != nil:
				return err
			default:
				if err := json.NewEncoder(&b).Encode(r); err != nil {
					return err
				}
			}
		}
	})
	if err != nil {
		fmt.Fprintln(&b, err)
	}
	return b.String()
}

// ARCHITECTURE.md says that an input format is one entry of formats.
func TestANewInputFormatIsOneEntryAndChangesNothingOfAnother(t *testing.T) {
	dir := t.TempDir()
	newCorpus(3).write(t, dir, evidence.Undecided)
	for name, text := range map[string]string{
		"galaxy.json":   `{"name":"Threat Actor","type":"threat-actor","uuid":"00000000-0000-4000-8000-000000000077","version":1,"description":"d","source":"s","authors":["a"],"category":"actor","values":[{"value":"Alpha Heron","uuid":"00000000-0000-4000-8000-000000000078","meta":{"country":"RU"}}]}`,
		"manifest.json": `{"00000000-0000-4000-8000-000000000079":{"info":"x","date":"2020-01-01","timestamp":"1","Orgc":{"name":"o"}}}`,
		"diary.txt":     "Dear diary,\nAlpha Heron uses Lathe\nBeta Heron uses Lathe\n",
		"unknown.bin":   "\x01\x02\x03",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	columns, err := os.ReadFile(filepath.Join(dir, "map.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	met := map[string]bool{}
	for _, name := range []string{"evidence.json", "events.json", "later.json", "case.yaml", "galaxy.json", "manifest.json", "rows.csv"} {
		o := readOptions{}
		if name == "rows.csv" {
			o.as, o.source.Map = incident.Format.Name, columns
		}
		want := everythingOf(t, filepath.Join(dir, name), intake.Formats(), o)
		met[strings.SplitN(want, "\n", 2)[0]] = true
		for place := range len(intake.Formats()) + 1 {
			if got := everythingOf(t, filepath.Join(dir, name), slices.Insert(intake.Formats(), place, diary), o); got != want {
				t.Errorf("%s with another format at place %d: %s", name, place, differing(got, want))
			}
		}
	}
	for _, f := range intake.Formats() {
		if f.Name != "misp-feed" && !met[f.Name] { // an index, from which nothing is read
			t.Errorf("no file of format %s was tried: %v", f.Name, met)
		}
	}
	for place := range len(intake.Formats()) + 1 {
		with := slices.Insert(intake.Formats(), place, diary)
		for _, as := range []string{"", "diary"} {
			got := everythingOf(t, filepath.Join(dir, "diary.txt"), with, readOptions{as: as})
			if !strings.HasPrefix(got, "diary\n") || strings.Count(got, `"class":"uses-software"`) != 2 {
				t.Errorf("a diary at place %d is read as %s", place, got)
			}
		}
		if got := everythingOf(t, filepath.Join(dir, "unknown.bin"), with, readOptions{}); !strings.Contains(got, "diary: does not begin with Dear diary") {
			t.Errorf("what is not recognised does not say what a diary needs: %s", got)
		}
	}
}
