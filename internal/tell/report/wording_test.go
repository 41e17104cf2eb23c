package report_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// The likelihood words of ICD 203.
var likelihood = regexp.MustCompile(`(?i)\b(almost no chance|remote|(highly |very )?(un)?(likely|probable)|improbable|roughly even|almost certain(ly)?|probably|chances?)\b`)

func TestLikelihoodAndConfidenceNeverShareASentence(t *testing.T) {
	for seed := range uint64(20) {
		for _, s := range report.Assessment(many(6, 6, seed)).Sections {
			for _, b := range s.Blocks {
				var texts []string
				switch b := b.(type) {
				case document.Paragraph:
					texts = append(texts, b.Text)
				case document.List:
					for _, it := range b.Items {
						texts = append(texts, it.Term+": "+it.Text)
					}
				case *document.Table:
					texts = append(texts, b.Legend, b.FoldNote)
				}
				for _, text := range texts {
					for sentence := range strings.SplitSeq(text, ". ") {
						if strings.Contains(strings.ToLower(sentence), "confidence") && likelihood.MatchString(sentence) {
							t.Errorf("section %s: %q", s.ID, sentence)
						}
					}
				}
			}
		}
	}
}

func TestNoPValueIsPrintedAsZero(t *testing.T) {
	for p, want := range map[float64]string{1: "1.000", .77: "0.770", .001: "0.001", .00099: "9.9e-04", 7.5e-9: "7.5e-09", 5e-324: "4.9e-324"} {
		if got := document.PText(p); got != want {
			t.Errorf("PText(%g) = %s, want %s", p, got, want)
		}
	}
}

func TestTakeoverAndContestedLinksAreNeverCalledCooperation(t *testing.T) {
	text := render(t, small(t), "text", document.Options{Full: true})
	answer, _, _ := strings.Cut(text, "\nVERDICTS")
	for _, want := range []string{"Turla acted through APT31 unasked", "which is not cooperation", "marked contested"} {
		if !strings.Contains(strings.Join(strings.Fields(answer), " "), want) {
			t.Errorf("the answer does not say %q:\n%s", want, answer)
		}
	}
	a := small(t)
	for i := range a.Pairs {
		a.Pairs[i].Sign, a.Pairs[i].Level, a.Pairs[i].Contested = "cooperative", 5, true
	}
	if text := render(t, a, "text", document.Options{Full: true}); strings.Contains(text, "Sources document that") || !strings.Contains(text, "and contested by another") {
		t.Error("contested cooperation is told as found")
	}
}
