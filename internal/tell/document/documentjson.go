package document

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// documentSchema names the JSON form of a [Document], which the page reads and
// the server hands out: docs/schema/document-v1.schema.json.
const documentSchema = "cahoots/document/v1"

// writeDocument writes the document itself, words and figures final, in one
// line of JSON. Every string has passed through plain, so that a reader need
// only keep it from being read as markup.
func writeDocument(w *bufio.Writer, d *Document, _ Options) error {
	b, err := documentJSON(d)
	if err != nil {
		return err
	}
	w.Write(b)
	return w.WriteByte('\n')
}

// documentJSON is the JSON form with <, > and & escaped, so that it can stand
// in a script element of a page as it is.
func documentJSON(d *Document) ([]byte, error) {
	whole, _, err := documentParts(d, math.MaxInt)
	return whole, err
}

// A heldTable is the rows of a long table that a page reads only when they are
// asked for.
type heldTable struct {
	ID   string
	Rows []byte // JSON: the packed rows
}

// documentParts is documentJSON with the packed rows of tables of more than most
// rows apart.
func documentParts(d *Document, most int) ([]byte, []heldTable, error) {
	var held []heldTable
	out := jsonDocument{
		Schema: documentSchema, ID: d.ID, Title: Plain(d.Title), Marking: Plain(string(d.Marking)), Main: d.Main, Label: Plain(d.Label),
		Card: jsonCardOf(d.Card), Setup: []jsonField{}, Sections: []jsonSection{}, Citations: []jsonCitation{}, Notices: plains(d.Notices),
	}
	for _, f := range d.Setup {
		out.Setup = append(out.Setup, jsonField{f.ID, Plain(f.Name), Plain(f.Value)})
	}
	for _, s := range d.Sections {
		js := jsonSection{ID: Plain(s.ID), Title: Plain(s.Title), Depth: s.Depth, Folded: s.Folded, Reader: s.Reader, Pairs: plains(s.Pairs), Blocks: []any{}}
		for _, b := range s.Blocks {
			block := jsonBlock(b)
			if t, ok := block.(jsonTable); ok && len(t.Packed) > most {
				rows, err := json.Marshal(t.Packed)
				if err != nil {
					return nil, nil, err
				}
				id := fmt.Sprintf("rows-%d", len(held)+1)
				held = append(held, heldTable{id, rows})
				t.Packed, t.Held, t.Length = nil, id, len(t.Packed)
				block = t
			}
			js.Blocks = append(js.Blocks, block)
		}
		out.Sections = append(out.Sections, js)
	}
	for _, c := range d.Citations {
		out.Citations = append(out.Citations, jsonCitation{
			Number: c.Number, Publisher: Plain(c.Publisher), Country: Plain(c.Country), Published: Plain(c.Published), Title: Plain(c.Title),
			Locator: Plain(c.Locator), Link: link(c.Locator), Marking: Plain(string(c.Marking)), Origin: Plain(c.Origin()), Standing: Plain(c.Standing()),
		})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	if err := e.Encode(out); err != nil {
		return nil, nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), held, nil
}

func plains(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = Plain(s)
	}
	return out
}

func plainItems(in []Item) []Item {
	out := make([]Item, len(in))
	for i, it := range in {
		out[i] = Item{Plain(it.Term), Plain(it.Text), it.Refs}
	}
	return out
}

type jsonDocument struct {
	Schema    string         `json:"schema"`
	ID        string         `json:"id"`
	Title     string         `json:"title"`
	Marking   string         `json:"marking,omitempty"`
	Main      string         `json:"main,omitempty"`
	Label     string         `json:"label,omitempty"`
	Card      *jsonCard      `json:"card,omitempty"`
	Setup     []jsonField    `json:"setup"`
	Sections  []jsonSection  `json:"sections"`
	Citations []jsonCitation `json:"citations"`
	Notices   []string       `json:"notices"`
}

type jsonField struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

type jsonSection struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Depth  int      `json:"depth,omitempty"`
	Folded bool     `json:"folded,omitempty"`
	Reader string   `json:"reader,omitempty"`
	Pairs  []string `json:"pairs,omitempty"`
	Blocks []any    `json:"blocks"`
}

type jsonCitation struct {
	Number    int    `json:"number"`
	Publisher string `json:"publisher,omitempty"`
	Country   string `json:"country,omitempty"`
	Published string `json:"published,omitempty"`
	Title     string `json:"title,omitempty"`
	Locator   string `json:"locator,omitempty"`
	Link      string `json:"link,omitempty"` // the locator, where it is an address that may be followed
	Marking   string `json:"marking,omitempty"`
	Origin    string `json:"origin"`
	Standing  string `json:"standing,omitempty"`
}

