package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/marking"
	"github.com/cahoots-project/cahoots/internal/store"
)

// A history is what a maker published over the years: versions of its objects, of
// which any file holds some.
type history struct {
	rng     *rand.Rand
	objects map[string][]edition // by identifier, oldest first
	ends    map[string][]string  // of relationships
}

// An edition is a version of an object as JSON, and who may see it.
type edition struct {
	text  string
	level evidence.TLP
}

// newHistory draws a history, each version under one of the markings.
func newHistory(seed uint64, markings ...evidence.TLP) *history {
	h := &history{rng: rand.New(rand.NewPCG(seed, 1)), objects: map[string][]edition{}, ends: map[string][]string{}}
	id := func(typ string, n int) string { return fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", typ, n) }
	add := func(typ string, n int, more func(version int) string) string {
		versions := 1 + h.rng.IntN(3)
		for v := range versions {
			revoked := ""
			if v > 0 && v == versions-1 && h.rng.IntN(3) == 0 { // the last word on an object
				revoked = `,"revoked":true`
			}
			level := markings[h.rng.IntN(len(markings))]
			if level != "" {
				revoked += `,"object_marking_refs":["` + marking.TLPDefinition(level) + `"]`
			}
			h.objects[id(typ, n)] = append(h.objects[id(typ, n)], edition{level: level, text: fmt.Sprintf(`{"type":%q,"spec_version":"2.1","id":%q,"created":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:00:%02d.%03dZ","created_by_ref":%q%s%s}`,
				typ, id(typ, n), h.rng.IntN(3)+4*v, n, id("identity", 1), more(v), revoked)})
		}
		return id(typ, n)
	}
	var actors, things []string
	for n := range 3 {
		actors = append(actors, add("intrusion-set", n+1, func(v int) string { return fmt.Sprintf(`,"name":"Set %d","aliases":["Name %d of %d"]`, n, v, n) }))
		things = append(things, add("malware", n+1, func(v int) string { return fmt.Sprintf(`,"name":"Tool %d%c"`, n, 'a'+v) }))
	}
	event := add("campaign", 1, func(v int) string { return fmt.Sprintf(`,"name":"Operation %d"`, v) })
	relate := func(n int, from, relation, to string) {
		r := add("relationship", n, func(v int) string {
			return fmt.Sprintf(`,"source_ref":%q,"relationship_type":%q,"target_ref":%q,"description":"said %d"`, from, relation, to, v)
		})
		h.ends[r] = []string{from, to}
	}
	for n := range 6 {
		relate(n+1, actors[h.rng.IntN(3)], "uses", things[h.rng.IntN(3)])
	}
	relate(7, event, "attributed-to", actors[0])
	relate(8, event, "uses", things[0])
	return h
}

const maker = `{"type":"identity","spec_version":"2.1","id":"identity--00000000-0000-4000-8000-000000000001","created":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:00:00Z","name":"Acme","identity_class":"organization"}`

// file is one bundle of some objects, each in one version, with the ends of its
// relationships.
func (h *history) file(t *testing.T, path string, version func(id string, versions int) int) []edition {
	t.Helper()
	chosen := map[string]int{}
	for _, id := range slices.Sorted(maps.Keys(h.objects)) {
		if v := version(id, len(h.objects[id])); v >= 0 {
			chosen[id] = v
		}
	}
	for _, id := range slices.Sorted(maps.Keys(chosen)) {
		for _, end := range h.ends[id] {
			if _, there := chosen[end]; !there {
				chosen[end] = h.rng.IntN(len(h.objects[end]))
			}
		}
	}
	var parts []edition
	for _, id := range slices.Sorted(maps.Keys(chosen)) {
		parts = append(parts, h.objects[id][chosen[id]])
	}
	writeUpTo(t, path, parts, evidence.Undecided)
	return parts
}

// writeUpTo writes a bundle of what is marked up to a ceiling.
func writeUpTo(t *testing.T, path string, parts []edition, ceiling evidence.TLP) {
	t.Helper()
	texts := []string{maker}
	for _, p := range parts {
		if p.level.Compare(ceiling) <= 0 {
			texts = append(texts, p.text)
		}
	}
	text := `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000001","objects":[` + strings.Join(texts, ",\n") + "]}"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// inForce ingests files in order and tells what holds.
func inForce(t *testing.T, files ...string) []string {
	t.Helper()
	return heldOf(t, time.Time{}, files, evidence.Undecided)[evidence.Undecided]
}

// holding is a store that read files in order, and what came of the last.
func holding(t *testing.T, files ...string) (s *store.Store, last intake.Taken) {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if last, err = intake.Take(t.Context(), s, &intake.Input{Member: source.File(f)}, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	return s, last
}

// heldOf ingests files in order and tells what holds at a time under each ceiling.
func heldOf(t *testing.T, at time.Time, files []string, ceilings ...evidence.TLP) map[evidence.TLP][]string {
	t.Helper()
	s, _ := holding(t, files...)
	defer s.Close()
	held := map[evidence.TLP][]string{}
	for _, ceiling := range ceilings {
		all, err := records(t.Context(), s, store.Filter{AsOf: at, Ceiling: ceiling})
		if err != nil {
			t.Fatal(err)
		}
		visible, _ := evidence.Within(all, ceiling)
		for _, r := range visible {
			held[ceiling] = append(held[ceiling], told(r))
		}
		slices.Sort(held[ceiling])
	}
	return held
}

func told(r evidence.Record) string {
	return fmt.Sprintf("%s %s %s %s %s %s", r.Class, r.Subject.Ref, r.Event, r.Value, r.Note, r.Origin.Object)
}

// Whatever files hold the versions of what a maker published, and in whatever
// order they come in: what holds is the same, and it is what a file says that holds
// the newest version of everything.
func TestTheNewestVersionHoldsWhateverTheFileAndTheOrder(t *testing.T) {
	for seed := range uint64(8) {
		h, dir := newHistory(seed, ""), t.TempDir()
		var files []string
		for i := range 4 {
			path := filepath.Join(dir, fmt.Sprintf("%d.json", i))
			h.file(t, path, func(_ string, versions int) int { return h.rng.IntN(2*versions) - versions })
			files = append(files, path)
		}
		last := filepath.Join(dir, "last.json") // nothing is missing in the end
		h.file(t, last, func(_ string, versions int) int { return versions - 1 })
		want := inForce(t, last)
		for range 4 {
			order := append(slices.Clone(files), last)
			h.rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
			if got := inForce(t, order...); !slices.Equal(got, want) {
				t.Fatalf("seed %d, order %v:\n%s\nwant\n%s", seed, order, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		// Without the last: some order of the others against all others.
		first := inForce(t, files...)
		slices.Reverse(files)
		if again := inForce(t, files...); !slices.Equal(first, again) {
			t.Fatalf("seed %d: the order decides:\n%s\nor\n%s", seed, strings.Join(first, "\n"), strings.Join(again, "\n"))
		}
	}
}

// As of a time, what holds are the versions of that time, whatever came in since and
// whatever was withdrawn since.
func TestAsOfATimeTheVersionsOfThatTimeHold(t *testing.T) {
	for seed := range uint64(4) {
		h, dir := newHistory(seed, ""), t.TempDir()
		first, last := filepath.Join(dir, "first.json"), filepath.Join(dir, "last.json")
		h.file(t, first, func(string, int) int { return 0 })
		h.file(t, last, func(_ string, versions int) int { return versions - 1 })
		between := time.Date(2020, 1, 1, 0, 0, 3, 500e6, time.UTC) // a version takes four seconds
		want := inForce(t, first)
		for _, files := range [][]string{{first, last}, {last, first}} {
			if got := heldOf(t, between, files, evidence.Undecided)[evidence.Undecided]; !slices.Equal(got, want) {
				t.Errorf("seed %d:\n%s\nwant\n%s", seed, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
}

// Whoever may see up to a ceiling is told what a store tells into which nothing
// above it was ever read: neither a newer version nor a withdrawal that may not be
// seen, in the same file or another, takes anything away.
func TestUpToACeilingTheNewestVersionIsTheNewestThatMayBeSeen(t *testing.T) {
	differ := 0
	for seed := range uint64(12) {
		h, dir := newHistory(seed, "", evidence.Clear, evidence.Amber, evidence.Red), t.TempDir()
		var files []string
		var contents [][]edition
		for i := range 3 {
			files = append(files, filepath.Join(dir, fmt.Sprintf("%d.json", i)))
			contents = append(contents, h.file(t, files[i], func(_ string, versions int) int { return h.rng.IntN(2*versions) - versions }))
		}
		for _, id := range slices.Sorted(maps.Keys(h.objects)) { // in one file all versions stand
			contents[2] = append(contents[2], h.objects[id]...)
		}
		for range 2 {
			h.rng.Shuffle(len(files), func(i, j int) {
				files[i], files[j], contents[i], contents[j] = files[j], files[i], contents[j], contents[i]
			})
			write := func(ceiling evidence.TLP) {
				for i, f := range files {
					writeUpTo(t, f, contents[i], ceiling)
				}
			}
			write(evidence.Undecided)
			got := heldOf(t, time.Time{}, files, evidence.Clear, evidence.Amber)
			for ceiling, lines := range got {
				write(ceiling)
				if want := heldOf(t, time.Time{}, files, ceiling)[ceiling]; !slices.Equal(lines, want) {
					t.Fatalf("seed %d at %s, order %v:\n%s\nwant\n%s", seed, ceiling, files, strings.Join(lines, "\n"), strings.Join(want, "\n"))
				}
			}
			if !slices.Equal(got[evidence.Clear], got[evidence.Amber]) {
				differ++
			}
		}
	}
	if differ < 12 {
		t.Errorf("only %d stores tell more to those who may see more", differ)
	}
}

// A bundle may refer to what an earlier input has; a record made of both is as
// strict as the stricter, and what its source took back is lent to nobody.
func TestWhatABundleRefersToMayBeInAnEarlierInput(t *testing.T) {
	const id, red = "-0000-4000-8000-000000000001", `,"object_marking_refs":["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]`
	object := func(typ, more string) string {
		return fmt.Sprintf(`{"type":%q,"spec_version":"2.1","id":"%s--00000000%s","created":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:00:00Z","created_by_ref":"identity--00000000%s"%s}`, typ, typ, id, id, more)
	}
	bundle := func(objects ...string) string {
		path := filepath.Join(t.TempDir(), "b.json")
		text := `{"type":"bundle","id":"bundle--00000000` + id + `","objects":[` + strings.Join(append(objects, maker), ",") + "]}"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	uses := object("relationship", fmt.Sprintf(`,"source_ref":"intrusion-set--00000000%s","relationship_type":"uses","target_ref":"tool--00000000%s"`, id, id))
	partial := bundle(object("intrusion-set", `,"name":"Heron"`), uses)
	for _, c := range []struct {
		tool string
		want evidence.TLP
		read bool
	}{{`,"name":"Net"`, "", true}, {`,"name":"Net"` + red, evidence.Red, true}, {`,"name":"Net","revoked":true`, "", false}} {
		found, last := recordsOf(t, evidence.UsesSoftware, bundle(object("tool", c.tool)), partial)
		if (len(found) == 1) != c.read || c.read && (found[0].Value != "Net" || found[0].Marking != c.want || found[0].Exclusivity != evidence.Public) || (len(last.Rejected) == 0) != c.read {
			t.Errorf("%s: %+v, rejected %v", c.tool, found, last.Rejected)
		}
	}
	// Where a sighting was is looked for too, whether or not a relationship asks for it.
	seen := object("sighting", fmt.Sprintf(`,"sighting_of_ref":"intrusion-set--00000000%s","where_sighted_refs":["location--00000000%s"],"external_references":[{"source_name":"s","url":"https://a.example/"}]`, id, id))
	found, _ := recordsOf(t, evidence.Activity, bundle(object("location", `,"name":"Poland","country":"PL"`)), bundle(object("intrusion-set", `,"name":"Heron"`), seen))
	if len(found) != 1 || len(found[0].Targets) != 1 || found[0].Targets[0].Country != "PL" {
		t.Errorf("a sighting in a place of another input: %+v", found)
	}
}

// recordsOf are the records of a class of a store that read the files, and what came
// of the last.
func recordsOf(t *testing.T, class evidence.Class, files ...string) (found []evidence.Record, last intake.Taken) {
	t.Helper()
	s, last := holding(t, files...)
	defer s.Close()
	for r, err := range s.Records(t.Context(), store.Filter{Classes: []evidence.Class{class}}) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, r)
	}
	return found, last
}

// A campaign of two groups, and the names of a group beside what its description
// says of another, are all of one version of one object.
func TestRecordsOfOneVersionWithDifferentEndsStandSideBySide(t *testing.T) {
	set := func(n int, modified, more string) string {
		return fmt.Sprintf(`{"type":"intrusion-set","spec_version":"2.1","id":"intrusion-set--00000000-0000-4000-8000-%012d","created":"2020-01-01T00:00:00Z","modified":%q,"name":"Set %[1]d","aliases":["Name %[1]d"],"external_references":[{"source_name":"mitre-attack","external_id":"G%04[1]d","url":"https://attack.mitre.org/groups/G%04[1]d"}]%[3]s}`, n, modified, more)
	}
	rel := func(n int, to int) string {
		return fmt.Sprintf(`{"type":"relationship","spec_version":"2.1","id":"relationship--00000000-0000-4000-8000-%012d","created":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:00:00Z","source_ref":"campaign--00000000-0000-4000-8000-000000000001","relationship_type":"attributed-to","target_ref":"intrusion-set--00000000-0000-4000-8000-%012d"}`, n, to)
	}
	path := filepath.Join(t.TempDir(), "in.json")
	text := `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000001","objects":[` + strings.Join([]string{
		set(1, "2020-01-01T00:00:00Z", `,"description":"Set 1 is considered a subset of [Set 2](https://attack.mitre.org/groups/G0002)."`), set(2, "2021-01-01T00:00:00Z", ""),
		`{"type":"campaign","spec_version":"2.1","id":"campaign--00000000-0000-4000-8000-000000000001","created":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:00:00Z","name":"Operation","external_references":[{"source_name":"mitre-attack","external_id":"C0001","url":"https://attack.mitre.org/campaigns/C0001"}]}`,
		rel(1, 1), rel(2, 2)}, ",") + `]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	for _, line := range inForce(t, path) {
		class, rest, _ := strings.Cut(line, " ")
		ref, _, _ := strings.Cut(rest, " ")
		n[class+" "+ref]++
	}
	for what, want := range map[string]int{"alias attack:G0001": 3, "possibly-same attack:G0001": 1, "campaign attack:G0001": 1, "campaign attack:G0002": 1} {
		if n[what] != want {
			t.Errorf("%d records of %s are in force, want %d: %v", n[what], what, want, n)
		}
	}
}
