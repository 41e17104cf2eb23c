package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// card is the answer at a glance: of two states a picture of who attacks whom,
// of many the pairs with most.
func (b *dyadsBuilder) card() *document.Card {
	t := b.t
	c := &document.Card{Finding: document.Figures}
	pairs, incidents, most := b.bound()
	switch {
	case len(t.Dyads) == 0:
		c.Finding, c.Headline = document.Unseen, "No incident between two states is on record for this question"
		if t.Account.Records == 0 {
			c.Headline = "Nothing that tells of incidents was read, so nothing could have been seen"
		}
	case t.Question.B != "":
		c.Sides = []string{place(t.Question.A, ""), place(t.Question.B, "")}
		b.picture(c)
	case t.Question.Friends && pairs > 0:
		c.Finding, c.Headline = document.Hacks, fmt.Sprintf("Friends hack friends: %s in %s, the most of %s",
			document.Plural(incidents, "incident", "incidents"), document.Plural(pairs, "pair of states", "pairs of states"), most)
	default:
		d := t.Dyads[0]
		c.Headline = fmt.Sprintf("%s in %s; the most of %s against %s", document.Plural(t.Account.Shown, "incident", "incidents"),
			document.Plural(len(t.Dyads), "ordered pair of states", "ordered pairs of states"), placeInText(d.Initiator, ""), placeInText(d.Target, ""))
	}
	c.Facts = b.facts(incidents)
	c.Matters, c.More = b.matters()
	c.Warnings = len(t.Warnings)
	c.Next = []document.Next{{Args: []string{"--format", "html", "-o", "dyads.html"}, Own: true, Why: "the same as a page, with its pictures"}}
	switch {
	case t.Question.B != "":
		c.Next = append(c.Next, document.Next{Args: []string{"assess", "--a", t.Question.A, "--b", t.Question.B}, Why: "are their groups in cahoots?"})
	case len(t.Dyads) > 0:
		c.Next = append(c.Next, document.Next{Args: []string{"dyads", "--a", t.Dyads[0].Initiator, "--b", t.Dyads[0].Target}, Why: "every incident of one pair"})
	}
	return c
}

// picture names who attacks whom of two states. One hacks the other where an
// incident that nobody disputes was aimed at it alone by people who work for the
// state; else it was among the targets.
func (b *dyadsBuilder) picture(c *document.Card) {
	aimed := map[string]bool{}
	for _, i := range b.t.Incidents {
		if len(i.Targets) == 1 && !i.NonState && !i.Status.Disputed() {
			aimed[i.ID] = true
		}
	}
	var froms []int
	var hacks [2]bool
	for _, d := range b.t.Dyads {
		from := btoi(d.Initiator != b.t.Question.A)
		froms = append(froms, from)
		hacks[from] = slices.ContainsFunc(d.Cases, func(k dyad.Case) bool { return aimed[k.Incident] })
		c.Arrows = append(c.Arrows, document.Arrow{From: from, Kind: document.Hacks, N: d.Incidents, Contested: d.Contested+d.Denied == d.Incidents,
			Text: document.Plural(d.Incidents, "incident", "incidents")})
	}
	names := [2]string{placeInText(b.t.Question.A, ""), placeInText(b.t.Question.B, "")}
	clause := func(from int) string {
		if hacks[from] {
			return names[from] + " hacks " + names[1-from]
		}
		return fmt.Sprintf("%s is among the targets of incidents laid to %s", names[1-from], names[from])
	}
	first := btoi(!hacks[0])
	switch both := len(froms) == 2; {
	case both && hacks[0] && hacks[1]:
		c.Finding, c.Headline = document.EachOther, names[0]+" and "+names[1]+" hack each other"
	case both && !hacks[0] && !hacks[1]:
		c.Finding, c.Headline = document.EachOther, "incidents are laid to each of the two, none aimed at the other alone by people known to work for the state"
	case both:
		c.Finding, c.Headline = document.EachOther, clause(first)+", and "+clause(1-first)
	default:
		c.Finding, c.Headline = document.Hacks, clause(froms[0])+"; nothing is on record the other way"
	}
	c.Headline = capital(c.Headline)
}

// bound counts the pairs of states with incidents while they were allies or had
// an agreement of the two, and these incidents; most is the pair with most.
func (b *dyadsBuilder) bound() (pairs, incidents int, most string) {
	for _, f := range b.t.Friends {
		n := f.Bonds.Friends()
		if n == 0 {
			continue
		}
		if pairs == 0 {
			most = fmt.Sprintf("%s against %s", placeInText(f.Initiator, ""), placeInText(f.Target, ""))
		}
		pairs++
		incidents += n
	}
	return pairs, incidents, most
}

