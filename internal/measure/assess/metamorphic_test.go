package assess_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// asked is a question with its evidence.
type asked struct {
	records []evidence.Record
	policy  resolve.Policy
	a, b    []string
	from    string
	to      string
}

// told is the verdict on every pair: level, sign and confidence.
func (q asked) told(t testing.TB, names func(string) string) map[string]string {
	t.Helper()
	side := func(list []string) string {
		var out []string
		for _, n := range list {
			out = append(out, names(n))
		}
		return strings.Join(out, ",")
	}
	a, err := assess.Run(context.Background(), assess.Input{
		Records: q.records, Policy: q.policy, Tool: assess.Tool{Seed: 1}, VerdictsOnly: true,
		Question: assess.Question{A: side(q.a), B: side(q.b), From: q.from, To: q.to},
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, p := range a.Pairs {
		out[p.A.Name+" / "+p.B.Name] = fmt.Sprintf("%v %s %s", p.Level, p.Sign, p.Confidence)
	}
	return out
}

// A change of the evidence that must change no verdict.
type metamorphosis struct {
	name   string
	change func([]evidence.Record, *rand.Rand) []evidence.Record
	names  func(string) string
}

func same(s string) string { return s }

// each changes every record by itself; several results are several records.
func each(change func(evidence.Record, *rand.Rand) []evidence.Record) func([]evidence.Record, *rand.Rand) []evidence.Record {
	return func(records []evidence.Record, rng *rand.Rand) []evidence.Record {
		var out []evidence.Record
		for _, r := range records {
			for _, c := range change(r, rng) {
				out = append(out, c.Seal())
			}
		}
		return out
	}
}

// cyrillic writes a name in other letters, each by one of its own.
func cyrillic(s string) string {
	if _, state := evidence.ParseCountry(s); state {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'а'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'А'
		}
		return r
	}, s)
}

var metamorphoses = []metamorphosis{
	{"ids are renamed", each(func(r evidence.Record, _ *rand.Rand) []evidence.Record {
		r.Origin.Object = fmt.Sprintf("renamed-%x", r.Origin.Object)
		if r.Event != "" {
			r.Event = fmt.Sprintf("renamed-%x", r.Event)
		}
		return []evidence.Record{r}
	}), same},
	{"records come in another order", func(records []evidence.Record, rng *rand.Rand) []evidence.Record {
		out := slices.Clone(records)
		rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		return out
	}, same},
	{"records are told twice", each(func(r evidence.Record, rng *rand.Rand) []evidence.Record {
		again := r
		again.Origin.Object += "-again"
		if rng.IntN(2) == 0 {
			return []evidence.Record{r}
		}
		return []evidence.Record{r, again}
	}), same},
	{"records are split in two", each(func(r evidence.Record, _ *rand.Rand) []evidence.Record {
		if r.Class == evidence.Agreement {
			return []evidence.Record{r}
		}
		one, other := r, r
		one.Origin.Object, other.Origin.Object = r.Origin.Object+"-1", r.Origin.Object+"-2"
		one.Note, other.Note = "first half", "second half"
		if n := len(r.Targets); n > 1 {
			one.Targets, other.Targets = r.Targets[:n/2], r.Targets[n/2:]
		}
		return []evidence.Record{one, other}
	}), same},
	{"names are in other letters", each(func(r evidence.Record, _ *rand.Rand) []evidence.Record {
		r.Subject.Name, r.Object.Name = cyrillic(r.Subject.Name), cyrillic(r.Object.Name)
		if r.Class == evidence.Alias {
			r.Value = cyrillic(r.Value)
		}
		return []evidence.Record{r}
	}), cyrillic},
	{"an actor joins that nobody asked about", func(records []evidence.Record, _ *rand.Rand) []evidence.Record {
		r := evidence.Record{
			Subject: evidence.Actor{Name: "Quiet Kiwi", Ref: "case:other:quiet", Country: "NZ"}, Class: evidence.Activity,
			Targets: []evidence.Target{{Country: "FJ"}}, Activity: evidence.MustInterval("2019"),
			Citation: evidence.Citation{Publisher: "Elsewhere", Locator: "https://example.org/quiet"}, Origin: evidence.Origin{Dataset: "case:other", Object: "quiet"},
		}
		return append(slices.Clone(records), r.Seal())
	}, same},
}

// unmoved checks every change against the verdicts on the evidence as it is.
func unmoved(t testing.TB, q asked, rng *rand.Rand) {
	t.Helper()
	want := q.told(t, same)
	for _, m := range metamorphoses {
		changed := q
		changed.records = m.change(q.records, rng)
		got := changed.told(t, m.names)
		for pair, verdict := range want {
			if g := got[m.names(pair)]; g != verdict {
				t.Errorf("where %s, %s is %s instead of %s", m.name, pair, g, verdict)
			}
		}
		if len(got) != len(want) {
			t.Errorf("where %s, there are %d pairs instead of %d", m.name, len(got), len(want))
		}
	}
}

