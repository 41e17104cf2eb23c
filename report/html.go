package report

import (
	"bufio"
	_ "embed"
	"fmt"
	"html/template"
	"strings"
)

//go:embed page.html.tmpl
var pageSource string

// page escapes by context (html/template); "plain" makes invisible characters
// visible before that.
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"plain":     plain,
	"link":      link,
	"quoted":    quoted,
	"kind":      blockKind,
	"heading":   func(depth int) int { return min(6, depth+2) },
	"seen":      notesShown,
	"inc":       func(i int) int { return i + 1 },
	"cells":     humanCells,
	"emptyText": emptyText,
	"view":      func(t *Table, rows []Row) tableView { return tableView{t, rows} },
	"always":    func(t *Table) []Row { return t.Shown(false) },
	"every":     func(t *Table) []Row { return t.Shown(true) },
	"inside":    func(s Section, all bool) sectionView { return sectionView{s.Blocks, all} },
	"folds":     func(t *Table) bool { return t.folds() },
}).Parse(pageSource))

// A sectionView is the blocks of a section, with folded rows open or closed.
type sectionView struct {
	Blocks []Block
	All    bool
}

// A tableView is a table with the rows to show of it.
type tableView struct {
	*Table
	Shown []Row
}

// A columnCell is a cell with what its column says of it.
type columnCell struct {
	Cell
	Right bool
	First bool
}

// humanCells leaves the cells of machine columns out.
func humanCells(t *Table, r Row) []columnCell {
	var out []columnCell
	for i, c := range t.Columns {
		if !c.Machine {
			out = append(out, columnCell{r.Cells[i], c.Kind.Right(), len(out) == 0})
		}
	}
	return out
}

func blockKind(b Block) string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(fmt.Sprintf("%T", b), "*"), "report."))
}

// writeHTML writes one self-contained page: inline style, no script, nothing
// fetched from anywhere, light and dark, fit for print. Folded rows are on the
// page, closed; Options.All opens them.
func writeHTML(w *bufio.Writer, d *Document, o Options) error {
	return page.Execute(w, struct {
		*Document
		All bool
	}{d, o.All})
}
