package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// byWeight orders what may be found of a pair, the weightiest last.
var byWeight = []document.Finding{document.NoSign, document.Hacks, document.EachOther, document.Supplier, document.Unasked, document.Together}

// A line is what a group's row or column of the matrix holds.
type line struct {
	name          string
	weight, cases int // cases: those aimed at the state alone count above all others
	seen          bool
}

// matrix is the verdict table as a chart: the level and the relation of every
// pair, in the margins the attacks of a group on the other side's states. Rows and
// columns stand by what was found, those with nothing on record last.
func (b *assessmentBuilder) matrix() document.Series {
	s := document.Series{ID: "levels", Title: "What was found of every pair", Kind: document.Matrix,
		X: b.header(b.a.Sides.B, "Side B"), Y: b.header(b.a.Sides.A, "Side A")}
	lines := [2]map[string]*line{{}, {}}
	of := func(side int, name string) *line {
		if lines[side][name] == nil {
			lines[side][name] = &line{name: name}
		}
		return lines[side][name]
	}
	for _, p := range b.pairs {
		w := 3*slices.Index(byWeight, relationOf(p).tone()) + 2*btoi(p.Contested) + btoi(p.Level > 0)
		for side, name := range []string{p.A.Name, p.B.Name} {
			x := of(side, name)
			x.weight, x.seen = max(x.weight, w), x.seen || p.Level >= 0
		}
	}
	margins, whose := b.margins()
	for i, m := range margins {
		x := of(btoi(m.Group == "column"), whose[i])
		x.cases, x.seen = x.cases+btoi(m.Status == "")*(1000*int(m.Low)+int(m.Value)), true
	}
	at := [2]map[string]int{}
	s.Rows, at[0], s.BlankRows = ordered(lines[0])
	s.Columns, at[1], s.BlankColumns = ordered(lines[1])
	for _, p := range b.pairs {
		m := document.Point{Label: p.id, Group: string(p.Sign), Row: at[0][p.A.Name], Column: at[1][p.B.Name], Value: float64(p.Level)}
		switch r := relationOf(p); {
		case r.kind != "":
			m.Tone, m.Text = r.tone(), r.sentence
		case p.Contested: // as on the card
			m.Tone, m.Text = document.Together, pairName(p)+": claimed"
		case p.Level >= 0:
			m.Tone = document.NoSign
		}
		if p.Contested {
			m.Status = string(evidence.Contested)
		}
		s.Points = append(s.Points, m)
	}
	for i, m := range margins {
		if m.Group == "column" {
			m.Column = at[1][whose[i]]
		} else {
			m.Row = at[0][whose[i]]
		}
		s.Margins = append(s.Margins, m)
	}
	b.rank(&s)
	return s
}

// ordered gives the names of one side in the order of the matrix, where each
// stands, and how many at the end have nothing on record.
func ordered(lines map[string]*line) (names []string, at map[string]int, blank int) {
	var all []*line
	for _, l := range lines {
		all = append(all, l)
		blank += btoi(!l.seen)
	}
	slices.SortFunc(all, func(x, y *line) int {
		return cmp.Or(btoi(y.seen)-btoi(x.seen), y.weight-x.weight, y.cases-x.cases, cmp.Compare(x.name, y.name))
	})
	at = map[string]int{}
	for i, l := range all {
		names, at[l.name] = append(names, l.name), i
	}
	return names, at, blank
}

// margins are the attacks of each group on the states of the other side, with
// the names of the groups; disputed ones stand where there are no others.
func (b *assessmentBuilder) margins() (out []document.Point, whose []string) {
	told, rows := map[[2]string]bool{}, map[string]bool{}
	for _, p := range b.pairs {
		rows[p.A.Name], rows[p.B.Name] = true, true
	}
	add := func(name, state string, from, n, aimed int, status evidence.Status, words string) {
		if !rows[name] {
			return // of none of the groups
		}
		m := document.Point{Group: []string{"row", "column"}[from], Label: place(state, "the other side"), Tone: document.Hacks, Value: float64(n), Low: float64(aimed), Status: string(status)}
		m.Text = fmt.Sprintf("%s against %s: %s", name, m.Label, words)
		out, whose, told[[2]string{name, state}] = append(out, m), append(whose, name), true
	}
	for _, t := range b.assaults {
		for _, who := range mostFirst(t.by) {
			add(who.Name, t.state, t.from, len(t.by[who]), aimed(t.by[who]), "", aimedCases(len(t.by[who]), aimed(t.by[who])))
		}
	}
	doubted := map[[2]string]int{}
	for _, c := range b.crossings {
		if c.link.Status.Disputed() && c.link.Class != evidence.Targets {
			doubted[[2]string{c.attacker.Name, c.state}]++
		}
	}
	for _, c := range b.crossings {
		if k := [2]string{c.attacker.Name, c.state}; doubted[k] > 0 && !told[k] {
			add(k[0], k[1], c.from, doubted[k], 0, evidence.Contested, document.Plural(doubted[k], "disputed case", "disputed cases"))
		}
	}
	return out, whose
}

