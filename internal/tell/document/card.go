package document

import (
	"slices"
	"strings"
)

// A Card is the answer at a glance: one finding in plain words, one picture of
// two sides, how sure it is, what could not be seen, and until when the data
// reach. Every format begins with it; the text format shows little more unless
// [Options].Full is set.
type Card struct {
	// Finding is the finding as a word, for programs, colours and pictures.
	Finding  Finding `json:"finding"`
	Headline string  `json:"headline"` // the same in plain words, with the names
	// Sides are the two that the picture shows, the asked one first; none where
	// the document is about no two sides.
	Sides  []string `json:"sides,omitempty"`
	Arrows []Arrow  `json:"arrows,omitempty"`
	// Facts are how sure it is, what could not be seen and until when the data
	// reach, a line each.
	Facts []Item `json:"facts"`
	// Matters are the rows that a reader looks for first, the weightiest first;
	// nil where nothing stands out. More is how many others there are.
	Matters *Table `json:"-"`
	More    int    `json:"more,omitempty"`
	// Warnings is the number of warnings that the whole document has.
	Warnings int `json:"warnings,omitempty"`
	// Next is what to ask next.
	Next []Next `json:"-"`
}

// Between is what stands between the two sides of a card without an arrow.
func (c *Card) Between() string {
	if c.Finding == Unseen {
		return "nothing could be seen"
	}
	return "nothing found"
}

// A Finding is what a card says, in one word.
type Finding string

// The findings, the weightiest first.
const (
	Together  Finding = "together"   // they work together
	Unasked   Finding = "unasked"    // one acts through the other, or poses as it, without its consent
	Supplier  Finding = "supplier"   // they share a supplier
	EachOther Finding = "each-other" // they hack each other
	Hacks     Finding = "hacks"      // one hacks the other
	NoSign    Finding = "none"       // no sign of any of it
	Unseen    Finding = "unseen"     // nothing could have been seen
	Figures   Finding = "figures"    // counts that answer no such question
)

// An Arrow is one kind of relation between the sides of a card.
type Arrow struct {
	// From is the index of the side that acts; -1 where both do alike.
	From int `json:"from"`
	// Target is what is acted on where that is not the other side itself, such as
	// its state.
	Target string `json:"target,omitempty"`
	// Kind colours the arrow: [Together], [Unasked], [Supplier] or [Hacks].
	Kind      Finding `json:"kind"`
	Text      string  `json:"text"`                // "attacks, 42 cases"
	N         int     `json:"n"`                   // pairs or cases behind it
	Contested bool    `json:"contested,omitempty"` // sources disagree; drawn dashed
}

// Next is something to type next, and why.
type Next struct {
	// Args are the arguments of the program; where Own is true, those added to the
	// command that made the document.
	Args []string
	Own  bool
	Why  string
}

// ShellWord quotes a word for a POSIX shell where it must be: names come from
// foreign files, and what is shown may be pasted.
func ShellWord(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./,:@%+") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// jsonCard is the JSON form of a card, its strings passed through [Plain].
type jsonCard struct {
	*Card
	Matters *jsonTable `json:"matters,omitempty"`
}

func jsonCardOf(c *Card) *jsonCard {
	if c == nil {
		return nil
	}
	out := *c
	out.Headline, out.Sides, out.Facts = Plain(c.Headline), plains(c.Sides), plainItems(c.Facts)
	out.Arrows = slices.Clone(c.Arrows)
	for i, a := range out.Arrows {
		out.Arrows[i].Text, out.Arrows[i].Target = Plain(a.Text), Plain(a.Target)
	}
	j := &jsonCard{Card: &out}
	if c.Matters != nil {
		t := tableJSON(c.Matters)
		j.Matters = &t
	}
	return j
}
