package document

import "github.com/cahoots-project/cahoots/internal/evidence"

// A Document is a result made ready to be read: ordered sections of blocks
// whose words and figures are final. The zero Document is an empty one.
type Document struct {
	ID    string // kind of document: "assessment", "dyads", "landscape", "calibration"
	Title string
	// Setup is the configuration message, shown first: what made the document
	// and from which data, so that a reader can make it again.
	Setup   []Field
	Marking evidence.TLP // the strictest marking of the content
	// Label is a word that must be read with every figure, such as "synthetic";
	// empty where there is none.
	Label string
	// Card is the answer at a glance; nil where the document answers no question.
	Card     *Card
	Sections []Section
	// Citations are numbered from 1 in the order in which an unfolded reader
	// meets them.
	Citations []Citation
	Notices   []string // licences and copyright, reproduced in every format
	// Main is the id of the table that CSV writes when no other is asked for.
	Main string
	// Result is what JSON writes: the value the document was made from.
	Result any
}

// A Field is one named line of the setup.
type Field struct{ ID, Name, Value string }

// A Section is a heading and what stands under it. IDs are stable: links and
// scripts may hold them.
type Section struct {
	ID    string
	Title string
	Depth int // 0 is a main section, 1 a part of the one before
	// Folded sections are left out of short renderings; the document says
	// elsewhere how many there are.
	Folded bool
	// Reader is who wants the section first: "analyst" or "statistician"; empty for
	// everybody. The page leaves out what is for those further in.
	Reader string
	Pairs  []string // ids of the pairs that the section is about, where it is about some
	Blocks []Block
}

// A Block is a [Paragraph], [List], [*Table] or [Series].
type Block interface{ block() }

// A Paragraph is running text with the numbers of its citations.
type Paragraph struct {
	Text string
	Refs []int
	Lead bool // the answer itself; renderers may set it larger
	Fold Fold
}

// A List is a sequence of short statements, each with an optional term.
type List struct{ Items []Item }

// An Item is one line of a list: "Term: Text [Refs]".
type Item struct {
	Term string `json:"term,omitempty"`
	Text string `json:"text"`
	Refs []int  `json:"refs,omitempty"`
}

// A Series is a set of values for a chart. A renderer that cannot draw leaves
// it out, so a table of the same section always holds the same facts.
type Series struct {
	ID    string
	Title string
	Kind  seriesKind
	X, Y  string // axis titles with units
	// Rows and Columns label the cells of a matrix.
	Rows, Columns []string
	// Nodes are those of a network, or the lanes of intervals from the top, to
	// which the rows of the points lead.
	Nodes  []Node
	Points []Point
	// Margins are marks of a row or a column alone: Group says "row" or "column",
	// Row or Column which, Label what they are about.
	Margins []Point
	// BlankRows and BlankColumns are how many, at the end, have nothing on record.
	BlankRows, BlankColumns int
	Tone                    Finding // what the values count, where it has a colour
	Step                    string  // what an axis of dates counts in: "day", "month" or "year"
	// Ends are the last days of the bodies of evidence, by their names: after them a
	// chart of dates shows nothing because nothing was read.
	Ends []Field
}

// A Node is one thing that a network joins.
type Node struct {
	Label string
	Group string // "a", "b" or "both" for an actor of that side, "state", "item", "agreement", "statement", "link"
}

// seriesKind says how points are to be read.
type seriesKind string

// The kinds of series.
const (
	Intervals seriesKind = "intervals" // Label lasted from From to To
	Matrix    seriesKind = "matrix"    // Value of row Row, column Column
	Histogram seriesKind = "histogram" // Value counts Label, in order
	Line      seriesKind = "line"      // Value at From, with bounds Low and High
	Bars      seriesKind = "bars"      // Value of Label, in order; with Group, several beside one another
	Ranges    seriesKind = "ranges"    // Label runs from Low to High, with Value between
	Network   seriesKind = "network"   // node Row is joined to node Column; Value is how often
)

// A Point is one mark of a series; each kind uses the fields it names.
type Point struct {
	Label       string
	Group       string // colour or lane
	Text        string // what the mark stands for, in a sentence
	From, To    string // ISO 8601 dates
	Row, Column int    // 0-based
	Value       float64
	Low, High   float64
	Status      string  // "contested" or "denied"; empty where nobody disputes it
	Across      bool    // of intervals: an act against a state of the other side
	Tone        Finding // colours the mark of a matrix or network
	Rank        int     // 1 is the most hostile of all, 0 none of the first three
	Refs        []int
}

func (Paragraph) block() {}
func (List) block()      {}
func (*Table) block()    {}
func (Series) block()    {}

// Tables returns every table of the document in order, that of the card and the list
// of sources last.
func (d *Document) Tables() []*Table {
	var ts []*Table
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if t, ok := b.(*Table); ok {
				ts = append(ts, t)
			}
		}
	}
	if d.Card != nil && d.Card.Matters != nil {
		ts = append(ts, d.Card.Matters)
	}
	if len(d.Citations) > 0 {
		ts = append(ts, sourcesTable(d.Citations))
	}
	return ts
}
