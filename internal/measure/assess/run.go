package assess

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/measure/pact"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
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
	// Channels are those measured; [channel.Channels] where nil.
	Channels []channel.Channel
	// Body is the evidence made ready before, of the same records under the same
	// policy, where many questions are asked over it; nil where this is the only one.
	Body *Body
	// VerdictsOnly leaves out what a verdict does not need: shared items, contrasts
	// and checks, robustness, explanations and weight.
	VerdictsOnly bool
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
	kinds, err := resolve.ParseKinds(q.Actors)
	if err != nil {
		return nil, err
	}
	body, err := in.body(ctx)
	if err != nil {
		return nil, err
	}
	corpus, dir := body.corpus, body.corpus.Directory
	sideA, actorsA, err := side(dir, q.A, kinds)
	if err != nil {
		return nil, fmt.Errorf("side A: %w", err)
	}
	sideB, actorsB, err := side(dir, q.B, kinds)
	if err != nil {
		return nil, fmt.Errorf("side B: %w", err)
	}
	m := measurement{corpus: corpus, incidents: body.incidents, incident: body.incident, period: period, actors: map[resolve.ActorID]resolve.Actor{}, askedBy: map[resolve.ActorID]string{}}
	m.battery = channel.Read(corpus, channelsOf(in), channel.Setting{
		Period: period, Null: channel.Null(q.Null), Alpha: q.Alpha, Seed: in.Tool.Seed, VerdictsOnly: in.VerdictsOnly,
	})
	if q.IsWorld() {
		m.pairWorld(actorsA, actorsB)
	} else {
		m.pair(actorsA, actorsB)
	}
	until, beyond := reach(corpus.Records(), period)
	m.beyond = beyond == Wholly
	m.askedByState(q.A, actorsA)
	m.askedByState(q.B, actorsB)
	if len(m.pairs) == 0 && len(m.unlisted) == 0 && len(actorsA) > 0 && len(actorsB) > 0 {
		return nil, fmt.Errorf("the two sides hold the same single group, %s: name different groups", sideA.Label)
	}
	if err := m.measure(ctx); err != nil {
		return nil, err
	}
	if q.IsWorld() {
		m.unlist()
	}
	m.looked = m.coverage(nil)
	pairs := m.judgeAll()
	matrix, err := m.firmness(ctx, in, pairs)
	if err != nil {
		return nil, err
	}
	arrange(pairs)
	a := &Assessment{
		Schema: Schema, Tool: in.Tool, Question: q, Data: datasets(in, corpus.Records()),
		Sides: Sides{A: sideA, B: sideB},
		Reach: until.String(), Beyond: beyond,
		Pairs: pairs, Robustness: matrix, Unlisted: m.unlisted,
		Channels: m.summaries, Notices: nonNil(in.Notices), Warnings: append(warnings(in, q, dir), unlistedWarnings(m.unlisted)...),
	}
	if err := m.tellSides(a, in.VerdictsOnly, actorsA, actorsB); err != nil {
		return nil, err
	}
	if !in.VerdictsOnly {
		a.Activity = m.activity(q, actorsA, actorsB)
	}
	if !q.IsWorld() {
		a.Elsewhere = m.elsewhere(a.Pairs)
	}
	a.keepRecords(corpus.Records())
	return a, nil
}

// tellSides adds what is on record of the two sides as states: agreements, claims,
// attacks of others, and how they stand in time.
func (m *measurement) tellSides(a *Assessment, verdictsOnly bool, actorsA, actorsB []resolve.Actor) (err error) {
	q, sides, records := a.Question, &a.Sides, m.corpus.Records()
	standing := pact.New(records).Level(sides.A.Countries, sides.B.Countries, m.period)
	sides.Strategic, sides.Why, sides.Evidence = standing.Level, standing.Why, standing.Evidence
	askedA, askedB := newAskedSide(q.A, sides.A, actorsA), newAskedSide(q.B, sides.B, actorsB)
	sides.Claims = append(claims(records, m.corpus.Directory, askedA, askedB, m.period), m.joint(sides.A.Countries, sides.B.Countries)...)
	sides.Others = m.sidesOthers(a.Pairs, askedA, askedB)
	if !verdictsOnly && !q.IsWorld() {
		sides.Timing, err = m.battery.Parties(channel.Dyad{A: partyOf(q.A, actorsA), B: partyOf(q.B, actorsB)})
	}
	return err
}