type jsonText struct {
	Kind string `json:"kind"` // "paragraph"
	Text string `json:"text"`
	Refs []int  `json:"refs,omitempty"`
	Lead bool   `json:"lead,omitempty"`
	Fold string `json:"fold,omitempty"`
}

type jsonList struct {
	Kind  string `json:"kind"` // "list"
	Items []Item `json:"items"`
}

type jsonColumn struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Kind    string `json:"kind"`
	Machine bool   `json:"machine,omitempty"`
}

type jsonRow struct {
	ID    string `json:"id,omitempty"`
	Pair  string `json:"pair,omitempty"`
	Fold  string `json:"fold,omitempty"`
	Tone  string `json:"tone,omitempty"`
	Cells []any  `json:"cells"`
}

type jsonTable struct {
	Kind    string       `json:"kind"` // "table"
	ID      string       `json:"id"`
	Title   string       `json:"title,omitempty"`
	Columns []jsonColumn `json:"columns"`
	Rows    []jsonRow    `json:"rows"`
	// Dictionary and Packed stand for the rows of a long table: each row is the
	// indices, in the dictionary, of its pair, its fold and its cells.
	Dictionary []any   `json:"dictionary,omitempty"`
	Packed     [][]int `json:"packed,omitempty"`
	// Held is the id of the script element of a page that holds Packed, of Length
	// rows. Only pages have it.
	Held   string   `json:"held,omitempty"`
	Length int      `json:"length,omitempty"`
	Notes  []string `json:"notes,omitempty"`
	Legend string   `json:"legend,omitempty"`
	Empty  string   `json:"empty,omitempty"`
}

// jsonCell is a cell that is more than a string or a number.
type jsonCell struct {
	Text  string `json:"text"`
	Value any    `json:"value,omitempty"`
	Refs  []int  `json:"refs,omitempty"`
	Notes []int  `json:"notes,omitempty"`
}

type jsonNode struct {
	Label string `json:"label"`
	Group string `json:"group,omitempty"`
}

type jsonSeries struct {
	Kind    string      `json:"kind"` // "series"
	ID      string      `json:"id"`
	Title   string      `json:"title"`
	Series  string      `json:"series"` // how the points are read
	X       string      `json:"x,omitempty"`
	Y       string      `json:"y,omitempty"`
	Rows    []string    `json:"rows,omitempty"`
	Columns []string    `json:"columns,omitempty"`
	Nodes   []jsonNode  `json:"nodes,omitempty"`
	Points  []jsonPoint `json:"points"`
	Margins []jsonPoint `json:"margins,omitempty"`

	BlankRows    int         `json:"blank_rows,omitempty"`
	BlankColumns int         `json:"blank_columns,omitempty"`
	Tone         Finding     `json:"tone,omitempty"`
	Step         string      `json:"step,omitempty"`
	Ends         []jsonField `json:"ends,omitempty"`
}

type jsonPoint struct {
	Label  string  `json:"label,omitempty"`
	Group  string  `json:"group,omitempty"`
	Text   string  `json:"text,omitempty"`
	From   string  `json:"from,omitempty"`
	To     string  `json:"to,omitempty"`
	Row    int     `json:"row"`
	Column int     `json:"column"`
	Value  float64 `json:"value"`
	Low    float64 `json:"low,omitempty"`
	High   float64 `json:"high,omitempty"`
	Status string  `json:"status,omitempty"`
	Across bool    `json:"across,omitempty"`
	Tone   Finding `json:"tone,omitempty"`
	Rank   int     `json:"rank,omitempty"`
	Refs   []int   `json:"refs,omitempty"`
}

var foldNames = map[Fold]string{Always: "", WhenAll: "all", WhenFolded: "short"}

var kindNames = map[kind]string{
	Text: "text", Integer: "integer", Decimal: "decimal", PValue: "p", Percent: "percent", Date: "date", Reference: "reference",
}

func jsonBlock(b Block) any {
	switch b := b.(type) {
	case Paragraph:
		return jsonText{"paragraph", Plain(b.Text), b.Refs, b.Lead, foldNames[b.Fold]}
	case List:
		return jsonList{"list", plainItems(b.Items)}
	case *Table:
		return tableJSON(b)
	case Series:
		return seriesJSON(b)
	}
	return nil // Block is sealed: there is no other
}

