package assess

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/channel"
	"github.com/cahoots-project/cahoots/evidence"
	"github.com/cahoots-project/cahoots/resolve"
)

// DefaultAlpha is the level of the tests after adjustment.
const DefaultAlpha = .05

// Input is what an assessment is made from.
type Input struct {
	Records  []evidence.Record // in any order
	Question Question
	Policy   resolve.Policy
	Datasets []Dataset // versions and hashes of the data; counted from the records where empty
	Notices  []string  // to be reproduced with the result
	Warnings []string  // of the data, to be shown with the result
	Tool     Tool
}

// Run answers a question from evidence: it resolves the names, measures every
// pair of the two sides on every channel and judges each on the ladder. It does
// no I/O; the same input gives the same Assessment, in any order of records and
// on any number of cores.
func Run(ctx context.Context, in Input) (*Assessment, error) {
	q := in.Question
	q.Alpha = cmp.Or(q.Alpha, DefaultAlpha)
	q.Null = cmp.Or(q.Null, string(channel.SDSM))
	period, err := q.Period()
	if err != nil {
		return nil, err
	}
	dir, err := resolve.Resolve(in.Records, in.Policy)
	if err != nil {
		return nil, fmt.Errorf("resolving names: %w", err)
	}
	sideA, actorsA, err := side(dir, q.A)
	if err != nil {
		return nil, fmt.Errorf("side A: %w", err)
	}
	sideB, actorsB, err := side(dir, q.B)
	if err != nil {
		return nil, fmt.Errorf("side B: %w", err)
	}
	corpus := channel.NewCorpus(in.Records, dir)
	m := measurement{corpus: corpus, period: period, actors: map[resolve.ActorID]resolve.Actor{}}
	m.pair(actorsA, actorsB)
	if len(m.pairs) == 0 {
		return nil, fmt.Errorf("the two sides hold the same single group, %s: name different groups", sideA.Label)
	}
	if err := m.measure(ctx, q, in.Tool.Seed); err != nil {
		return nil, err
	}
	a := &Assessment{
		Schema: Schema, Tool: in.Tool, Question: q, Data: datasets(in, corpus.Records()),
		Sides:    Sides{A: sideA, B: sideB},
		Pairs:    m.judgeAll(),
		Channels: m.summaries, Notices: nonNil(in.Notices), Warnings: warnings(in, q, dir),
	}
	a.Sides.Strategic, a.Sides.Why, a.Sides.Evidence = strategic(corpus.Records(), sideA.Countries, sideB.Countries, period)
	a.Sides.Claims = claims(corpus.Records(), dir, sideA.Countries, sideB.Countries, period)
	a.keepRecords(corpus.Records())
	return a, nil
}

// Period is the time the question asks about; zero where it names none.
func (q Question) Period() (evidence.Interval, error) {
	from, err := evidence.ParseInterval(q.From)
	if err != nil {
		return evidence.Interval{}, fmt.Errorf("from: %w", err)
	}
	to, err := evidence.ParseInterval(q.To)
	if err != nil {
		return evidence.Interval{}, fmt.Errorf("to: %w", err)
	}
	period := evidence.Between(from, to)
	if period.Bounded() && !period.From.Before(period.To) {
		return evidence.Interval{}, fmt.Errorf("the period ends (%s) before it begins (%s)", q.To, q.From)
	}
	return period, nil
}

// measurement carries one question through the channels.
type measurement struct {
	corpus    *channel.Corpus
	period    evidence.Interval
	actors    map[resolve.ActorID]resolve.Actor
	pairs     []channel.Pair
	byChannel [][]channel.Measurement // per channel, in the order of pairs
	ledger    [][]channel.Link
	crossfire [][]channel.Link
	summaries []ChannelSummary

	incidences []*channel.Incidence // software, technique, target country, target sector
	chronicles []*channel.Chronicle // activity, disclosure
}

// pair forms every pair of one actor of each side; an actor on both sides is
// not paired with itself, nor a pair listed twice.
func (m *measurement) pair(a, b []resolve.Actor) {
	seen := map[channel.Pair]bool{}
	for _, x := range a {
		for _, y := range b {
			p := channel.Pair{A: x.ID, B: y.ID}
			if x.ID == y.ID || seen[p] || seen[channel.Pair{A: y.ID, B: x.ID}] {
				continue
			}
			seen[p] = true
			m.actors[x.ID], m.actors[y.ID] = x, y
			m.pairs = append(m.pairs, p)
		}
	}
}

