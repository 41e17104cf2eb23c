package landscape

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"iter"
	"math"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// List finds sightings one by one, by the rules of a landscape. head is the
// listing without them; rows yields them by time, entry and group, and may be
// used once or never.
func List(in Input, ask Ask) (head *Listing, rows iter.Seq2[*Sighting, error], err error) {
	if err := in.Check(); err != nil {
		return nil, nil, err
	}
	if _, err := in.settle(); err != nil {
		return nil, nil, err
	}
	l := lister{in: &in, ask: ask}
	if err := l.prepare(); err != nil {
		return nil, nil, err
	}
	if head, err = l.head(); err != nil {
		return nil, nil, err
	}
	return head, l.rows, nil
}

// A lister says which entries are asked for.
type lister struct {
	in     *Input
	ask    Ask
	dir    *resolve.Directory
	judge  *sighting.Judge
	places *sighting.Map
	only   filter
	days   span // asked for; none where all are
	after  after
}

// after is the place behind an entry.
type after struct {
	at time.Time
	id string // in hexadecimal
}

func (l *lister) prepare() (err error) {
	if l.dir, l.judge, err = l.in.judge(); err != nil {
		return err
	}
	l.places = l.in.places()
	if l.only, err = l.in.Only.filter(l.dir, l.judge, l.places); err != nil {
		return err
	}
	if l.days, err = l.in.days(); err != nil {
		return err
	}
	for _, word := range []struct {
		said string
		all  []string
	}{{l.ask.Direction, directionWords}, {l.ask.Outcome, outcomeWords}} {
		if word.said != "" && word.said != Any && !slices.Contains(word.all, word.said) {
			return fmt.Errorf("%w: %q is none of %s, %s", ErrOnly, word.said, strings.Join(word.all, ", "), Any)
		}
	}
	if l.ask.Incident != "" {
		if err := l.incident(); err != nil {
			return err
		}
	}
	l.after, err = readAfter(l.ask.After)
	return err
}

// Any is every direction, or every outcome.
const Any = "any"

// Words of directions and outcomes that may be asked for.
var (
	directionWords = []string{"outbound", "inbound", "lateral", "own", "unknown"}
	outcomeWords   = []string{"answered", "unanswered", "blocked", "unknown"}
)

// days are those of the period asked for.
func (in *Input) days() (s span, err error) {
	from, to, err := in.bounds()
	s = span{from: math.MinInt32, to: math.MaxInt32}
	if !from.From.IsZero() {
		s.from = sighting.DayOf(from.From)
	}
	if !to.To.IsZero() {
		s.to = sighting.DayOf(to.To.Add(-time.Nanosecond))
	}
	return s, err
}

const leastID = 6 // of the letters of an incident's id

// incident narrows to an incident of the landscape by the same rules.
func (l *lister) incident() error {
	id := strings.ToLower(l.ask.Incident)
	if len(id) < leastID || strings.Trim(id, "0123456789abcdef") != "" {
		return fmt.Errorf("%w: %q is not an incident's id, or its first %d letters or more", ErrOnly, l.ask.Incident, leastID)
	}
	j, err := Judge(*l.in)
	if err != nil {
		return err
	}
	var found []*sighting.Incident
	for i := range j.Incidents {
		if strings.HasPrefix(j.Incidents[i].ID, id) {
			found = append(found, &j.Incidents[i])
		}
	}
	if len(found) != 1 {
		return fmt.Errorf("%w: %d incidents have an id that begins with %q; ids are those of cahoots landscape over the same store and with the same --gap, --window, --prevalence and --without-answers, and change with what is known", ErrOnly, len(found), id)
	}
	in := found[0]
	l.ask.Incident = in.ID
	l.only.Only = Only{Group: in.Group.Name, Organisation: in.Organisation.Name, State: in.Group.State}
	l.only.actor = in.Group.Key
	first, last := in.Days[0], in.Days[len(in.Days)-1]
	l.days = span{from: max(l.days.from, first), to: min(l.days.to, last)}
	return nil
}

func readAfter(s string) (a after, err error) {
	if s == "" {
		return a, nil
	}
	at, id, ok := strings.Cut(s, "/")
	a.id = id
	if a.at, err = time.Parse(time.RFC3339Nano, at); err != nil || !ok || len(id) != 2*len(sighting.EntryID{}) {
		return a, fmt.Errorf("%w: %q is not where a listing stopped", ErrOnly, s)
	}
	return a, nil
}

