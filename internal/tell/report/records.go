package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// Lanes of the timeline that belong to no actor.
const (
	agreementLane = "Agreements"
	claimLane     = "Statements"
)

// records lists every record that a verdict rests on, oldest first, with its
// dates and its source; and the same on a timeline with a lane for each actor,
// where the result does not hold the activity of both sides.
func (b *assessmentBuilder) records() document.Section {
	s := document.Section{ID: "records", Title: "The records behind it", Folded: true}
	if len(b.a.Records) == 0 {
		return s
	}
	who := b.actorsOf()
	t := &document.Table{ID: "records", Columns: []document.Column{
		{ID: "about", Title: "About"}, {ID: "class", Title: "Kind"}, {ID: "text", Title: "What"},
		{ID: "when", Title: "Date", Kind: document.Date}, {ID: "when_kind", Title: "Date of"}, {ID: "status", Title: "Status"},
		{ID: "publisher", Title: "Publisher"}, {ID: "publisher_country", Title: "Seat"}, {ID: "grade", Title: "Grade"},
		{ID: "marking", Title: "Marking"}, {ID: "sources", Title: "Sources", Kind: document.Reference}, {ID: "record", Title: "Record", Machine: true},
	}}
	line := document.Series{ID: "timeline", Title: "What is on record, by date", Kind: document.Intervals, X: "date", Y: "actor"}
	for _, r := range b.recordsByDate(slices.Sorted(maps.Keys(b.a.Records))) {
		when, kind := r.When()
		about := who[r.ID]
		if r.Class == evidence.Agreement {
			about = []string{b.partiesText(r.Parties)}
		}
		refs := b.bib.cite([]evidence.ID{r.ID})
		text := cmp.Or(r.Value, r.Note, r.Citation.Title, classText(r.Class))
		t.Rows = append(t.Rows, document.Row{ID: "record-" + string(r.ID), Cells: []document.Cell{
			document.Words(strings.Join(about, ", ")), {Text: classText(r.Class), Value: string(r.Class)}, document.Words(text), document.Words(cmp.Or(when.String(), "undated")),
			{Text: dateKind(kind), Value: kind}, document.Words(string(cmp.Or(r.Status, evidence.Asserted))), document.Words(r.Citation.Publisher),
			document.Words(r.Citation.PublisherCountry), document.Words(string(r.Grade)), document.Words(string(cmp.Or(r.Marking, evidence.Clear))), {Refs: refs}, document.Words(string(r.ID)),
		}})
		from, to := ends(when)
		for _, lane := range lanes(r, about) {
			if from != "" || to != "" {
				line.Points = append(line.Points, document.Point{Label: lane, Group: kind, Text: text, From: from, To: to, Refs: refs})
			}
		}
	}
	if len(line.Points) > 0 && b.a.Activity == nil { // else activity shows them
		s.Blocks = append(s.Blocks, line)
	}
	s.Blocks = append(s.Blocks, t)
	return s
}

// lanes are the rows of the timeline on which a record stands.
func lanes(r evidence.Record, about []string) []string {
	switch {
	case r.Class == evidence.Agreement:
		return []string{agreementLane}
	case r.Class == evidence.Statement || r.Class == evidence.Denial || len(about) == 0:
		return []string{claimLane}
	}
	return about
}

// ends are the first and the last unit of an interval; "" for an open end.
func ends(iv evidence.Interval) (from, to string) {
	from, to, ok := strings.Cut(iv.String(), "/")
	if !ok {
		return from, from
	}
	return strings.TrimSuffix(from, ".."), strings.TrimSuffix(to, "..")
}

// actorsOf names, for every record, the actors whose doings it tells: for an
// attack on a state its attacker, for a link both parties.
func (b *assessmentBuilder) actorsOf() map[evidence.ID][]string {
	names := map[evidence.ID]map[string]bool{}
	add := func(ids []evidence.ID, name string) {
		for _, id := range ids {
			if names[id] == nil {
				names[id] = map[string]bool{}
			}
			names[id][name] = true
		}
	}
	for _, p := range b.pairs {
		for _, l := range p.Links {
			attack := l.Channel == "attacks"
			if !attack || l.Direction != channel.BToA {
				add(l.Records, p.A.Name)
			}
			if !attack || l.Direction == channel.BToA {
				add(l.Records, p.B.Name)
			}
		}
	}
	out := map[evidence.ID][]string{}
	for id, set := range names {
		out[id] = slices.Sorted(maps.Keys(set))
	}
	for id, r := range b.a.Records {
		if len(out[id]) == 0 {
			out[id] = nonEmpty(cmp.Or(r.Subject.Name, partyName(r.Subject.Country)), cmp.Or(r.Object.Name, partyName(r.Object.Country)))
		}
	}
	return out
}
