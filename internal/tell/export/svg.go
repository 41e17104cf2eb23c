package export

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// svg writes the figure as one SVG 1.1 file that fetches nothing. Names from
// sources are text, never markup.
func (f *figure) svg(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%spt\" height=\"%spt\" viewBox=\"0 0 %s %s\" "+
		"font-family=\"Helvetica, Arial, sans-serif\" role=\"img\">\n<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
		number(f.width), number(f.height), number(f.width), number(f.height), escaped(f.title))
	for _, m := range f.marks {
		switch m.kind {
		case rectangle:
			fmt.Fprintf(b, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"%s/>\n", number(m.x), number(m.y), number(m.w), number(m.h), m.paint())
		case line:
			fmt.Fprintf(b, "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"%s/>\n", number(m.x), number(m.y), number(m.x+m.w), number(m.y+m.h), m.paint())
		case disc:
			fmt.Fprintf(b, "<circle cx=\"%s\" cy=\"%s\" r=\"%s\"%s/>\n", number(m.x), number(m.y), number(m.w), m.paint())
		case words:
			b.WriteString("<text x=\"" + number(m.x) + "\" y=\"" + number(m.y) + "\" font-size=\"" + number(m.size) + "\" fill=\"" + m.fill + "\"")
			if a := [...]string{"", "middle", "end"}[m.anchor]; a != "" {
				b.WriteString(" text-anchor=\"" + a + "\"")
			}
			if m.bold {
				b.WriteString(" font-weight=\"bold\"")
			}
			if m.rotate {
				b.WriteString(" transform=\"rotate(-90 " + number(m.x) + " " + number(m.y) + ")\"")
			}
			b.WriteString(">" + escaped(m.text) + "</text>\n")
		}
	}
	b.WriteString("</svg>\n")
	return b.Flush()
}

func (m *mark) paint() string {
	fill := m.fill
	if fill == "" {
		fill = "none"
	}
	s := " fill=\"" + fill + "\""
	if m.stroke != "" {
		s += " stroke=\"" + m.stroke + "\" stroke-width=\"" + number(m.thick) + "\""
	}
	return s
}

func escaped(s string) string {
	var b strings.Builder
	// The builder takes every write.
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// number has two decimals at most: a hundredth of a point cannot be seen.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}
