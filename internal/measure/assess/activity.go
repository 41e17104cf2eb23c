package assess

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// Bounds that keep the activity of large stores small enough to be shown. What
// they change is said in Activity.Warnings.
const (
	actsOfOne  = 120  // acts of one actor, or of one state, above which they are counted by month
	actsInAll  = 1500 // marks of both sides together, above which all are counted by month, then by year
	actRecords = 3    // records and sources that a mark of several acts names
)

// Activity is what is on record of the doings of both sides in the period of
// the question, by date: also what no verdict rests on. It moves no verdict.
type Activity struct {
	Acts []Act `json:"acts"` // by side, actor, date
	// Sources are what the acts cite, which need not be among the records of the
	// assessment.
	Sources []ActSource `json:"sources"`
	Records int         `json:"records"` // that tell of the acts
	Undated int         `json:"undated"` // records of acts without any date, which are in no act
	// Warnings say what was counted together or left out, and why.
	Warnings []string `json:"warnings"`
}

// ActSource is a source that an act rests on.
type ActSource struct {
	Citation evidence.Citation  `json:"citation"`
	Grade    evidence.Admiralty `json:"grade,omitempty"`
	Marking  evidence.TLP       `json:"marking,omitempty"`
}

// Act is one incident, campaign or other dated doing of an actor, or of a state
// where no group of the question is named; with By it is several.
type Act struct {
	Side    string            `json:"side"` // "a", "b", or "both" for an actor that the question has on both
	Actor   string            `json:"actor,omitempty"`
	Country string            `json:"country,omitempty"` // alpha-2 of the state it is laid to
	When    evidence.Interval `json:"when"`
	// Precision is the coarser of the two ends of When: "second" to "year", or
	// "unknown" where an end is open.
	Precision string          `json:"precision"`
	WhenKind  string          `json:"when_kind"` // what When dates: "activity", "detection" or "disclosure"
	Class     evidence.Class  `json:"class"`
	Text      string          `json:"text"`
	Status    evidence.Status `json:"status"`
	Victims   []string        `json:"victims"` // states, alpha-2
	// By is "month" or "year" where the acts of that time are counted together;
	// Text is then that of the first.
	By      string        `json:"by,omitempty"`
	Count   int           `json:"count"`   // acts that this one stands for
	Records []evidence.ID `json:"records"` // all of a single act, the first few of several
	Sources []int         `json:"sources"` // places in Activity.Sources
}

// activity gathers the acts of both sides.
func (m *measurement) activity(q Question, a, b []resolve.Actor) *Activity {
	g := gathering{m: m, lanes: map[string]*lane{}, taken: map[int]bool{}}
	onA, onB := set(a), set(b)
	for _, side := range [][]resolve.Actor{a, b} {
		for _, x := range side {
			name := "both"
			if !onA[x.ID] {
				name = "b"
			} else if !onB[x.ID] {
				name = "a"
			}
			g.take(lane{side: name, actor: x.Name, id: x.ID, country: x.Country}, m.corpus.Places(x.ID))
		}
	}
	stateA, stateB := partyOf(q.A, nil).States, partyOf(q.B, nil).States
	switch {
	case slices.Equal(stateA, stateB):
		g.takeStates("both", stateA)
	default:
		g.takeStates("a", stateA)
		g.takeStates("b", stateB)
	}
	return g.result()
}

// IsAct reports whether a record of the class tells of something done. Lists of
// victims, tools and techniques tell of no one time.
func IsAct(c evidence.Class) bool {
	switch c {
	case evidence.Activity, evidence.Incident, evidence.Campaign, evidence.AttackOnState:
		return true
	}
	return false
}

// A lane is the acts of one actor or state.
type lane struct {
	side, actor, country string
	id                   resolve.ActorID
	acts                 []told
}

// told is an act with the places of its records.
type told struct {
	Act
	places []int
}

type gathering struct {
	m                *measurement
	lanes            map[string]*lane
	taken            map[int]bool // places of records that an actor has
	records, undated int
	warnings         []string
}

