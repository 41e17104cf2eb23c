package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// linkLane is the lane of cited links between groups.
const linkLane = "Links between groups"

// activity is what both sides are on record for, a lane for each actor, with
// agreements, statements and cited links laid over it. Results of versions that
// did not gather it have the timeline of their records instead; see records.
func (b *assessmentBuilder) activity() document.Section {
	s := document.Section{ID: "activity", Title: "Both sides over time", Folded: true}
	act := b.a.Activity
	if act == nil {
		return s
	}
	line, lanes := b.laidOver()
	t := &document.Table{ID: "activity", Title: "What both sides are on record for", Empty: "No dated act of either side is on record.", Columns: []document.Column{
		{ID: "actor", Title: "Actor"}, {ID: "actor_country", Title: "Country", Machine: true}, {ID: "side", Title: "Side"},
		{ID: "when", Title: "Date", Kind: document.Date}, {ID: "precision", Title: "Known to the"}, {ID: "when_kind", Title: "Date of"},
		{ID: "class", Title: "Kind"}, {ID: "text", Title: "What"}, {ID: "victims", Title: "Against"}, {ID: "status", Title: "Status"},
		{ID: "acts", Title: "Acts", Kind: document.Integer}, {ID: "sources", Title: "Sources", Kind: document.Reference}, {ID: "records", Title: "Records", Machine: true},
	}}
	for i, a := range act.Acts {
		refs := b.actRefs(a)
		across := b.across(a)
		t.Rows = append(t.Rows, document.Row{ID: fmt.Sprintf("act-%d", i+1), Cells: []document.Cell{
			document.Words(actorOf(a)), document.Words(a.Country), document.Words(b.sideText(a.Side)), document.Words(a.When.String()), document.Words(a.Precision), {Text: dateKind(a.WhenKind), Value: a.WhenKind},
			{Text: classText(a.Class), Value: string(a.Class)}, document.Words(actText(a)), {Text: countries(a.Victims), Value: strings.Join(a.Victims, " ")},
			document.Words(string(cmp.Or(a.Status, evidence.Asserted))), document.Count(a.Count), {Refs: refs}, document.Words(document.JoinIDs(a.Records)),
		}})
		from, to := ends(a.When)
		text := actText(a)
		if len(a.Victims) > 0 {
			text += " (against " + countries(a.Victims) + ")"
		}
		line.Points = append(line.Points, document.Point{Label: actorOf(a), Group: a.WhenKind, Text: text, From: from, To: to, Row: lanes.of(actorOf(a), a.Side),
			Value: float64(a.Count), Status: disputed(a.Status), Across: across, Refs: refs})
	}
	line.Nodes = lanes.nodes
	s.Blocks = append(s.Blocks, document.Paragraph{Text: b.activitySentence()})
	for _, w := range act.Warnings {
		s.Blocks = append(s.Blocks, document.Paragraph{Text: capital(w) + "."})
	}
	s.Blocks = append(s.Blocks, line, t)
	return s
}

// laneIndex numbers the lanes of the timeline from the top: what lies between
// the states and the groups, then side A, then side B.
type laneIndex struct {
	nodes []document.Node
	at    map[document.Node]int
}

func (l *laneIndex) of(label, group string) int {
	n := document.Node{Label: label, Group: group}
	i, ok := l.at[n]
	if !ok {
		i = len(l.nodes)
		l.at[n] = i
		l.nodes = append(l.nodes, n)
	}
	return i
}

// laidOver are the agreements, statements and links on record; of attacks only
// those that Activity does not hold, such as bare lists of victims.
func (b *assessmentBuilder) laidOver() (document.Series, *laneIndex) {
	line := document.Series{ID: "timeline", Title: "What both sides are on record for, with agreements, statements and links", Kind: document.Intervals, X: "date", Y: "actor"}
	lanes := &laneIndex{at: map[document.Node]int{}}
	who := b.actorsOf()
	var own []func() // on lanes of actors, which come below
	for _, r := range b.recordsByDate(slices.Sorted(maps.Keys(b.a.Records))) {
		when, kind := r.When()
		from, to := ends(when)
		if from == "" && to == "" {
			continue
		}
		p := document.Point{Group: kind, Text: cmp.Or(r.Value, r.Note, r.Citation.Title, classText(r.Class)), From: from, To: to, Value: 1, Status: disputed(r.Status), Refs: b.bib.cite([]evidence.ID{r.ID})}
		put := func(label, group string) {
			p.Label, p.Row = label, lanes.of(label, group)
			line.Points = append(line.Points, p)
		}
		about := who[r.ID]
		switch {
		case r.Class == evidence.Agreement:
			put(agreementLane, "agreement")
		case r.Class == evidence.Statement || r.Class == evidence.Denial:
			put(claimLane, "statement")
		case r.Class.Ledger() && r.Class != evidence.AttackOnState:
			p.Text = strings.Join(append(about, p.Text), ": ")
			put(linkLane, "link")
		case !assess.IsAct(r.Class): // acts come with Activity
			own = append(own, func() {
				for _, name := range about {
					put(name, b.sideOf(name))
				}
			})
		}
	}
	for _, a := range b.a.Activity.Acts {
		lanes.of(actorOf(a), a.Side)
	}
	for _, f := range own {
		f()
	}
	return line, lanes
}

