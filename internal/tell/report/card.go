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

// card is the answer at a glance. What is said of pairs of groups comes before
// what is said of the states, and no attack on a state becomes a link of groups.
func (b *assessmentBuilder) card() *document.Card {
	c := &document.Card{Sides: []string{b.shortSide(b.a.Sides.A, sideA), b.shortSide(b.a.Sides.B, sideB)}}
	headline, finding, pairs := b.pairFinding()
	against, hostile := b.stateFinding()
	told := b.told()
	switch {
	case finding == document.NoSign && told != "" && hostile != "":
		c.Headline, c.Finding = told+"; "+against, hostile
	case finding == document.NoSign && told != "":
		c.Headline, c.Finding = told+"; no other sign that "+b.they()+" work together", finding
	case finding == document.NoSign && hostile != "":
		c.Headline, c.Finding = b.instead()+against+"; no sign that "+b.they()+" work together", hostile
	case finding == document.Unseen && hostile != "":
		c.Headline, c.Finding = against+"; whether "+b.they()+" work together could not be seen", hostile
	case against != "":
		c.Headline, c.Finding = headline+"; "+against, finding
	default:
		c.Headline, c.Finding = headline, finding
	}
	c.Headline = capital(c.Headline)
	c.Arrows = b.arrows(c.Sides)
	c.Facts = b.facts(pairs)
	c.Matters, c.More = b.matters()
	c.Next, c.Warnings = b.next(), len(b.a.Warnings)
	return c
}

// instead is what is said of two sides between which nothing is found: that they
// may be one, or what is laid to both.
func (b *assessmentBuilder) instead() string {
	if n := len(b.laidToBoth()); n > 0 {
		return fmt.Sprintf("%s laid to both, as joint or as that of one of them; ", document.Plural(n, "incident is", "incidents are"))
	}
	if len(b.pairs) == 1 && b.maybeOne() != "" {
		return pairName(b.pairs[0]) + " may be one actor, or one a part of the other; "
	}
	return ""
}

// they are the two sides in running text.
func (b *assessmentBuilder) they() string {
	if isState(b.a.Sides.A) && isState(b.a.Sides.B) {
		return "their groups"
	}
	return "the two sides"
}

// shortSide names a side in few words.
func (b *assessmentBuilder) shortSide(s assess.Side, of func(pairView) assess.Actor) string {
	n := b.distinct(of)
	if isState(s) || n <= 2 {
		return sideLabel(s)
	}
	var countries []string
	for _, p := range b.pairs {
		countries = append(countries, placeInText(of(p).Country, "unknown states"))
	}
	slices.Sort(countries)
	countries = slices.Compact(countries)
	if len(countries) > 2 {
		return document.Plural(n, "group", "groups")
	}
	return fmt.Sprintf("%d groups of %s", n, list(countries, 2))
}

// pairFinding is the weightiest thing that is said of any pair, with the pairs
// it is said of.
func (b *assessmentBuilder) pairFinding() (string, document.Finding, []pairView) {
	for _, kind := range []document.Finding{document.Together, document.Unasked, document.Supplier, document.Hacks} {
		ps := slices.DeleteFunc(slices.Clone(b.pairs), func(p pairView) bool { return relationOf(p).kind != kind })
		slices.SortStableFunc(ps, func(x, y pairView) int { return btoi(x.Contested) - btoi(y.Contested) })
		if len(ps) == 0 {
			continue
		}
		first := relationOf(ps[0])
		return first.sentence + others(len(ps)-1), first.tone(), ps
	}
	if b.seen() == 0 {
		return "Whether they work together could not be seen", document.Unseen, b.pairs
	}
	return b.instead() + "no sign of any of it: working together, acting through each other, a common supplier, an attack", document.NoSign, b.pairs
}

// told is a link of two groups that a source tells of and that raises nothing,
// because another contests it or because no more than its possibility is told.
func (b *assessmentBuilder) told() string {
	var ps []pairView
	for _, p := range b.pairs {
		if p.Contested && len(linkRecords(p)) > 0 {
			ps = append(ps, p)
		}
	}
	if len(ps) == 0 {
		return ""
	}
	return fmt.Sprintf("a link of %s is told of, and contested", pairName(ps[0])) + others(len(ps)-1)
}

// others says that so many more pairs are alike.
func others(more int) string {
	if more == 0 {
		return ""
	}
	return fmt.Sprintf(" (and %s of the like)", document.Plural(more, "pair", "pairs"))
}

