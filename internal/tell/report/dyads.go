package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/measure/pact"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// Short renderings of dyads fold tables longer than these.
const (
	foldDyads     = 40
	foldFriends   = 25
	foldIncidents = 80
	foldMerges    = 15
	foldPlacebos  = 12
)

// dyads is the document of a table of dyads: the answer in sentences, the
// ranking of friends, who attacks whom, before and after agreements, every
// incident, the joins, what became of everything read, and the sources.
func dyads(t *dyad.Table) document.Document {
	b := &dyadsBuilder{t: t, bib: newBibliography(t.Records), incidents: map[string]dyad.Incident{}, agreements: map[string]pact.Agreement{}}
	for _, i := range t.Incidents {
		b.incidents[i.ID] = i
	}
	for _, a := range t.Agreements {
		b.agreements[a.ID] = a
	}
	b.numberCitations()
	d := document.Document{
		ID: "dyads", Title: b.title(), Setup: b.setup(), Marking: cmp.Or(t.Marking, evidence.Clear),
		Notices: t.Notices, Main: "dyads", Result: t,
	}
	d.Sections = append(d.Sections, b.answer(), b.friends(), b.dyads(), b.years())
	for i := range t.Comparisons {
		d.Sections = append(d.Sections, b.comparison(&t.Comparisons[i]))
	}
	d.Sections = append(d.Sections, b.cases(), b.joint(), b.pacts(), b.merges(), b.refused(), b.account(), warnings(b.t.Warnings), b.reading(), b.data())
	d.Sections = laidOut(filled(d.Sections), b.sets(), t.Reach)
	d.Citations = b.bib.list
	d.Card = b.card()
	return d
}

type dyadsBuilder struct {
	t          *dyad.Table
	bib        *bibliography
	incidents  map[string]dyad.Incident
	agreements map[string]pact.Agreement
	rows       []caseRow
}

// A caseRow is an incident in a dyad, in the order of the table.
type caseRow struct {
	d      *dyad.Dyad
	k      dyad.Case
	i      dyad.Incident
	folded bool
}

// numberCitations numbers the sources in the order of the table of incidents,
// those of folded rows last.
func (b *dyadsBuilder) numberCitations() {
	for i := range b.t.Dyads {
		d := &b.t.Dyads[i]
		for _, k := range d.Cases {
			b.rows = append(b.rows, caseRow{d: d, k: k, i: b.incidents[k.Incident]})
		}
	}
	for _, folded := range []bool{false, true} {
		b.bib.folding = folded
		for i := range b.rows {
			b.rows[i].folded = len(b.rows) > foldIncidents+few && i >= foldIncidents
			if b.rows[i].folded == folded {
				b.bib.cite(b.rows[i].k.Records)
			}
		}
	}
	for _, i := range b.t.Joint {
		b.bib.cite(i.Records)
	}
	for _, a := range b.t.Agreements {
		b.bib.cite([]evidence.ID{a.Record})
	}
}

func (b *dyadsBuilder) title() string {
	q := b.t.Question
	switch {
	case q.B != "":
		return fmt.Sprintf("Who attacks whom: %s and %s", placeInText(q.A, ""), placeInText(q.B, ""))
	case q.A != "":
		return fmt.Sprintf("Who attacks whom: %s", placeInText(q.A, ""))
	case q.Friends:
		return "Which friends hack friends?"
	}
	return "Who attacks whom among states?"
}

func (b *dyadsBuilder) setup() []document.Field {
	q, tool := b.t.Question, b.t.Tool
	fields := []document.Field{
		{ID: "tool", Name: "Made by", Value: fmt.Sprintf("%s %s", cmp.Or(tool.Name, "cahoots"), cmp.Or(tool.Version, "(version unknown)"))},
		{ID: "question", Name: "Question", Value: b.question()},
	}
	if q.Agreement != "" {
		fields = append(fields, document.Field{ID: "agreement", Name: "Agreement", Value: q.Agreement})
	}
	return append(append(fields, asOfField(q.AsOf)...), dataFields(b.sets())...)
}