// firmness tries what changes of the evidence do to the verdicts, and weighs it;
// nil where verdicts alone are asked for.
func (m *measurement) firmness(ctx context.Context, in Input, pairs []Pair) (*RobustnessMatrix, error) {
	if in.VerdictsOnly {
		return nil, nil
	}
	matrix, err := m.tryVariants(ctx, in, pairs)
	if err != nil {
		return nil, err
	}
	return matrix, m.weighAll(pairs)
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
	battery   *channel.Battery
	ledger    []channel.Cited
	attacks   []channel.Cited
	summaries []ChannelSummary

	incidents []dyad.Incident
	incident  map[evidence.ID]channel.Incident // by record

	unlisted []unlisted
	silent   int            // pairs of the world not even tried: nothing is on record of one
	few      map[string]int // pairs of the world that are not listed, by why
	beyond   bool           // the period begins after the data end

	looked  map[resolve.ActorID]coverage
	askedBy map[resolve.ActorID]string // the state by which an actor was asked about, where it was
	renamed []int                      // see rename
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

// channelsOf are the channels that are measured.
func channelsOf(in Input) []channel.Channel {
	if in.Channels == nil {
		return channel.Channels()
	}
	return in.Channels
}

// measure tests every pair on every channel and finds the cited links.
func (m *measurement) measure(ctx context.Context) error {
	if err := m.battery.Measure(ctx, m.pairs); err != nil {
		return err
	}
	m.summaries = summaries(m.battery)
	m.ledger = channel.Ledger(m.corpus, m.pairs, m.period)
	m.attacks = channel.Attacks(m.corpus, m.pairs, m.period, m.incident)
	return nil
}

// judgeAll judges every pair, in the order asked.
func (m *measurement) judgeAll() []Pair {
	out := make([]Pair, len(m.pairs))
	for n := range m.pairs {
		out[n] = newPair(m.findings(n))
	}
	return out
}

// findings is all that bears on pair n.
func (m *measurement) findings(n int) findings {
	f := m.findingsUnder(n, nil, m.looked)
	p := m.pairs[n]
	f.contestedIdentity = contested(m.actors[p.A], m.actors[p.B])
	if one, ok := m.corpus.Directory.Possibly(p.A, p.B); ok {
		f.possibly = &one
	}
	f.together, f.tests = m.battery.Together(n), m.battery.Of(n)
	return f
}

// findingsUnder is what is on record of pair n among the records that keep
// admits; nil admits all.
func (m *measurement) findingsUnder(n int, keep func(record int) bool, looked map[resolve.ActorID]coverage) findings {
	p := m.pairs[n]
	f := findings{
		a: shown(m.actors[p.A]), b: shown(m.actors[p.B]), lookedA: looked[p.A], lookedB: looked[p.B],
		ledger: m.ledger[n].Links(), attacks: m.attacks[n].Links(), beyond: m.beyond,
	}
	if keep != nil {
		f.ledger, f.attacks = m.ledger[n].Under(keep), m.attacks[n].Under(keep)
	}
	return f
}

// assessable are the places of the pairs that can be judged at all.
func (m *measurement) assessable() []int {
	var out []int
	for n := range m.pairs {
		if m.findingsUnder(n, nil, m.looked).assessable() {
			out = append(out, n)
		}
	}
	return out
}

// tryVariants writes the robustness of every pair that can be judged.
func (m *measurement) tryVariants(ctx context.Context, in Input, pairs []Pair) (*RobustnessMatrix, error) {
	at := m.assessable()
	judged := make([]*Pair, len(at))
	for k, n := range at {
		judged[k] = &pairs[n]
	}
	return m.robustness(ctx, in, judged, at)
}

// weighAll adds the weight of evidence, the explanations and the coder's part to
// the pairs that can be judged.
func (m *measurement) weighAll(pairs []Pair) error {
	for _, n := range m.assessable() {
		f := m.findings(n)
		f.merged = slices.ContainsFunc(pairs[n].Robustness.Changes, func(c change) bool { return c.Note == oneActor })
		w, err := weigh(f)
		if err != nil {
			return fmt.Errorf("%s and %s: %w", f.a.Name, f.b.Name, err)
		}
		pairs[n].Weight, pairs[n].Explanations, pairs[n].Recoding = w, explanations(f), m.recode(n)
	}
	return nil
}

// arrange orders pairs, highest level first, then by names.
func arrange(pairs []Pair) {
	slices.SortStableFunc(pairs, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(y.Level, x.Level), cmp.Compare(x.A.Name, y.A.Name), cmp.Compare(x.B.Name, y.B.Name),
			cmp.Compare(x.A.ID, y.A.ID), cmp.Compare(x.B.ID, y.B.ID))
	})
}