// aimed counts the cases aimed at the state alone, as one counts of which a file
// does not tell how many victims there were.
func aimed(links []channel.Link) (n int) {
	for _, l := range links {
		n += btoi(l.Victims <= 1)
	}
	return n
}

func aimedCases(n, aimed int) string {
	return document.Plural(n, "case", "cases") + ", " + aimedOf(n, aimed)
}

// rank marks the three most hostile: groups that attack groups, by the links that
// tell of it, then groups that attack states, by cases aimed at the state alone and
// all cases. What is disputed, or hit a state among others only, has no rank.
func (b *assessmentBuilder) rank(s *document.Series) {
	links := map[string]int{}
	for _, p := range b.pairs {
		links[p.id] = len(linkRecords(p))
	}
	var pairs, states []*document.Point
	for i := range s.Points {
		if p := &s.Points[i]; p.Status == "" && slices.Contains([]document.Finding{document.Hacks, document.EachOther, document.Unasked}, p.Tone) {
			pairs = append(pairs, p)
		}
	}
	for i := range s.Margins {
		if p := &s.Margins[i]; p.Status == "" && p.Low > 0 {
			states = append(states, p)
		}
	}
	slices.SortStableFunc(pairs, func(x, y *document.Point) int { return links[y.Label] - links[x.Label] })
	slices.SortStableFunc(states, func(x, y *document.Point) int {
		return cmp.Or(cmp.Compare(y.Low, x.Low), cmp.Compare(y.Value, x.Value))
	})
	for i, p := range slices.Concat(pairs, states) {
		if i < 3 {
			p.Rank = i + 1
		}
	}
}

// stateMap is the picture of states that stands before a large matrix of groups.
func (b *assessmentBuilder) stateMap() []document.Block {
	cells := map[[2]string]*document.Point{}
	seen := map[string]bool{}
	for _, c := range b.crossings {
		k := [2]string{c.attacker.Country, c.state}
		id := fmt.Sprint(k, cmp.Or(c.link.Incident, document.JoinIDs(sorted(c.link.Records))+c.link.Text))
		if c.link.Status.Disputed() || c.link.Class == evidence.Targets || k[0] == "" || k[1] == "" || seen[id] {
			continue
		}
		seen[id] = true
		if cells[k] == nil {
			cells[k] = &document.Point{Tone: document.Hacks}
		}
		cells[k].Value++
		cells[k].Low += float64(btoi(c.link.Victims <= 1))
	}
	for k, p := range cells {
		p.Text = fmt.Sprintf("groups of %s against %s: %s", place(k[0], ""), place(k[1], ""), aimedCases(int(p.Value), int(p.Low)))
	}
	return stateGrid(document.Series{ID: "states", Title: "Whose groups attack which state", Y: "groups of", X: "state attacked"}, cells)
}

// stateGrid is a matrix of states against states, those with most first, the
// first three ranked; nothing where there are no cells.
func stateGrid(s document.Series, cells map[[2]string]*document.Point) []document.Block {
	total := [2]map[string]float64{{}, {}}
	weight := func(p *document.Point) float64 { return p.Low*1e6 + p.Value } // what was done to friends, or aimed at the state alone, comes first
	for k, p := range cells {
		for side := range total {
			total[side][k[side]] += weight(p)
		}
	}
	if len(cells) == 0 {
		return nil
	}
	most := func(m map[string]float64) []string {
		return slices.SortedFunc(maps.Keys(m), func(x, y string) int { return cmp.Or(cmp.Compare(m[y], m[x]), cmp.Compare(x, y)) })
	}
	rows, columns := most(total[0]), most(total[1])
	for i, r := range rows {
		s.Rows = append(s.Rows, place(r, ""))
		for j, c := range columns {
			if i == 0 {
				s.Columns = append(s.Columns, place(c, ""))
			}
			if p := cells[[2]string{r, c}]; p != nil {
				p.Row, p.Column = i, j
				s.Points = append(s.Points, *p)
			}
		}
	}
	s.Kind, s.Tone = document.Matrix, document.Hacks
	ranked := make([]*document.Point, len(s.Points))
	for i := range s.Points {
		ranked[i] = &s.Points[i]
	}
	slices.SortStableFunc(ranked, func(x, y *document.Point) int { return cmp.Compare(weight(y), weight(x)) })
	for i, p := range ranked[:min(3, len(ranked))] {
		if p.Low > 0 {
			p.Rank = i + 1
		}
	}
	return []document.Block{s}
}
