package indicator

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/format/misp"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// mispList reads one list of MISP.
type mispList struct {
	b      *Builder
	load   *Loaded
	name   string
	def    Defaults
	unread marking.Unread
	line   int64
}

// loadMISP adds the attributes of MISP events: one event, a list of events, or
// an answer of a MISP server. Attributes that are not meant for detection
// (to_ids), that a sighting calls a false positive or that stand in a list of
// benign values are skipped. The group is the threat actor of the attribute's
// galaxies and tags, else of its event's; several give several indicators. The
// comment and the tags without a namespace are the context. An indicator is good
// until it was last seen, or expired by a sighting; Disclosed is when the event
// was published, else its date.
//
// Rows counts attributes.
func loadMISP(b *Builder, name string, r io.Reader, def Defaults) (*Loaded, error) {
	l := mispList{b: b, load: &Loaded{Format: "misp"}, name: name, def: def, unread: marking.Unread{}}
	scanner := jsonscan.New(limited(r), jsonscan.Limits{MaxObject: maxMISP}, "response")
	for scanner.Scan() {
		e := scanner.Element()
		l.line = int64(e.Line)
		if e.Err != nil {
			return l.load, fmt.Errorf("read indicators %s: line %d: %w; export it in parts", name, e.Line, e.Err)
		}
		ev, _, err := misp.DecodeEvent(e.Raw)
		if err != nil {
			if errors.Is(err, misp.ErrNoEvent) && e.Index > 0 {
				l.load.Rows++
				l.load.refuse(name, l.line, "", "", err.Error())
				continue
			}
			return l.load, fmt.Errorf("read indicators %s: line %d: %w", name, e.Line, err)
		}
		l.event(ev)
	}
	if err := scanner.Err(); err != nil {
		return l.load, fmt.Errorf("read indicators %s: %w", name, err)
	}
	l.load.Notes = append(l.load.Notes, l.unread.Notes()...)
	return l.load, nil
}

// maxMISP bounds one event.
const maxMISP = 1 << 30

func (l *mispList) event(ev *misp.Event) {
	level := l.marking("", ev.Tag, ev.Galaxy, ev.Distribution)
	for i := range ev.Attribute {
		l.attribute(ev, &ev.Attribute[i], level)
	}
	for _, o := range ev.Object {
		of, within := ev, l.marking(level, nil, nil, o.Distribution)
		if o.Event != nil {
			of = o.Event
			within = l.marking(within, of.Tag, of.Galaxy, of.Distribution)
		}
		for i := range o.Attribute {
			a := &o.Attribute[i]
			if o.Deleted.True() {
				a.Deleted = "1"
			}
			if a.LastSeen == "" {
				a.LastSeen = o.LastSeen
			}
			l.attribute(of, a, within)
		}
	}
}

func (l *mispList) marking(within evidence.TLP, tags []misp.Tag, galaxies []misp.Galaxy, distribution misp.Text) evidence.TLP {
	return marking.Join(within, misp.Marking(l.def.Markings, l.unread, tags, galaxies, distribution))
}

func (l *mispList) attribute(ev *misp.Event, a *misp.Attribute, within evidence.TLP) {
	l.load.Rows++
	ref := string(a.UUID)
	if a.Err != nil {
		l.load.refuse(l.name, l.line, ref, string(a.Value), "attribute cannot be read: "+a.Err.Error())
		return
	}
	if a.Event != nil { // an attribute search gives each attribute its event
		ev, within = a.Event, l.marking(within, a.Event.Tag, a.Event.Galaxy, a.Event.Distribution)
	}
	until, why := l.standing(a)
	if why != "" {
		l.load.skip(why)
		return
	}
	values, err := mispValues(strings.ToLower(string(a.Type)), string(a.Value))
	if len(values) == 0 {
		l.load.refuse(l.name, l.line, ref, string(a.Value), err.Error())
		return
	}
	if err != nil {
		l.load.note("%s: a part is left out: %v", ref, err)
	}
	base := Indicator{
		Source: string(ev.Orgc.Name), Ref: ref, Disclosed: l.disclosed(ev), Until: until,
		Context: beside(string(a.Comment), words(a.Tag, ev.Tag)), Marking: l.marking(within, a.Tag, a.Galaxy, a.Distribution),
	}
	groups := actorsOf(a.Tag, a.Galaxy)
	if len(groups) == 0 {
		groups = actorsOf(ev.Tag, ev.Galaxy)
	}
	if len(groups) == 0 {
		groups = []string{""}
	}
	for _, v := range values {
		for _, g := range groups {
			i := base
			i.Type, i.Value, i.Group = v.Type, v.Value, g
			l.def.fill(&i)
			if err := l.b.Add(i); err != nil {
				l.load.refuse(l.name, l.line, ref, string(a.Value), err.Error())
				return
			}
			l.load.Indicators++
		}
	}
}

