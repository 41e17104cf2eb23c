package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// finding is the first paragraph: what was found, the weightiest first (they
// work together; one acts through the other unasked; they share a supplier; one
// attacks the other; one works against the other's state), or that there is no
// sign of any of it, or that nothing could have been seen; then how far the data
// reach where the question goes beyond them.
func (b *assessmentBuilder) finding() []string {
	var out []string
	found := false
	for _, f := range []func() string{b.together, b.taken, b.supply, b.incidental, b.attacked} {
		if s := f(); s != "" {
			out, found = append(out, s), true
		}
	}
	beyond := ""
	for _, f := range []func() string{b.saidOfStates, b.jointly, b.said, b.maybeOne} {
		if s := f(); s != "" {
			out, beyond = append(out, s), "Beyond that "
		}
	}
	elsewhere := b.elsewhere()
	crossed := b.attacks()
	seen := b.seen()
	switch {
	case len(b.pairs) == 0:
		out = append(out, b.nobody())
	case seen == 0 && !found:
		out = append(out, fmt.Sprintf("Whether %s work together could not be seen: the evidence does not tell what at least one group of each pair did.", b.who()))
	case !found && seen == 1 && beyond != "":
		out = append(out, beyond+"there is no sign that the two work together, act through each other or share a supplier.")
	case !found && seen == 1:
		out = append(out, fmt.Sprintf("There is no sign that %s work together, act through each other or share a supplier.", b.who()))
	case !found:
		out = append(out, capital(fmt.Sprintf("%sthere is no sign that %s work together, act through each other or share a supplier, in any of %s pairs.", beyond, b.who(), document.Thousands(seen))))
	case seen > 1:
		out = append(out, fmt.Sprintf("Of the other pairs of %s there is no such sign.", b.who()))
	}
	if ps := b.alike(true); len(ps) > 0 {
		out = append(out, fmt.Sprintf("By test more targets in common than chance lets expect, and no more than targets, have %s: groups of one theatre do, without a word between them.", pairList(ps)))
	}
	out = append(append(out, elsewhere...), crossed...)
	if unseen := len(b.pairs) - seen; unseen > 0 && seen > 0 {
		out = append(out, fmt.Sprintf("%s could not be seen at all: nothing is on record of what one of the two did.", document.Plural(unseen, "pair", "pairs")))
	}
	if s := b.reachSentence(); s != "" {
		out = append(out, s)
	}
	return out
}

// seen counts the pairs of which anything could be said.
func (b *assessmentBuilder) seen() int {
	n := 0
	for _, p := range b.pairs {
		if p.Level >= 0 {
			n++
		}
	}
	return n
}

func (b *assessmentBuilder) who() string {
	if x := b.a.Sides.A; isState(x) && isState(b.a.Sides.B) && x.Label == b.a.Sides.B.Label {
		seen := map[assess.Actor]bool{}
		for _, p := range b.pairs {
			seen[p.A], seen[p.B] = true, true
		}
		return groupsOf(x, len(seen))
	}
	a, z := groupsOf(b.a.Sides.A, b.distinct(sideA)), groupsOf(b.a.Sides.B, b.distinct(sideB))
	if !isState(b.a.Sides.A) && len(b.a.Sides.A.Actors) > 1 || !isState(b.a.Sides.B) && len(b.a.Sides.B.Actors) > 1 {
		return fmt.Sprintf("%s on one side and %s on the other", a, z)
	}
	return fmt.Sprintf("%s and %s", a, z)
}

// nobody is the answer where a side has no group.
func (b *assessmentBuilder) nobody() string {
	var without []string
	for _, s := range []assess.Side{b.a.Sides.A, b.a.Sides.B} {
		if len(s.Actors) == 0 {
			without = append(without, sideName(s))
		}
	}
	return fmt.Sprintf("Whether groups of the two states work together could not be seen: the evidence names no group behind which a source sees %s.", list(without, 2))
}

// named lists the pairs that keep admits, at most four.
func (b *assessmentBuilder) named(keep func(pairView) bool, text func(pairView) string) (out []string) {
	for _, p := range b.pairs {
		if keep(p) {
			out = append(out, text(p))
		}
	}
	return out
}

func (b *assessmentBuilder) together() string {
	linked := func(contested bool) []string {
		return b.named(func(p pairView) bool { return worksTogether(p) && p.Contested == contested }, func(p pairView) string {
			return fmt.Sprintf("%s and %s (%s)", p.A.Name, p.B.Name, levelText(p.Level))
		})
	}
	var out []string
	if ps := linked(false); len(ps) > 0 {
		out = append(out, fmt.Sprintf("Sources document that they work together: %s.", pairList(ps)))
	}
	if ps := linked(true); len(ps) > 0 {
		out = append(out, fmt.Sprintf("It is documented, and contested by another reading or source, that they work together: %s.", pairList(ps)))
	}
	return strings.Join(out, " ")
}

