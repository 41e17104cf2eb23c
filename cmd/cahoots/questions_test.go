package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

var updateQuestions = flag.Bool("update-questions", false, "write docs/questions.md from the public data")

// asked are the questions of docs/questions.md.
var asked = []struct {
	title string
	assess.Question
}{
	{"China and Russia", assess.Question{A: "CN", B: "RU"}},
	{"Iran and Russia", assess.Question{A: "IR", B: "RU"}},
	{"North Korea and Russia", assess.Question{A: "KP", B: "RU"}},
	{"North Korea and China", assess.Question{A: "KP", B: "CN"}},
	{"United States and United Kingdom", assess.Question{A: "US", B: "GB"}},
	{"United States and Israel", assess.Question{A: "US", B: "IL"}},
	{"Iran and Iran", assess.Question{A: "IR", B: "IR"}},
	{"Lazarus and Andariel", assess.Question{A: "Lazarus Group", B: "Andariel"}},
	{"Turla and OilRig", assess.Question{A: "Turla", B: "OilRig"}},
	{"Gamaredon and Turla", assess.Question{A: "Gamaredon Group", B: "Turla"}},
	{"Gamaredon and Lazarus", assess.Question{A: "Gamaredon Group", B: "Lazarus Group"}},
	{"Russia and its criminals", assess.Question{A: "RU", B: "Indrik Spider, Wizard Spider, LockBit, FIN7, TA505"}},
	{"Two states with nothing on record", assess.Question{A: "BR", B: "NO"}},
	{"China and Russia since 2024", assess.Question{A: "CN", B: "RU", From: "2024"}},
}

// TestTheQuestionsAreAnsweredAsThePageSays asks every question of
// docs/questions.md over the public data. Write the page anew with
//
//	go test ./cmd/cahoots -run QuestionsAreAnswered -update-questions
func TestTheQuestionsAreAnsweredAsThePageSays(t *testing.T) {
	holdPage(t, "questions.md", questionsPage(t), *updateQuestions, "the program answers; write it anew with -update-questions")
}

// holdPage holds a page of docs/ to what it would be if it were made now, or where
// that is asked for makes it.
func holdPage(t *testing.T, page, got string, update bool, by string) {
	t.Helper()
	path := filepath.Join("../../docs", page)
	if update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("docs/%s is not what %s, and read it\n%s", page, by, firstDifference(string(want), got))
	}
}

// What calibrate checks on case files holds where there is more to be misled by: with
// the public data and what is built in, a pair that sources contest comes out low,
// whatever tests and other links say.
func TestWhatIsContestedComesOutLowOnThePublicData(t *testing.T) {
	contested, of := 0, map[string]int{}
	for _, q := range asked {
		for _, p := range answered(t, q.Question).Pairs {
			link := slices.ContainsFunc(p.Links, func(l channel.Link) bool { return l.Channel == "ledger" && l.Status == evidence.Contested })
			if !link && !p.Contested && p.Possibly == nil {
				continue
			}
			contested++
			of[string(p.Sign)]++
			if p.Confidence != assess.Low || link && !p.Contested {
				t.Errorf("%s and %s, contested %v, possibly one %v: confidence %s", p.A.Name, p.B.Name, p.Contested, p.Possibly, p.Confidence)
			}
		}
	}
	if contested < 20 || of[string(assess.Cooperative)] == 0 || of[string(assess.NoSign)] == 0 {
		t.Errorf("%d contested pairs, by sign %v: too few to tell", contested, of)
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range w {
		if i >= len(g) || w[i] != g[i] {
			return fmt.Sprintf("line %d:\nwant %s\ngot  %s", i+1, w[i], strings.Join(g[i:min(i+1, len(g))], ""))
		}
	}
	return "the page ends early"
}

const questionsHead = `# Questions and answers

What the program answers over ATT&CK Enterprise 18.1, the MISP threat-actor galaxy,
EuRepoC 1.1 and the CFR tracker, with what it carries itself. A test asks each of
these again and compares (cmd/cahoots/questions_test.go). The first paragraph is the
answer as printed; below it stand how many pairs have which sign, how sure the
verdicts are, and what could not be seen.
`

func questionsPage(t *testing.T) string {
	var page strings.Builder
	page.WriteString(questionsHead)
	for _, q := range asked {
		result := answered(t, q.Question)
		fmt.Fprintf(&page, "\n## %s\n`cahoots assess --a %q --b %q%s`\n\n", q.title, q.A, q.B, map[bool]string{true: " --from " + q.From}[q.From != ""])
		fmt.Fprintf(&page, "%s\n\n", leadOf(t, result))
		fitsAScreen(t, q.title, result)
		signs, sure, unseen := map[string]int{}, map[string]int{}, 0
		for _, p := range result.Pairs {
			signs[string(p.Sign)]++
			sure[p.Confidence]++
			if p.Level < 0 {
				unseen++
			}
		}
		fmt.Fprintf(&page, "- Sign: %s\n- Confidence: %s\n- Could not be seen: %d of %d pairs\n- States: %s\n", countsOf(signs), countsOf(sure), unseen, len(result.Pairs), orNone(result.Sides.Strategic))
	}
	return page.String()
}

// fitsAScreen holds the short text to 45 lines of 100 columns, twelve of them
// the card, with the finding among the first ten.
func fitsAScreen(t *testing.T, title string, result any) {
	var b strings.Builder
	if err := report.Write(&b, result, "text", document.Options{Width: 100, Command: "cahoots assess --a 'Side A' --b 'Side B'"}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	card := 0
	for i, l := range lines {
		if strings.HasPrefix(l, "  Finding ") && i > 9 {
			t.Errorf("%s: the finding stands on line %d", title, i+1)
		}
		if strings.HasPrefix(l, "  Finding ") {
			card = i
		}
		if card > 0 && l == "" {
			if n := i - card; n > 12 {
				t.Errorf("%s: the card has %d lines", title, n)
			}
			break
		}
	}
	if len(lines) > 45 || card == 0 {
		t.Errorf("%s: %d lines, want a card and 45 at most:\n%s", title, len(lines), b.String())
	}
}

// leadOf is the first paragraph of the document.
func leadOf(t *testing.T, result *assess.Assessment) string {
	doc, err := report.Of(result)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range doc.Sections {
		for _, b := range s.Blocks {
			if p, ok := b.(document.Paragraph); ok && p.Lead {
				return p.Text
			}
		}
	}
	t.Fatal("the document has no first paragraph")
	return ""
}

func countsOf(n map[string]int) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(n)) {
		parts = append(parts, fmt.Sprintf("%s %d", k, n[k]))
	}
	return orNone(strings.Join(parts, ", "))
}

func orNone(s string) string {
	if s == "" {
		return "not told"
	}
	return s
}
