package document

import (
	"bufio"
	"fmt"
	"strings"
)

// writeMarkdown writes GitHub Flavored Markdown. Everything from outside is
// escaped to stand literally; only the addresses of sources become links.
func writeMarkdown(w *bufio.Writer, d *Document, o Options) error {
	m := &markdownWriter{w: w, all: o.All}
	m.document(d)
	return nil // bufio.Writer keeps the first error for Flush
}

type markdownWriter struct {
	w   *bufio.Writer
	all bool
}

func (m *markdownWriter) printf(format string, args ...any) { fmt.Fprintf(m.w, format, args...) }

func (m *markdownWriter) document(d *Document) {
	m.printf("# %s\n", markdown(d.Title))
	if d.Marking != "" {
		m.printf("\n**TLP:%s**\n", markdown(string(d.Marking)))
	}
	if d.Card != nil {
		m.card(d.Card)
	}
	if len(d.Setup) > 0 {
		m.printf("\n")
		for _, f := range d.Setup {
			m.printf("- **%s:** %s\n", markdown(f.Name), markdown(f.Value))
		}
	}
	for _, s := range d.Sections {
		if !s.Folded || m.all {
			m.section(s)
		}
	}
	m.sources(d.Citations)
	if len(d.Notices) > 0 {
		m.printf("\n## Notices\n")
		for _, n := range d.Notices {
			m.printf("\n%s\n", markdown(n))
		}
	}
}

// card is the answer at a glance.
func (m *markdownWriter) card(c *Card) {
	m.printf("\n> **%s.**\n", markdown(c.Headline))
	for _, a := range c.Arrows {
		m.printf(">\n> %s\n", markdown(arrowText(c.Sides, a)))
	}
	m.printf("\n")
	for _, f := range c.Facts {
		m.printf("- **%s:** %s%s\n", markdown(f.Term), markdown(f.Text), refs(f.Refs))
	}
}

func (m *markdownWriter) section(s Section) {
	if s.Title != "" {
		m.printf("\n%s %s\n", strings.Repeat("#", s.Depth+2), markdown(s.Title))
	}
	for _, b := range s.Blocks {
		switch b := b.(type) {
		case Paragraph:
			if !b.Fold.shown(m.all) {
				continue
			}
			text := markdown(b.Text) + refs(b.Refs)
			if b.Lead {
				text = "**" + text + "**"
			}
			m.printf("\n%s\n", text)
		case List:
			m.printf("\n")
			for _, it := range b.Items {
				term := ""
				if it.Term != "" {
					term = "**" + markdown(it.Term) + ":** "
				}
				m.printf("- %s%s%s\n", term, markdown(it.Text), refs(it.Refs))
			}
		case *Table:
			m.table(b)
		}
	}
}

func (m *markdownWriter) table(t *Table) {
	if t.Title != "" {
		m.printf("\n**%s**\n", markdown(t.Title))
	}
	rows := t.Shown(m.all)
	if len(rows) == 0 {
		m.printf("\n%s\n", markdown(emptyText(t)))
		return
	}
	m.printf("\n|")
	for _, c := range t.Columns {
		if !c.Machine {
			m.printf(" %s |", markdown(c.Title))
		}
	}
	m.printf("\n|")
	for _, c := range t.Columns {
		switch {
		case c.Machine:
		case c.Kind.Right():
			m.printf(" ---: |")
		default:
			m.printf(" --- |")
		}
	}
	m.printf("\n")
	for _, r := range rows {
		m.printf("|")
		for i, c := range t.Columns {
			if !c.Machine {
				m.printf(" %s |", markdownCell(r.Cells[i]))
			}
		}
		m.printf("\n")
	}
	m.notes(t, rows)
}

func (m *markdownWriter) notes(t *Table, rows []Row) {
	seen := notesShown(rows)
	for i, n := range t.Notes {
		if seen[i+1] {
			m.printf("\n<sup>%d</sup> %s\n", i+1, markdown(n))
		}
	}
	if t.Legend != "" {
		m.printf("\n%s\n", markdown(t.Legend))
	}
	if t.FoldNote != "" && !m.all {
		m.printf("\n%s\n", markdown(t.FoldNote))
	}
}

func markdownCell(c Cell) string {
	s := markdown(c.Text)
	for i, n := range c.Notes {
		if i > 0 {
			s += "<sup>,</sup>"
		}
		s += fmt.Sprintf("<sup>%d</sup>", n)
	}
	return strings.TrimSpace(s + refs(c.Refs))
}

func (m *markdownWriter) sources(cs []Citation) {
	if len(cs) == 0 {
		return
	}
	m.printf("\n## Sources\n\n")
	folded := 0
	for _, c := range cs {
		if c.Folded && !m.all {
			folded++
			continue
		}
		m.printf("%d. %s.", c.Number, markdown(c.Origin()))
		if c.Title != "" {
			m.printf(" %s.", markdown(quoted(c.Title)))
		}
		if u := link(c.Locator); u != "" {
			m.printf(" <%s>", u)
		} else if c.Locator != "" {
			m.printf(" %s", markdown(c.Locator))
		}
		if s := c.Standing(); s != "" {
			m.printf(" (%s)", markdown(s))
		}
		m.printf("\n")
	}
	if folded > 0 {
		m.printf("\n%s\n", markdown(foldedSources(folded)))
	}
}