func (b *assessmentBuilder) taken() string {
	ps := b.named(oneTook, func(p pairView) string {
		switch actor, other, class := taker(p); class {
		case evidence.FalseFlag:
			return fmt.Sprintf("%s posed as %s", actor, other)
		case evidence.Takeover:
			return fmt.Sprintf("%s acted through %s unasked, by taking over tools or access", actor, other)
		default:
			return fmt.Sprintf("%s and %s: one took from the other", actor, other)
		}
	})
	if len(ps) == 0 {
		return ""
	}
	return capital(list(ps, 4)) + ", which is not cooperation."
}

func (b *assessmentBuilder) supply() string {
	ps := b.named(sharesSupply, func(p pairView) string {
		if p.Level > assess.SharedSupply {
			return fmt.Sprintf("%s and %s (%s, consent not shown)", p.A.Name, p.B.Name, levelText(p.Level))
		}
		return fmt.Sprintf("%s and %s", p.A.Name, p.B.Name)
	})
	if len(ps) == 0 {
		return ""
	}
	return fmt.Sprintf("Tools or infrastructure that others do not have are documented in both hands, and whether by consent is not: %s. They share a supplier at least.", pairList(ps))
}

func (b *assessmentBuilder) incidental() string {
	var out []string
	for _, cited := range []bool{true, false} {
		ps := b.named(func(p pairView) bool {
			return p.Level == assess.IncidentalOverlap && p.Sign == assess.NoSign && len(p.Evidence) > 0 == cited
		}, pairName)
		switch {
		case len(ps) == 0:
		case cited:
			out = append(out, fmt.Sprintf("Sources tell no more than a likeness of methods, a victim in common, or tools and servers that others may have (L1): %s.", pairList(ps)))
		default:
			out = append(out, fmt.Sprintf("More in common than chance lets expect, and nothing else, have %s (L1): no source cites a link between them, and groups that know nothing of each other can share as much.", pairList(ps)))
		}
	}
	return strings.Join(out, " ")
}

func (b *assessmentBuilder) attacked() string {
	ps := b.named(oneAttacks, func(p pairView) string {
		switch forth, back := struck(p); {
		case forth && back:
			return fmt.Sprintf("%s and %s attack each other", p.A.Name, p.B.Name)
		case back:
			return fmt.Sprintf("%s attacks %s", p.B.Name, p.A.Name)
		}
		return fmt.Sprintf("%s attacks %s", p.A.Name, p.B.Name)
	})
	if len(ps) == 0 {
		return ""
	}
	return capital(list(ps, 4)) + "."
}

// What a pair is an instance of, for the first paragraph and for the card.

func worksTogether(p pairView) bool { return p.Sign == assess.Cooperative && p.Level > 0 }
func oneTook(p pairView) bool       { return p.Sign == assess.Unilateral }
func sharesSupply(p pairView) bool {
	return p.Level >= assess.SharedSupply && p.Sign == assess.Undetermined
}

// oneAttacks asks for the link as well: older files give a pair this sign for an
// attack on a state.
func oneAttacks(p pairView) bool {
	forth, back := struck(p)
	return p.Sign == assess.Adversarial && (forth || back)
}

// struck says which of the two is on record as attacking the other.
func struck(p pairView) (forth, back bool) {
	for _, l := range p.Links {
		if (l.Class == evidence.AttackOnState || l.Class == evidence.AttackOnGroup) && l.Channel == "ledger" {
			forth, back = forth || l.Direction == channel.AToB, back || l.Direction == channel.BToA
		}
	}
	return forth, back
}

// taker names the one that took and the one it took from, and by which class of
// link; the class is empty where no link tells.
func taker(p pairView) (actor, other string, by evidence.Class) {
	for _, l := range p.Links {
		if l.Class != evidence.Takeover && l.Class != evidence.FalseFlag {
			continue
		}
		if l.Direction == channel.BToA {
			return p.B.Name, p.A.Name, l.Class
		}
		return p.A.Name, p.B.Name, l.Class
	}
	return p.A.Name, p.B.Name, ""
}

