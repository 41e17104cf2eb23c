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

// A crossing is one attack of a group on the other side's state. The assessment
// lists it with every pair the group is in; the document shows it once.
type crossing struct {
	attacker assess.Actor
	from     int    // index of the attacker's side
	state    string // alpha-2 of the state attacked
	link     channel.Link
}

// crossings gathers the distinct attacks of all pairs, each incident once: latest
// first, undated last, then by name.
func crossings(a *assess.Assessment) []crossing {
	seen := map[string]int{}
	var out []crossing
	for _, l := range a.Sides.Others {
		side := btoi(l.Direction == channel.BToA)
		s := []assess.Side{a.Sides.A, a.Sides.B}[side]
		out = append(out, crossing{attacker: assess.Actor{Name: sideLabel(s) + " (other or unnamed)", Country: strings.Join(s.Countries, ", ")}, from: side, state: l.State, link: l})
	}
	for _, p := range a.Pairs {
		for _, l := range p.Links {
			if l.Channel != "attacks" {
				continue
			}
			c := crossing{attacker: p.A, state: p.B.Country, link: l}
			if l.Direction == channel.BToA {
				c.attacker, c.from, c.state = p.B, 1, p.A.Country
			}
			c.state = cmp.Or(l.State, c.state)
			key := fmt.Sprintf("%s\x00%s\x00%s\x00%s", c.attacker.ID, c.attacker.Name, c.state, l.Incident)
			if l.Incident == "" {
				key += fmt.Sprintf("\x00%s\x00%s\x00%s", l.Class, document.JoinIDs(sorted(l.Records)), l.Text)
			}
			if n, ok := seen[key]; ok {
				out[n].tell(l)
				continue
			}
			seen[key] = len(out)
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(x, y crossing) int {
		return cmp.Or(
			cmp.Compare(latest(y.link.When), latest(x.link.When)), cmp.Compare(y.link.When, x.link.When),
			cmp.Compare(x.attacker.Name, y.attacker.Name),
			cmp.Compare(x.state, y.state), cmp.Compare(x.link.Text, y.link.Text),
			cmp.Compare(document.JoinIDs(sorted(x.link.Records)), document.JoinIDs(sorted(y.link.Records))),
		)
	})
	return out
}

// tell adds another report of the incident. The first gives date and words; of
// states named the most count, and what one source doubts is doubted.
func (c *crossing) tell(l channel.Link) {
	records := slices.Concat(c.link.Records, l.Records)
	slices.Sort(records)
	c.link.Records = slices.Compact(records)
	c.link.Victims = max(c.link.Victims, l.Victims)
	if l.Status == evidence.Denied || l.Status == evidence.Contested && c.link.Status != evidence.Denied {
		c.link.Status = l.Status
	}
}

// latest is the end of an EDTF interval as far as it can be compared as text.
func latest(when string) string {
	from, to, ok := strings.Cut(when, "/")
	if !ok || to == ".." {
		return from
	}
	return to
}

func sorted(ids []evidence.ID) []evidence.ID {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return ids
}

func (b *assessmentBuilder) attacksFolded(i int) bool {
	return len(b.crossings) > foldAttacks+few && i >= foldAttacks
}

func (b *assessmentBuilder) attacksSection() document.Section {
	s := document.Section{ID: "attacks", Title: "Attacks on the other side's state"}
	t := &document.Table{ID: "attacks", Empty: "No cited attack by a group of one side on the state of the other.", Columns: []document.Column{
		{ID: "attacker", Title: "Attacker"}, {ID: "attacker_country", Title: "Country", Machine: true},
		{ID: "attacked", Title: "Attacked"}, {ID: "attacked_country", Title: "State", Machine: true},
		{ID: "when", Title: "Date", Kind: document.Date}, {ID: "when_kind", Title: "Date of"},
		{ID: "aim", Title: "Aimed"}, {ID: "class", Title: "Class", Machine: true}, {ID: "text", Title: "What"}, {ID: "status", Title: "Status", Machine: true},
		{ID: "sources", Title: "Sources", Kind: document.Reference}, {ID: "records", Title: "Records", Machine: true},
	}}
	for i, c := range b.crossings {
		r := document.Row{ID: fmt.Sprintf("attacks-%d", i+1), Cells: []document.Cell{
			document.Words(c.attacker.Name), document.Words(c.attacker.Country), document.Words(place(c.state, "")), document.Words(c.state),
			document.Words(cmp.Or(c.link.When, "undated")), {Text: dateKind(c.link.WhenKind), Value: c.link.WhenKind},
			{Text: aimText(c.link.Victims), Value: c.link.Victims}, document.Words(string(c.link.Class)), document.Words(statusText(c.link)), document.Words(string(c.link.Status)),
			{Refs: b.bib.cite(c.link.Records)}, document.Words(document.JoinIDs(sorted(c.link.Records))),
		}}
		if b.attacksFolded(i) {
			r.Fold = document.WhenAll
		}
		t.Rows = append(t.Rows, r)
	}
	if b.attacksFolded(len(b.crossings) - 1) {
		t.FoldNote = fmt.Sprintf("The %d latest of %s attacks are shown; %s.", foldAttacks, document.Thousands(len(b.crossings)), document.SeeAllHere)
	}
	if len(t.Rows) > 0 {
		t.Legend = "An attack told by several data sets is one line with several sources. A date of publication says nothing about the day of the act. Aimed: at this state alone, or one of several that the record names. These lines are about the state, and give no pair of groups its sign."
	}
	s.Blocks = append(s.Blocks, t)
	if len(b.crossings) > 0 {
		s.Blocks = append(s.Blocks, b.timeline())
	}
	return s
}

// statusText is what a link says, with a mark where that is disputed.
func statusText(l channel.Link) string {
	if l.Status.Disputed() {
		return "[" + string(l.Status) + "] " + l.Text
	}
	return l.Text
}

func (b *assessmentBuilder) timeline() document.Series {
	s := document.Series{ID: "attacks-timeline", Title: "When the attacks took place or became known", Kind: document.Intervals, X: "date", Y: "attacker"}
	for _, c := range b.crossings {
		from, to, ok := strings.Cut(c.link.When, "/")
		if !ok {
			to = from
		}
		s.Points = append(s.Points, document.Point{Label: c.attacker.Name, Group: c.link.WhenKind, From: from, To: to, Refs: b.bib.cite(c.link.Records)})
	}
	return s
}
