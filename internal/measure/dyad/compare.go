package dyad

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/pact"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// alpha is the level of the tests of a comparison after adjustment.
const alpha = .05

// A Comparison sets the years before an agreement against those after it. It
// asks one thing: did known attacks between the parties become rarer than the
// volume of all reporting lets expect? It cannot say why.
type Comparison struct {
	Agreement string `json:"agreement"`
	Name      string `json:"name"`
	Date      string `json:"date"`   // the day that divides
	Signed    bool   `json:"signed"` // of signature, as no source confirms an entry into force
	From      string `json:"from"`   // first day of the window before
	To        string `json:"to"`     // first day beyond the window after
	// Changes are the tests, activity dates and disclosure dates apart.
	Changes []change `json:"changes"`
	// PlaceboDates repeat the test for every year around the date at which
	// nothing was agreed, PlaceboDyads for the same initiators and other targets.
	// Each Rank says how often chance alone would put the agreement where it
	// stands among them.
	PlaceboDates []Placebo `json:"placebo_dates"`
	PlaceboDyads []Placebo `json:"placebo_dyads"`
	DateRank     Rank      `json:"date_rank"`
	DyadRanks    []Rank    `json:"dyad_ranks"`
	// Step is the segmented regression of quarterly counts.
	Step     stat.Result `json:"step"`
	Warnings []string    `json:"warnings"`
}

// A Split divides incidents at a date. One that may lie on either side, because
// its interval holds the date, is Undecided and on neither.
type Split struct {
	Before    int `json:"before"`
	After     int `json:"after"`
	Undecided int `json:"undecided"`
	// AllBefore and AllAfter are all other incidents of the same windows and
	// kind of date: the volume of reporting.
	AllBefore int `json:"all_before"`
	AllAfter  int `json:"all_after"`
}

// A change is the test of one direction, or of all together (no Initiator).
type change struct {
	Initiator string `json:"initiator"`
	Target    string `json:"target"`
	Kind      string `json:"kind"` // of date: "activity" or "disclosure"
	Split
	Ratio *stat.Interval `json:"ratio,omitempty"` // of the rates, after to before
	Test  stat.Result    `json:"test"`
}

// A Placebo is the same split at another date, or of another dyad.
type Placebo struct {
	Date      string `json:"date"`
	Initiator string `json:"initiator"`
	Target    string `json:"target"`
	Kind      string `json:"kind"`
	Split
	// Ratio of the rates with half an incident added to each count, so that it
	// exists without incidents before.
	Ratio float64  `json:"ratio"`
	P     *float64 `json:"p,omitempty"` // not adjusted; nil without incidents
}

// A Rank places a dyad's ratio among those of its placebos.
type Rank struct {
	Initiator string      `json:"initiator"`
	Target    string      `json:"target"`
	Kind      string      `json:"kind"`
	Ratio     float64     `json:"ratio"`
	Test      stat.Result `json:"test"`
}

// minPlacebo is the least number of incidents in both windows that makes a dyad
// a placebo.
const minPlacebo = 5

// compare fills in the comparisons the question asks for.
func (c *counter) compare(q Question) error {
	for _, a := range c.compared(q) {
		k := c.comparison(a, q)
		if n := k.Incidents(); n < minPlacebo && a.ID != q.Agreement {
			c.table.Warnings = append(c.table.Warnings, fmt.Sprintf(
				"%s (%s) is not compared before and after: %d incidents in the windows; --agreement %s does it all the same", a.ID, k.Date, n, a.ID))
			continue
		}
		c.table.Comparisons = append(c.table.Comparisons, k)
	}
	if q.Agreement != "" && len(c.table.Comparisons) == 0 {
		return fmt.Errorf("agreement %q has no date in the evidence, so there is no before and after", q.Agreement)
	}
	return nil
}

// compared are the agreement asked for, or every dated treaty or agreement that
// the two states asked for have made with each other alone.
func (c *counter) compared(q Question) []pact.Agreement {
	var out []pact.Agreement
	for _, a := range c.pacts.List() {
		asked := a.ID == q.Agreement
		if q.Agreement == "" {
			asked = q.B != "" && slices.Contains(a.Parties, q.A) && slices.Contains(a.Parties, q.B) &&
				a.Bond != pact.Declared && len(a.Parties) == 2
		}
		if asked && !a.Begins().IsZero() {
			out = append(out, a)
		}
	}
	return out
}

func (c *counter) comparison(a pact.Agreement, q Question) Comparison {
	w := window{date: a.Begins(), years: q.Years}
	k := Comparison{
		Agreement: a.ID, Name: a.Name, Date: w.date.Format(time.DateOnly), Signed: a.Signed,
		From: w.from().Format(time.DateOnly), To: w.to().Format(time.DateOnly),
	}
	directions := c.directions(a, q)
	tests := []*stat.RateTest{}
	for _, kind := range []string{"activity", "disclosure"} {
		for _, d := range slices.Concat([][]pair{directions}, each(directions)) {
			s := c.split(d, w, kind)
			if len(d) == 1 && len(directions) > 2 && s.Before+s.After == 0 {
				continue // of a treaty of many, only the pairs that occur
			}
			ch := change{Kind: kind, Split: s}
			if len(d) == 1 {
				ch.Initiator, ch.Target = d[0].initiator, d[0].target
			}
			k.Changes = append(k.Changes, ch)
			tests = append(tests, stat.CompareRates(s.Before, s.After, float64(s.AllBefore), float64(s.AllAfter), stat.TailLower))
		}
	}
	adjust(tests)
	for i, t := range tests {
		k.Changes[i].Test, k.Changes[i].Ratio = t.Result, t.Ratio
	}
	c.placebos(&k, directions, w)
	k.Step = c.step(directions, w)
	k.Warnings = k.warn()
	return k
}

