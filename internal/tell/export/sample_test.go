package export

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/mispevidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/ingest/stixevidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// builtin is the built-in case with its assessment.
func builtin(t testing.TB) Content {
	t.Helper()
	b, err := cases.Open("sino-russian")
	if err != nil {
		t.Fatal(err)
	}
	c, bad, err := ledger.Parse(bytes.NewReader(b), "case")
	if err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
	policy := resolve.Policy{Split: c.Policy.Split, IncludeDisputed: c.Policy.IncludeDisputed, IgnoreDatasets: c.Policy.IgnoreDatasets}
	for _, j := range c.Policy.Join {
		policy.Join = append(policy.Join, resolve.Join{Names: j.Names, Why: j.Why})
	}
	join := func(names []string) string {
		var out string
		for i, n := range names {
			if i > 0 {
				out += ", "
			}
			out += n
		}
		return out
	}
	q := assess.Question{A: join(c.Question.A), B: join(c.Question.B), From: c.Question.From, To: c.Question.To}
	return assessed(t, c.Records(), q, policy)
}

func assessed(t testing.TB, records []evidence.Record, q assess.Question, policy resolve.Policy) Content {
	t.Helper()
	a, err := assess.Run(context.Background(), assess.Input{Records: records, Question: q, Policy: policy, Tool: assess.Tool{Name: "cahoots", Version: "test"}})
	if err != nil {
		t.Fatal(err)
	}
	dir, err := resolve.Resolve(records, policy)
	if err != nil {
		t.Fatal(err)
	}
	return Content{Assessment: a, Records: records, Directory: dir}
}

// linked is an assessment in which one pair of four is linked and contested.
func linked(t testing.TB) Content {
	t.Helper()
	var records []evidence.Record
	add := func(class evidence.Class, from, to, publisher string, status evidence.Status) {
		records = append(records, evidence.Record{
			Class: class, Subject: evidence.Actor{Name: from}, Object: evidence.Actor{Name: to}, Value: "a thing of " + from, Status: status,
			Basis: evidence.Observed, Exclusivity: evidence.Exclusive, Consent: evidence.ConsentShown, Activity: evidence.MustInterval("2021-03"),
			Citation: evidence.Citation{Publisher: publisher, PublisherCountry: "US", Locator: "https://example.org/" + publisher},
			Origin:   evidence.Origin{Dataset: "case:linked", Object: publisher + from + to},
		}.Seal())
	}
	for _, publisher := range []string{"One", "Two", "Three"} {
		add(evidence.SharedTool, "Alpha", "Beta", publisher, evidence.Asserted)
	}
	add(evidence.CodeSimilarity, "Alpha", "Beta", "Four", evidence.Contested)
	for i, name := range []string{"Alpha", "Beta", "Gamma", "Delta"} {
		for _, tool := range []string{"T1001", "T1002", "T1003", "T1004", "T1005", "T1006"}[i : i+3] {
			records = append(records, evidence.Record{
				Class: evidence.UsesTechnique, Subject: evidence.Actor{Name: name, Country: []string{"CN", "RU", "CN", "RU"}[i]}, ValueRef: tool, Value: tool + " name",
				Citation: evidence.Citation{Publisher: "One"}, Origin: evidence.Origin{Dataset: "case:linked", Object: name + tool},
			}.Seal())
		}
	}
	return assessed(t, records, assess.Question{A: "Alpha, Gamma", B: "Beta, Delta"}, resolve.Policy{})
}

// write exports and fails the test on an error.
func write(t testing.TB, c Content, format string, o Options) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := Write(&out, c, format, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// readBack reads bytes as the program would.
func readBack(t testing.TB, body []byte) ([]evidence.Record, source.Summary) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in.json")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return readFile(t, path)
}

func readFile(t testing.TB, path string) ([]evidence.Record, source.Summary) {
	t.Helper()
	in, err := source.File(path).Open(context.Background(), []source.Format{stixevidence.Format, mispevidence.GalaxyFormat, mispevidence.EventFormat}, "", source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out []evidence.Record
	err = source.All(in, func(r evidence.Record) error { out = append(out, r); return nil }, func(bad *source.RecordError) {
		if len(out) >= 0 && bad != nil {
			t.Log("rejected: ", bad)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, in.Summary()
}

func ids(records []evidence.Record) []evidence.ID {
	var out []evidence.ID
	for i := range records {
		out = append(out, records[i].ID)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