// has reports whether an entry stands there or before.
func (a *after) has(e *sighting.Entry) bool {
	return !a.at.IsZero() && cmp.Or(e.Time.Compare(a.at), strings.Compare(hex.EncodeToString(e.ID[:]), a.id)) <= 0
}

// After is what [Ask.After] takes to go on behind a sighting.
func (s *Sighting) After() string { return s.Time.Format(time.RFC3339Nano) + "/" + s.Entry }

// wants reports whether a contact is one of those asked for.
func (l *lister) wants(c sighting.Contact) bool {
	if l.ask.Direction == "" && l.ask.Outcome == "" {
		return c.Counts()
	}
	is := func(asked, word string) bool { return asked == "" || asked == Any || asked == word }
	return is(l.ask.Direction, directionWord(c)) && is(l.ask.Outcome, c.Reply.String())
}

func directionWord(c sighting.Contact) string {
	if c.Direction == sighting.Own {
		return "own"
	}
	return c.Direction.String()
}

// found are the groups that a partial shows of what is asked for.
func (l *lister) found(p *sighting.Partial, out *LeftOut) (sighting.Organisation, []sighting.Finding) {
	o := l.places.Of(p.System)
	if !l.only.organisation(o) {
		return o, nil
	}
	shown := l.judge.Judge(p)
	if len(shown) == 0 {
		if len(l.only.of(l.judge.Early(p))) > 0 || len(l.only.of(l.judge.Late(p))) > 0 {
			out.NotInForce += p.Events
		}
		return o, nil
	}
	found := l.only.of(shown)
	if len(found) > 0 && (!l.wants(p.Contact) || o.Role == sighting.Honeypot && l.ask.Direction == "" && l.ask.Outcome == "") {
		out.NotCounted += p.Events
		return o, nil
	}
	return o, found
}

// head counts what is asked for, without naming it.
func (l *lister) head() (*Listing, error) {
	h := &Listing{Schema: ListingSchema, Tool: l.in.Tool, Asked: l.ask, Rules: l.in.rules(cmp.Or(max(l.in.Gap, 0), sighting.DefaultGap)), Sightings: []Sighting{}, Warnings: []string{}}
	if l.only.Only != (Only{}) {
		h.Only = &l.only.Only
	}
	n, seen := newPlaces(), map[string]bool{}
	var t tally
	var data judged
	if r := l.in.Read; r != nil && !r.First.IsZero() {
		data.cover(sighting.DayOf(r.First))
		data.cover(sighting.DayOf(r.Last))
	}
	private := map[netip.Addr]bool{}
	for p, err := range l.in.Partials(l.judge.Split) {
		if err != nil {
			return nil, err
		}
		data.cover(p.Day)
		if !l.days.has(p.Day) {
			continue
		}
		o, found := l.found(&p, &h.LeftOut)
		if len(found) == 0 {
			continue
		}
		p.System = l.in.sensors.One(p.System)
		at := n.of(&sighting.Sighting{Partial: p, Organisation: &o})
		t.add(&at, &p)
		for i := range found {
			f := &found[i]
			note(seen, &f.Group)
			h.Marking = evidence.Strictest(h.Marking, f.Marking)
			h.Synthetic = h.Synthetic || f.Synthetic
		}
		if p.System.Shared() {
			private[p.System.Host] = true
		}
	}
	for i := range l.in.Records {
		if r := &l.in.Records[i]; r.Marking.Compare(h.Marking) > 0 && shows(l.dir, r, seen) {
			h.Marking = r.Marking
		}
	}
	h.Events, h.Systems = t.events, t.systems.size()
	h.Period = l.period(data.span()).text()
	l.warn(h, private)
	return h, nil
}

// period is the one asked for, within the days of the data where it is open.
func (l *lister) period(data span) span {
	if data.none && (l.days.from == math.MinInt32 || l.days.to == math.MaxInt32) {
		return span{none: true}
	}
	s := l.days
	if s.from == math.MinInt32 {
		s.from = min(data.from, s.to)
	}
	if s.to == math.MaxInt32 {
		s.to = max(data.to, s.from)
	}
	return s
}