// stateFinding says which side's groups hack which state of the other, and of which
// groups without a case aimed at a state alone that it was among their victims.
func (b *assessmentBuilder) stateFinding() (string, document.Finding) {
	sides := [2]assess.Side{b.a.Sides.A, b.a.Sides.B}
	var hacking, passing [2][]string // clauses
	for i, s := range sides {
		hacks, victims := b.assailed(i, true), b.assailed(i, false)
		if len(hacks.states) > 0 {
			name, verb := list(hacks.groups, 2), "hack"
			if isState(s) {
				name = sideName(s)
			}
			if isState(s) || len(hacks.groups) == 1 {
				verb = "hacks"
			}
			hacking[i] = append(hacking[i], fmt.Sprintf("%s %s %s", name, verb, list(hacks.states, 3)))
		}
		if len(victims.states) > 0 && (!isState(s) || len(hacks.states) == 0) {
			by := list(victims.groups, 2)
			if isState(s) {
				by = "groups of " + sideName(s)
			}
			passing[i] = append(passing[i], fmt.Sprintf("%s %s among the victims of %s", list(victims.states, 3), isAre(len(victims.states)), by))
		}
	}
	finding := document.Hacks
	of := [2][]string{append(hacking[0], passing[0]...), append(hacking[1], passing[1]...)}
	if len(of[0]) > 0 && len(of[1]) > 0 {
		finding = document.EachOther
	}
	switch states := isState(sides[0]) && isState(sides[1]); {
	case states && len(hacking[0]) > 0 && len(hacking[1]) > 0:
		return fmt.Sprintf("%s and %s hack each other", sideName(sides[0]), sideName(sides[1])), finding
	case states && len(passing[0]) > 0 && len(passing[1]) > 0:
		return "each of the two is among the victims of the other's groups", finding
	case !states && len(hacking[0]) > 0 && len(hacking[1]) > 0:
		return fmt.Sprintf("groups of both sides hack the other's state (%s; %s)", list(b.assailed(1, true).states, 2), list(b.assailed(0, true).states, 2)), finding
	case len(of[0]) == 0 && len(of[1]) == 0:
		return "", ""
	}
	return strings.Join(slices.Concat(hacking[0], hacking[1], passing[0], passing[1]), ", and "), finding
}

// assailed are the groups of a side and the states of the other with a case aimed
// at the state alone, or those without.
type assailed struct{ groups, states []string }

func (b *assessmentBuilder) assailed(side int, alone bool) assailed {
	var out assailed
	for _, t := range b.assaults {
		for by := range t.by {
			if t.from == side && (aimed(t.by[by]) > 0) == alone {
				out.groups, out.states = append(out.groups, by.Name), append(out.states, placeInText(t.state, "the other side"))
			}
		}
	}
	slices.Sort(out.groups)
	slices.Sort(out.states)
	out.groups, out.states = slices.Compact(out.groups), slices.Compact(out.states)
	return out
}

// hitsAmong is said of groups of which no case was aimed at the state alone.
const hitsAmong = "hits, among others"

// mostArrows keep the picture small.
const mostArrows = 4

// arrows are the picture: one for each kind of relation and direction.
func (b *assessmentBuilder) arrows(sides []string) []document.Arrow {
	var out []document.Arrow
	var names []string // of the first pair behind each
	of := ""
	add := func(a document.Arrow) {
		i := slices.IndexFunc(out, func(o document.Arrow) bool {
			o.N = a.N
			return o == a
		})
		if i < 0 {
			out, names = append(out, a), append(names, of)
			return
		}
		out[i].N += a.N
	}
	for _, p := range b.undisputedFirst() {
		r := relationOf(p)
		of = r.actor + ", " + r.other
		switch {
		case r.kind != "":
			add(document.Arrow{From: r.from, Kind: r.kind, Text: r.arrow, N: 1, Contested: p.Contested})
		case p.Contested:
			add(document.Arrow{From: -1, Kind: document.Together, Text: "claimed", N: 1, Contested: true})
		}
	}
	for i, a := range out {
		out[i].Text = fmt.Sprintf("%s, %s", a.Text, document.Plural(a.N, "pair", "pairs"))
		if a.N == 1 && len(b.pairs) > 1 {
			out[i].Text = fmt.Sprintf("%s (%s)", a.Text, names[i])
		}
	}
	at := len(out)
	for _, t := range b.assaults {
		target := place(t.state, "")
		if target == sides[1-t.from] {
			target = "" // the state is the side
		}
		text := "attacks"
		if t.told && t.aimed == 0 {
			text = hitsAmong
		}
		add(document.Arrow{From: t.from, Target: target, Kind: document.Hacks, Text: text, N: t.n})
	}
	for i := at; i < len(out); i++ {
		out[i].Text = fmt.Sprintf("%s, %s", out[i].Text, document.Plural(out[i].N, "case", "cases"))
	}
	return out[:min(mostArrows, len(out))]
}