func (b *dyadsBuilder) facts(bound int) []document.Item {
	t := b.t
	contested, private := 0, 0
	for _, i := range t.Incidents {
		contested += btoi(i.Status != "" && i.Status != "asserted")
		private += btoi(i.NonState)
	}
	sure := fmt.Sprintf("%s cited", document.Plural(t.Account.Shown, "incident is", "incidents are"))
	if contested > 0 {
		sure += fmt.Sprintf("; sources disagree on %s", document.Thousands(contested))
	}
	if private > 0 {
		sure += fmt.Sprintf("; %s of people not said to work for the state", document.Thousands(private))
	}
	friends := "no incident fell in the time of an alliance or an agreement of the two"
	if bound > 0 {
		friends = fmt.Sprintf("%s while an alliance or an agreement of the two was in force", document.Plural(bound, "incident", "incidents"))
	}
	facts := []document.Item{{Term: "Friends", Text: friends}, {Term: "How sure", Text: sure},
		{Term: "Not seen", Text: "what nobody found, attributed and published; Western publishers report little of their own states"}}
	if t.Reach != "" {
		facts = append(facts, document.Item{Term: "Data until", Text: t.Reach})
	}
	return facts
}

// matters are the pairs with most incidents; of two states, the latest
// incidents.
func (b *dyadsBuilder) matters() (*document.Table, int) {
	if b.t.Question.B != "" {
		return b.latest()
	}
	m := &document.Table{ID: "matters", Columns: []document.Column{
		{ID: "from", Title: "From"}, {ID: "against", Title: "Against"}, {ID: "incidents", Title: "Incidents", Kind: document.Integer},
		{ID: "friends", Title: "While friends", Kind: document.Integer}, {ID: "years", Title: "Years"}, {ID: "motives", Title: "Mostly"},
	}}
	ds := slices.Clone(b.t.Dyads)
	if b.t.Question.Friends {
		rank := func(d dyad.Dyad) int { return d.Bonds.Friends() }
		slices.SortStableFunc(ds, func(x, y dyad.Dyad) int { return rank(y) - rank(x) })
	}
	for _, d := range ds[:min(mostMatters, len(ds))] {
		m.Rows = append(m.Rows, document.Row{Tone: document.Hacks, Cells: []document.Cell{
			document.Words(place(d.Initiator, "")), document.Words(place(d.Target, "")), document.Count(d.Incidents), document.Count(d.Bonds.Friends()),
			document.Words(yearsOf(d)), document.Words(mostly(d.Motives))}})
	}
	return m, len(ds) - len(m.Rows)
}

// latest are the last incidents of two states.
func (b *dyadsBuilder) latest() (*document.Table, int) {
	m := &document.Table{ID: "matters", Title: "The latest", Columns: []document.Column{
		{ID: "pair", Title: "Pair"}, {ID: "when", Title: "Date", Kind: document.Date}, {ID: "what", Title: "What"}, {ID: "actors", Title: "Actors"},
	}}
	rows := slices.DeleteFunc(slices.Clone(b.rows), func(c caseRow) bool { return c.i.When.IsZero() })
	slices.SortStableFunc(rows, func(x, y caseRow) int { return strings.Compare(latest(y.i.When.String()), latest(x.i.When.String())) })
	for _, c := range rows[:min(mostMatters, len(rows))] {
		what := ""
		if titles := titlesOf(c.i.Titles); len(titles) > 0 {
			what = firstWords(titles[0], 60)
		}
		m.Rows = append(m.Rows, document.Row{Tone: document.Hacks, Cells: []document.Cell{document.Words(c.d.String()), document.Words(c.i.When.String()),
			document.Words(what), document.Words(firstWords(list(shortNames(c.i.Actors), 2), 30))}})
	}
	if len(m.Rows) == 0 {
		return nil, 0
	}
	return m, len(b.rows) - len(m.Rows)
}

// firstWords is the beginning of a text, cut between words.
func firstWords(s string, most int) string {
	out := ""
	for _, w := range strings.Fields(s) {
		if len([]rune(out))+len([]rune(w)) >= most {
			return out + " ..."
		}
		out = strings.TrimSpace(out + " " + w)
	}
	return out
}

// yearsOf are the years from the earliest to the latest incident.
func yearsOf(d dyad.Dyad) string {
	a, z := "", ""
	for _, y := range d.Years {
		if _, err := strconv.Atoi(y.Name); err == nil {
			a, z = cmp.Or(a, y.Name), y.Name
		}
	}
	switch a {
	case "":
		return "undated"
	case z:
		return a
	}
	return a + "-" + z
}

// mostly is the motive of most incidents.
func mostly(ts []dyad.Tally) string {
	best := dyad.Tally{}
	for _, t := range ts {
		if t.N > best.N {
			best = t
		}
	}
	return best.Name
}
