package export

import (
	"bytes"
	"compress/zlib"
	"io"
	"math"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// From Adobe's metrics of Helvetica, which Liberation Sans keeps to: H 722, e 556,
// l 222, o 556. A Chinese character is as wide as it is high.
func TestTextIsAsWideAsItsLetters(t *testing.T) {
	for text, want := range map[string]float64{"Hello": 22.78, "红隼": 20, "Hello 红隼": 22.78 + 2.78 + 20} {
		if w := textWidth(text, 10); math.Abs(w-want) > .02 {
			t.Errorf("%s is %v points wide at 10 points, want %v", text, w, want)
		}
	}
}

func TestWrappedTextKeepsItsWordsAndTheWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`([a-zA-Z0-9 ,.]{0,80})`).Draw(t, "text")
		lines := wrapped(s, 100, 8)
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

// pairOf is an assessment of two groups.
func pairOf(a, b string) Content {
	return Content{Assessment: &assess.Assessment{Pairs: []assess.Pair{{A: assess.Actor{Name: a}, B: assess.Actor{Name: b}}}}}
}

// content is what the first page of a PDF file draws.
func content(t *testing.T, pdf []byte) []byte {
	t.Helper()
	_, packed, _ := bytes.Cut(pdf, []byte("stream\n"))
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Codes of the texts are UTF-16, which the file maps to the letters of the fonts
// that it carries.
func TestNamesInOtherLettersArePrinted(t *testing.T) {
	for _, name := range []string{"Снегирь", "红隼", "幽靈", "ねこカ", "고양이", "Αρκτος", "Łódź", "ｆｕｌｌ"} {
		pdf := write(t, pairOf(name, "Turla"), "pdf", Options{Figure: "matrix"})
		var code []byte
		for _, u := range utf16.Encode([]rune(name)) {
			code = append(code, byte(u>>8), byte(u))
		}
		// A backslash and brackets are escaped within a text.
		code = []byte(strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`, "\r", `\r`).Replace(string(code)))
		if text := content(t, pdf); !bytes.Contains(text, code) || strings.Contains(string(text), "\x25\xa1") {
			t.Errorf("%s is not printed", name)
		}
		if !bytes.Contains(pdf, []byte("/FontFile2")) {
			t.Errorf("%s: no font is in the file", name)
		}
		if bytes.Contains(pdf, []byte("Date (")) {
			t.Error("the file says when it was written, which is not the same twice")
		}
	}
}

// The bytes of these names hold brackets, backslashes and line ends, as a whole or
// as halves of a letter.
func TestPDFTextsCannotBeBrokenOutOf(t *testing.T) {
	for _, name := range []string{`a)b(c\`, ") Tj ET (", "a\rb", "屜", "尨尩", "⠩", "ഩ", "\\)", "((("} {
		rest := content(t, write(t, pairOf(name, "Turla"), "pdf", Options{Figure: "matrix"}))
		depth := 0
		for i := 0; i < len(rest); i++ {
			switch c := rest[i]; {
			case depth > 0 && c == '\\':
				i++
			case c == '(':
				depth++
			case c == ')':
				depth--
			case depth == 0 && (c > '~' || c < ' ' && c != '\n'):
				t.Fatalf("%q: byte %#x stands outside a text", name, c)
			}
		}
		if depth != 0 {
			t.Errorf("%q: a text does not end", name)
		}
	}
}

func TestLettersThatNoFontHasAreSaidToBeMissing(t *testing.T) {
	for name, want := range map[string]string{"بچه گربه": "□□□ □□□□", "Tu\U0001F43Brla": "Tu□rla", "\U00020000": "□"} {
		got := ""
		for _, r := range runs(name) {
			got += r.text
		}
		if got != want {
			t.Errorf("%q is printed as %q, want %q", name, got, want)
		}
		f, err := figureOf(pairOf(name, "Turla").Assessment, "matrix")
		if err != nil {
			t.Fatal(err)
		}
		n := len(f.marks)
		if f.tellMissing(); len(f.marks) != n+1 || !strings.Contains(f.marks[n].text, "the SVG file holds it") {
			t.Errorf("%q: the figure does not say what boxes are", name)
		}
	}
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
