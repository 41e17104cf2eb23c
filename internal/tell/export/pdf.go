package export

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// writePages writes figures as a PDF 1.4 file (ISO 32000-1), one a page that is
// as large as the figure. Text stays text, in the standard fonts Helvetica and
// Helvetica-Bold under WinAnsiEncoding; they are not embedded. Letters outside
// that encoding are written without their marks, or as "?".
func writePages(w io.Writer, title string, pages []figure) error {
	d := pdfFile{}
	d.out.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	const catalog, tree, regular, bold, info, first = 1, 2, 3, 4, 5, 6
	var kids []string
	for i := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", first+2*i))
	}
	d.object(catalog, "<< /Type /Catalog /Pages 2 0 R >>")
	d.object(tree, fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(pages)))
	d.object(regular, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	d.object(bold, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>")
	d.object(info, "<< /Title "+hexText(title)+" /Producer (cahoots) >>")
	for i, f := range pages {
		d.object(first+2*i, fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s %s] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents %d 0 R >>",
			number(f.width), number(f.height), first+2*i+1))
		body := f.content()
		d.object(first+2*i+1, fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(body), body))
	}
	d.end()
	_, err := w.Write(d.out.Bytes())
	return err
}

// A pdfFile collects objects in the order of their numbers, and their places.
type pdfFile struct {
	out    bytes.Buffer
	places []int
}

func (d *pdfFile) object(n int, body string) {
	d.places = append(d.places, d.out.Len())
	fmt.Fprintf(&d.out, "%d 0 obj\n%s\nendobj\n", n, body)
}

func (d *pdfFile) end() {
	at := d.out.Len()
	fmt.Fprintf(&d.out, "xref\n0 %d\n0000000000 65535 f \n", len(d.places)+1)
	for _, p := range d.places {
		fmt.Fprintf(&d.out, "%010d 00000 n \n", p)
	}
	fmt.Fprintf(&d.out, "trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(d.places)+1, at)
}

// content is the figure as operators. PDF counts upwards from the bottom.
func (f *figure) content() string {
	var b strings.Builder
	for _, m := range f.marks {
		y := f.height - m.y
		switch m.kind {
		case rectangle:
			m.ink(&b)
			fmt.Fprintf(&b, "%s %s %s %s re %s\n", number(m.x), number(y-m.h), number(m.w), number(m.h), m.operator())
		case line:
			m.ink(&b)
			fmt.Fprintf(&b, "%s %s m %s %s l S\n", number(m.x), number(y), number(m.x+m.w), number(y-m.h))
		case disc:
			m.ink(&b)
			circle(&b, m.x, y, m.w)
			b.WriteString(m.operator() + "\n")
		case words:
			m.letters(&b, y)
		}
	}
	return b.String()
}

func (m *mark) operator() string {
	switch {
	case m.fill != "" && m.stroke != "":
		return "B"
	case m.fill != "":
		return "f"
	case m.stroke != "":
		return "S"
	}
	return "n"
}

func (m *mark) ink(b *strings.Builder) {
	if m.fill != "" {
		b.WriteString(rgb(m.fill) + " rg ")
	}
	if m.stroke != "" {
		b.WriteString(rgb(m.stroke) + " RG " + number(m.thick) + " w ")
	}
}

func (m *mark) letters(b *strings.Builder, y float64) {
	font, x := "F1", m.x
	if m.bold {
		font = "F2"
	}
	shift := textWidth(m.text, m.size) * [...]float64{0, .5, 1}[m.anchor]
	matrix := "1 0 0 1"
	if m.rotate {
		matrix, y = "0 1 -1 0", y-shift
	} else {
		x -= shift
	}
	fmt.Fprintf(b, "BT %s rg /%s %s Tf %s %s %s Tm %s Tj ET\n", rgb(m.fill), font, number(m.size), matrix, number(x), number(y), literal(m.text))
}

// circle draws four Bézier curves; .5523 brings them closest to a circle.
func circle(b *strings.Builder, x, y, r float64) {
	k := .5523 * r
	fmt.Fprintf(b, "%s %s m ", number(x+r), number(y))
	for _, c := range [][6]float64{
		{x + r, y + k, x + k, y + r, x, y + r}, {x - k, y + r, x - r, y + k, x - r, y},
		{x - r, y - k, x - k, y - r, x, y - r}, {x + k, y - r, x + r, y - k, x + r, y},
	} {
		for _, v := range c {
			b.WriteString(number(v) + " ")
		}
		b.WriteString("c ")
	}
}

func rgb(color string) string {
	var out []string
	for i := 1; i+1 < len(color); i += 2 {
		n, err := strconv.ParseUint(color[i:i+2], 16, 8)
		if err != nil {
			n = 0
		}
		out = append(out, strconv.FormatFloat(float64(n)/255, 'f', 3, 64))
	}
	return strings.Join(out, " ")
}

// literal is a text string under WinAnsiEncoding, with what would end it escaped.
func literal(s string) string {
	var b strings.Builder
	b.WriteByte('(')
	for _, c := range winAnsi(s) {
		switch {
		case c == '(' || c == ')' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte(')')
	return b.String()
}

func winAnsi(s string) []byte {
	var out []byte
	for _, r := range norm.NFC.String(s) {
		if c, ok := charmap.Windows1252.EncodeRune(r); ok && r >= ' ' {
			out = append(out, c)
			continue
		}
		before := len(out)
		for _, base := range norm.NFKD.String(string(r)) {
			if base > ' ' && base <= '~' {
				out = append(out, byte(base))
			}
		}
		if len(out) == before {
			out = append(out, '?')
		}
	}
	return out
}

// hexText is a text string in UTF-16 with its mark, as titles are.
func hexText(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String() + ">"
}

// helvetica are the widths of the printable ASCII characters in thousandths of
// the size (Adobe's metrics of the standard fonts).
var helvetica = [...]uint16{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

// textWidth is the width of a text in Helvetica, in points.
func textWidth(s string, size float64) float64 {
	sum := 0
	for _, r := range s {
		if r >= ' ' && int(r-' ') < len(helvetica) {
			sum += int(helvetica[r-' '])
		} else {
			sum += 600
		}
	}
	return float64(sum) * size / 1000
}
