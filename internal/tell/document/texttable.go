package document

import (
	"fmt"
	"strings"
)

// narrowestCol is the width below which a text column is never squeezed.
const narrowestCol = 6

// table writes a table with aligned columns. Text columns wrap within their
// cell where the row would not fit; figures never do.
func (t *textWriter) table(tab *Table, indent string) {
	if tab.Title != "" {
		t.para(indent, tab.Title, indent)
	}
	rows := tab.Shown(t.all)
	if len(rows) == 0 {
		t.para(indent, emptyText(tab), indent)
		return
	}
	g := newGrid(tab, rows)
	g.fit(t.width - displayWidth(indent))
	g.print(func(s string, tone Finding) {
		t.tone = tone
		t.line(indent + s)
		t.tone = ""
	})
	seen := notesShown(rows)
	for i, n := range tab.Notes {
		if seen[i+1] {
			mark := superscript(i+1) + " "
			t.para(indent+mark, n, indent+strings.Repeat(" ", displayWidth(mark)))
		}
	}
	if tab.Legend != "" {
		t.para(indent, tab.Legend, indent)
	}
	if tab.FoldNote != "" && !t.all {
		t.para(indent, tab.FoldNote, indent)
	}
}

func emptyText(tab *Table) string {
	if tab.Empty != "" {
		return tab.Empty
	}
	return "Nothing to show."
}

// A grid is the visible part of a table as strings with column widths.
type grid struct {
	head   []string
	cells  [][]string
	tones  []Finding // of the rows
	kinds  []kind
	widths []int
	gap    string // between columns
}

func newGrid(tab *Table, rows []Row) *grid {
	g := &grid{gap: "  "}
	var at []int
	for i, c := range tab.Columns {
		if !c.Machine {
			at = append(at, i)
			g.head = append(g.head, Plain(c.Title))
			g.kinds = append(g.kinds, c.Kind)
			g.widths = append(g.widths, displayWidth(Plain(c.Title)))
		}
	}
	for _, r := range rows {
		var line []string
		for k, i := range at {
			s := cellText(r.Cells[i], g.kinds[k])
			line = append(line, s)
			g.widths[k] = max(g.widths[k], displayWidth(s))
		}
		g.cells, g.tones = append(g.cells, line), append(g.tones, r.Tone)
	}
	return g
}

// cellText is a cell with its footnote marks and citations.
func cellText(c Cell, k kind) string {
	s := Plain(c.Text)
	for i, n := range c.Notes {
		if i > 0 {
			s += "ʼ"
		}
		s += superscript(n)
	}
	if len(c.Refs) > 0 {
		s = strings.TrimSpace(s + refs(c.Refs))
	}
	return s
}

// fit makes a row fit: by narrower gaps where these are enough, else by squeezing
// the widest text columns as far as words and narrowestCol allow, and then the
// gaps as well.
func (g *grid) fit(width int) {
	floor := make([]int, len(g.widths))
	total := len(g.gap) * (len(g.widths) - 1)
	for k := range g.widths {
		total += g.widths[k]
		floor[k] = g.widths[k]
		if g.kinds[k] == Text || g.kinds[k] == Reference || g.kinds[k] == Date {
			floor[k] = min(g.widths[k], max(narrowestCol, min(12, g.longest(k))))
		}
	}
	if gaps := len(g.widths) - 1; total > width && total-gaps <= width {
		g.gap, total = " ", total-gaps
	}
	for total > width {
		widest := -1
		for k, w := range g.widths {
			if w > floor[k] && (widest < 0 || w > g.widths[widest]) {
				widest = k
			}
		}
		if widest < 0 {
			g.gap = " "
			return
		}
		g.widths[widest]--
		total--
	}
}

func (g *grid) longest(k int) int {
	n := longestWord(g.head[k])
	for _, line := range g.cells {
		n = max(n, longestWord(line[k]))
	}
	return n
}

func (g *grid) print(line func(string, Finding)) {
	plain := func(s string) { line(s, "") }
	g.row(g.head, plain)
	rule := make([]string, len(g.widths))
	for k, w := range g.widths {
		rule[k] = strings.Repeat("-", w)
	}
	plain(strings.Join(rule, g.gap))
	for i, cells := range g.cells {
		g.row(cells, func(s string) { line(s, g.tones[i]) })
	}
}

func (g *grid) row(cells []string, line func(string)) {
	wrapped := make([][]string, len(cells))
	height := 1
	for k, c := range cells {
		wrapped[k] = wrapHard(c, max(1, g.widths[k]))
		height = max(height, len(wrapped[k]))
	}
	for i := range height {
		parts := make([]string, len(cells))
		for k := range cells {
			s := ""
			if i < len(wrapped[k]) {
				s = wrapped[k][i]
			}
			parts[k] = pad(s, g.widths[k], g.kinds[k].Right())
		}
		line(strings.Join(parts, g.gap))
	}
}

// superscript is the number of a footnote in raised digits.
func superscript(n int) string {
	const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹"
	var b strings.Builder
	for _, d := range fmt.Sprint(n) {
		b.WriteRune([]rune(digits)[d-'0'])
	}
	return b.String()
}