// sideOf is the side on which the question has an actor of that name.
func (b *assessmentBuilder) sideOf(name string) string {
	inA, inB := slices.Contains(b.a.Sides.A.Actors, name), slices.Contains(b.a.Sides.B.Actors, name)
	switch {
	case inA && inB:
		return "both"
	case inA:
		return "a"
	}
	return "b"
}

func (b *assessmentBuilder) sideText(side string) string {
	switch side {
	case "a":
		return sideLabel(b.a.Sides.A)
	case "b":
		return sideLabel(b.a.Sides.B)
	}
	return "both"
}

// actorOf is the lane of an act: its actor, or the state where no group of the
// question is named.
func actorOf(a assess.Act) string {
	return cmp.Or(a.Actor, evidence.CountryName(a.Country)+", no group named")
}

func actText(a assess.Act) string {
	text := cmp.Or(a.Text, classText(a.Class))
	if a.By != "" && a.Count > 1 {
		return fmt.Sprintf("%s within the %s, among them: %s", document.Plural(a.Count, "act", "acts"), a.By, text)
	}
	return text
}

// across reports whether an act hit a state of the other side.
func (b *assessmentBuilder) across(a assess.Act) bool {
	hits := func(s assess.Side) bool {
		return slices.ContainsFunc(a.Victims, func(v string) bool { return v != a.Country && slices.Contains(s.Countries, v) })
	}
	return a.Side != "b" && hits(b.a.Sides.B) || a.Side != "a" && hits(b.a.Sides.A)
}

// disputed is the status where it is not plainly asserted.
func disputed(s evidence.Status) string {
	if s.Disputed() {
		return string(s)
	}
	return ""
}

func countries(codes []string) string {
	var names []string
	for _, c := range codes {
		names = append(names, evidence.CountryName(c))
	}
	slices.Sort(names)
	return list(names, 6)
}

// actRefs are the numbers of the sources of an act.
func (b *assessmentBuilder) actRefs(a assess.Act) []int {
	var refs []int
	for _, i := range a.Sources {
		if i >= 0 && i < len(b.a.Activity.Sources) {
			s := b.a.Activity.Sources[i]
			refs = append(refs, b.bib.source(s.Citation, s.Grade, s.Marking))
		}
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

// activitySentence says how much there is, of whom there is nothing, and how
// dates are to be read.
func (b *assessmentBuilder) activitySentence() string {
	act := b.a.Activity
	n, seen := 0, map[string]bool{}
	for _, a := range act.Acts {
		n += a.Count
		seen[a.Actor] = true
	}
	text := fmt.Sprintf("%s of both sides %s on record, from %s; what no verdict rests on is among them, and none of it moves a verdict.",
		capital(document.Plural(n, "dated act", "dated acts")), isAre(n), document.Plural(act.Records, "record", "records"))
	if act.Undated > 0 {
		text += fmt.Sprintf(" %s of acts without a date %s not shown.", capital(document.Plural(act.Undated, "record", "records")), isAre(act.Undated))
	}
	var silent []string
	for _, name := range slices.Concat(b.a.Sides.A.Actors, b.a.Sides.B.Actors) {
		if !seen[name] {
			silent = append(silent, name)
		}
	}
	slices.Sort(silent)
	if silent = slices.Compact(silent); len(silent) > 0 && len(act.Warnings) == 0 {
		text += fmt.Sprintf(" No dated act is on record of %s.", list(silent, 6))
	}
	return text + " A date of disclosure says when something became known, not when it was done."
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
