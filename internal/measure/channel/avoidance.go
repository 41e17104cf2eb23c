package channel

import (
	"fmt"

	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// AvoidanceChannel is the name of the channel of [Incidence.Avoidance].
const AvoidanceChannel = "target avoidance"

var avoidanceChannel = Channel{
	Name: AvoidanceChannel, Means: KeptApart, Items: Victims, Beside: true,
	Read: func(c *Corpus, _ Setting) Reading { return keptApart{TargetCountry(c)} },
}

// keptApart is the channel of fewer targets in common than chance.
type keptApart struct{ *Incidence }

func (r keptApart) Test(pairs []Pair) (*Family, error) { return r.Avoidance(pairs) }
func (r keptApart) Dated() bool                        { return false }

func (r keptApart) Under(change Change) (Reading, bool) {
	if change.Keep == nil {
		return r, false
	}
	left, changed := r.Only(change.Keep)
	return keptApart{left}, changed
}

// Avoidance tests for every pair whether the two share fewer targets than
// chance: the lower tail of the null model of [Incidence.Overlap]. Groups that
// leave each other's targets alone by arrangement would look like this; so do
// groups that were given different parts of the world, without a word between
// them. It is for an incidence of targets.
func (inc *Incidence) Avoidance(pairs []Pair) (*Family, error) {
	f, err := inc.test(AvoidanceChannel, pairs, SDSM, stat.TailLower)
	if err != nil {
		return nil, fmt.Errorf("channel %s: %w", AvoidanceChannel, err)
	}
	return f, nil
}
