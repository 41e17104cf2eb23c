package prose

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// A span is a labelled stretch of a text.
type span struct {
	from, to int
	kind     string
}

// annotated gives the texts of AnnoCTR (Lange et al., LREC-COLING 2024) with the
// names labelled in them, put together from its tokens.
func annotated(t testing.TB, part string) (texts []string, gold [][]span) {
	t.Helper()
	b := tarFile(t, "reports/annoctr-train-dev.tar.xz", "AnnoCTR/ner_bio/"+part+".bio")
	var text strings.Builder
	var spans []span
	flush := func() {
		switch s := text.String(); {
		case strings.Count(s, " nd ") > 10:
			t.Logf("%s: a report of %d bytes whose words have lost their first letters is left out", part, len(s))
		case s != "":
			texts, gold = append(texts, s), append(gold, spans)
		}
		text.Reset()
		spans = nil
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		switch {
		case strings.HasPrefix(line, "<DOCSTART>"):
			flush()
		case f[0] == "":
			text.WriteString("\n\n")
		default:
			if n := text.Len(); n > 0 && text.String()[n-1] != '\n' {
				text.WriteByte(' ')
			}
			from := text.Len()
			text.WriteString(f[0])
			for _, tag := range slices.Compact(slices.Sorted(slices.Values(f[1:6]))) {
				switch {
				case strings.HasPrefix(tag, "B-"):
					spans = append(spans, span{from, text.Len(), tag[2:]})
				case strings.HasPrefix(tag, "I-"):
					for k := len(spans) - 1; k >= 0; k-- {
						if spans[k].kind == tag[2:] {
							spans[k].to = text.Len()
							break
						}
					}
				}
			}
		}
	}
	flush()
	return texts, gold
}

// tarFile gives one file of a packed archive of the public data.
func tarFile(t testing.TB, archive, name string) []byte {
	t.Helper()
	r := tar.NewReader(bytes.NewReader(publicdata.Read(t, archive)))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			t.Fatalf("%s is not in %s", name, archive)
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Name == name {
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
	}
}

// TestNamesOfLabelledReports measures names on whole reports of vendors, of which
// train was looked at while the lists were written and dev was not.
func TestNamesOfLabelledReports(t *testing.T) {
	kinds := map[string][]Kind{"MALWARE": {Malware}, "GROUP": {Group}, "LOC": {Country, Place, Nationality}}
	floor := map[string]float64{"MALWARE": 0.88, "GROUP": 0.75, "LOC": 0.88}
	part := "dev"
	if p := os.Getenv("ANNOCTR"); p != "" {
		part = p
	}
	texts, gold := annotated(t, part)
	for kind, ours := range kinds {
		tp, fp, fn := 0, 0, 0
		missed, wrong := map[string]int{}, map[string]int{}
		for i, text := range texts {
			got := Read(text, Options{})
			var have []span
			for _, m := range got.Mentions {
				if slices.Contains(ours, m.Kind) {
					have = append(have, span{m.Start, m.End, kind})
				}
			}
			hit := func(s span, in []span) bool {
				return slices.ContainsFunc(in, func(o span) bool { return o.kind == kind && o.from < s.to && s.from < o.to })
			}
			for _, g := range gold[i] {
				if g.kind != kind {
					continue
				}
				// A program that anyone can have is found as a tool; the labels call
				// some of them malware.
				tool := kind == "MALWARE" && slices.ContainsFunc(got.Mentions, func(m Mention) bool { return m.Kind == Tool && m.Start < g.to && g.from < m.End })
				if tool || hit(g, have) {
					tp++
				} else {
					fn++
					missed[text[g.from:g.to]]++
				}
			}
			for _, h := range have {
				if !hit(h, gold[i]) {
					fp++
					wrong[text[h.from:h.to]]++
				}
			}
		}
		p, r := float64(tp)/float64(max(tp+fp, 1)), float64(tp)/float64(max(tp+fn, 1))
		f1 := 2 * p * r / max(p+r, 1e-9)
		t.Logf("%s: precision %.2f, recall %.2f, F1 %.3f over %d names", kind, p, r, f1, tp+fn)
		if os.Getenv("SHOW") != "" {
			fmt.Println("missed", top(missed), "\nwrong", top(wrong))
		}
		if f1 < floor[kind] {
			t.Errorf("%s: F1 %.3f is below %.2f", kind, f1, floor[kind])
		}
	}
}

func top(m map[string]int) string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return m[b] - m[a] })
	var out []string
	for _, k := range keys[:min(len(keys), 90)] {
		out = append(out, fmt.Sprintf("%s:%d", k, m[k]))
	}
	return strings.Join(out, "; ")
}