// directions are the ordered pairs tested: the two asked for, or every pair of
// parties with an incident.
func (c *counter) directions(a pact.Agreement, q Question) []pair {
	if q.B != "" {
		return []pair{{q.A, q.B}, {q.B, q.A}}
	}
	var out []pair
	for _, e := range c.all {
		for _, p := range e.pairs {
			if slices.Contains(a.Parties, p.initiator) && slices.Contains(a.Parties, p.target) {
				out = append(out, p)
			}
		}
	}
	slices.SortFunc(out, comparePairs)
	return slices.Compact(out)
}

func each(ps []pair) [][]pair {
	var out [][]pair
	for _, p := range ps {
		out = append(out, []pair{p})
	}
	return out
}

func adjust(tests []*stat.RateTest) {
	results := make([]*stat.Result, len(tests))
	for i, t := range tests {
		results[i] = &t.Result
	}
	levels, err := stat.Adjust(results, stat.BH, alpha)
	if err != nil {
		panic(err) // the method and the level are constants
	}
	for i, t := range tests {
		t.SetMDE(levels[i])
	}
}

// A window is the years before and after a date.
type window struct {
	date  time.Time
	years int
}

func (w window) from() time.Time { return w.date.AddDate(-w.years, 0, 0) }
func (w window) to() time.Time   { return w.date.AddDate(w.years, 0, 0) }

// The sides of a window.
const (
	outside = iota
	before
	after
	undecided
)

// side places an interval. Where it begins decides whether it lies in the
// windows; one that began before the date and did not end by then is undecided.
func (w window) side(iv evidence.Interval) int {
	switch {
	case iv.IsZero():
		return outside
	case iv.From.IsZero():
		if iv.To.After(w.from()) {
			return undecided
		}
		return outside
	case iv.From.Before(w.from()) || !iv.From.Before(w.to()):
		return outside
	case !iv.From.Before(w.date):
		return after
	case !iv.To.IsZero() && !iv.To.After(w.date):
		return before
	}
	return undecided
}

// dateOf is the date of the kind.
func (e *entry) dateOf(kind string) evidence.Interval {
	if kind == "disclosure" {
		return e.disclosed
	}
	return e.activity
}

// sampled reports an incident of a state that a data set tells which was not
// gathered for attacks on partners. Items of class attack-on-state were: they stand in case
// files because the victim was a partner, and would prove what they were chosen
// for.
func (e *entry) sampled() bool {
	return !e.NonState && slices.ContainsFunc(e.reports, func(t *report) bool { return !t.slice() })
}

// split divides the incidents of some dyads, each once, and all others. Those
// that only case files tell are left out.
func (c *counter) split(dyads []pair, w window, kind string) Split {
	var s Split
	for _, e := range c.all {
		if len(e.pairs) == 0 || !e.sampled() {
			continue
		}
		own := slices.ContainsFunc(e.pairs, func(p pair) bool { return slices.Contains(dyads, p) })
		switch side := w.side(e.dateOf(kind)); {
		case side == before && own:
			s.Before++
		case side == after && own:
			s.After++
		case side == undecided && own:
			s.Undecided++
		case side == before:
			s.AllBefore++
		case side == after:
			s.AllAfter++
		}
	}
	return s
}

// Incidents is the number of incidents in both windows, by the kind of date that has
// more.
func (k *Comparison) Incidents() int {
	n := 0
	for _, c := range k.Changes {
		if c.Initiator == "" {
			n = max(n, c.Before+c.After)
		}
	}
	return n
}

func (k *Comparison) warn() []string {
	w := []string{
		"incidents are what somebody published: a change may be one of attention or of who publishes, and reports lag behind the acts",
		"an agreement that neither names nor bans espionage cannot be broken by it",
	}
	w = append(w, "incidents that only case files tell are left out: they were gathered because the victim was a partner; so are those of private groups, whom an agreement does not bind")
	if n := k.Incidents(); n < fewEvents {
		w = append(w, fmt.Sprintf("with %d incidents in both windows together only a very large change could be seen; the minimum detectable effect says how large", n))
	}
	return w
}

// fewEvents is the number below which a comparison says that it is small.
const fewEvents = 30

func ratioOf(s Split) float64 {
	if s.AllBefore == 0 || s.AllAfter == 0 {
		return 0
	}
	return (float64(s.After) + .5) / (float64(s.Before) + .5) * float64(s.AllBefore) / float64(s.AllAfter)
}

func placebo(p pair, w window, kind string, s Split) Placebo {
	out := Placebo{Date: w.date.Format(time.DateOnly), Initiator: p.initiator, Target: p.target, Kind: kind, Split: s, Ratio: ratioOf(s)}
	out.P = stat.CompareRates(s.Before, s.After, float64(s.AllBefore), float64(s.AllAfter), stat.TailLower).P
	return out
}

func comparePlacebos(a, b Placebo) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Initiator, b.Initiator), cmp.Compare(a.Date, b.Date), cmp.Compare(a.Target, b.Target))
}
