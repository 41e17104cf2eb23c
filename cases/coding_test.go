package cases_test

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// kappa is Cohen's: agreement of two codings beyond what their margins let expect
// (Cohen, Educational and Psychological Measurement 20, 1960).
func kappa(pairs [][2]string) (agreed int, k float64) {
	first, second := map[string]float64{}, map[string]float64{}
	n := float64(len(pairs))
	for _, p := range pairs {
		first[p[0]]++
		second[p[1]]++
		if p[0] == p[1] {
			agreed++
		}
	}
	expected := 0.0
	for code, count := range first {
		expected += count / n * second[code] / n
	}
	return agreed, (float64(agreed)/n - expected) / (1 - expected)
}

// Sixty entries of the ledger, drawn at random, were coded a second time from
// their summaries, without their classes in sight. docs/ledger.md says how
// often the two codings agree.
func TestSixtyLinksWereCodedTwiceAndAgreeAsThePageSays(t *testing.T) {
	f, err := os.Open("testdata/coded-twice.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	coded := map[string]evidence.Record{}
	for _, name := range linkCases() {
		for _, r := range parse(t, name).Records() {
			coded[r.Origin.Object] = r
		}
	}
	fields := []string{"class", "status", "consent", "basis"}
	pairs := map[string][][2]string{}
	for _, row := range rows[1:] {
		r, ok := coded[row[0]]
		if !ok {
			t.Errorf("%s is no entry of the ledger", row[0])
			continue
		}
		first := []string{string(r.Class), string(cmp.Or(r.Status, evidence.Asserted)), string(r.Consent), string(r.Basis)}
		for i, field := range fields {
			if first[i] != "" || row[i+1] != "" {
				pairs[field] = append(pairs[field], [2]string{first[i], row[i+1]})
				if first[i] != row[i+1] {
					t.Logf("%s: %s was %q, again %q", row[0], field, first[i], row[i+1])
				}
			}
		}
	}
	page, err := os.ReadFile("../docs/ledger.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range fields {
		agreed, k := kappa(pairs[field])
		line := fmt.Sprintf("| %s | %d of %d | %.2f |", field, agreed, len(pairs[field]), k)
		if !strings.Contains(string(page), line) {
			t.Errorf("docs/ledger.md lacks %s", line)
		}
	}
}