func tableJSON(t *Table) jsonTable {
	out := jsonTable{Kind: "table", ID: Plain(t.ID), Title: Plain(t.Title), Columns: []jsonColumn{}, Rows: make([]jsonRow, 0, len(t.Rows)),
		Notes: plains(t.Notes), Legend: Plain(t.Legend), Empty: Plain(emptyText(t))}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, jsonColumn{Plain(c.ID), Plain(c.Title), kindNames[c.Kind], c.Machine})
	}
	if len(t.Rows) > packFrom {
		out.pack(t)
		return out
	}
	for _, r := range t.Rows {
		row := jsonRow{ID: Plain(r.ID), Pair: Plain(r.Pair), Fold: foldNames[r.Fold], Tone: string(r.Tone), Cells: make([]any, len(t.Columns))}
		for i := range t.Columns {
			row.Cells[i] = cellJSON(r.Cells[i])
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// packFrom is the number of rows above which a table is packed: long tables say
// the same names, levels and warnings again and again.
const packFrom = 500

// pack writes the rows as indices of distinct cells, the most frequent cells
// first, so that most indices are short.
func (out *jsonTable) pack(t *Table) {
	at := map[string]int{}
	var cells []any
	var times []int
	index := func(c any) int {
		var key string
		switch c := c.(type) {
		case string:
			key = "s" + c
		case int:
			key = "n" + strconv.Itoa(c)
		default:
			b, _ := json.Marshal(c) // strings, finite numbers and lists of numbers
			key = "o" + string(b)
		}
		i, ok := at[key]
		if !ok {
			i = len(cells)
			at[key] = i
			cells, times = append(cells, c), append(times, 0)
		}
		times[i]++
		return i
	}
	out.Rows, out.Packed = []jsonRow{}, make([][]int, 0, len(t.Rows))
	for _, r := range t.Rows {
		row := make([]int, 0, len(t.Columns)+2)
		row = append(row, index(Plain(r.Pair)), index(foldNames[r.Fold]))
		for i := range t.Columns {
			row = append(row, index(cellJSON(r.Cells[i])))
		}
		out.Packed = append(out.Packed, row)
	}
	order := make([]int, len(cells)) // of cells as first met, by rank
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(times[y], times[x]) })
	rank := make([]int, len(cells))
	for n, i := range order {
		rank[i] = n
		out.Dictionary = append(out.Dictionary, cells[i])
	}
	for _, row := range out.Packed {
		for i := range row {
			row[i] = rank[row[i]]
		}
	}
}

// cellJSON is a string where the text says it all, a number where the text is
// that number, else an object.
func cellJSON(c Cell) any {
	text := Plain(c.Text)
	if len(c.Refs) == 0 && len(c.Notes) == 0 {
		switch v := c.Value.(type) {
		case nil:
			return text
		case int:
			if strconv.Itoa(v) == text {
				return v
			}
		case string:
			if Plain(v) == text {
				return text
			}
		}
	}
	out := jsonCell{Text: text, Value: c.Value, Refs: c.Refs, Notes: c.Notes}
	switch v := c.Value.(type) {
	case string:
		out.Value = Plain(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			out.Value = nil
		}
	}
	return out
}

func seriesJSON(s Series) jsonSeries {
	out := jsonSeries{Kind: "series", ID: Plain(s.ID), Title: Plain(s.Title), Series: string(s.Kind), X: Plain(s.X), Y: Plain(s.Y),
		Rows: plains(s.Rows), Columns: plains(s.Columns), Points: pointsJSON(s.Points), Margins: pointsJSON(s.Margins),
		BlankRows: s.BlankRows, BlankColumns: s.BlankColumns, Tone: s.Tone, Step: s.Step}
	for _, e := range s.Ends {
		out.Ends = append(out.Ends, jsonField{e.ID, Plain(e.Name), Plain(e.Value)})
	}
	for _, n := range s.Nodes {
		out.Nodes = append(out.Nodes, jsonNode{Plain(n.Label), n.Group})
	}
	return out
}

func pointsJSON(points []Point) []jsonPoint {
	out := make([]jsonPoint, 0, len(points))
	for _, p := range points {
		out = append(out, jsonPoint{Label: Plain(p.Label), Group: Plain(p.Group), Text: Plain(p.Text), From: Plain(p.From), To: Plain(p.To), Row: p.Row, Column: p.Column,
			Value: finite(p.Value), Low: finite(p.Low), High: finite(p.High), Status: Plain(p.Status), Across: p.Across, Tone: p.Tone, Rank: p.Rank, Refs: p.Refs})
	}
	return out
}

// finite is v, or 0 where JSON has no number for it; a builder gives no such
// point.
func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}