// takeStates makes a lane of what is laid to a state and to no actor of the
// question.
func (g *gathering) takeStates(side string, states []string) {
	for _, state := range states {
		var places []int
		for i := range g.m.corpus.Records() {
			if !g.taken[i] && g.m.corpus.StateOf(i) == state {
				places = append(places, i)
			}
		}
		g.take(lane{side: side, country: state}, places)
	}
}

// take makes a lane of the records at places. Records of one event, with the
// same date and status, tell of one act.
func (g *gathering) take(l lane, places []int) {
	key := fmt.Sprintf("%s\x00%s\x00%s", l.side, l.id, l.country)
	if g.lanes[key] != nil {
		return // an actor on both sides
	}
	records := g.m.corpus.Records()
	at := map[string]int{}
	for _, i := range places {
		if l.id != "" {
			g.taken[i] = true
		}
		r := &records[i]
		when, kind := r.When()
		switch {
		case !IsAct(r.Class):
			continue
		case when.IsZero() && g.m.period.IsZero():
			g.undated++
			continue
		case when.IsZero() || !g.m.period.IsZero() && !when.Overlaps(g.m.period):
			continue
		}
		g.records++
		status := cmp.Or(r.Status, evidence.Asserted)
		same := fmt.Sprintf("%s\x00%s\x00%s\x00%s", cmp.Or(r.Event, r.Citation.Locator, string(r.ID)), when, kind, status)
		n, seen := at[same]
		if !seen {
			n = len(l.acts)
			at[same] = n
			l.acts = append(l.acts, told{Act: Act{
				Side: l.side, Actor: l.actor, Country: l.country, When: when, Precision: when.Precision().String(), WhenKind: kind,
				Class: r.Class, Text: cmp.Or(r.Value, r.Note, r.Citation.Title), Status: status, Count: 1,
			}})
		}
		l.acts[n].add(r, i)
	}
	for i := range l.acts {
		l.acts[i].settle()
	}
	if len(l.acts) > 0 {
		g.lanes[key] = &l
	}
}

func (t *told) add(r *evidence.Record, place int) {
	t.places = append(t.places, place)
	for _, x := range r.Targets {
		if x.Country != "" {
			t.Victims = append(t.Victims, x.Country)
		}
	}
}

func (t *told) settle() {
	slices.Sort(t.Victims)
	t.Victims = slices.Compact(t.Victims)
}

func compareActs(x, y told) int {
	return cmp.Or(x.When.From.Compare(y.When.From), x.When.To.Compare(y.When.To), cmp.Compare(x.WhenKind, y.WhenKind),
		cmp.Compare(x.Status, y.Status), cmp.Compare(x.Text, y.Text), slices.Compare(x.places, y.places))
}

// result bounds the number of acts, and numbers what they cite.
func (g *gathering) result() *Activity {
	lanes := make([]*lane, 0, len(g.lanes))
	for _, l := range g.lanes {
		slices.SortFunc(l.acts, compareActs)
		lanes = append(lanes, l)
	}
	rank := map[string]int{"a": 0, "both": 1, "b": 2}
	slices.SortFunc(lanes, func(x, y *lane) int {
		return cmp.Or(cmp.Compare(rank[x.side], rank[y.side]), cmp.Compare(x.actor, y.actor), cmp.Compare(x.id, y.id), cmp.Compare(x.country, y.country))
	})
	lanes = g.bound(lanes)
	out := &Activity{Acts: []Act{}, Sources: []ActSource{}, Records: g.records, Undated: g.undated, Warnings: nonNil(g.warnings)}
	records := g.m.corpus.Records()
	at := map[ActSource]int{}
	for _, l := range lanes {
		for _, t := range l.acts {
			seen := map[int]bool{}
			t.Sources, t.Victims = []int{}, nonNil(t.Victims)
			if t.By != "" {
				t.places = t.places[:min(len(t.places), actRecords)]
			}
			for _, i := range t.places {
				r := &records[i]
				t.Records = append(t.Records, r.ID)
				s := ActSource{r.Citation, r.Grade, r.Marking}
				n, known := at[s]
				if !known {
					n = len(out.Sources)
					at[s] = n
					out.Sources = append(out.Sources, s)
				}
				if !seen[n] {
					seen[n] = true
					t.Sources = append(t.Sources, n)
				}
			}
			out.Acts = append(out.Acts, t.Act)
		}
	}
	return out
}
