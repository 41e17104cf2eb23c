package channel

import (
	"fmt"

	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// The timing test is stated here, before any data are seen: an event follows
// another if it comes on the same day or within [TimingWidth] days after it, and
// under the null it may as well have come on any other day of its quarter.
const (
	TimingWidth   = 14
	TimingStretch = 91
)

// TimingChannel is the name of the channel of one kind of dates.
func TimingChannel(kind DateKind) string { return fmt.Sprintf("timing (%s)", kind) }

// disclosureChannel is the order of disclosures, which is no order of acts.
var disclosureChannel = Channel{Name: TimingChannel(DisclosureDates), Beside: true, Read: func(c *Corpus, s Setting) Reading {
	return events{c.Timeline(DisclosureDates, s.Period, nil), c, s}
}}

// events is a timing channel.
type events struct {
	*Timeline
	corpus *Corpus
	s      Setting
}

func (r events) Test(pairs []Pair) (*Family, error) { return r.Timing(Dyads(pairs)), nil }
func (r events) Dated() bool                        { return r.Coarse() }

func (r events) able(p Pair) bool {
	return min(r.census.most(One(p.A)), r.census.most(One(p.B))) >= stat.MinEvents
}

func (r events) Under(change Change) (Reading, bool) {
	ch := r.Timeline
	if change.Keep != nil {
		ch = r.corpus.Timeline(ch.Kind, r.s.Period, change.Keep)
	}
	if change.Pick != nil {
		ch = ch.Redraw(change.Pick)
	}
	return events{ch, r.corpus, r.s}, change.Keep != nil || change.Pick != nil
}

// A Dyad is two parties whose timing is compared.
type Dyad struct{ A, B Party }

// Dyads makes a dyad of each pair of actors.
func Dyads(pairs []Pair) []Dyad {
	out := make([]Dyad, len(pairs))
	for n, p := range pairs {
		out[n] = Dyad{One(p.A), One(p.B)}
	}
	return out
}

// Timing tests for every dyad whether the events of one party follow those of
// the other more often than chance lets expect, in either direction.
//
// Events of a party, and of any other, on one day count once, and an incident laid to both parties
// belongs to neither. No publisher's calendar can make
// disclosures coincide. In each direction the p-value is the larger of two: of
// interval jitter (each event anywhere in its quarter), and, where there are
// others enough, of the comparison with the events of others in the same
// quarter, which a shock that moves everybody does not pass. Of the two
// directions the one with the smaller p is reported, with twice that p.
//
// Described, a measurable dyad has checks beside it that carry no verdict.
func (ch *Timeline) Timing(dyads []Dyad) *Family {
	f := &Family{Channel: TimingChannel(ch.Kind), Null: timingNulls, Actors: len(ch.census.actors), Items: len(ch.events), Measurements: make([]Measurement, len(dyads))}
	tests := map[int]*sequence{}
	for n, d := range dyads {
		if a, b := ch.census.most(d.A), ch.census.most(d.B); min(a, b) < stat.MinEvents {
			f.Measurements[n] = Measurement{Channel: f.Channel, Result: stat.Unmeasurable(stat.NullJitter, stat.FollowingEvents, a, b, ch.tooFew(a, b))}
			continue
		}
		s := ch.sequence(d)
		f.Measurements[n] = s.measurement(f.Channel)
		if s.test != nil {
			tests[n] = s
		}
	}
	f.Describe = func() {
		for n, s := range tests {
			f.Measurements[n].Checks = ch.checks(dyads[n], s)
		}
	}
	f.detectable = func(levels []float64) {
		for n, s := range tests {
			s.setMDE(&f.Measurements[n].Result, levels[n])
		}
	}
	return f
}

// Followed is how many events of one party follow one of the other in one
// direction, [AToB] or [BToA], as [Timeline.Timing] counts them; ok is false
// where it would not test that direction.
func (ch *Timeline) Followed(d Dyad, direction string) (events int, ok bool) {
	s := ch.split(d.A, d.B)
	f := ch.following(s, direction)
	return int(f.jitter.Observed), s.measurable(f)
}

// othersOf are the days with which those of the follower are compared.
func (s split) othersOf(direction string) []float64 {
	if direction == BToA {
		return s.othersA
	}
	return s.othersB
}

// measurable reports whether a direction can be tested. Where one publisher
// tells of both sides, only the comparison with what it tells of others can.
func (s split) measurable(f *following) bool {
	return f.p() >= 0 && (s.publisher == "" || f.control.P != nil)
}

func (ch *Timeline) tooFew(a, b int) string {
	return fmt.Sprintf("%d and %d events with a date of %s known to within %d days: at least %d on each side are needed", a, b, ch.Kind, LongestInterval, stat.MinEvents)
}

func (ch *Timeline) span() stat.Span { return stat.Span{From: ch.from, To: ch.to} }

// timingNulls names both null models of the channel.
const timingNulls = "interval jitter, and others in the same stretch"

var timingWindow = stat.Window{Width: TimingWidth}

// A sequence is a dyad tested in both directions.
type sequence struct {
	split
	direction string      // of the one reported
	test      *following  // the one reported; nil where neither was measurable
	reverse   *following  // the other direction; nil where not measurable
	tried     int         // directions that could be measured
	why       stat.Result // of a dyad that is not measurable
}

func (ch *Timeline) sequence(d Dyad) *sequence {
	s := &sequence{split: ch.split(d.A, d.B)}
	after, before := ch.following(s.split, AToB), ch.following(s.split, BToA)
	for _, x := range []struct {
		f         *following
		direction string
	}{{after, AToB}, {before, BToA}} {
		switch {
		case !s.measurable(x.f):
			continue
		case s.test == nil || x.f.p() < s.test.p():
			s.test, s.reverse, s.direction = x.f, s.test, x.direction
		default:
			s.reverse = x.f
		}
		s.tried++
	}
	if s.test == nil {
		s.why = after.jitter.Result
		if s.why.P != nil {
			s.why = stat.Unmeasurable(stat.NullJitter, stat.FollowingEvents, 0, 0, "one publisher tells of both sides, and of too few others to measure its calendar by")
		}
		s.why.NA, s.why.NB = len(s.a), len(s.b)
	}
	return s
}

// following is one direction: whether the events of one series follow those of
// another.
type following struct{ jitter, control *stat.TimingTest }

func (ch *Timeline) following(s split, direction string) *following {
	follower, leader := s.b, s.a // events of B follow events of A
	if direction == BToA {
		follower, leader = s.a, s.b
	}
	others := s.othersOf(direction)
	if len(ch.events) == 0 {
		none := stat.TimingTest{Result: stat.Unmeasurable(stat.NullJitter, stat.FollowingEvents, 0, 0, "no events")}
		return &following{&none, &none}
	}
	stretch := min(TimingStretch, ch.span().Length())
	return &following{
		stat.JitterTest(follower, leader, ch.span(), timingWindow, stretch, stat.TailUpper),
		stat.ControlTest(follower, leader, others, ch.span(), timingWindow, stretch, stat.TailUpper),
	}
}

// p is the larger p of the two nulls, and -1 where there is none.
func (f *following) p() float64 {
	switch {
	case f.jitter.P == nil:
		return -1
	case f.control.P == nil:
		return *f.jitter.P
	}
	return max(*f.jitter.P, *f.control.P)
}

// binding is the null that is harder to pass: its expectation and interval are
// shown with its p.
func (f *following) binding() *stat.TimingTest {
	if f.control.P != nil && *f.control.P > *f.jitter.P {
		return f.control
	}
	return f.jitter
}

// measurement reports the direction with the smaller p, n A and n B being the
// events of the sides A and B whichever follows.
func (s *sequence) measurement(name string) Measurement {
	m := Measurement{Channel: name, Result: s.why}
	if s.test != nil {
		m.Result, m.Direction = s.test.binding().Result, s.direction
		m.NA, m.NB = len(s.a), len(s.b)
		p := min(1, s.test.p()*float64(s.tried))
		m.P = &p
		if s.test.control.P == nil {
			m.Warnings = append(m.Warnings, "too few events of others to compare with: a shock that moves everybody could pass for following")
		}
	}
	if s.joint > 0 {
		m.Warnings = append(m.Warnings, fmt.Sprintf("left out, because the sources lay them to both sides and they coincide with themselves: %d of the incidents", s.joint))
	}
	switch {
	case s.publisher != "":
		m.Warnings = append(m.Warnings, fmt.Sprintf("only disclosures told by %s, which tells of both sides, measured by what it tells of others", s.publisher))
	case s.leftOut > 0:
		m.Warnings = append(m.Warnings, fmt.Sprintf("left out, because a publisher that tells of both sides would make them coincide by its calendar: %d of the disclosures", s.leftOut))
	}
	return m
}

// setMDE sets the larger minimum detectable effect of the two nulls, both of
// which an effect would have to pass, in events that truly follow: dates that are
// intervals hide some of them.
func (s *sequence) setMDE(r *stat.Result, level float64) {
	if r.Verdict != stat.NotDistinguishable {
		return
	}
	lengths, leader, leaderLengths := s.lengthsB, s.a, s.lengthsA
	if s.direction == BToA {
		lengths, leader, leaderLengths = s.lengthsA, s.b, s.lengthsB
	}
	seen := stat.SeenFollowing(lengths, leader, leaderLengths, timingWindow)
	for _, t := range []*stat.TimingTest{s.test.jitter, s.test.control} {
		if t.P == nil {
			continue
		}
		t.Verdict = stat.NotDistinguishable
		before := len(t.Warnings)
		t.SetMDEDated(level/float64(s.tried), seen)
		if t.MDE == nil {
			r.MDE = nil
			r.Warnings = append(r.Warnings, t.Warnings[before:]...)
			return
		}
		if r.MDE == nil || *t.MDE > *r.MDE {
			r.MDE = t.MDE
		}
	}
}
