package stixevidence

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

type outcome struct {
	records []evidence.Record
	bad     []*source.RecordError
	sum     source.Summary
	err     error
}

// read drains a reader and holds every record to evidence.Validate.
func read(t testing.TB, r io.Reader) outcome {
	t.Helper()
	return readWith(t, r, source.Options{})
}

func readAs(t *testing.T, text, publisher, country string) outcome {
	t.Helper()
	return readWith(t, strings.NewReader(text), source.Options{Publisher: publisher, PublisherCountry: country})
}

func readWith(t testing.TB, r io.Reader, opt source.Options) outcome {
	t.Helper()
	var out outcome
	reader, err := Format.Open(t.Context(), r, source.Info{Name: "test.json"}, opt)
	if err != nil {
		t.Fatal(err)
	}
	out.err = source.All(reader, func(rec evidence.Record) error {
		if err := rec.Validate(); err != nil {
			t.Errorf("%s: %v", rec.Origin.Object, err)
		}
		if rec.ID == "" || rec.Seal().ID != rec.ID {
			t.Errorf("%s: record is not sealed", rec.Origin.Object)
		}
		out.records = append(out.records, rec)
		return nil
	}, func(bad *source.RecordError) { out.bad = append(out.bad, bad) })
	out.sum = reader.Summary()
	return out
}

