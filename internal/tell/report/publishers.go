package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// publishers counts who says what about whom: the records a verdict rests on,
// by the seat of their publisher and the state they speak of. A vendor rarely
// writes of its own state, which is a reason to know where each is seated.
func (b *assessmentBuilder) publishers() document.Section {
	s := document.Section{ID: "publishers", Title: "Who says what about whom", Folded: true}
	type cell struct{ seat, about string }
	counts, publishers, classes := map[cell]int{}, map[cell]map[string]bool{}, map[cell]map[string]bool{}
	seats, abouts := map[string]bool{}, map[string]bool{}
	states := b.statesOf()
	for id, r := range b.a.Records {
		seat := cmp.Or(place(r.Citation.PublisherCountry, ""), "seat unknown")
		for _, about := range states[id] {
			c := cell{seat, about}
			if publishers[c] == nil {
				publishers[c], classes[c] = map[string]bool{}, map[string]bool{}
			}
			counts[c]++
			publishers[c][r.Citation.Publisher] = true
			classes[c][classText(r.Class)] = true
			seats[seat], abouts[about] = true, true
		}
	}
	if len(counts) == 0 {
		return s
	}
	t := &document.Table{ID: "publishers", Columns: []document.Column{
		{ID: "seat", Title: "Publishers seated in"}, {ID: "about", Title: "speak of groups of"}, {ID: "records", Title: "Records", Kind: document.Integer},
		{ID: "publishers", Title: "Publishers", Kind: document.Integer}, {ID: "classes", Title: "What they report"},
	}}
	m := document.Series{ID: "who-says", Title: "Records by seat of the publisher and state of the group", Kind: document.Matrix, X: "state of the group", Y: "seat of the publisher",
		Rows: slices.Sorted(maps.Keys(seats)), Columns: slices.Sorted(maps.Keys(abouts))}
	for i, seat := range m.Rows {
		for k, about := range m.Columns {
			c := cell{seat, about}
			if counts[c] == 0 {
				continue
			}
			said := strings.Join(slices.Sorted(maps.Keys(classes[c])), ", ")
			m.Points = append(m.Points, document.Point{Row: i, Column: k, Value: float64(counts[c]), Text: said})
			t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.Words(seat), document.Words(about), document.Count(counts[c]), document.Count(len(publishers[c])), document.Words(said)}})
		}
	}
	s.Blocks = append(s.Blocks, m, t)
	return s
}

// statesOf names the states of whose groups each record speaks.
func (b *assessmentBuilder) statesOf() map[evidence.ID][]string {
	country := map[string]string{}
	for _, p := range b.pairs {
		country[p.A.Name], country[p.B.Name] = p.A.Country, p.B.Country
	}
	out := map[evidence.ID][]string{}
	for id, actors := range b.actorsOf() {
		r := b.a.Records[id]
		codes := map[string]bool{}
		for _, a := range actors {
			codes[country[a]] = true
		}
		if len(actors) == 0 || r.Class == evidence.Statement || r.Class == evidence.Denial {
			codes[r.Subject.Country], codes[r.Object.Country] = true, true
		}
		delete(codes, "")
		for code := range codes {
			out[id] = append(out[id], place(code, code))
		}
		slices.Sort(out[id])
	}
	return out
}
