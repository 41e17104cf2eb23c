package channel

import (
	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Channels are all channels, in the order in which they are shown. A new one is a
// file of its own and an entry here, and needs nothing else: whoever measures,
// judges, weighs or explains asks the channel itself.
func Channels() []Channel {
	return []Channel{
		softwareChannel, techniqueChannel, targetCountryChannel, timeWithTargetChannel,
		targetSectorChannel, avoidanceChannel, disclosureChannel,
	}
}

// A Channel is one kind of link that a test can find.
type Channel struct {
	Name string
	// Read takes from a corpus what the channel measures.
	Read func(c *Corpus, s Setting) Reading
	// Beside keeps the channel out of the joint test, the verdict and its weight:
	// its p-values are adjusted among themselves, and what it finds is shown. A new
	// channel begins so, until the method is calibrated with it.
	Beside bool
	// Targets marks channels of what the two were set upon: by these alone groups
	// of one part of the world look linked.
	Targets bool
	Means   meaning
	// Weighs names what the channel is read from: the channels of one name weigh
	// once together, because the same reports speak on all of them.
	Weighs string
	Items  itemKind
}

// meaning is what a difference from chance is a sign of.
type meaning int

// The meanings.
const (
	// InCommon is more in common than chance: incidental overlap by itself.
	InCommon meaning = iota
	// InOrder is the same of the order of acts in time; it is a second witness
	// where somebody observed such an order.
	InOrder
	// KeptApart is less in common than chance, which fits a division of labour
	// and remits given apart; it raises nothing.
	KeptApart
)

// itemKind says what items a channel counts, and so what they explain.
type itemKind int

// The kinds of items.
const (
	NoItems itemKind = iota
	Tools            // what few have may come from one supplier, what many have is commodity
	Methods          // commodity, where many have them
	Victims          // explain nothing: whoever works against the same states shares them
)

// Setting is how a question is measured.
type Setting struct {
	Period evidence.Interval
	Null   Null
	Alpha  float64 // level of the tests after adjustment
	Seed   uint64
	// VerdictsOnly leaves out what a verdict does not need.
	VerdictsOnly bool
}

// A Reading is what one channel took from a corpus.
type Reading interface {
	// Test tests the pairs on this channel alone; the p-values are raw.
	Test(pairs []Pair) (*Family, error)
	// Under is the reading of changed evidence. changed is false where the change
	// takes nothing from it; the result is then the reading itself.
	Under(change Change) (r Reading, changed bool)
	// Dated reports whether the channel rests on dates that are intervals, so that
	// drawing days from them can change it.
	Dated() bool
}

// A Change is a change of the evidence. Records are known by their place in
// [Corpus.Records].
type Change struct {
	// Keep admits records; nil admits all.
	Keep func(record int) bool
	// Pick draws a number in [0, 1) for an incident, to place it within the
	// interval of its date; nil leaves dates alone.
	Pick func(incident string) float64
}

// items is an overlap channel: more items in common than chance.
type items struct {
	*Incidence
	null Null
}

func (r items) Test(pairs []Pair) (*Family, error) { return r.Overlap(pairs, r.null) }
func (r items) Dated() bool                        { return false }

func (r items) Under(change Change) (Reading, bool) {
	if change.Keep == nil {
		return r, false
	}
	left, changed := r.Only(change.Keep)
	return items{left, r.null}, changed
}

// overlap makes an overlap channel of an incidence.
func overlap(name string, kind itemKind, of func(*Corpus) *Incidence) Channel {
	return Channel{Name: name, Weighs: "overlap", Items: kind, Targets: kind == Victims, Read: func(c *Corpus, s Setting) Reading { return items{of(c), s.Null} }}
}

// beside keeps a channel out of the verdict.
func beside(c Channel) Channel {
	c.Beside = true
	return c
}