// facts are how sure, what could not be seen, and until when the data reach.
func (b *assessmentBuilder) facts(pairs []pairView) []document.Item {
	var out []document.Item
	add := func(term, text string) {
		if text != "" {
			out = append(out, document.Item{Term: term, Text: text})
		}
	}
	if s := b.a.Sides; s.Strategic != "" && len(s.A.Countries) > 0 && len(s.B.Countries) > 0 {
		means := ", which is not evidence that their groups work together"
		if s.Strategic == "S0" {
			means = "" // there is nothing that might be taken for evidence
		}
		add("The states", strategicText(s.Strategic)+means)
	}
	add("How sure", b.sure(pairs))
	add("Not seen", b.notSeen())
	switch {
	case b.a.Beyond == assess.Wholly:
		add("Data until", b.a.Reach+", before the period asked about")
	case b.a.Beyond == assess.Partly:
		add("Data until", b.a.Reach+"; the period goes on after that")
	default:
		add("Data until", b.a.Reach)
	}
	return out
}

// sure is the confidence of the pairs of the finding.
func (b *assessmentBuilder) sure(pairs []pairView) string {
	contested := 0
	for _, p := range pairs {
		contested += btoi(p.Contested)
	}
	s := confidences(pairs)
	if len(pairs) == 1 {
		s = pairs[0].Confidence
	}
	if contested > 0 {
		s += fmt.Sprintf("; sources disagree on %s", document.Plural(contested, "pair", "pairs"))
	}
	return s
}

// notSeen counts what no source or test could have shown.
func (b *assessmentBuilder) notSeen() string {
	if len(b.pairs) == 0 {
		return "anything: no group of one side is known"
	}
	var parts []string
	all := document.Thousands(len(b.pairs))
	if unseen := len(b.pairs) - b.seen(); unseen > 0 {
		parts = append(parts, fmt.Sprintf("%s of %s pairs, where nothing is on record of what one did", document.Thousands(unseen), all))
	}
	share, n := b.medianMDE()
	switch more := len(b.alike(true)) + len(b.alike(false)); {
	case n > 0:
	case more > 0:
		return strings.Join(append(parts, fmt.Sprintf("the reason why, by test, %s more in common than chance", document.Plural(more, "pair has", "pairs have"))), "; ")
	default:
		return strings.Join(append(parts, "links that leave no citation: no pair could be tested"), "; ")
	}
	return strings.Join(append(parts, fmt.Sprintf("by test, what the two share below %s of what a group has (the median of %s)",
		percentText(share), document.Plural(n, "pair tested", "pairs tested"))), "; ")
}

// mostMatters is the most rows of what matters.
const mostMatters = 10

// An attacker is what is on record of one against a state of the other side.
type attacker struct {
	name, state string
	links       []channel.Link
	aimed       int
}

// attackers are those with most cases aimed at one state alone first.
func (b *assessmentBuilder) attackers() []attacker {
	var out []attacker
	for _, t := range b.assaults {
		for _, by := range mostFirst(t.by) {
			out = append(out, attacker{by.Name, t.state, t.by[by], aimed(t.by[by])})
		}
	}
	slices.SortStableFunc(out, func(x, y attacker) int {
		return cmp.Or(cmp.Compare(y.aimed, x.aimed), cmp.Compare(len(y.links), len(x.links)))
	})
	return out
}

// matters are the pairs and attacks that a reader looks for first, or where
// nothing stands out the pairs in which most could have been seen. What nobody
// disputes and the two foremost attacks stand before what is contested.
func (b *assessmentBuilder) matters() (t *document.Table, more int) {
	t = &document.Table{ID: "matters", Columns: []document.Column{
		{ID: "who", Title: "Who"}, {ID: "what", Title: "What"}, {ID: "whom", Title: "Whom"}, {ID: "sure", Title: "How sure"}, {ID: "by", Title: "Told by"},
	}}
	rows := 0
	add := func(tone document.Finding, pair string, ids []evidence.ID, cells ...string) {
		if rows++; rows > mostMatters {
			return
		}
		r := document.Row{ID: fmt.Sprintf("matters-%d", rows), Pair: pair, Tone: tone}
		names := b.publisherNames(ids)
		shown := 2
		if len(names) > 3 { // or a row takes three lines
			shown = 1
		}
		for _, c := range append(cells, list(names, shown)) {
			r.Cells = append(r.Cells, document.Words(c))
		}
		t.Rows = append(t.Rows, r)
	}
	pairs := func(contested bool) {
		for _, p := range b.pairs {
			tone, what := outstanding(p)
			if what == "" || p.Contested != contested {
				continue
			}
			sure := p.Confidence
			if p.Contested {
				sure += ", contested"
			}
			r := relationOf(p)
			ids := linkRecords(p)
			if len(ids) == 0 && p.Contested {
				ids = b.contestedClaims()
			}
			add(tone, p.id, ids, r.actor, what, r.other, sure)
		}
	}
	attack := func(a attacker) {
		what := "hacks"
		if a.aimed == 0 {
			what = hitsAmong
		}
		add(document.Hacks, "", recordsOf(a.links), a.name, what, place(a.state, "the other side"), document.Plural(len(a.links), "case", "cases"))
	}
	attackers := b.attackers()
	foremost := 0
	for foremost < min(2, len(attackers)) && attackers[foremost].aimed > 0 {
		foremost++
	}
	pairs(false)
	for _, a := range attackers[:foremost] {
		attack(a)
	}
	pairs(true)
	for _, a := range attackers[foremost:] {
		attack(a)
	}
	if rows < leastRows {
		b.bestSeen(leastRows-rows, func(p pairView) {
			add(document.NoSign, p.id, nil, p.A.Name, "none found", p.B.Name, fmt.Sprintf("%s; would have seen %s", p.Confidence, percentText(*p.Together.MDE)))
		})
	}
	if rows == 0 {
		return nil, 0
	}
	return t, rows - len(t.Rows)
}