func TestVerdictsOnBuiltInCasesDependOnWhatIsToldOnly(t *testing.T) {
	found := map[string]bool{}
	for _, name := range cases.Names() {
		text, err := cases.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		c, bad, err := ledger.Parse(bytes.NewReader(text), name)
		if err != nil || len(bad) > 0 {
			t.Fatal(err, bad)
		}
		q := asked{records: c.Records(), a: c.Question.A, b: c.Question.B, from: c.Question.From, to: c.Question.To}
		if len(q.a) == 0 || len(q.b) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for _, verdict := range q.told(t, same) {
				found[verdict] = true
			}
			unmoved(t, q, rand.New(rand.NewPCG(1, 1)))
		})
	}
	if len(found) < 4 {
		t.Errorf("the cases have %d verdicts between them, so little is shown: %v", len(found), found)
	}
}

func TestVerdictsDependOnWhatIsToldOnly(t *testing.T) {
	levels := map[string]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		q := generated(rt)
		for _, v := range q.told(t, same) {
			levels[v[:2]] = true
		}
		unmoved(t, q, rand.New(rand.NewPCG(uint64(rapid.IntRange(0, 1<<20).Draw(rt, "seed")), 2)))
		if t.Failed() {
			rt.FailNow()
		}
	})
	if len(levels) < 5 {
		t.Errorf("only the levels %v came up", levels)
	}
}

// generated is a case of two groups a side: what each did, by several
// publishers, and links between them of every class and coding.
func generated(rt *rapid.T) asked {
	q := asked{a: []string{"Amber Heron", "Blue Otter"}, b: []string{"Crimson Fox", "Dusty Owl"}}
	country := map[string]string{"Amber Heron": "NO", "Blue Otter": "NO", "Crimson Fox": "PT", "Dusty Owl": "PT"}
	pick := func(list ...string) string { return rapid.SampledFrom(list).Draw(rt, "pick") }
	add := func(r evidence.Record, name string) {
		r.Subject = evidence.Actor{Name: name, Ref: "case:g:" + name, Country: country[name]}
		publisher := pick("Weekly", "Daily", "Courier")
		r.Citation = evidence.Citation{Publisher: publisher, Locator: "https://example.org/" + publisher}
		r.Origin = evidence.Origin{Dataset: "case:g", Object: fmt.Sprint(len(q.records))}
		q.records = append(q.records, r.Seal())
	}
	for _, name := range append(slices.Clone(q.a), q.b...) {
		add(evidence.Record{Class: evidence.Alias, Value: name}, name)
		for range rapid.IntRange(0, 9).Draw(rt, "tools") {
			add(evidence.Record{Class: evidence.UsesSoftware, Value: "Tool " + pick("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12")}, name)
		}
		for range rapid.IntRange(0, 3).Draw(rt, "acts") {
			add(evidence.Record{Class: evidence.Activity, Targets: []evidence.Target{{Country: pick("NO", "PT", "JP")}, {Country: pick("SE", "IT")}}, Activity: evidence.MustInterval(pick("2020", "2021-03", "2021-05-06"))}, name)
		}
	}
	var classes []evidence.Class
	for _, c := range evidence.Classes() {
		if c.Ledger() && c != evidence.AttackOnState {
			classes = append(classes, c)
		}
	}
	for range rapid.IntRange(0, 6).Draw(rt, "links") {
		from, to := pick(q.a...), pick(q.b...)
		if rapid.Bool().Draw(rt, "back") {
			from, to = to, from
		}
		r := evidence.Record{
			Class: rapid.SampledFrom(classes).Draw(rt, "class"), Object: evidence.Actor{Name: to, Ref: "case:g:" + to, Country: country[to]},
			Value: "a link", Event: pick("", "case:g:one", "case:g:two"),
			Basis:       rapid.SampledFrom([]evidence.Basis{evidence.Observed, evidence.Assessed, evidence.Reported, ""}).Draw(rt, "basis"),
			Consent:     rapid.SampledFrom([]evidence.Consent{evidence.ConsentShown, evidence.ConsentRefused, evidence.ConsentUnknown, ""}).Draw(rt, "consent"),
			Exclusivity: rapid.SampledFrom([]evidence.Exclusivity{evidence.Public, evidence.Shared, evidence.Exclusive, ""}).Draw(rt, "exclusivity"),
			Status:      rapid.SampledFrom([]evidence.Status{"", "", evidence.Contested}).Draw(rt, "status"),
		}
		if rapid.Bool().Draw(rt, "dated") {
			r.Activity = evidence.MustInterval(pick("2020", "2021-03"))
		}
		add(r, from)
	}
	return q
}
