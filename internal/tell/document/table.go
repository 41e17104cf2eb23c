package document

// A Table is rows of finished cells. Its zero value has no rows and prints
// Empty.
type Table struct {
	ID       string
	Title    string // empty where the section's heading says it
	Columns  []Column
	Rows     []Row
	Notes    []string // footnotes; cells refer to them by number, from 1
	Legend   string   // explains the signs used in the cells
	FoldNote string   // says what a short rendering leaves out and how to see it
	Empty    string   // the sentence that stands for a table without rows
}

// kind says what a column holds, which decides its alignment and how a machine
// reads it.
type kind int

// The kinds of column.
const (
	Text kind = iota
	Integer
	Decimal
	PValue
	Percent
	Date
	Reference // numbers of citations
)

// Right reports whether cells of the kind are set flush right.
func (k kind) Right() bool { return k >= Integer && k <= Percent }

// A Column describes the cells below it.
type Column struct {
	ID    string // the CSV header: lower case, stable
	Title string
	Kind  kind
	// Machine columns are for CSV only; people would find them in the way.
	Machine bool
}

// Fold says in which renderings a row stands.
type Fold int

// A row or paragraph is shown always, only where nothing is folded, or only in
// place of what is folded away. CSV holds rows of the first two kinds.
const (
	Always Fold = iota
	WhenAll
	WhenFolded
)

// shown reports whether a rendering shows what folds in this way.
func (f Fold) shown(all bool) bool { return f == Always || (f == WhenAll) == all }

// A Row is one line of a table.
type Row struct {
	ID    string
	Fold  Fold
	Pair  string  // id of the pair that the row is about; empty where it is about none or several
	Tone  Finding // colours the row; empty for none
	Cells []Cell
}

// A Cell is a finished value: what people read, and what machines read.
type Cell struct {
	Text string
	// Value is what CSV writes where it is not nil: a float64, an int or a
	// string. Where it is nil, CSV writes Text.
	Value any
	Refs  []int // citations
	Notes []int // footnotes of the table
}

// Shown returns the rows of a rendering: with all, everything but the lines
// that stand for folded rows.
func (t *Table) Shown(all bool) []Row {
	var rows []Row
	for _, r := range t.Rows {
		if r.Fold.shown(all) {
			rows = append(rows, r)
		}
	}
	return rows
}

// Folds reports whether a short rendering leaves rows out.
func (t *Table) Folds() bool {
	for _, r := range t.Rows {
		if r.Fold == WhenAll {
			return true
		}
	}
	return false
}

// Note returns the number of a footnote, adding it where it is new.
func (t *Table) Note(text string) int {
	for i, n := range t.Notes {
		if n == text {
			return i + 1
		}
	}
	t.Notes = append(t.Notes, text)
	return len(t.Notes)
}

// notesShown returns the numbers of the footnotes that rows refer to.
func notesShown(rows []Row) map[int]bool {
	seen := map[int]bool{}
	for _, r := range rows {
		for _, c := range r.Cells {
			for _, n := range c.Notes {
				seen[n] = true
			}
		}
	}
	return seen
}

// Words is a cell of text, which machines read as it stands.
func Words(s string) Cell { return Cell{Text: s} }

// Count is a cell that groups the digits of n and hands machines the number.
func Count(n int) Cell { return Cell{Text: Thousands(n), Value: n} }
