package resolve

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"pgregory.net/rapid"
)

var names = []string{"Grey Wolf", "Grey Wolf Group", "Red Fox", "Lupus", "Lupus Team", "APT 28", "APT28", "Snake", "G0007", "Blue Hare", "Volk"}

// corpora draws small corpora in which names collide all the time.
var corpora = rapid.Custom(func(t *rapid.T) []evidence.Record {
	var out []evidence.Record
	countries := rapid.SampledFrom([]string{"", "", "RU", "IR"})
	statuses := rapid.SampledFrom([]evidence.Status{"", "", "", evidence.Contested, evidence.Denied})
	for i := range rapid.IntRange(1, 9).Draw(t, "entries") {
		dataset := rapid.SampledFrom([]string{"attack-enterprise", "misp-galaxy-threat-actor", "case:x"}).Draw(t, "dataset")
		ref := fmt.Sprintf("%s:%d", map[string]string{"attack-enterprise": "attack", "misp-galaxy-threat-actor": "misp-galaxy", "case:x": "case:x"}[dataset], i)
		if dataset == "attack-enterprise" && rapid.Bool().Draw(t, "known id") {
			ref = "attack:G0007"
		}
		list := rapid.SliceOfN(rapid.SampledFrom(names), 1, 4).Draw(t, "names")
		subject := evidence.Actor{Name: list[0], Ref: ref, Country: countries.Draw(t, "country")}
		for _, n := range list {
			r := aliasRecord(dataset, subject, n, rapid.SampledFrom([]string{"", "", "attack:G0007"}).Draw(t, "cites"))
			r.Status, r.Coiner = statuses.Draw(t, "status"), rapid.SampledFrom([]string{"", "Dragos"}).Draw(t, "coiner")
			out = append(out, r.Seal())
		}
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "incidents") {
		name := rapid.SampledFrom(append([]string{"Killnet", "KillNet", "APT28/Snake/Volk", "Red Fox (G0007)", "Also known as Volk."}, names...)).Draw(t, "initiator")
		out = append(out, incidentBy("eurepoc", fmt.Sprint(i), name, countries.Draw(t, "state")))
	}
	return out
})

// everything is all that a directory says, as one text.
func everything(t rapid.TB, d *Directory) string {
	t.Helper()
	var why []string
	for _, n := range names {
		e, err := d.Why(n)
		why = append(why, fmt.Sprint(n, e, err))
	}
	b, err := json.Marshal([]any{d.Actors(), d.Conflicts(), d.Unresolved(), why})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func resolved(t rapid.TB, records []evidence.Record, p Policy) *Directory {
	t.Helper()
	d, err := Resolve(records, p)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheOrderAndRepetitionOfRecordsChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := corpora.Draw(t, "records")
		want := everything(t, resolved(t, records, Policy{}))
		twice := append(slices.Clone(records), records...)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		rng.Shuffle(len(twice), func(i, j int) { twice[i], twice[j] = twice[j], twice[i] })
		if got := everything(t, resolved(t, twice, Policy{})); got != want {
			t.Fatalf("in another order:\n%s\nwant\n%s", got, want)
		}
	})
}

func TestNoActorHoldsTwoEntriesOfOneCatalogue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := corpora.Draw(t, "records")
		catalogues := map[string]string{}
		for _, r := range records {
			if r.Subject.Ref != "" {
				catalogues[r.Subject.Ref] = r.Origin.Dataset
			}
		}
		refs := map[string]int{}
		d := resolved(t, records, Policy{IncludeDisputed: rapid.Bool().Draw(t, "disputed")})
		for ref := range d.umbrellaRefs { // means no single actor, and is none
			refs[ref]++
		}
		for _, a := range d.Actors() {
			seen := map[string]string{}
			for _, ref := range a.Refs {
				refs[ref]++
				if other, ok := seen[catalogues[ref]]; ok {
					t.Fatalf("%s holds %s and %s", a.Name, other, ref)
				}
				seen[catalogues[ref]] = ref
			}
		}
		for ref := range catalogues {
			if refs[ref] != 1 {
				t.Fatalf("%s stands in %d actors", ref, refs[ref])
			}
		}
	})
}

