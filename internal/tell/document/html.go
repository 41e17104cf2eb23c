package document

import (
	"bufio"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/web"
)

//go:embed page.html.tmpl
var pageSource string

// page escapes by context (html/template); "plain" makes invisible characters
// visible before that.
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"plain":     Plain,
	"link":      link,
	"quoted":    quoted,
	"kind":      blockKind,
	"heading":   func(depth int) int { return min(6, depth+2) },
	"seen":      notesShown,
	"arrow":     arrowText,
	"inc":       func(i int) int { return i + 1 },
	"cells":     humanCells,
	"emptyText": emptyText,
	"view":      func(t *Table, rows []Row) tableView { return tableView{t, rows} },
	"always":    func(t *Table, short bool) []Row { return firstRows(t.Shown(false), short) },
	"every":     func(t *Table) []Row { return t.Shown(true) },
	"inside":    func(s Section, all, short bool) sectionView { return sectionView{s.Blocks, all, short} },
	"long":      func(t *Table) bool { return len(t.Rows) > plainRows },
	"folds":     func(t *Table) bool { return t.Folds() },
}).Parse(pageSource))

// plainRows is the most rows that the plain page within an interactive one
// holds of a folded table: all rows are in the page once already.
const plainRows = 2000

// heldRows is the number of rows above which a page reads those of a table only
// when somebody asks for them.
const heldRows = 20000

// plainSize is the size of a document, in bytes of its JSON, above which the
// plain page leaves folded sections out.
const plainSize = 4 << 20

// firstRows are the rows that fit the plain page within an interactive one.
func firstRows(rows []Row, short bool) []Row {
	if short && len(rows) > plainRows {
		return rows[:plainRows]
	}
	return rows
}

// A sectionView is the blocks of a section, with folded rows open or closed;
// Short leaves out those of long tables.
type sectionView struct {
	Blocks []Block
	All    bool
	Short  bool
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
	return strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(fmt.Sprintf("%T", b), "*"), "document."))
}

// writeHTML writes one self-contained page that fetches nothing from anywhere,
// light and dark, fit for print. With JavaScript the page is interactive
// (package web); without, the same document stands in it as plain tables, with
// folded rows closed; Options.All opens them.
func writeHTML(w *bufio.Writer, d *Document, o Options) error {
	v := pageView{Document: d, Plain: d.Sections, All: o.All, Static: o.Static, Inline: o.Assets == ""}
	if !v.Static {
		b, held, err := documentParts(d, heldRows)
		if err != nil {
			return err
		}
		v.Data = template.JS(b)
		size := len(b)
		for _, h := range held {
			size += len(h.Rows)
			v.Held = append(v.Held, pageRows{h.ID, template.JS(h.Rows)})
		}
		if size > plainSize {
			v.Plain = slices.DeleteFunc(slices.Clone(d.Sections), func(s Section) bool { return s.Folded })
			v.Folded = len(d.Sections) - len(v.Plain)
		}
	}
	if v.Inline {
		v.Style, v.Script, v.Policy = template.CSS(plainStyle), template.JS(web.Script), staticPolicy
		if !v.Static {
			v.Style, v.Policy = template.CSS(pageStyle()), pagePolicy()
		}
	} else {
		script, style := Assets()
		v.Around = o.Around
		v.Home, v.ScriptAddress, v.StyleAddress = cmp.Or(o.Around.Home, "/"), o.Assets+script.Name, o.Assets+style.Name
	}
	return page.Execute(w, v)
}

// pageRows are rows that stand beside the document; see [heldTable].
type pageRows struct {
	ID   string
	Rows template.JS
}

// A pageView is what the template is filled with.
type pageView struct {
	*Document
	Plain         []Section // the sections of the plain page
	Folded        int       // how many sections it leaves out
	All, Static   bool
	Inline        bool // script and style are in the page
	Style         template.CSS
	Script, Data  template.JS
	Held          []pageRows
	Policy        string // Content-Security-Policy, where no server sends one
	Home          string // empty in a file
	Around        Around
	ScriptAddress string
	StyleAddress  string
}
