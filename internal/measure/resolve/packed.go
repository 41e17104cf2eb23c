package resolve

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A decision is who a name without a reference means, or why nobody.
type decision struct {
	actor   *Actor
	why     string
	unknown bool // nothing is known of the name, or of any in the list
}

var (
	idPattern = regexp.MustCompile(`\bG[0-9]{4}\b`)
	// What stands between the names of a packed list.
	separators = regexp.MustCompile(`[/;,|()\[\]\n]|\s<\s|(?i:\baka\b|\ba\.k\.a\.|\balso known as\b|\bformerly\b|\band\b|\bor\b)`)
	// Words of a sentence about an actor rather than of a name.
	proseMark = regexp.MustCompile(`(?i)\b(believed|suspected|known as|possibly|possible|linked|links?|associated|attributed|related|connected|responsible|similar|codenamed|has been|have been|is|was)\b`)
)

// decide finds whom a name as written means: the name as a whole if a source
// gives it to one actor; else the sentence, or the packed list, that it is.
// Names of incident tables that no catalogue knows are left to settleLoose.
func (d *Directory) decide(name string) decision {
	if missing(name) {
		return decision{why: "says that the actor is unknown"}
	}
	if strings.Contains(name, evidence.Beside) {
		return d.decideBeside(strings.Split(name, evidence.Beside))
	}
	switch as := d.lookup(name); {
	case len(as) == 1:
		return decision{actor: as[0], why: "the name is known"}
	case len(as) > 1:
		return decision{why: "belongs to " + andList(labels(as))}
	}
	if as := d.umbrellas[Fold(name)]; len(as) > 0 {
		return decision{why: "means no single actor: it stands for " + andList(labels(as))}
	}
	if as := d.disputed[Fold(name)]; len(as) > 0 {
		return decision{why: "is only a contested name of " + andList(labels(as))}
	}
	if prose(name) {
		return d.decideProse(name)
	}
	if separators.MatchString(name) {
		if dec := d.decidePacked(name); dec.actor != nil || listMark.MatchString(name) {
			return dec
		}
	}
	return decision{why: "no catalogue knows the name", unknown: true}
}

// decideBeside asks that every name means the same actor: each was put there for
// itself, so that one that means another, or nobody known, is no slip of the pen. A
// name of several actors says which of them it is by standing beside another name
// of one.
func (d *Directory) decideBeside(names []string) decision {
	var one *Actor
	var open []string
	for _, n := range names {
		dec := d.decide(n)
		switch {
		case dec.actor == nil && len(d.lookup(n)) > 1:
			open = append(open, n)
			continue
		case dec.actor == nil:
			return decision{why: "names several, of whom " + n + " " + dec.why}
		case one != nil && one != dec.actor:
			return decision{why: "names " + andList(labels([]*Actor{one, dec.actor}))}
		}
		one = dec.actor
	}
	for _, n := range open {
		if one == nil || !slices.Contains(d.lookup(n), one) {
			return decision{why: "names several, of whom " + n + " " + d.decide(n).why}
		}
	}
	return decision{actor: one, why: "all names in it mean this actor"}
}

// decidePacked lets an ATT&CK id decide, else the unambiguous names vote. What
// follows "<" names what the actor is part of ("APT41 < Winnti Umbrella") and
// has no vote.
func (d *Directory) decidePacked(list string) decision {
	if i := strings.Index(list, "<"); i > 0 {
		list = list[:i]
	}
	byID := map[*Actor]bool{}
	for _, id := range idPattern.FindAllString(list, -1) {
		if a := d.byRef["attack:"+id]; a != nil {
			byID[a] = true
		}
	}
	switch len(byID) {
	case 0:
	case 1:
		for a := range byID {
			return decision{actor: a, why: "the list carries its ATT&CK id"}
		}
	default:
		as := slices.SortedFunc(maps.Keys(byID), compareActors)
		return decision{why: "carries the ATT&CK ids of " + andList(labels(as))}
	}
	var names []string
	for _, t := range separators.Split(list, -1) {
		if t = strings.TrimSpace(t); t != "" && !missing(t) && idPattern.FindString(t) == "" {
			names = append(names, t)
		}
	}
	dec := d.vote(names)
	if dec.actor == nil && organ.MatchString(list) && dec.unknown {
		dec.why = "names a state organ, not a group"
	}
	dec.unknown = false
	return dec
}