func (l *lister) warn(h *Listing, private map[netip.Addr]bool) {
	say := func(format string, args ...any) { h.Warnings = append(h.Warnings, fmt.Sprintf(format, args...)) }
	if h.Synthetic {
		say("the data are synthetic: made up by cahoots simulate telemetry, they say nothing about any real group or network")
	}
	if n := h.LeftOut.NotCounted; n > 0 && l.ask.Direction == "" && l.ask.Outcome == "" {
		say("%s in which no system took part (blocked, or came in and got no answer) left out: list them with --outcome any", several(n, "entry", "entries"))
	} else if n > 0 {
		say("%s of other directions and outcomes left out", several(n, "entry", "entries"))
	}
	if n := h.LeftOut.NotInForce; n > 0 {
		say("%s with indicators that were not in force at the time left out: list them with --window ignore", several(n, "entry", "entries"))
	}
	unnamed, twice := 0, 0
	for a := range private {
		switch n := len(l.in.sensors[a]); {
		case n == 0:
			unnamed++
		case n > 1:
			twice++
		}
	}
	if twice > 0 {
		say("%s seen by more than one sensor: such an address is another system behind each of them", several(int64(twice), "private address was", "private addresses were"))
	}
	if unnamed > 0 {
		say("of %s the logs name no sensor: where they are of several networks, systems of one address cannot be told apart", several(int64(unnamed), "private address", "private addresses"))
	}
}

// rows yields what is asked for.
func (l *lister) rows(yield func(*Sighting, error) bool) {
	first := l.days.from
	if !l.after.at.IsZero() {
		first = max(first, sighting.DayOf(l.after.at))
	}
	var out LeftOut
	for e, err := range l.in.Entries(first, l.days.to) {
		if err != nil {
			yield(nil, err)
			return
		}
		if l.after.has(&e) {
			continue
		}
		p := e.Partial()
		o, found := l.found(&p, &out)
		for i := range found {
			if !yield(row(&e, o, &found[i]), nil) {
				return
			}
		}
	}
}

func row(e *sighting.Entry, o sighting.Organisation, f *sighting.Finding) *Sighting {
	s := &Sighting{
		Time: e.Time, Sensor: e.System.Sensor, Organisation: o.Name, Sector: o.Sector, Country: o.Country,
		Direction: directionWord(e.Contact), Outcome: e.Contact.Reply.String(), Answer: e.Contact.Answer, Counted: e.Contact.Counts() && o.Role != sighting.Honeypot,
		Role: o.Role, Group: f.Group.Name, State: f.Group.State, Class: f.Group.Class, Candidates: f.Group.Candidates, Indicators: f.Indicators, Known: f.Known,
		Confidence: f.Confidence, Marking: f.Marking, Synthetic: f.Synthetic, Log: e.Origin.Log, Line: e.Origin.Line, Entry: hex.EncodeToString(e.ID[:]),
	}
	if e.System.Host.IsValid() {
		s.Host, s.Private = e.System.Host.String(), e.System.Shared()
	}
	if id := cmp.Or(e.Link.Community, e.Link.Flow); id != 0 {
		s.Connection = fmt.Sprintf("%016x", id)
	}
	return s
}

// First yields the first so many entries; 0 is all. The sightings of an entry stay
// together.
func First(rows iter.Seq2[*Sighting, error], limit int) iter.Seq2[*Sighting, error] {
	if limit <= 0 {
		return rows
	}
	return func(yield func(*Sighting, error) bool) {
		n, last := 0, ""
		for s, err := range rows {
			if err == nil && s.Entry != last {
				n, last = n+1, s.Entry
			}
			if n > limit || !yield(s, err) {
				return
			}
		}
	}
}

// Collect puts the first so many entries into the listing, and says where to go on.
func (h *Listing) Collect(rows iter.Seq2[*Sighting, error], limit int) error {
	for s, err := range First(rows, limit+1) {
		if err != nil {
			return err
		}
		h.Sightings = append(h.Sightings, *s)
	}
	entries := 0
	for i := range h.Sightings {
		if i > 0 && h.Sightings[i].Entry == h.Sightings[i-1].Entry {
			continue
		}
		if entries++; entries > limit {
			h.Next = h.Sightings[i-1].After()
			h.Sightings = h.Sightings[:i]
			break
		}
	}
	return nil
}
