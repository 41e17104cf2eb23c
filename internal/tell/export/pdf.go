package export

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
)

// The fonts of a PDF file, as its text names them.
const (
	latin = "sans"
	cjk   = "cjk"
)

// writePages writes figures as a PDF file, one a page that is as large as the
// figure. Text stays text, in the fonts of fonts.go; of each the file carries the
// letters that it uses.
func writePages(w io.Writer, title string, pages []figure) error {
	d := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt"})
	d.SetAutoPageBreak(false, 0)
	d.SetCatalogSort(true) // same input, same bytes
	d.SetCreationDate(time.Unix(0, 0).UTC())
	d.SetModificationDate(time.Unix(0, 0).UTC())
	d.SetProducer("cahoots", true)
	d.SetTitle(title, true)
	d.AddUTF8FontFromBytes(latin, "", liberationsansregular.TTF)
	d.AddUTF8FontFromBytes(latin, "B", liberationsansbold.TTF)
	for _, f := range pages {
		f.tellMissing()
		if f.uses(cjk) {
			d.AddUTF8FontFromBytes(cjk, "", cjkFont())
		}
		d.AddPageFormat("P", fpdf.SizeType{Wd: f.width, Ht: f.height})
		for _, m := range f.marks {
			m.draw(d)
		}
	}
	var b bytes.Buffer
	if err := d.Output(&b); err != nil {
		return err
	}
	_, err := w.Write(undated.ReplaceAllFunc(b.Bytes(), func(s []byte) []byte { return bytes.Repeat([]byte{' '}, len(s)) }))
	return err
}

// undated finds the dates of a file, which may be left out and would say when it
// was written; spaces in their place leave every offset as it is.
var undated = regexp.MustCompile(`/(Creation|Mod)Date \(D:19700101000000\)`)

func (m *mark) draw(d *fpdf.Fpdf) {
	style := ""
	if m.fill != "" {
		d.SetFillColor(rgb(m.fill))
		style = "F"
	}
	if m.stroke != "" {
		d.SetDrawColor(rgb(m.stroke))
		d.SetLineWidth(m.thick)
		style += "D"
	}
	switch m.kind {
	case rectangle:
		d.Rect(m.x, m.y, m.w, m.h, style)
	case line:
		d.Line(m.x, m.y, m.x+m.w, m.y+m.h)
	case disc:
		d.Circle(m.x, m.y, m.w, style)
	case words:
		m.letters(d)
	}
}

func (m *mark) letters(d *fpdf.Fpdf) {
	d.SetTextColor(rgb(m.fill))
	x := m.x - textWidth(m.text, m.size)*[...]float64{0, .5, 1}[m.anchor]
	if m.rotate {
		d.TransformBegin()
		d.TransformRotate(90, m.x, m.y)
		defer d.TransformEnd()
	}
	for _, r := range runs(m.text) {
		style := ""
		if m.bold && r.font == latin {
			style = "B"
		}
		d.SetFont(r.font, style, m.size)
		d.Text(x, m.y, r.text)
		x += textWidth(r.text, m.size)
	}
}

// uses reports whether a text of the figure needs a font.
func (f *figure) uses(font string) bool {
	for _, m := range f.marks {
		for _, r := range runs(m.text) {
			if r.font == font {
				return true
			}
		}
	}
	return false
}

// tellMissing says below the figure that letters stand as boxes, where some do.
func (f *figure) tellMissing() {
	for _, m := range f.marks {
		for _, r := range m.text {
			if fontOf(r) == "" {
				f.height += 12
				f.write(12, f.height-6, 7, start, missing+" stands for a letter that the fonts of this file do not have; the SVG file holds it.").fill = grey
				return
			}
		}
	}
}

func rgb(color string) (r, g, b int) {
	// The colours of figures are constants of the form #rrggbb.
	_, _ = fmt.Sscanf(color, "#%02x%02x%02x", &r, &g, &b)
	return r, g, b
}
