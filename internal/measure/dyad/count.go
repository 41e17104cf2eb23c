package dyad

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Reasons why an incident stands in no dyad.
const (
	leftInitiator = "initiator's state not known"
	leftTarget    = "target's state not known"
	leftOwn       = "within the initiator's own state"
	leftUndated   = "undated, and a period was asked for"
	leftPeriod    = "outside the period"
)

// Count makes the table. It is a pure function of its input, whatever the order
// of the records and however often one is repeated. It fails where the question
// names no state, no date or no agreement of the evidence, the policy
// contradicts itself, or the context is cancelled.
func Count(ctx context.Context, in Input) (*Table, error) {
	q, period, err := in.Question.check()
	if err != nil {
		return nil, err
	}
	b := in.Body
	if b == nil {
		if b, err = NewBody(ctx, in.Records, in.Policy); err != nil {
			return nil, err
		}
	}
	t := &Table{
		Schema: Schema, Tool: in.Tool, Question: q, Data: in.Datasets, Reach: b.reach, Records: map[evidence.ID]evidence.Record{},
		Notices: set(in.Notices), Warnings: slices.Clone(in.Warnings),
	}
	t.Account = account{Records: b.read, Other: b.other, Reports: tallyDatasets(b.told)}
	c := &counter{table: t, pacts: b.pacts, dyads: map[pair]*Dyad{}}
	if q, err = parties(c.pacts, q); err != nil {
		return nil, err
	}
	t.Question = q
	for _, g := range b.groups {
		c.all = append(c.all, newEntry(g))
	}
	slices.SortFunc(c.all, compareEntries)
	t.Account.Incidents, t.Account.Merged = len(c.all), len(b.told)-len(c.all)
	c.count(period)
	if err := c.compare(q); err != nil {
		return nil, err
	}
	c.show()
	c.together(period)
	t.Merges, t.Refused = ofShown(t, b.merges, b.refused)
	c.finish()
	return t, nil
}

// Check says what keeps the question from being asked: a state or date that is
// none, or one state twice. Whether an agreement exists, only [Count] can say.
func (q Question) Check() error {
	_, _, err := q.check()
	return err
}

// check puts states into codes and reads the period.
func (q Question) check() (Question, evidence.Interval, error) {
	var period evidence.Interval
	for _, s := range []*string{&q.A, &q.B} {
		if *s == "" {
			continue
		}
		code, ok := evidence.ParseCountry(*s)
		if !ok {
			if near := evidence.NearStates(*s); len(near) > 0 {
				return q, period, fmt.Errorf("%q is no state; did you mean %s?", *s, strings.Join(near, " or "))
			}
			return q, period, fmt.Errorf("%q is no state; give a code such as CN, or a name", *s)
		}
		*s = code
	}
	switch {
	case q.A == "" && q.B != "":
		q.A, q.B = q.B, ""
	case q.A != "" && q.A == q.B:
		return q, period, fmt.Errorf("%s and %s are one state; a dyad needs two", q.A, q.B)
	case q.Years < 0 || q.Years > 50:
		return q, period, fmt.Errorf("windows of %d years: give 1 to 50", q.Years)
	}
	q.Years = cmp.Or(q.Years, DefaultYears)
	if q.From == "" && q.To == "" {
		return q, period, nil
	}
	period, err := evidence.ParseInterval(cmp.Or(q.From, "..") + "/" + cmp.Or(q.To, ".."))
	if err != nil {
		return q, period, fmt.Errorf("the period: %w", err)
	}
	return q, period, nil
}

// An entry is an incident with what the table does not print.
type entry struct {
	Incident
	reports   []*report
	pairs     []pair
	activity  evidence.Interval // the earliest report's
	disclosed evidence.Interval
}

