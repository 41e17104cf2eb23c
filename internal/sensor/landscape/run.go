package landscape

import (
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// Input is everything a landscape is made from.
type Input struct {
	// Partials yields what sensors saw; entries of partials for which split is
	// true must come one by one, because a window of an indicator begins or
	// ends between them. The order does not matter.
	Partials func(split func(*sighting.Partial) bool) iter.Seq2[sighting.Partial, error]
	// Entries yields the entries of the days from the first to the last, by time and
	// id; needed by [List] alone.
	Entries    func(first, last sighting.Day) iter.Seq2[sighting.Entry, error]
	Statements []sighting.Statement
	Map        *sighting.Map
	// Records are evidence about groups: their names, states, classes and
	// objectives, and agreements between states.
	Records []evidence.Record
	Policy  resolve.Policy

	// From and To bound the period, ISO 8601 dates, months or years, both
	// included; empty is where the data begin and end.
	From, To string
	Only     Only // narrows what is shown, and no share of all systems
	Gap      int  // days; 0 is sighting.DefaultGap
	Window   indicator.Window
	// NoAnswers leaves out what shows its indicators in DNS answers only.
	NoAnswers bool
	// Prevalence is the share of all systems with sightings, 0 to 1, above which an
	// indicator counts as unattributed; 0 demotes none.
	Prevalence float64
	Tool       Tool
	Read       *Read

	sensors sighting.Sensors
}

// judged is every sighting and incident of the data, whatever the period.
type judged struct {
	Sightings []sighting.Sighting
	Incidents []sighting.Incident

	ends    []int               // where the findings of each partial end in Sightings
	apart   []sighting.Sighting // in force, of contacts that do not count; of each partial one
	decoys  []sighting.Sighting // in force, of honeypots; of each partial one
	early   []sighting.Sighting // by indicators not yet in force, of contacts that count
	outside []outside           // not in force
	some    bool                // there is a first and a last
	first   sighting.Day        // of sightings
	last    sighting.Day
	gap     int
	dir     *resolve.Directory
	only    filter
	judge   *sighting.Judge
	shared  shared
}

// Run makes the figures. It fails where the question is not one, the policy
// contradicts itself, or the partials cannot be read.
func Run(in Input) (*Landscape, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	common, err := in.settle()
	if err != nil {
		return nil, err
	}
	j, err := Judge(in)
	if err != nil {
		return nil, err
	}
	period, asked, err := in.period(j)
	if err != nil {
		return nil, err
	}
	l := &Landscape{Schema: Schema, Tool: in.Tool, Period: period.text(), Data: j.span().text(), Rules: in.rules(j.gap), Prevalent: common, Units: units, Read: in.Read}
	if j.only.Only != (Only{}) {
		l.Only = &j.only.Only
	}
	s := newSums(j, period)
	s.fill(l)
	l.Incidents = incidents(j, period)
	l.Dwell, l.Disclosure = durations(l.Incidents)
	l.Agreements = agreements(j, period, in.Records)
	l.Conflicts = conflicts(j, period)
	l.notInForce(j, period)
	l.Contacts, l.Own, l.Hostless, l.Roles = contacts(j, period), ownIndicators(j, period), hostless(j, period), inRoles(j, period)
	then := span{none: true}
	if asked {
		if l.Previous = previous(j, s, period); l.Previous != nil {
			then = period.before()
		}
	}
	if err := l.countConnections(&in, j, period, then); err != nil {
		return nil, err
	}
	l.warn(in, j, period)
	l.mark(j, period, &in)
	return l, nil
}

// settle leaves out and demotes what the rules say, and gives the indicators that
// many systems show.
func (in *Input) settle() ([]Prevalent, error) {
	if in.NoAnswers {
		in.withoutAnswers()
	}
	common, err := in.prevalent()
	in.Statements = demoted(in.Statements, common)
	return common, err
}

// meet notes which sensors saw addresses that other networks use too.
func (in *Input) meet() error {
	if in.sensors != nil {
		return nil
	}
	in.sensors = sighting.Sensors{}
	for p, err := range in.Partials(nil) {
		if err != nil {
			return err
		}
		in.sensors.Add(p.System)
	}
	return nil
}

func (in *Input) rules(gap int) Rules {
	return Rules{GapDays: gap, Window: in.Window.String(), Prevalence: in.Prevalence, NoAnswers: in.NoAnswers}
}

var units = Units{
	Events:        "log entries that show an indicator in force, each counted once, of contacts in which the host took part: it went out, or it answered",
	Systems:       "distinct addresses of hosts within an organisation that took part in such a contact",
	Organisations: "distinct organisations of the organisation map",
	Incidents:     "runs of sightings of one group in one organisation without a pause of gap_days",
}

// Judge turns what sensors saw into sightings and incidents.
func Judge(in Input) (*judged, error) {
	dir, judge, err := in.judge()
	if err == nil {
		err = in.meet()
	}
	if err != nil {
		return nil, err
	}
	places := in.places()
	j := &judged{gap: in.Gap, dir: dir, judge: judge, shared: newShared()}
	if j.gap <= 0 {
		j.gap = sighting.DefaultGap
	}
	if j.only, err = in.Only.filter(dir, judge, places); err != nil {
		return nil, err
	}
	if r := in.Read; r != nil && !r.First.IsZero() {
		j.cover(sighting.DayOf(r.First))
		j.cover(sighting.DayOf(r.Last))
	}
	for p, err := range in.Partials(judge.Split) {
		if err != nil {
			return nil, err
		}
		j.add(judge, places, in.sensors, p)
	}
	j.Incidents = sighting.Incidents(j.Sightings, j.early, j.gap)
	return j, nil
}

// judge resolves the names of groups.
func (in *Input) judge() (*resolve.Directory, *sighting.Judge, error) {
	var records []evidence.Record
	for _, r := range in.Records {
		if r.Origin.Dataset != sighting.Dataset { // what came from here says nothing new of a group
			records = append(records, r)
		}
	}
	dir, err := resolve.Resolve(records, in.Policy)
	if err != nil {
		return nil, nil, err
	}
	return dir, sighting.NewJudge(in.Statements, in.Window, newActors(dir, records).who), nil
}

func (in *Input) places() *sighting.Map {
	if in.Map == nil {
		return &sighting.Map{}
	}
	return in.Map
}

// cover widens the days of the data.
func (j *judged) cover(d sighting.Day) {
	if !j.some || d < j.first {
		j.first = d
	}
	if !j.some || d > j.last {
		j.last = d
	}
	j.some = true
}

func (j *judged) add(judge *sighting.Judge, places *sighting.Map, sensors sighting.Sensors, p sighting.Partial) {
	j.cover(p.Day)
	whose := places.Of(p.System)
	p.System = sensors.One(p.System)
	if !j.only.organisation(whose) {
		return
	}
	o := j.shared.organisation(whose)
	shown, early := judge.Judge(&p), j.only.of(judge.Early(&p))
	found := j.only.of(shown)
	if p.Contact.Counts() && o.Role != sighting.Honeypot {
		for _, f := range early {
			j.early = append(j.early, sighting.Sighting{Partial: p, Organisation: o, Finding: j.shared.finding(f)})
		}
	}
	switch {
	case len(shown) == 0:
		if len(early) > 0 || len(j.only.of(judge.Late(&p))) > 0 {
			j.outside = append(j.outside, outside{p, o, len(early) > 0})
		}
	case len(found) == 0:
	case o.Role == sighting.Honeypot:
		j.decoys = append(j.decoys, sighting.Sighting{Partial: p, Organisation: o, Finding: j.shared.finding(found[0])})
	case !p.Contact.Counts():
		j.apart = append(j.apart, sighting.Sighting{Partial: p, Organisation: o, Finding: j.shared.finding(found[0])})
	default:
		for _, f := range found {
			j.Sightings = append(j.Sightings, sighting.Sighting{Partial: p, Organisation: o, Finding: j.shared.finding(f)})
		}
		j.ends = append(j.ends, len(j.Sightings))
	}
}

// partials yields what each counted partial shows, a list for each: a partial counts
// once, however many groups it shows.
func (j *judged) partials() iter.Seq[[]sighting.Sighting] {
	return func(yield func([]sighting.Sighting) bool) {
		from := 0
		for _, end := range j.ends {
			if !yield(j.Sightings[from:end]) {
				return
			}
			from = end
		}
	}
}

// outside is a partial that shows no indicator in force.
type outside struct {
	sighting.Partial
	organisation *sighting.Organisation
	early        bool // it shows one that will be
}

// A span is a run of days, both ends included; none is an empty one.
type span struct {
	from, to sighting.Day
	none     bool
}

func (s span) has(d sighting.Day) bool { return !s.none && d >= s.from && d <= s.to }

func (s span) days() int {
	if s.none {
		return 0
	}
	return int(s.to-s.from) + 1
}

func (s span) text() Period {
	if s.none {
		return Period{}
	}
	return Period{From: s.from.String(), To: s.to.String(), Days: s.days()}
}

func (j *judged) span() span {
	return span{from: j.first, to: j.last, none: !j.some}
}

// ErrPeriod is in the chain of errors about a period that is none.
var ErrPeriod = errors.New("period")

// Check says what keeps the period from being one, as far as that can be said
// without the data: an end that is no date, or that comes before the beginning.
func (in *Input) Check() error {
	from, to, err := in.bounds()
	if err == nil && !from.From.IsZero() && !to.To.IsZero() && !from.From.Before(to.To) {
		err = fmt.Errorf("%w: %s is after %s", ErrPeriod, in.From, in.To)
	}
	return err
}

func (in *Input) bounds() (from, to evidence.Interval, err error) {
	from, err1 := evidence.ParseInterval(in.From)
	to, err2 := evidence.ParseInterval(in.To)
	if err := errors.Join(err1, err2); err != nil {
		return from, to, fmt.Errorf("%w: %w", ErrPeriod, err)
	}
	return from, to, nil
}

// period is the one asked for, or that of the data.
func (in *Input) period(j *judged) (p span, asked bool, err error) {
	p = j.span()
	from, to, err := in.bounds()
	if err != nil {
		return p, false, err
	}
	if !from.From.IsZero() {
		p.from, p.none = sighting.DayOf(from.From), p.none && to.IsZero()
	}
	if !to.To.IsZero() {
		p.to, p.none = sighting.DayOf(to.To.Add(-time.Nanosecond)), p.none && from.IsZero()
	}
	if !p.none && p.from > p.to {
		return p, false, fmt.Errorf("%w: %s is after %s", ErrPeriod, p.from, p.to)
	}
	return p, in.From != "" || in.To != "", nil
}

// before is the period before: the same number of calendar months where p is
// whole months, else the same number of days.
func (p span) before() span {
	from, after := p.from.Start(), (p.to + 1).Start()
	if from.Day() == 1 && after.Day() == 1 {
		months := (after.Year()-from.Year())*12 + int(after.Month()) - int(from.Month())
		return span{from: sighting.DayOf(from.AddDate(0, -months, 0)), to: p.from - 1}
	}
	return span{from: p.from - sighting.Day(p.days()), to: p.from - 1}
}
