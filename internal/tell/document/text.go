package document

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// These end every sentence that says something was folded: what the main CSV
// table holds too, and what it does not.
const (
	SeeAll     = "see all with --all, or with --format csv or json"
	SeeAllHere = "see all with --all, or with --format json"
)

// writeText lays the document out for a terminal or a mail: no control
// characters, no colour but where [Options] ask for it, columns aligned by the
// width of what is shown. A document with a card is short unless Full or All is
// set.
func writeText(w *bufio.Writer, d *Document, o Options) error {
	t := &textWriter{w: w, width: o.Width, all: o.All, color: o.Color}
	if t.width <= 0 {
		t.width = defaultWidth
	}
	t.width = max(t.width, minimumWidth)
	if d.Card != nil && !o.Full && !o.All {
		t.brief(d, o)
	} else {
		t.document(d)
	}
	return nil // bufio.Writer keeps the first error for Flush
}

type textWriter struct {
	w     io.StringWriter // keeps its first error
	width int
	all   bool
	color bool
	tone  Finding // of the lines that follow
}

func (t *textWriter) line(s string) {
	s = strings.TrimRight(s, " ")
	if t.color {
		s = painted(s, t.tone)
	}
	_, _ = t.w.WriteString(s + "\n")
}

func (t *textWriter) document(d *Document) {
	t.para("", d.Title, "")
	if d.Marking != "" {
		t.line("TLP:" + Plain(string(d.Marking)))
	}
	if d.Card != nil { // what was asked and found comes first, what it was made of last
		t.card(d.Card)
		t.sections(d)
		t.heading("Made of")
		t.setup(d.Setup, "  ")
	} else {
		t.setup(d.Setup, "")
		t.sections(d)
	}
	t.sources(d.Citations)
	t.notices(d.Notices)
}

func (t *textWriter) setup(fields []Field, indent string) {
	name := ""
	for _, f := range fields {
		label := f.Name + ": "
		if f.Name == name { // several lines of one kind: name it once
			label = ""
		}
		name = f.Name
		t.para(fmt.Sprintf("%s%-10s", indent, label), f.Value, indent+strings.Repeat(" ", 10))
	}
}

func (t *textWriter) sections(d *Document) {
	for _, s := range d.Sections {
		if !s.Folded || t.all {
			t.section(s)
		}
	}
}

func (t *textWriter) notices(notices []string) {
	if len(notices) == 0 {
		return
	}
	t.heading("Notices")
	for _, n := range notices {
		t.para("  ", n, "  ")
	}
}

func (t *textWriter) heading(title string) {
	t.line("")
	if title != "" { // the only section of a document may do without
		t.line(strings.ToUpper(Plain(title)))
	}
}

func (t *textWriter) section(s Section) {
	if s.Depth == 0 {
		t.heading(s.Title)
	} else {
		t.line("")
		t.para("  ", s.Title, "    ")
	}
	indent := strings.Repeat("  ", s.Depth+1)
	first := true
	for _, b := range s.Blocks {
		if !t.shows(b) {
			continue
		}
		if !first {
			t.line("")
		}
		first = false
		switch b := b.(type) {
		case Paragraph:
			t.para(indent, b.Text+refs(b.Refs), indent)
		case List:
			for _, it := range b.Items {
				text := it.Text + refs(it.Refs)
				if it.Term != "" {
					text = it.Term + ": " + text
				}
				t.para(indent+"- ", text, indent+"  ")
			}
		case *Table:
			t.table(b, indent)
		}
	}
}

// shows reports whether a block stands in this rendering. Charts cannot be
// drawn here; a table beside them holds the same.
func (t *textWriter) shows(b Block) bool {
	switch b := b.(type) {
	case Paragraph:
		return b.Fold.shown(t.all)
	case Series:
		return false
	}
	return true
}

// para writes one paragraph, its first line after first, the others after
// rest.
func (t *textWriter) para(first, text, rest string) {
	prefix := first
	for _, l := range wrap(Plain(text), t.width-displayWidth(rest), t.width-displayWidth(first)) {
		t.line(prefix + l)
		prefix = rest
	}
}

func (t *textWriter) sources(cs []Citation) {
	if len(cs) == 0 {
		return
	}
	t.heading("Sources")
	folded := 0
	for _, c := range cs {
		if c.Folded && !t.all {
			folded++
			continue
		}
		text := c.Origin() + "."
		if c.Title != "" {
			text += " " + quoted(c.Title) + "."
		}
		if c.Locator != "" {
			text += " " + c.Locator
		}
		if s := c.Standing(); s != "" {
			text += " (" + s + ")"
		}
		first := fmt.Sprintf("  [%d] ", c.Number)
		t.para(first, text, strings.Repeat(" ", len(first)))
	}
	if folded > 0 {
		t.para("  ", foldedSources(folded), "  ")
	}
}

func foldedSources(n int) string {
	return fmt.Sprintf("%s cited by folded rows only; %s.", Plural(n, "more source is", "more sources are"), SeeAllHere)
}

// quoted sets a title in quotation marks unless it brings its own.
func quoted(s string) string {
	if strings.HasPrefix(s, `"`) || strings.HasPrefix(s, "“") {
		return s
	}
	return "“" + s + "”"
}

// refs is " [1, 3]", or nothing.
func refs(numbers []int) string {
	if len(numbers) == 0 {
		return ""
	}
	return " " + bracket(numbers)
}

// bracket is "[1-3, 7]": runs of three and more are drawn together.
func bracket(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		switch {
		case j-i >= 2:
			parts = append(parts, fmt.Sprintf("%d-%d", numbers[i], numbers[j]))
			i = j + 1
		default:
			parts = append(parts, fmt.Sprint(numbers[i]))
			i++
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
