package stixevidence

import (
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/format/stix"
)

// A report that lists an actor beside software, techniques and places, and no
// relationship between them, says that it speaks of them all. It does not say that
// the actor used the one and attacked the other: it may compare, or warn. Nothing
// is made of such a list, and it is said so.
func (g *graph) listed() {
	counts := map[string]int{}
	var joined map[string]bool
	for o := range g.inForce() {
		if !lists(o.Type) || !g.names(o, "intrusion-set", "threat-actor") {
			continue
		}
		if joined == nil {
			joined = g.joined()
		}
		for _, ref := range o.Refs {
			if t := stix.TypeOf(ref); !joined[ref] && listable[t] {
				joined[ref] = true // counted once
				counts[t]++
			}
		}
	}
	if len(counts) == 0 {
		return
	}
	var kinds []string
	for _, t := range sortedKeys(counts) {
		kinds = append(kinds, fmt.Sprintf("%s %d", t, counts[t]))
	}
	g.note("Reports list beside their actors, without a relationship that says what one is to the other: %s. A list is no statement of use or of attack; it is left out.", strings.Join(kinds, ", "))
}

var listable = map[string]bool{"malware": true, "tool": true, "attack-pattern": true, "vulnerability": true, "infrastructure": true, "location": true, "identity": true}

func (g *graph) names(report *stix.Object, types ...string) bool {
	for _, ref := range report.Refs {
		for _, t := range types {
			if stix.TypeOf(ref) == t {
				return true
			}
		}
	}
	return false
}

// joined are the objects at the ends of relationships, and who made anything.
func (g *graph) joined() map[string]bool {
	ids := map[string]bool{}
	for o := range g.inForce() {
		ids[o.Source], ids[o.Target], ids[o.CreatedBy] = true, true, true
	}
	return ids
}