// leastRows are filled up with pairs of which most could have been seen.
const leastRows = 5

// outstanding is what stands out of a pair, "" where nothing does.
func outstanding(p pairView) (document.Finding, string) {
	switch r := relationOf(p); {
	case r.kind != "":
		return r.tone(), r.row
	case p.Contested:
		return "", "claimed, contested"
	case p.Level > 0:
		return "", levelText(p.Level)
	}
	return "", ""
}

// undisputedFirst are the pairs with what nobody disputes before what is contested.
func (b *assessmentBuilder) undisputedFirst() []pairView {
	return slices.SortedStableFunc(slices.Values(b.pairs), func(x, y pairView) int { return cmp.Compare(btoi(x.Contested), btoi(y.Contested)) })
}

// linkRecords are the records that join the two groups themselves.
func linkRecords(p pairView) []evidence.ID {
	return recordsOf(slices.DeleteFunc(slices.Clone(p.Links), func(l channel.Link) bool { return l.Channel == "attacks" }))
}

func recordsOf(links []channel.Link) (out []evidence.ID) {
	for _, l := range links {
		out = append(out, l.Records...)
	}
	return out
}

// contestedClaims are the records of disputed claims about the sides as such.
func (b *assessmentBuilder) contestedClaims() (out []evidence.ID) {
	for _, c := range b.a.Sides.Claims {
		if c.Status == evidence.Contested {
			out = append(out, c.Evidence...)
		}
	}
	return out
}

// mostFirst orders attackers by their cases, then by name.
func mostFirst(by map[assess.Actor][]channel.Link) []assess.Actor {
	var out []assess.Actor
	for a := range by {
		out = append(out, a)
	}
	slices.SortFunc(out, func(x, y assess.Actor) int {
		return cmp.Or(cmp.Compare(len(by[y]), len(by[x])), cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// publisherNames are who published the records, each once, in order.
func (b *assessmentBuilder) publisherNames(ids []evidence.ID) []string {
	var out []string
	for _, id := range ids {
		if r, ok := b.a.Records[id]; ok && r.Citation.Publisher != "" {
			out = append(out, r.Citation.Publisher)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// bestSeen calls show with the pairs of nothing found in which the smallest link
// would have been seen.
func (b *assessmentBuilder) bestSeen(n int, show func(pairView)) {
	var ps []pairView
	for _, p := range b.pairs {
		if _, what := outstanding(p); what == "" && p.Level == 0 && p.Together.MDE != nil {
			ps = append(ps, p)
		}
	}
	slices.SortStableFunc(ps, func(x, y pairView) int { return cmp.Compare(*x.Together.MDE, *y.Together.MDE) })
	for _, p := range ps[:min(n, len(ps))] {
		show(p)
	}
}

// next is what to ask next: the page, the pair that stands out, the two states.
func (b *assessmentBuilder) next() []document.Next {
	out := []document.Next{{Args: []string{"--format", "html", "-o", "answer.html"}, Own: true, Why: "the same as a page, with its pictures"}}
	for _, p := range b.undisputedFirst() {
		if _, what := outstanding(p); what != "" && len(b.pairs) > 1 && len(linkRecords(p)) > 0 {
			out = append(out, document.Next{Args: []string{"assess", "--a", p.A.Name, "--b", p.B.Name}, Why: "this pair alone"})
			break
		}
	}
	if x, y := b.a.Sides.A, b.a.Sides.B; isState(x) && isState(y) && x.Countries[0] != y.Countries[0] {
		out = append(out, document.Next{Args: []string{"dyads", "--a", x.Countries[0], "--b", y.Countries[0]}, Why: "every incident between the two states"})
	}
	return out
}
