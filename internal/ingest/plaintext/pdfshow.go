package plaintext

import (
	"math"
	"strings"
	"time"

	"github.com/ledongthuc/pdf"
)

// A matrix is the a b c d e f of the PDF standard (ISO 32000-1, 8.3.3).
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// show follows the text operators of a page and writes what they show, with a
// line break where the pen leaves the line and a blank where it leaves a gap.
type show struct {
	x         *pdfReader
	ctm       matrix
	kept      []matrix // by q, for Q
	tm, line  matrix   // text matrix, text line matrix
	font      *pdf.Font
	size      float64
	leading   float64
	spacing   float64 // between characters
	ops       int
	atX, atY  float64 // where the last text ended
	wrote     bool
	estimated bool // the font tells no widths
}

func (s *show) run(content, resources pdf.Value, depth int) {
	pdf.Interpret(content, func(stack *pdf.Stack, op string) {
		args := make([]pdf.Value, stack.Len())
		for i := len(args) - 1; i >= 0; i-- {
			args[i] = stack.Pop()
		}
		if s.ops++; s.ops%256 == 0 && time.Now().After(s.x.until) {
			panic(errTooLong)
		}
		if s.x.out.Len() > maxText {
			return
		}
		if op == "Do" {
			s.form(args, resources, depth)
			return
		}
		s.operator(op, args, resources)
	})
}

// form runs the content of a form; a picture has none.
func (s *show) form(args []pdf.Value, resources pdf.Value, depth int) {
	if len(args) == 0 || depth >= maxForms {
		return
	}
	f := resources.Key("XObject").Key(args[0].Name())
	if f.Key("Subtype").Name() != "Form" {
		return
	}
	own := f.Key("Resources")
	if own.IsNull() {
		own = resources
	}
	kept := *s
	if m := numbers(f.Key("Matrix")); len(m) == 6 {
		s.ctm = matrix(m).times(s.ctm)
	}
	s.run(f, own, depth+1)
	s.ctm, s.kept, s.font, s.size = kept.ctm, kept.kept, kept.font, kept.size
}

func numbers(v pdf.Value) []float64 {
	var out []float64
	for i := range min(v.Len(), 6) {
		out = append(out, v.Index(i).Float64())
	}
	return out
}

func (s *show) operator(op string, args []pdf.Value, resources pdf.Value) {
	n := func(i int) float64 {
		if i < len(args) {
			return args[i].Float64()
		}
		return 0
	}
	last := func() pdf.Value {
		if len(args) == 0 {
			return pdf.Value{}
		}
		return args[len(args)-1]
	}
	switch op {
	case "q":
		if len(s.kept) < 1000 {
			s.kept = append(s.kept, s.ctm)
		}
	case "Q":
		if k := len(s.kept); k > 0 {
			s.ctm, s.kept = s.kept[k-1], s.kept[:k-1]
		}
	case "cm":
		s.ctm = matrix{n(0), n(1), n(2), n(3), n(4), n(5)}.times(s.ctm)
	case "BT":
		s.tm, s.line = identity, identity
	case "Tf":
		if len(args) >= 2 {
			s.font, s.size = s.x.font(resources, args[0].Name()), n(1)
		}
	case "TL":
		s.leading = n(0)
	case "Tc":
		s.spacing = n(0)
	case "Tm":
		s.line = matrix{n(0), n(1), n(2), n(3), n(4), n(5)}
		s.tm = s.line
	case "Td":
		s.move(n(0), n(1))
	case "TD":
		s.leading = -n(1)
		s.move(n(0), n(1))
	case "T*":
		s.move(0, -s.leading)
	case "'", "\"":
		s.move(0, -s.leading)
		s.text(last().RawString())
	case "Tj":
		s.text(last().RawString())
	case "TJ":
		list := last()
		for i := range list.Len() {
			if v := list.Index(i); v.Kind() == pdf.String {
				s.text(v.RawString())
			} else {
				s.advance(-v.Float64() / 1000 * s.size)
			}
		}
	}
}

func (s *show) move(x, y float64) {
	s.line = matrix{1, 0, 0, 1, x, y}.times(s.line)
	s.tm = s.line
}

func (s *show) advance(x float64) { s.tm = matrix{1, 0, 0, 1, x, 0}.times(s.tm) }

// text writes a string of the current font at the pen.
func (s *show) text(raw string) {
	if s.font == nil || raw == "" {
		return
	}
	at := s.tm.times(s.ctm)
	em := math.Abs(s.size) * math.Hypot(at[0], at[1])
	if em == 0 {
		em = 1
	}
	out := &s.x.out
	if s.wrote {
		gap := (at[4] - s.atX) / em
		near := 0.17
		if s.estimated {
			near = 0.6
		}
		switch {
		case math.Abs(at[5]-s.atY) > 1.6*em:
			out.WriteString("\n\n")
		case math.Abs(at[5]-s.atY) > 0.45*em || gap < -3:
			out.WriteString("\n")
		case gap > near && !strings.HasSuffix(out.String()[max(0, out.Len()-1):], " "):
			out.WriteString(" ")
		}
	}
	decoded := s.font.Encoder().Decode(raw)
	out.WriteString(strings.Map(printable, decoded))
	s.advance(s.width(raw, decoded))
	end := s.tm.times(s.ctm)
	s.atX, s.atY, s.wrote = end[4], end[5], true
}

// width is how far a string moves the pen. Fonts whose codes have two bytes keep
// their widths where the library does not look: half an em a letter is near
// enough to tell a word's end.
func (s *show) width(raw, decoded string) float64 {
	w := 0.0
	for i := range len(raw) {
		w += s.font.Width(int(raw[i]))
	}
	n := len([]rune(decoded))
	s.estimated = w == 0
	if s.estimated {
		w = 500 * float64(n)
	}
	return w/1000*s.size + float64(n)*s.spacing
}

func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\t' || r == '\u00a0':
		return ' '
	case r < ' ' || r == '\ufffd' || r == '\u00ad':
		return -1
	}
	return r
}