// standing is until when an attribute is good, or why it is none for detection.
// Of sightings that contradict one another the last decides.
func (l *mispList) standing(a *misp.Attribute) (until time.Time, why string) {
	switch {
	case a.Deleted.True():
		return until, "deleted"
	case !a.ToIDs.True():
		return until, "not for detection (to_ids is false)"
	case len(a.Warnings) > 0 && !slices.Contains([]string{"null", "[]", "{}", `""`, "false"}, string(a.Warnings)):
		return until, "on a list of benign values, by MISP's warning"
	}
	if iv, err := misp.Moment(string(a.LastSeen)); err != nil {
		l.load.note("%s: last_seen is left out: %v", a.UUID, err)
	} else {
		until = iv.To
	}
	var last time.Time
	for _, s := range a.Sighting {
		at, err := misp.Moment(string(s.Date))
		if err != nil || at.From.Before(last) {
			continue
		}
		last = at.From
		switch why = ""; s.Type {
		case "1":
			why = "a false positive, by a sighting"
		case "2":
			until = at.To
		}
	}
	return until, why
}

// mispValues parses an attribute; of a composite type every part that a sensor
// can see counts. With some values may come what is wrong with the others.
func mispValues(kind, value string) (out []Indicator, bad error) {
	if kind == "malware-sample" { // a file name and its MD5
		kind = "filename|md5"
	}
	kinds, values := strings.Split(kind, "|"), strings.Split(value, "|")
	if len(kinds) == 1 {
		values = []string{value}
	}
	if len(kinds) != len(values) {
		return nil, fmt.Errorf("value %q does not have the parts of type %q", clip(value), kind)
	}
	for n, k := range kinds {
		if _, err := parseType(k); err != nil && len(kinds) > 1 {
			continue
		}
		i, err := typed(k, values[n])
		if err != nil {
			bad = err
			continue
		}
		out = append(out, i)
	}
	if len(out) == 0 && bad == nil {
		bad = fmt.Errorf("type %q is nothing that a network sensor logs", kind)
	}
	return out, bad
}

func (l *mispList) disclosed(ev *misp.Event) time.Time {
	for _, s := range []misp.Text{ev.Published, ev.Date} {
		iv, err := misp.Moment(string(s))
		if err != nil {
			l.load.note("a date of event %s is left out: %v", ev.UUID, err)
			continue
		}
		if !iv.IsZero() {
			return iv.From
		}
	}
	return time.Time{}
}

// words are the tags in plain words, of the attribute and then of its event.
func words(lists ...misp.Many[misp.Tag]) (out string) {
	for _, tags := range lists {
		for _, t := range tags {
			if !strings.ContainsAny(string(t.Name), ":=") {
				out = beside(out, strings.TrimSpace(string(t.Name)))
			}
		}
	}
	return out
}

// actorsOf returns the groups that galaxies and tags name, in order.
func actorsOf(tags []misp.Tag, galaxies []misp.Galaxy) []string {
	var out []string
	for _, l := range misp.Labels(tags, galaxies) {
		if l.Kind == misp.Actors {
			out = append(out, l.Name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
