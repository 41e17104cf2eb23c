package report_test

import (
	"encoding/csv"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// table returns a table of a document by id.
func table(t testing.TB, d document.Document, id string) *document.Table {
	t.Helper()
	for _, tab := range d.Tables() {
		if tab.ID == id {
			return tab
		}
	}
	t.Fatalf("no table %q", id)
	return nil
}

func column(t testing.TB, tab *document.Table, id string) int {
	t.Helper()
	i := slices.IndexFunc(tab.Columns, func(c document.Column) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("table %s has no column %q", tab.ID, id)
	}
	return i
}

func TestFoldedTablesAccountForEveryPair(t *testing.T) {
	for _, n := range []int{1, 5, 20, 60} {
		a := many(n, 20, uint64(n))
		tab := table(t, report.Assessment(a), "pairs")
		pairs := column(t, tab, "pairs")
		for _, all := range []bool{false, true} {
			sum := 0
			for _, r := range tab.Shown(all) {
				sum += r.Cells[pairs].Value.(int)
			}
			if sum != n*20 {
				t.Errorf("%d pairs, all %v: the rows account for %d", n*20, all, sum)
			}
		}
		if n >= 20 && len(tab.Shown(false)) >= n*20/2 {
			t.Errorf("%d pairs fold into %d rows", n*20, len(tab.Shown(false)))
		}
		if n < 2 && len(tab.Shown(false)) != len(tab.Shown(true)) {
			t.Errorf("%d pairs are folded", n*20)
		}
	}
}

func TestFoldedTestsAccountForEveryTest(t *testing.T) {
	tab := table(t, report.Assessment(many(20, 20, 9)), "measurements")
	first := regexp.MustCompile(`^(\d+) other pairs?$`)
	sum := 0
	for _, r := range tab.Shown(false) {
		if m := first.FindStringSubmatch(r.Cells[0].Text); m != nil {
			n, _ := strconv.Atoi(m[1])
			sum += n
		} else {
			sum++
		}
	}
	if all := len(tab.Shown(true)); sum != all {
		t.Errorf("the rows account for %d of %d tests", sum, all)
	}
	if tab.FoldNote == "" {
		t.Error("nothing says that tests are folded")
	}
}

func TestCSVHoldsEveryPairWhateverIsFolded(t *testing.T) {
	a := many(30, 30, 4)
	for _, id := range []string{"", "pairs", "attacks", "sources"} {
		rows, err := csv.NewReader(strings.NewReader(render(t, a, "csv", document.Options{Table: id}))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if id == "attacks" || id == "sources" {
			if len(rows)-1 != len(a.Records) {
				t.Errorf("table %s has %d rows for %d records", id, len(rows)-1, len(a.Records))
			}
			continue
		}
		seen := map[string]bool{}
		for _, r := range rows[1:] {
			seen[r[0]+"|"+r[2]] = true
		}
		if len(seen) != 900 {
			t.Errorf("table %q names %d of 900 pairs", id, len(seen))
		}
	}
}

func TestAllShowsWhatIsFoldedInText(t *testing.T) {
	a := many(12, 12, 5)
	text := render(t, a, "text", document.Options{All: true})
	_, verdicts, _ := strings.Cut(text, "\nVERDICTS")
	verdicts, _, _ = strings.Cut(verdicts, "\nTHE TWO STATES")
	rows := regexp.MustCompile(`(?m)^  Panda \d\d +Bear \d\d `).FindAllString(verdicts, -1)
	slices.Sort(rows)
	if n := len(slices.Compact(rows)); n != len(a.Pairs) {
		t.Errorf("the table of verdicts names %d of %d pairs", n, len(a.Pairs))
	}
	if strings.Contains(text, "folded") {
		t.Error("the full text speaks of folded rows")
	}
	if !strings.Contains(render(t, a, "text", document.Options{Full: true}), "--all") {
		t.Error("the short text does not say how to see everything")
	}
}

func TestOrderOfThePairsDoesNotMatter(t *testing.T) {
	a, b := many(9, 9, 6), many(9, 9, 6)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(b.Pairs), func(i, j int) { b.Pairs[i], b.Pairs[j] = b.Pairs[j], b.Pairs[i] })
	for _, format := range []string{"text", "markdown", "csv", "html"} {
		if render(t, a, format, document.Options{}) != render(t, b, format, document.Options{}) {
			t.Errorf("%s depends on the order of the pairs", format)
		}
	}
}

func TestCitationNumbersRunInTheOrderOfReading(t *testing.T) {
	text := render(t, many(4, 4, 8), "text", document.Options{Full: true})
	body, sources, _ := strings.Cut(text, "\nSOURCES\n")
	highest := 0
	for _, m := range regexp.MustCompile(`\[(\d+)\]`).FindAllStringSubmatch(body, -1) {
		n, _ := strconv.Atoi(m[1])
		if n > highest+1 {
			t.Errorf("[%d] comes before [%d]", n, highest+1)
		}
		highest = max(highest, n)
		if !strings.Contains(sources, "["+m[1]+"] ") {
			t.Errorf("[%d] has no source", n)
		}
	}
	if highest == 0 {
		t.Error("nothing is cited")
	}
}

func BenchmarkWrite(b *testing.B) {
	a := many(40, 20, 1)
	for _, format := range document.Formats() {
		b.Run(format, func(b *testing.B) {
			b.SetBytes(int64(len(render(b, a, format, document.Options{}))))
			for b.Loop() {
				render(b, a, format, document.Options{})
			}
			b.ReportMetric(float64(len(a.Pairs))*float64(b.N)/b.Elapsed().Seconds(), "pairs/s")
		})
	}
}