// An assault is what is on record of one side's groups against one state of the
// other side. Each incident counts once; contested and denied ones, and lists of
// targets, do not count.
type assault struct {
	state    string // alpha-2
	from     int    // index of the side that attacks
	n, aimed int
	told     bool     // older files do not tell how many victims there were
	names    []string // of the attackers
	by       map[assess.Actor][]channel.Link
	seen     map[string]bool // incidents
}

// gatherAssaults makes the assaults of the crossings, by state and side.
func (b *assessmentBuilder) gatherAssaults() []*assault {
	var out []*assault
	for _, c := range b.crossings {
		if c.link.Status.Disputed() || c.link.Class == evidence.Targets {
			continue
		}
		i := slices.IndexFunc(out, func(t *assault) bool { return t.state == c.state && t.from == c.from })
		if i < 0 {
			i = len(out)
			out = append(out, newAssault(c.state, c.from))
		}
		out[i].add(c.attacker, c.link)
	}
	slices.SortFunc(out, func(x, y *assault) int { return cmp.Or(cmp.Compare(x.state, y.state), cmp.Compare(x.from, y.from)) })
	return out
}

func newAssault(state string, from int) *assault {
	return &assault{state: state, from: from, by: map[assess.Actor][]channel.Link{}, seen: map[string]bool{}}
}

func (t *assault) add(attacker assess.Actor, link channel.Link) {
	t.by[attacker] = append(t.by[attacker], link)
	if i, known := slices.BinarySearch(t.names, attacker.Name); !known {
		t.names = slices.Insert(t.names, i, attacker.Name)
	}
	if id := link.Incident; id != "" {
		if t.seen[id] {
			return // of another of the side as well
		}
		t.seen[id] = true
	}
	t.n++
	t.told = t.told || link.Victims > 0
	if link.Victims == 1 {
		t.aimed++
	}
}

// of is the part of the attackers whose links are such.
func (t *assault) of(such func([]channel.Link) bool) *assault {
	part := newAssault(t.state, t.from)
	for _, attacker := range mostFirst(t.by) {
		if such(t.by[attacker]) {
			for _, link := range t.by[attacker] {
				part.add(attacker, link)
			}
		}
	}
	return part
}

func (t *assault) cases() string { return document.Plural(t.n, "cited case", "cited cases") }

// aimedText says how many cases were aimed at the state alone, "" where files do
// not tell.
func (t *assault) aimedText() string {
	if !t.told {
		return ""
	}
	return ", " + aimedOf(t.n, t.aimed)
}

// aimedOf says how many of n cases were aimed at the state alone.
func aimedOf(n, aimed int) string {
	switch {
	case aimed == 0:
		return "none aimed at it alone"
	case aimed < n:
		return document.Thousands(aimed) + " aimed at it alone"
	case n == 1:
		return "aimed at it alone"
	}
	return "all aimed at it alone"
}

// attacks says for each state which groups of the other side are on record
// against it, and how many of the cases were aimed at it alone. A group of which no
// case was is not said to hack it.
func (b *assessmentBuilder) attacks() []string {
	var out []string
	for _, t := range b.assaults {
		state := placeInText(t.state, "the other side")
		hack := t.of(func(links []channel.Link) bool { return !t.told || aimed(links) > 0 })
		among := t.of(func(links []channel.Link) bool { return t.told && aimed(links) == 0 })
		if n := len(hack.names); n > 0 {
			verb := "hack"
			if n == 1 {
				verb = "hacks"
			}
			out = append(out, fmt.Sprintf("%s %s %s: %s%s.", list(hack.names, 4), verb, state, hack.cases(), hack.aimedText()))
		}
		if len(among.names) > 0 {
			out = append(out, capital(fmt.Sprintf("%s is among the victims of %s: %s%s.", state, list(among.names, 4), among.cases(), among.aimedText())))
		}
	}
	return out
}

// reachSentence says how far the data reach where the period goes on after them.
func (b *assessmentBuilder) reachSentence() string {
	switch b.a.Beyond {
	case assess.Wholly:
		return fmt.Sprintf("The data on incidents end on %s, before the period asked about: what happened in it could hardly be seen, and confidence is low.", b.a.Reach)
	case assess.Partly:
		return fmt.Sprintf("The data on incidents end on %s; the period goes on after that.", b.a.Reach)
	}
	return ""
}

// aimText says how directed an attack was, by the states that its record names.
func aimText(victims int) string {
	switch {
	case victims == 1:
		return "at it alone"
	case victims > manyVictims:
		return fmt.Sprintf("one of %d states, as it came", victims)
	case victims > 1:
		return fmt.Sprintf("one of %d states", victims)
	}
	return ""
}

// manyVictims is the number of states above which a list of victims says little
// of aim.
const manyVictims = 10