func newPair(f findings) Pair {
	v := judge(f)
	if v.level == NotAssessable {
		// Nothing is on record of one of the two: no channel could measure
		// them, and what is on record of the other stands at its other pairs.
		f.tests, f.ledger, f.attacks, f.together = nil, nil, nil, channel.Together{Result: stat.Unmeasurable("", "", 0, 0, "nothing is on record")}
	}
	p := Pair{
		A: f.a, B: f.b, Level: v.level, LevelName: v.level.Name(), Sign: v.sign, Confidence: v.confidence,
		Contested: len(f.contestedIdentity) > 0 || slices.ContainsFunc(f.ledger, func(l channel.Link) bool { return l.Status == evidence.Contested }),
		Why:       explain(v, f), Missing: missing(v.level),
		LookedA: f.lookedA, LookedB: f.lookedB, Together: f.together, Channels: []channel.Measurement{},
		Links: append(slices.Clone(f.ledger), f.attacks...), Warnings: []string{}, Evidence: []evidence.ID{},
	}
	if p.Links == nil {
		p.Links = []channel.Link{}
	}
	for _, t := range f.tests {
		p.Channels = append(p.Channels, t.Measurement)
	}
	for _, l := range v.carrying {
		p.Evidence = append(p.Evidence, l.Records...)
	}
	slices.Sort(p.Evidence)
	p.Evidence = slices.Compact(p.Evidence)
	if f.possibly != nil {
		p.Possibly = f.possibly
		p.Warnings = append(p.Warnings, "whether the two are one actor, or one a part of the other, is open, and confidence is low: "+strings.TrimSuffix(f.possibly.Why, "."))
	}
	for _, w := range f.contestedIdentity {
		p.Warnings = append(p.Warnings, w+": confidence is low")
	}
	if v.sign == Cooperative && len(only(f.attacks, asserted)) > 0 {
		p.Warnings = append(p.Warnings, "there are cited attacks on the other's state as well")
	}
	return p
}

// coverage counts, for every actor of the question, the records of its doings
// that keep admits; nil admits all.
func (m *measurement) coverage(keep func(record int) bool) map[resolve.ActorID]coverage {
	records := m.corpus.Records()
	out := map[resolve.ActorID]coverage{}
	for id := range m.actors {
		seen := map[string]bool{}
		var c coverage
		for _, i := range m.corpus.Places(id) {
			r := &records[i]
			when, _ := r.When()
			if !tellsOfDoings(r.Class) || !m.period.IsZero() && !when.IsZero() && !when.Overlaps(m.period) {
				continue
			}
			if keep != nil && !keep(i) {
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

// tellsOfDoings reports whether a record of the class tells of something done,
// and not of names, of who is behind whom, or of what somebody says of two.
func tellsOfDoings(c evidence.Class) bool {
	switch c {
	case evidence.Alias, evidence.Sponsor, evidence.PossiblySame, evidence.Statement, evidence.Denial:
		return false
	}
	return true
}

// askedByState notes the actors that are in the question because a state is.
func (m *measurement) askedByState(side string, actors []resolve.Actor) {
	code, ok := evidence.ParseCountry(strings.TrimSpace(side))
	if !ok {
		return
	}
	for _, a := range actors {
		m.askedBy[a.ID] = code
	}
}