func newEntry(g []*report) *entry {
	e := &entry{reports: g}
	var records []*evidence.Record
	for _, t := range g {
		e.Events = append(e.Events, t.event)
		e.Datasets = append(e.Datasets, t.dataset)
		e.Titles = append(e.Titles, t.titles...)
		e.Initiators = append(e.Initiators, t.initiators...)
		e.Targets = append(e.Targets, t.targets...)
		e.Actors = append(e.Actors, t.names...)
		e.pairs = append(e.pairs, t.pairs...)
		e.activity = finer(e.activity, t.activity)
		e.disclosed = finer(e.disclosed, t.disclosed)
		records = append(records, t.records...)
	}
	e.ID = strings.Join(e.Events, "+")
	e.Titles, e.Initiators, e.Targets, e.Actors = set(e.Titles), set(e.Initiators), set(e.Targets), set(e.Actors)
	e.Datasets = set(e.Datasets)
	if len(e.Initiators) > 1 { // who did it together did it to none of themselves
		e.pairs = slices.DeleteFunc(e.pairs, func(p pair) bool { return slices.Contains(e.Initiators, p.target) })
	}
	slices.SortFunc(e.pairs, comparePairs)
	e.pairs = slices.Compact(e.pairs)
	slices.SortFunc(records, compareRecords)
	e.When, e.WhenKind = whenOf(e, records)
	e.Motives, e.Inferred = motivesOf(records)
	e.NonState = len(records) > 0
	for _, r := range records {
		e.NonState = e.NonState && r.InitiatedBy().Private()
		e.Records = append(e.Records, r.ID)

		e.Status = doubtful(e.Status, r.Status)
	}
	return e
}

// finer is the interval of higher precision; of equals the one that begins first.
func finer(a, b evidence.Interval) evidence.Interval {
	switch {
	case a.IsZero():
		return b
	case b.IsZero():
		return a
	}
	if c := cmp.Or(cmp.Compare(a.Precision(), b.Precision()), b.From.Compare(a.From), b.To.Compare(a.To)); c < 0 {
		return b
	}
	return a
}

// whenOf is the date of the incident: when it happened, else when it was seen,
// else when it was made public, whichever of its reports says so.
func whenOf(e *entry, records []*evidence.Record) (evidence.Interval, string) {
	if e.activity.IsZero() {
		if e.disclosed.IsZero() {
			return evidence.Interval{}, ""
		}
		return e.disclosed, "disclosure"
	}
	if slices.ContainsFunc(records, func(r *evidence.Record) bool { return !r.Activity.IsZero() }) {
		return e.activity, "activity"
	}
	return e.activity, "detection"
}

// motivesOf are the motives that sources state; without any, those inferred.
func motivesOf(records []*evidence.Record) (motives []string, inferred bool) {
	var said, guessed []string
	for _, r := range records {
		m := r.Objective
		if m == "destruction" {
			m = Disruption
		}
		if !slices.Contains(Motives(), m) || m == NoMotive {
			continue
		}
		if _, ok := r.Extra[evidence.ExtraObjectiveBasis]; ok {
			guessed = append(guessed, m)
		} else {
			said = append(said, m)
		}
	}
	switch {
	case len(said) > 0:
		return set(said), false
	case len(guessed) > 0:
		return set(guessed), true
	}
	return []string{NoMotive}, false
}

var doubts = []evidence.Status{"", evidence.Asserted, evidence.Contested, evidence.Denied}

func doubtful(a, b evidence.Status) evidence.Status {
	if slices.Index(doubts, b) > slices.Index(doubts, a) {
		return b
	}
	return a
}

// compareEntries orders by date, undated last, then by id.
func compareEntries(a, b *entry) int {
	return cmp.Or(compareWhen(a.When, b.When), cmp.Compare(a.ID, b.ID))
}

func compareWhen(a, b evidence.Interval) int {
	if a.IsZero() != b.IsZero() {
		if a.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(begin(a).Compare(begin(b)), a.To.Compare(b.To))
}

// begin is the first known moment.
func begin(iv evidence.Interval) time.Time {
	if iv.From.IsZero() {
		return iv.To
	}
	return iv.From
}

func tallyDatasets(list []*report) []Tally {
	n := map[string]int{}
	for _, t := range list {
		n[t.dataset]++
	}
	return byName(n)
}