func (b *dyadsBuilder) sets() (out []assess.Dataset) {
	for _, d := range b.t.Data {
		out = append(out, assess.Dataset(d))
	}
	return out
}

func (b *dyadsBuilder) question() string {
	q := b.t.Question
	who := "every pair of states"
	switch {
	case q.B != "":
		who = q.A + " and " + q.B + ", both directions"
	case q.A != "":
		who = q.A + " and everybody"
	}
	if q.Friends {
		who += ", bound to each other"
	}
	switch {
	case q.From == "" && q.To == "":
		return who + ", any time"
	case q.From == "":
		return who + ", until " + q.To
	case q.To == "":
		return who + ", since " + q.From
	}
	return who + ", " + q.From + " to " + q.To
}

// friends is the ranking.
func (b *dyadsBuilder) friends() document.Section {
	s := document.Section{ID: "friends", Title: "Friends that hack friends"}
	t := &document.Table{ID: "friends", Empty: "No incident fell in the time of an agreement or alliance between the two states.", Columns: []document.Column{
		{ID: "rank", Title: "Rank", Kind: document.Integer}, {ID: "initiator", Title: "From"}, {ID: "initiator_code", Title: "Code", Machine: true},
		{ID: "target", Title: "Against"}, {ID: "target_code", Title: "Code", Machine: true},
		{ID: "alliance", Title: "Allied", Kind: document.Integer}, {ID: "bilateral", Title: "Bilateral", Kind: document.Integer},
		{ID: "multilateral", Title: "Multilat.", Kind: document.Integer}, {ID: "statement", Title: "Statement", Kind: document.Integer},
		{ID: "contested", Title: "Contested", Kind: document.Integer}, {ID: "agreements", Title: "In force at the time"},
	}}
	for i, f := range b.t.Friends {
		r := document.Row{ID: fmt.Sprintf("friends-%s-%s", strings.ToLower(f.Initiator), strings.ToLower(f.Target)), Pair: dyadID(f.Initiator, f.Target), Cells: []document.Cell{
			document.Count(f.Rank), document.Words(place(f.Initiator, "")), document.Words(f.Initiator), document.Words(place(f.Target, "")), document.Words(f.Target),
			document.Count(f.Bonds.Allied), document.Count(f.Bonds.Bilateral), document.Count(f.Bonds.Multilateral), document.Count(f.Bonds.Declared), document.Count(f.Contested),
			{Text: list(b.firmest(f.Agreements), 2), Value: strings.Join(f.Agreements, " ")},
		}}
		if len(b.t.Friends) > foldFriends+few && i >= foldFriends {
			r.Fold = document.WhenAll
			t.FoldNote = fmt.Sprintf("The first %d of %d pairs are shown; see all with --all, or with --format csv --table friends.", foldFriends, len(b.t.Friends))
		}
		t.Rows = append(t.Rows, r)
	}
	t.Legend = "Incidents by the firmest bond in force all through their dates. Allied: mutual defence or shared intelligence. " +
		"Bilateral: a treaty or executive agreement of the two. Multilat.: a treaty of more, or one organisation, whose members need not be friends. " +
		"Statement: a joint statement, memorandum or norms, which oblige nobody. Ranked by allied and bilateral together. What hacktivists, criminals and individuals did is left out. Contested: of all counted, disputed or denied."
	s.Blocks = append(s.Blocks, t)
	if b.t.Question.B == "" {
		s.Blocks = append(s.Blocks, b.trust()...)
	}
	return s
}