// measure tests every pair on every channel and adjusts over all of it.
func (m *measurement) measure(ctx context.Context, q Question, seed uint64) error {
	families, err := m.families(ctx, channel.Null(q.Null))
	if err != nil {
		return err
	}
	if err := channel.Adjust(families, q.Alpha); err != nil {
		return err
	}
	for _, f := range families {
		if err := ctx.Err(); err != nil {
			return err
		}
		f.Confirm(q.Confirm, q.Alpha, seed)
		m.byChannel = append(m.byChannel, f.Measurements)
		m.summaries = append(m.summaries, summarise(f))
	}
	m.ledger = channel.Ledger(m.corpus, m.pairs, m.period)
	m.crossfire = channel.Crossfire(m.corpus, m.pairs, m.period)
	return nil
}

// families runs every channel's test, before adjustment.
func (m *measurement) families(ctx context.Context, null channel.Null) ([]*channel.Family, error) {
	var out []*channel.Family
	m.incidences = []*channel.Incidence{
		channel.Software(m.corpus), channel.Technique(m.corpus), channel.TargetCountry(m.corpus), channel.TargetSector(m.corpus),
	}
	for _, inc := range m.incidences {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := inc.Overlap(m.pairs, null)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	f, err := m.incidences[2].Avoidance(m.pairs)
	if err != nil {
		return nil, err
	}
	out = append(out, f)
	dyads := channel.Dyads(m.pairs)
	for _, kind := range []channel.DateKind{channel.ActivityDates, channel.DisclosureDates} {
		ch := m.corpus.Chronicle(kind, m.period)
		m.chronicles = append(m.chronicles, ch)
		out = append(out, ch.Timing(dyads))
	}
	return out, nil
}

// judgeAll judges every pair, highest level first, then by names.
func (m *measurement) judgeAll() []Pair {
	looked := m.coverage()
	out := make([]Pair, len(m.pairs))
	for n, p := range m.pairs {
		a, b := m.actors[p.A], m.actors[p.B]
		f := findings{
			a: shown(a), b: shown(b), lookedA: looked[p.A], lookedB: looked[p.B],
			ledger: m.ledger[n], crossfire: m.crossfire[n],
			contestedIdentity: contested(a, b),
		}
		for _, ms := range m.byChannel {
			f.measurements = append(f.measurements, ms[n])
		}
		out[n] = newPair(f)
	}
	slices.SortStableFunc(out, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(y.Level, x.Level), cmp.Compare(x.A.Name, y.A.Name), cmp.Compare(x.B.Name, y.B.Name),
			cmp.Compare(x.A.ID, y.A.ID), cmp.Compare(x.B.ID, y.B.ID))
	})
	return out
}

func newPair(f findings) Pair {
	v := judge(f)
	if v.level == NotAssessable {
		// Nothing is on record of one of the two: no channel could measure
		// them, and what is on record of the other stands at its other pairs.
		f.measurements, f.ledger, f.crossfire = []channel.Measurement{}, nil, nil
	}
	p := Pair{
		A: f.a, B: f.b, Level: v.level, LevelName: v.level.Name(), Sign: v.sign, Confidence: v.confidence,
		Contested: len(f.contestedIdentity) > 0 || slices.ContainsFunc(f.ledger, func(l channel.Link) bool { return l.Status == evidence.Contested }),
		Why:       explain(v, f), Missing: missing(v.level),
		LookedA: f.lookedA, LookedB: f.lookedB, Channels: f.measurements,
		Links: append(slices.Clone(f.ledger), f.crossfire...), Warnings: []string{}, Evidence: []evidence.ID{},
	}
	if p.Links == nil {
		p.Links = []channel.Link{}
	}
	for _, l := range v.carrying {
		p.Evidence = append(p.Evidence, l.Records...)
	}
	slices.Sort(p.Evidence)
	p.Evidence = slices.Compact(p.Evidence)
	for _, w := range f.contestedIdentity {
		p.Warnings = append(p.Warnings, w+": confidence is low")
	}
	if v.sign == Cooperative && len(only(f.crossfire, asserted)) > 0 {
		p.Warnings = append(p.Warnings, "there are cited attacks on the other's state as well")
	}
	return p
}

// coverage counts, for every actor of the question, the records of its doings.
func (m *measurement) coverage() map[resolve.ActorID]Coverage {
	out := map[resolve.ActorID]Coverage{}
	for id := range m.actors {
		seen := map[string]bool{}
		var c Coverage
		for _, r := range m.corpus.About(id) {
			when, _ := r.When()
			if r.Class == evidence.Alias || r.Class == evidence.Sponsor || !m.period.IsZero() && !when.IsZero() && !when.Overlaps(m.period) {
				continue
			}
			c.Records++
			seen[r.Source()] = true
		}
		c.Sources = len(seen)
		out[id] = c
	}
	return out
}
