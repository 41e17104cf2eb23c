package export

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// From Adobe's metrics of Helvetica: H 722, e 556, l 222, o 556.
func TestTextIsAsWideAsItsLetters(t *testing.T) {
	if w := textWidth("Hello", 10); math.Abs(w-22.78) > 1e-9 {
		t.Errorf("Hello is %v points wide at 10 points, want 22.78", w)
	}
}

func TestFoldedTextKeepsItsWordsAndTheWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`([a-zA-Z0-9 ,.]{0,80})`).Draw(t, "text")
		lines := fold(s, 100, 8)
		if got, want := strings.Join(lines, " "), strings.Join(strings.Fields(s), " "); got != want {
			t.Fatalf("%q became %q", want, got)
		}
		for _, l := range lines {
			if strings.Contains(l, " ") && textWidth(l, 8) > 100 {
				t.Fatalf("%q is too wide", l)
			}
		}
	})
}

func TestPDFTextsCannotBeBrokenOutOf(t *testing.T) {
	for s, want := range map[string]string{
		"plain": "(plain)", `a)b(c\`: `(a\)b\(c\\)`, "Ünïcode": `(\334n\357code)`, "Łódź": `(?\363dz)`, "漢": "(?)", "a\nb": "(a?b)",
	} {
		if got := literal(s); got != want {
			t.Errorf("%q is written as %s, want %s", s, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		depth := 0
		s := literal(rapid.String().Draw(t, "text"))
		for i := 0; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '(':
				depth++
			case ')':
				depth--
				if depth == 0 && i != len(s)-1 {
					t.Fatalf("%s ends early", s)
				}
			}
		}
		if depth != 0 {
			t.Fatalf("%s does not end", s)
		}
	})
}

func TestTheMatrixHasACellForEveryPair(t *testing.T) {
	a := *builtin(t).Assessment
	a.Pairs = append([]assess.Pair{}, a.Pairs...)
	a.Pairs[0].Level = assess.NotAssessable
	f := matrixFigure(&a)
	cells := 0
	for _, m := range f.marks {
		if m.kind == rectangle && m.w > 20 {
			cells++
		}
		if m.x < 0 || m.y < 0 || m.x > f.width || m.y > f.height {
			t.Errorf("a mark lies outside the page: %+v", m)
		}
	}
	if cells != len(a.Pairs) {
		t.Errorf("%d cells for %d pairs", cells, len(a.Pairs))
	}
}

func TestTheTimelineHasABarForEveryDatedThing(t *testing.T) {
	a := builtin(t).Assessment
	f := timelineFigure(a)
	want := map[evidence.ID]bool{}
	for _, id := range a.Sides.Evidence {
		want[id] = true
	}
	for _, p := range a.Pairs {
		for _, l := range p.Links {
			want[l.Records[0]] = true
		}
	}
	n := 0
	for id := range want {
		r := a.Records[id]
		if when, _ := r.When(); !when.IsZero() {
			n++
		}
	}
	bars := 0
	for _, m := range f.marks {
		if m.kind == rectangle {
			bars++
			if m.w < 2 || m.x < 0 || m.x+m.w > f.width {
				t.Errorf("a bar of odd size: %+v", m)
			}
		}
	}
	if bars != n || n == 0 {
		t.Errorf("%d bars for %d dated records", bars, n)
	}
}

func TestFiguresOfNothingSaySo(t *testing.T) {
	c := Content{Assessment: &assess.Assessment{}}
	if !bytes.Contains(write(t, c, "svg", Options{Figure: "null"}), []byte("No test could be run")) ||
		!bytes.Contains(write(t, c, "svg", Options{Figure: "timeline"}), []byte("Nothing with a date")) {
		t.Error("an empty figure does not say that it is empty")
	}
}