// trust is the map of states that attack states while they are allies or have an
// agreement of the two, with all that is on record between them.
func (b *dyadsBuilder) trust() []document.Block {
	from, against, cells := map[string]bool{}, map[string]bool{}, map[[2]string]*document.Point{}
	for _, f := range b.t.Friends {
		if f.Bonds.Friends() > 0 {
			from[f.Initiator], against[f.Target] = true, true
		}
	}
	for _, d := range b.t.Dyads {
		if !from[d.Initiator] || !against[d.Target] {
			continue
		}
		p := document.Point{Label: dyadID(d.Initiator, d.Target), Value: float64(d.Incidents), Low: float64(d.Bonds.Friends()), Tone: document.Hacks}
		p.Text = fmt.Sprintf("%s against %s: %s, %s while friends", place(d.Initiator, ""), place(d.Target, ""), document.Plural(d.Incidents, "incident", "incidents"),
			document.Thousands(d.Bonds.Friends()))
		switch {
		case d.Bonds.Allied > 0:
			p.Group = string(pact.Allied)
		case d.Bonds.Bilateral > 0:
			p.Group = string(pact.Bilateral)
		}
		if d.Contested+d.Denied == d.Incidents {
			p.Status = string(evidence.Contested)
		}
		cells[[2]string{d.Initiator, d.Target}] = &p
	}
	return stateGrid(document.Series{ID: "trust", Title: "A map of trust: attacks on friends", Y: "attacker", X: "attacked"}, cells)
}

// dyadID names two states whichever attacks: their rows lead to one place.
func dyadID(x, y string) string { return strings.ToLower(min(x, y) + "--" + max(x, y)) }

// firmest names the agreements, the firmest first. What members of a bloc signed
// among themselves stands for the bloc.
func (b *dyadsBuilder) firmest(all []string) []string {
	var ids []string
	for _, id := range all {
		if !slices.ContainsFunc(all, func(bloc string) bool { return bloc != id && b.within(id, bloc) }) {
			ids = append(ids, id)
		}
	}
	order := []pact.Bond{pact.Allied, pact.Bilateral, pact.Multilateral, pact.Declared}
	slices.SortStableFunc(ids, func(x, y string) int {
		bloc := func(id string) int {
			if strings.HasPrefix(id, "bloc:") {
				return 0
			}
			return 1
		}
		return cmp.Or(slices.Index(order, b.agreements[x].Bond)-slices.Index(order, b.agreements[y].Bond), bloc(x)-bloc(y))
	})
	for i, id := range ids {
		ids[i] = strings.TrimPrefix(id, "bloc:")
	}
	return ids
}

// within reports whether an agreement of the same bond is one among members of a
// bloc only.
func (b *dyadsBuilder) within(id, bloc string) bool {
	if !strings.HasPrefix(bloc, "bloc:") || strings.HasPrefix(id, "bloc:") || b.agreements[id].Bond != b.agreements[bloc].Bond {
		return false
	}
	return len(b.agreements[id].Parties) > 2 && !slices.ContainsFunc(b.agreements[id].Parties, func(s string) bool { return !slices.Contains(b.agreements[bloc].Parties, s) })
}