func TestSplitAlwaysSplits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"Grey Wolf", "Red Fox", "Lupus", "APT28", "Snake", "attack:G0007"}), 2, 3, rapid.ID).Draw(t, "set")
		for _, a := range resolved(t, corpora.Draw(t, "records"), Policy{Split: [][]string{set}}).Actors() {
			var held []string
			for _, name := range set {
				if slices.Contains(a.Refs, name) || slices.ContainsFunc(a.Names, func(c claim) bool { return Fold(c.Name) == Fold(name) }) {
					held = append(held, name)
				}
			}
			if len(held) > 1 {
				t.Fatalf("%s %v holds %q", a.Name, a.Refs, held)
			}
		}
	})
}

func TestJoinAlwaysJoins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := corpora.Draw(t, "records")
		refs := map[string]bool{}
		for _, r := range records {
			if r.Subject.Ref != "" {
				refs[r.Subject.Ref] = true
			}
		}
		pick := rapid.SampledFrom(sortedKeys(refs))
		set := []string{pick.Draw(t, "a"), pick.Draw(t, "b"), "A Name Of Our Own"}
		d := resolved(t, records, Policy{Join: []Join{{Names: set, Why: "we say so"}}})
		want, err := d.Find(set[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range set[1:] {
			if got, err := d.Find(n); err != nil || got.ID != want.ID {
				t.Fatalf("%s means %v %v, not %s", n, got.Refs, err, want.Name)
			}
		}
	})
}

// FuzzOf holds that any name has one answer, found without fault, and that the
// answer is an actor of the directory.
func FuzzOf(f *testing.F) {
	for _, s := range []string{"APT28", "Fancy Bear/APT28 (GRU) < X/G0034", "Also known as?Snake.", "NoName057(16)", "", "<", "((//", "\xff\xfe", "G0007 or G0016", "IRIDIUM (IR)", "A˙"} {
		f.Add(s)
	}
	d := mustResolve(f, smallWorld(), Policy{})
	f.Fuzz(func(t *testing.T, name string) {
		id, ok := d.Of(evidence.Actor{Name: name})
		if _, known := d.Actor(id); known != ok {
			t.Errorf("%q means %q, which is no actor", name, id)
		}
		if a, err := d.Find(name); err == nil {
			if _, known := d.Actor(a.ID); !known {
				t.Errorf("find %q gives %q", name, a.ID)
			}
		} else if err.Error() == "" {
			t.Error("an error says nothing")
		}
		for _, m := range d.Mentions(name) {
			if name[m.Start:m.End] != m.Name {
				t.Errorf("%q: offsets of %q are wrong", name, m.Name)
			}
		}
		if Fold(Fold(name)) != Fold(name) {
			t.Errorf("folding %q twice gives %q, once %q", name, Fold(Fold(name)), Fold(name))
		}
	})
}

// BenchmarkGrowth resolves corpora of n entries in two catalogues and as many
// incidents; the cost a record should stay about the same.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{1000, 4000, 16000} {
		var records []evidence.Record
		for i := range n / 2 {
			own := fmt.Sprintf("Actor %d", i)
			records = append(records, entryOf("a", fmt.Sprint("a:", i), "RU", own, fmt.Sprintf("Alias %d", i), fmt.Sprintf("TG-%d", i%(n/3)))...)
			records = append(records, entryOf("b", fmt.Sprint("b:", i), "", own+" Group", fmt.Sprintf("ALIAS-%d", i))...)
			records = append(records, incidentBy("t", fmt.Sprint(i), fmt.Sprintf("Actor-%d/Alias %d (Unit %d)", i, i, i), "RU"), incidentBy("t", fmt.Sprint("x", i), fmt.Sprintf("Crew %d", i%100), "RU"))
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := Resolve(records, Policy{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(records)), "ns/record")
		})
	}
}
