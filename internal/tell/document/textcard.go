package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// briefLines is the most lines that a short text has at the default width. A
// long answer gives up rows of its table first, then the end of its paragraph, then
// rows once more.
const briefLines = 45

// A short text keeps so many rows of its table, or the fewer where they are long.
const leastMatters, fewestMatters = 5, 3

// brief is the short text: the question, the card, the answer, the rows that
// matter, what to type next. What is left out is named in its last lines.
func (t *textWriter) brief(d *Document, o Options) {
	head := t.captured(func() { t.head(d); t.card(d.Card) })
	lead := t.captured(func() { t.lead(d) })
	foot := t.captured(func() { t.foot(d, o) })
	rows := 0
	if d.Card.Matters != nil {
		rows = len(d.Card.Matters.Rows)
	}
	matters := t.matters(d.Card, rows)
	over := func() int { return count(head, lead, matters, foot) - briefLines }
	fewer := func(least int) {
		for ; rows > least && over() > 0; rows-- {
			matters = t.matters(d.Card, rows-1)
		}
	}
	fewer(leastMatters)
	lead = shorten(lead, max(0, over()))
	fewer(fewestMatters)
	for _, part := range []string{head, lead, matters, foot} {
		t.w.WriteString(part)
	}
}

func count(parts ...string) int {
	n := 0
	for _, p := range parts {
		n += strings.Count(p, "\n")
	}
	return n
}

// shorten takes lines from the end of a paragraph, three at least staying, and
// says so. It ends with a sentence where one ends in the second half of what stays.
func shorten(text string, lines int) string {
	all := strings.SplitAfter(text, "\n")
	keep := max(4, len(all)-1-lines)
	if lines == 0 || keep >= len(all)-1 {
		return text
	}
	text = strings.Join(all[:keep-1], "") + strings.TrimRight(all[keep-1], "\n .,;:")
	if end := max(strings.LastIndex(text, ". "), strings.LastIndex(text, ".\n")); end > len(text)/2 {
		text = text[:end+1]
	}
	return text + " ...\n"
}

// captured is what fn writes, as a string.
func (t *textWriter) captured(fn func()) string {
	var b strings.Builder
	w := t.w
	t.w = &b
	fn()
	t.w = w
	return b.String()
}

func (t *textWriter) head(d *Document) {
	t.para("", d.Title, "")
	var parts []string
	if d.Marking != "" {
		parts = append(parts, "TLP:"+Plain(string(d.Marking)))
	}
	if d.Label != "" {
		parts = append(parts, strings.ToUpper(Plain(d.Label)))
	}
	for _, f := range d.Setup {
		if f.ID == "question" || f.ID == "period" {
			parts = append(parts, f.Value)
		}
	}
	t.para("", strings.Join(parts, "; "), "")
}

// card is at most twelve lines: the finding, the picture, the facts.
func (t *textWriter) card(c *Card) {
	t.line("")
	t.tone = c.Finding
	t.para("  Finding     ", c.Headline+".", strings.Repeat(" ", 14))
	t.tone = ""
	for _, a := range c.Arrows {
		t.tone = a.Kind
		t.para(strings.Repeat(" ", 14), arrowText(c.Sides, a), strings.Repeat(" ", 18))
		t.tone = ""
	}
	for _, f := range c.Facts {
		t.para(fmt.Sprintf("  %-12s", f.Term), f.Text+refs(f.Refs), strings.Repeat(" ", 14))
	}
}

// arrowText is "China == attacks, 42 cases ==> Russia", with broken lines where
// sources disagree.
func arrowText(sides []string, a Arrow) string {
	line, from, to, head := "==", sides[0], sides[1], ""
	if a.Contested {
		line = "- -"
	}
	switch a.From {
	case 1:
		from, to = to, from
	case -1:
		head = "<"
	}
	return fmt.Sprintf("%s %s%s %s %s> %s", from, head, line, a.Text, line, cmp.Or(a.Target, to))
}

// lead is the answer itself, without the lists below it.
func (t *textWriter) lead(d *Document) {
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if p, ok := b.(Paragraph); ok && p.Lead {
				t.line("")
				t.para("  ", p.Text+refs(p.Refs), "  ")
			}
		}
	}
}

// matters is the table of what stands out, its first rows.
func (t *textWriter) matters(c *Card, rows int) string {
	if c.Matters == nil || len(c.Matters.Rows) == 0 {
		return ""
	}
	short := *c.Matters
	short.Rows = short.Rows[:rows]
	return t.captured(func() {
		t.line("")
		t.table(&short, "  ")
		if left := c.More + len(c.Matters.Rows) - rows; left > 0 {
			t.line(fmt.Sprintf("  ... and %s.", Plural(left, "more row", "more rows")))
		}
	})
}

// foot says what to type next, and whose terms hold for the data.
func (t *textWriter) foot(d *Document, o Options) {
	t.line("")
	why := fmt.Sprintf("the whole of it: %s, %s", Plural(len(d.Sections), "section", "sections"), Plural(len(d.Citations), "source", "sources"))
	if n := d.Card.Warnings; n > 0 {
		why += ", " + Plural(n, "warning", "warnings")
	}
	whole := Next{Args: []string{"--full"}, Own: true, Why: why}
	term := "  Next: "
	for _, n := range append([]Next{whole}, d.Card.Next...) {
		command := cmp.Or(o.Program, "cahoots")
		if n.Own {
			command = cmp.Or(o.Command, command+" report FILE")
		}
		for _, a := range n.Args {
			command += " " + ShellWord(a)
		}
		t.para(term, command+" # "+n.Why, strings.Repeat(" ", 12))
		term = "        "
	}
	if terms := distinctNotices(d.Notices); len(terms) > 0 {
		t.line("")
		t.para("  ", strings.Join(terms, " | "), "  ")
	}
}

// distinctNotices leaves out what another notice holds word for word.
func distinctNotices(notices []string) (out []string) {
	for i, n := range notices {
		if !slices.ContainsFunc(notices, func(other string) bool { return len(other) > len(n) && strings.Contains(other, n) }) && !slices.Contains(notices[:i], n) {
			out = append(out, n)
		}
	}
	return out
}

// colours of the findings at a terminal (ECMA-48 SGR): hostility is red, what is
// done together blue, a common supplier magenta, what could not be seen dim.
var colours = map[Finding]string{
	Together: "1;34", Unasked: "1;31", Supplier: "1;35", EachOther: "1;31", Hacks: "1;31", NoSign: "1", Unseen: "2", Figures: "1",
}

// painted is a line in the colour of a finding, the indent left alone.
func painted(line string, f Finding) string {
	code, text := colours[f], strings.TrimLeft(line, " ")
	if code == "" || text == "" {
		return line
	}
	return line[:len(line)-len(text)] + "\x1b[" + code + "m" + text + "\x1b[0m"
}