// dyads is the table that CSV writes: a line for every ordered pair.
func (b *dyadsBuilder) dyads() document.Section {
	s := document.Section{ID: "dyads", Title: "Who attacks whom"}
	t := &document.Table{ID: "dyads", Empty: "No incident between two states is on record for this question.", Columns: []document.Column{
		{ID: "initiator", Title: "From"}, {ID: "initiator_code", Title: "Code", Machine: true},
		{ID: "target", Title: "Against"}, {ID: "target_code", Title: "Code", Machine: true},
		{ID: "incidents", Title: "Incidents", Kind: document.Integer},
	}}
	for _, m := range dyad.Motives() {
		t.Columns = append(t.Columns, document.Column{ID: m, Title: motiveHeader(m), Kind: document.Integer})
	}
	t.Columns = append(t.Columns,
		document.Column{ID: "twice", Title: "Told twice", Kind: document.Integer}, document.Column{ID: "doubtful", Title: "Maybe same", Kind: document.Integer},
		document.Column{ID: "non_state", Title: "Private", Kind: document.Integer}, document.Column{ID: "contested", Title: "Contested", Kind: document.Integer, Machine: true}, document.Column{ID: "denied", Title: "Denied", Kind: document.Integer, Machine: true},
		document.Column{ID: "earliest", Title: "First", Kind: document.Date}, document.Column{ID: "latest", Title: "Last", Kind: document.Date},
		document.Column{ID: "alliance", Title: "Allied", Kind: document.Integer, Machine: true}, document.Column{ID: "bilateral", Title: "Bilateral", Kind: document.Integer, Machine: true},
		document.Column{ID: "multilateral", Title: "Multilateral", Kind: document.Integer, Machine: true}, document.Column{ID: "statement", Title: "Statement", Kind: document.Integer, Machine: true},
		document.Column{ID: "unbound", Title: "Unbound", Kind: document.Integer, Machine: true}, document.Column{ID: "perhaps", Title: "Perhaps bound", Kind: document.Integer, Machine: true},
		document.Column{ID: "datasets", Title: "Told by"}, document.Column{ID: "publishers", Title: "Published in"}, document.Column{ID: "attributers", Title: "Attributed by"},
	)
	for i, d := range b.t.Dyads {
		r := document.Row{ID: "dyad-" + strings.ToLower(d.Initiator+"-"+d.Target), Pair: dyadID(d.Initiator, d.Target), Cells: []document.Cell{
			document.Words(place(d.Initiator, "")), document.Words(d.Initiator), document.Words(place(d.Target, "")), document.Words(d.Target), document.Count(d.Incidents),
		}}
		for _, m := range dyad.Motives() {
			r.Cells = append(r.Cells, document.Count(tallied(d.Motives, m)))
		}
		r.Cells = append(r.Cells, document.Count(d.Twice), document.Count(d.Doubtful), document.Count(d.NonState), document.Count(d.Contested), document.Count(d.Denied), document.Words(d.Earliest), document.Words(d.Latest),
			document.Count(d.Bonds.Allied), document.Count(d.Bonds.Bilateral), document.Count(d.Bonds.Multilateral), document.Count(d.Bonds.Declared), document.Count(d.Bonds.None), document.Count(d.Perhaps),
			document.Words(tallies(shortDatasets(d.Datasets), 4)), document.Words(tallies(d.Publishers, 4)), document.Words(tallies(d.Attributers, 3)))
		if len(b.t.Dyads) > foldDyads+few && i >= foldDyads {
			r.Fold = document.WhenAll
			t.FoldNote = fmt.Sprintf("The first %d of %s pairs are shown; %s.", foldDyads, document.Thousands(len(b.t.Dyads)), document.SeeAll)
		}
		t.Rows = append(t.Rows, r)
	}
	t.Legend = "An incident counts once for each pair of attacker and victim state. Told twice: by more than one data set, counted once. " +
		"Maybe same: pairs of reports that could be one incident and were not joined. Private: by hacktivists, criminals or individuals who live in the state and are not said to work for it. Published in: seats of those who published the records; " +
		"attributed by: states that a data set names as having attributed. An incident told with two motives counts under both."
	s.Blocks = append(s.Blocks, t)
	return s
}

func motiveHeader(m string) string {
	switch m {
	case dyad.Espionage:
		return "Spying"
	case dyad.NoMotive:
		return "Unknown"
	}
	return capital(m)
}

// shortDatasets drops what every case file's name begins with.
func shortDatasets(ts []dyad.Tally) []dyad.Tally {
	ts = slices.Clone(ts)
	for i := range ts {
		ts[i].Name = strings.TrimPrefix(ts[i].Name, "case:")
	}
	return ts
}

func tallied(list []dyad.Tally, name string) int {
	for _, t := range list {
		if t.Name == name {
			return t.N
		}
	}
	return 0
}

// tallies is "DE 12, US 9", the most first, and how many others there are.
func tallies(ts []dyad.Tally, limit int) string {
	ts = slices.Clone(ts)
	slices.SortStableFunc(ts, func(a, b dyad.Tally) int { return b.N - a.N })
	var out []string
	for _, t := range ts {
		out = append(out, fmt.Sprintf("%s %s", t.Name, document.Thousands(t.N)))
	}
	return strings.Join(cut(out, limit), ", ")
}