// prose reports whether a text is a sentence or several rather than a name or a
// list.
func prose(s string) bool {
	return len(strings.Fields(s)) > 2 && (proseMark.MatchString(s) || strings.Contains(strings.TrimRight(s, " ."), ". ") || groupName.MatchString(s))
}

// groupName matches a description that ends with a name: "Russian hacker group
// Snake".
var groupName = regexp.MustCompile(`\bgroup [A-Z]`)

// vote gives each distinct name one vote for the one catalogued actor it means.
// A name of several actors supports none, and counts against an actor that is
// not among them. The winner needs more than half of the votes and twice those
// of the next.
func (d *Directory) vote(names []string) decision {
	votes := map[*Actor]int{}
	var open [][]*Actor
	seen := map[string]bool{}
	for _, n := range names {
		key := d.canon.key(Fold(n))
		if seen[key] {
			continue
		}
		seen[key] = true
		switch as := d.lookup(n); {
		case len(as) == 1 && d.catalogued[as[0]]:
			votes[as[0]]++
		case len(as) > 1:
			open = append(open, as)
		}
	}
	if len(votes) == 0 {
		if len(open) > 0 {
			return decision{why: "every known name in it belongs to several actors"}
		}
		return decision{why: fmt.Sprintf("none of the %d names in it is known to a catalogue", len(seen)), unknown: true}
	}
	ranked := slices.SortedFunc(maps.Keys(votes), func(a, b *Actor) int {
		if votes[a] != votes[b] {
			return votes[b] - votes[a]
		}
		return compareActors(a, b)
	})
	top, total := ranked[0], 0
	for _, n := range votes {
		total += n
	}
	second := 0
	if len(ranked) > 1 {
		second = votes[ranked[1]]
	}
	for _, as := range open {
		if !slices.Contains(as, top) {
			total++
			second = max(second, 1)
		}
	}
	if votes[top] >= 2*second && 2*votes[top] > total {
		return decision{actor: top, why: fmt.Sprintf("%d of the %d known names in it mean this actor", votes[top], total)}.sole(total)
	}
	if len(ranked) == 1 {
		return decision{why: fmt.Sprintf("names %s and others that the sources dispute", top.label())}
	}
	return decision{why: "names " + andList(labels(ranked))}
}

// sole rewords the reason of a vote with one voter.
func (dec decision) sole(total int) decision {
	if total == 1 {
		dec.why = "the one known name in it means this actor"
	}
	return dec
}

// lookup returns the actors that a single name, reference or ATT&CK id means.
func (d *Directory) lookup(name string) []*Actor {
	key := Fold(name)
	if id := attackID(key); id != "" {
		if a := d.byRef["attack:"+id]; a != nil {
			return []*Actor{a}
		}
		return nil
	}
	if as := d.holders(d.canon.key(key)); len(as) > 0 {
		return as
	}
	if s := shortKey(name); s != "" {
		return d.holders(d.canon.key(s))
	}
	return nil
}

// holders lists whom a key means standing alone.
func (d *Directory) holders(key string) []*Actor {
	if a := d.settled[key]; a != nil {
		return []*Actor{a}
	}
	return d.byKey[key]
}

// label is the actor's name with its state: "Sandworm Team (RU)".
func (a *Actor) label() string {
	if a.Country == "" {
		return a.Name
	}
	return a.Name + " (" + a.Country + ")"
}

func labels(as []*Actor) []string {
	out := make([]string, len(as))
	for i, a := range as {
		out[i] = a.label()
	}
	return out
}

func andList(s []string) string {
	if len(s) < 2 {
		return strings.Join(s, "")
	}
	return strings.Join(s[:len(s)-1], ", ") + " and " + s[len(s)-1]
}