func first[T any](list []T) any {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func counts(t *testing.T, out outcome, want map[string]int) {
	t.Helper()
	for kind, n := range want {
		if got := out.sum.Counts[kind]; got != n {
			t.Errorf("%s: %d, want %d", kind, got, n)
		}
	}
}

// The counts are those of the live objects of the published files.
func TestAttackGivesThePublishedCounts(t *testing.T) {
	for _, c := range []struct {
		file, dataset, version string
		objects                int
		want                   map[string]int
	}{
		{"attack/enterprise-attack-18.1.stix20.json.xz", "attack-enterprise", "", 24771, map[string]int{
			"intrusion-set": 172, "intrusion-set uses attack-pattern": 4362, "intrusion-set uses malware": 647,
			"intrusion-set uses tool": 457, "campaign, dated": 52, "campaign attributed-to intrusion-set": 25}},
		{"attack/ics-attack-18.1.stix21.json.xz", "attack-ics", "18.1", 1826, map[string]int{
			"intrusion-set": 14, "intrusion-set uses attack-pattern": 20, "intrusion-set uses malware": 16,
			"campaign, dated": 7, "campaign attributed-to intrusion-set": 5}},
		{"attack/mobile-attack-17.1.stix21.json.xz", "attack-mobile", "17.1", 2148, map[string]int{
			"intrusion-set": 15, "intrusion-set uses attack-pattern": 29, "intrusion-set uses malware": 13,
			"campaign, dated": 3, "campaign attributed-to intrusion-set": 1}},
	} {
		t.Run(c.dataset, func(t *testing.T) {
			out := read(t, bytes.NewReader(publicdata.Read(t, c.file)))
			if out.err != nil || len(out.bad) > 0 {
				t.Fatalf("error %v, %d rejected, first %v", out.err, len(out.bad), first(out.bad))
			}
			counts(t, out, c.want)
			accounted(t, out)
			s := out.sum
			if s.Dataset != c.dataset || s.Version != c.version || s.Objects != c.objects || !strings.Contains(s.License, "The MITRE Corporation") {
				t.Errorf("%q %q, %d objects, licence %q", s.Dataset, s.Version, s.Objects, s.License)
			}
			if c.dataset == "attack-enterprise" {
				enterprise(t, out)
			}
		})
	}
}

// enterprise checks single statements of the enterprise matrix.
func enterprise(t *testing.T, out outcome) {
	aliases := map[string]evidence.Record{}
	direct := map[evidence.Class]int{}
	citations := 0
	for _, r := range out.records {
		if r.Class == evidence.Alias && r.Subject.Ref == "attack:G0007" {
			aliases[r.Value] = r
		}
		if r.Event == "" {
			direct[r.Class]++
		}
		if r.Class == evidence.Campaign && r.Value == "Operation Dream Job" {
			if r.Activity.String() != "2019-09/2020-08" || r.Event != "attack:C0022" || r.Subject.Ref != "attack:G0032" {
				t.Errorf("Operation Dream Job: %+v", r)
			}
		}
		if (r.Class == evidence.UsesSoftware || r.Class == evidence.UsesTechnique) && r.ValueRef == "" {
			t.Errorf("%s has no external id", r.Origin.Object)
		}
		if !r.Disclosed.IsZero() {
			citations++
		}
		if r.Disclosed.From.Year() > 2025 {
			t.Errorf("%s is disclosed %s", r.Origin.Object, r.Disclosed)
		}
	}
	if direct[evidence.UsesTechnique] != 4362 || direct[evidence.UsesSoftware] != 647+457 {
		t.Errorf("direct uses: %v", direct)
	}
	for name, coiner := range map[string]string{"APT28": "", "Fancy Bear": "", "Forest Blizzard": "Microsoft", "FROZENLAKE": "Google", "GruesomeLarch": "Volexity", "Group 74": "Cisco Talos", "G0007": ""} {
		r, ok := aliases[name]
		if !ok || r.Coiner != coiner || r.Citation.Publisher != "MITRE ATT&CK" || r.Citation.PublisherCountry != "US" {
			t.Errorf("alias %s: %v, coiner %q, want %q, citation %+v", name, ok, r.Coiner, coiner, r.Citation)
		}
	}
	if citations < 5000 {
		t.Errorf("%d records carry a date of disclosure", citations)
	}
}

func TestOrderOfObjectsDoesNotMatter(t *testing.T) {
	data := publicdata.Read(t, "attack/ics-attack-18.1.stix21.json.xz")
	var bundle struct {
		Objects []json.RawMessage `json:"objects"`
	}
	if err := json.Unmarshal(data, &bundle); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(bundle.Objects)
	reversed, err := json.Marshal(map[string]any{"objects": bundle.Objects, "type": "bundle", "id": id("bundle", 1)})
	if err != nil {
		t.Fatal(err)
	}
	ids := func(b []byte) (list []evidence.ID) {
		for _, r := range read(t, bytes.NewReader(b)).records {
			list = append(list, r.ID)
		}
		slices.Sort(list)
		return list
	}
	if a, b := ids(data), ids(reversed); len(a) == 0 || !slices.Equal(a, b) {
		t.Errorf("%d and %d records, not the same", len(a), len(b))
	}
}

func TestExamplesOfTheStandardRead(t *testing.T) {
	root := filepath.Dir(publicdata.Path(t, "suites/stix21/LICENSE"))
	files := 0
	err := filepath.WalkDir(filepath.Join(root, "examples"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		out := read(t, bytes.NewReader(b))
		accounted(t, out)
		if ok, why := sniff(b, path); !ok || out.err != nil || len(out.bad) > 0 {
			t.Errorf("%s: recognised %v (%s), error %v, rejected %v", path, ok, why, out.err, first(out.bad))
		}
		if strings.HasSuffix(path, "apt1.json") {
			counts(t, out, map[string]int{"threat-actor": 5, "intrusion-set attributed-to threat-actor": 3, "threat-actor uses malware": 4})
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Fatal(files, err)
	}
}

// identity_unicode.json is in the folder of invalid examples, but nothing is
// wrong with it: it is there for readers that mistake UTF-8.
func TestInvalidExamplesAreRefusedWithTheReason(t *testing.T) {
	for name, want := range map[string]string{
		"invalid_braces.json":    "not recognised: stix: does not begin with { or [",
		"invalid_comma.json":     "line 9: expected a member name, found '}'",
		"invalid_identity.json":  "test/modified: is missing; every object needs it",
		"invalid_timestamp.json": "test/modified: is before created",
		"identity_unicode.json":  "",
	} {
		path := publicdata.Path(t, "suites/stix21-invalid/"+name)
		var got string
		in, err := source.File(path).Open(t.Context(), []source.Format{Format}, "", source.Options{})
		if err == nil {
			err = source.All(in, func(evidence.Record) error { return nil }, func(bad *source.RecordError) {
				if bad.Line != 1 || bad.Object == "" {
					t.Errorf("%s: no place in %+v", name, bad)
				}
				got = "test" + strings.TrimPrefix(bad.Path, "/0") + ": " + bad.Why
			})
			in.Close()
		}
		if err != nil {
			got = err.Error()
		}
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestWhatIsNotSTIXIsNotRecognised(t *testing.T) {
	for head, want := range map[string]bool{
		`{"type": "bundle", "objects": []}`:                                           true,
		`{"more":false,"objects":[{"id":"tool--8c6af861-7b20-41ef-9b59-6344fd872a8f"`: true,
		`[{"id" : "tool--8c6af861-7b20-41ef-9b59-6344fd872a8f"`:                       true,
		`{"Event":{"id":"1","uuid":"8c6af861-7b20-41ef-9b59-6344fd872a8f"}}`:          false,
		`{"values":[{"value":"APT1","uuid":"8c6af861-7b20-41ef-9b59-6344fd872a8f"}]}`: false,
		"id,name\n1,2": false,
		"":             false,
	} {
		if ok, why := sniff([]byte(head), "x"); ok != want || !ok && why == "" {
			t.Errorf("%s: %v (%s)", head, ok, why)
		}
	}
}

func TestBrokenStreamsAreErrors(t *testing.T) {
	whole := `{"type":"bundle","objects":[` + maker + "," + obj("intrusion-set", 1) + "]}"
	for _, cut := range []int{len(whole) - 1, len(whole) - 2, len(whole) / 2, 30} {
		if out := read(t, strings.NewReader(whole[:cut])); out.err == nil || !strings.Contains(out.err.Error(), "truncated") || len(out.records) > 0 {
			t.Errorf("cut at %d: error %v, %d records", cut, out.err, len(out.records))
		}
	}
	if out := read(t, strings.NewReader(strings.Replace(whole, `"bundle",`, `"bundle","spec_version":"1.2",`, 1))); out.err == nil || !strings.Contains(out.err.Error(), `"1.2"`) {
		t.Errorf("STIX 1: error %v", out.err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := Format.Open(ctx, strings.NewReader(whole), source.Info{}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(`{"type":"bundle","objects":[` + strings.Join([]string{maker, obj("intrusion-set", 1), obj("campaign", 1, `"first_seen":"2022-01-01T04:00:00Z"`), obj("tool", 1),
		rel(1, id("intrusion-set", 1), "uses", id("tool", 1), `"description":"x (Citation: R)","external_references":[{"source_name":"R","description":"A. (2020, June 1). B. Retrieved May 2, 2021.","url":"https://x.example"}]`),
		rel(2, id("campaign", 1), "attributed-to", id("intrusion-set", 1)), rel(3, id("tool", 1), "revoked-by", id("tool", 1))}, ",") + "]}"))
	f.Add([]byte(obj("intrusion-set", 1)))
	f.Add([]byte(`{"type":"bundle"}`))
	f.Add([]byte(`[{"type":"marking-definition","id":"` + id("marking-definition", 1) + `","created":"2022-01-01T00:00:00Z","definition":{"tlp":"amber"}}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		out := read(t, bytes.NewReader(b))
		if out.err == nil {
			accounted(t, out)
		}
	})
}
