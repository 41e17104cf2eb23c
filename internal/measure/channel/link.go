package channel

import (
	"cmp"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Directions of a [Link].
const (
	AToB = "a->b"
	BToA = "b->a"
)

// ConsentDisputed is the consent of a link where one record shows that the other
// party agreed and another that it did not. Such a link is contested. No record
// states it: it is a matter between records.
const ConsentDisputed evidence.Consent = "disputed"

// Cited is what the records tell of one pair, in links.
type Cited struct {
	told  []claim
	links []Link
}

// Links are the links, by date, class and source. The slice is shared: do not
// change it.
func (c Cited) Links() []Link { return c.links }

// Under returns the links as they would be on the records that keep admits, by
// their place in [Corpus.Records].
func (c Cited) Under(keep func(record int) bool) []Link {
	left := slices.DeleteFunc(slices.Clone(c.told), func(t claim) bool { return !keep(t.record) })
	if len(left) == len(c.told) {
		return c.links
	}
	return links(left)
}

// Records are the places, in [Corpus.Records], of the records that tell of the
// pair.
func (c Cited) Records() []int {
	var out []int
	for _, t := range c.told {
		out = append(out, t.record)
	}
	return out
}

// Recoded returns the links as they would be if the record at a place were coded
// otherwise: change changes its class, status, basis, consent or exclusivity.
func (c Cited) Recoded(place int, change func(*Link)) []Link {
	told := slices.Clone(c.told)
	for i := range told {
		if t := &told[i]; t.record == place {
			change(&t.Link)
			t.thing.class = t.Class
		}
	}
	return links(told)
}

// A claim is one record as a link of a pair.
type claim struct {
	Link
	record   int // of Corpus.Records
	dataset  string
	event    string // named within the data set
	activity evidence.Interval
	thing    thing
}

// thing is what a claim tells of: claims of one thing make one link.
type thing struct {
	class             evidence.Class
	direction, source string
	status            evidence.Status
	event             string
}

// tell states the record at a place as a link of a pair.
func (c *Corpus) tell(channel, direction string, place int) claim {
	r := &c.records[place]
	when, kind := r.When()
	return claim{record: place, dataset: r.Origin.Dataset, event: r.Event, activity: r.Activity, Link: Link{
		Channel: channel, Class: r.Class, Direction: direction,
		When: when.String(), WhenKind: kind,
		Text:   cmp.Or(r.Value, r.Note, r.Citation.Title),
		Status: cmp.Or(r.Status, evidence.Asserted), Consent: r.Consent, Exclusivity: r.Exclusivity, Basis: r.Basis,
		Source: r.Source(), Records: []evidence.ID{r.ID},
	}}
}

func cited(told []claim) Cited { return Cited{told, links(told)} }

// links makes one link, or two, of all claims of a thing. What comes out
// depends on the set of records alone, whatever their order, number and names.
func links(told []claim) []Link {
	if len(told) == 0 {
		return nil
	}
	of := map[thing][]claim{}
	for _, t := range settle(told) {
		k := t.thing
		k.status = t.Status
		of[k] = append(of[k], t)
	}
	var out []Link
	for _, ts := range of {
		out = append(out, join(ts)...)
	}
	slices.SortFunc(out, func(a, b Link) int {
		return cmp.Or(cmp.Compare(a.When, b.When), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Source, b.Source),
			cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Consent, b.Consent),
			cmp.Compare(a.Basis, b.Basis), cmp.Compare(a.Exclusivity, b.Exclusivity), cmp.Compare(a.Text, b.Text), slices.Compare(a.Records, b.Records))
	})
	return out
}

// settle finds the claims that contradict another about consent and that
// nothing tells apart from it, or contradict themselves. All are disputed then,
// and contested, and so is what is silent on consent and tells the same of the
// same event; a third that agrees with either settles nothing.
func settle(told []claim) []claim {
	out := slices.Clone(told)
	type same struct {
		class evidence.Class
		event string
	}
	disputed := map[same]bool{}
	for i := range told {
		t := &told[i]
		says := t.consent()
		if says == "" {
			continue
		}
		opposed := func(o claim) bool { return o.consent() != "" && o.consent() != says && !apart(t, &o) }
		if says == ConsentDisputed || slices.ContainsFunc(told, opposed) {
			out[i].Consent, out[i].Status = ConsentDisputed, evidence.Contested
			disputed[same{t.Class, t.thing.event}] = true
		}
	}
	for i := range out {
		if t := &out[i]; t.Status == evidence.Asserted && disputed[same{t.Class, t.thing.event}] {
			t.Consent, t.Status = ConsentDisputed, evidence.Contested
		}
	}
	return out
}

// consent is what an asserted claim says of consent, else empty. Who
// tells of a takeover or a false flag tells that nobody was asked.
func (t *claim) consent() evidence.Consent {
	taken := t.Class == evidence.Takeover || t.Class == evidence.FalseFlag
	switch {
	case t.Status != evidence.Asserted:
		return ""
	case taken && t.Consent == evidence.ConsentShown:
		return ConsentDisputed
	case taken:
		return evidence.ConsentRefused
	case t.Consent == evidence.ConsentUnknown:
		return ""
	}
	return t.Consent
}

// apart reports whether two claims are of different things for certain: of
// two events that one data set names, or of times that do not meet.
func apart(a, b *claim) bool {
	if a.dataset == b.dataset && a.event != "" && b.event != "" {
		return a.event != b.event
	}
	return !a.activity.IsZero() && !b.activity.IsZero() && !a.activity.Overlaps(b.activity)
}

// From the least to the most: what of several claims counts is the last.
var (
	byWidth     = []evidence.Exclusivity{"", evidence.Exclusive, evidence.Shared, evidence.Public}
	byFirmness  = []evidence.Basis{"", evidence.Reported, evidence.Assessed, evidence.Observed}
	byCertainty = []evidence.Consent{"", evidence.ConsentUnknown, evidence.ConsentShown, evidence.ConsentRefused, ConsentDisputed}
)

func most[T ~string](order []T, a, b T) T {
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

// join makes links of the claims of one thing. Of exclusivities the widest
// counts. Basis and consent stand together in some record: claims that are
// silent on consent and firmer than those that know of it are a link of their
// own.
func join(ts []claim) []Link {
	slices.SortFunc(ts, func(a, b claim) int {
		// The most specific class of those that tell one thing stands for it.
		return cmp.Or(cmp.Compare(weight(b.Class), weight(a.Class)), cmp.Compare(a.When, b.When), cmp.Compare(a.Text, b.Text), cmp.Compare(a.record, b.record))
	})
	knowing, silent := Link{}, Link{}
	for _, t := range ts {
		into := &silent
		if t.Consent != "" && t.Consent != evidence.ConsentUnknown {
			into = &knowing
		}
		into.add(t.Link)
	}
	widest := most(byWidth, knowing.Exclusivity, silent.Exclusivity)
	knowing.Exclusivity, silent.Exclusivity = widest, widest
	switch {
	case len(knowing.Records) == 0:
		return []Link{silent}
	case most(byFirmness, knowing.Basis, silent.Basis) != knowing.Basis:
		return []Link{knowing, silent}
	}
	all := Link{}
	for _, t := range ts {
		all.add(t.Link)
	}
	return []Link{all}
}

// add adds a claim of the same thing; the first gives date and words.
func (l *Link) add(o Link) {
	if len(l.Records) == 0 {
		records := slices.Clone(o.Records)
		*l = o
		l.Records = records
		return
	}
	l.Records = slices.Compact(slices.Sorted(slices.Values(append(l.Records, o.Records...))))
	l.Basis, l.Exclusivity = most(byFirmness, l.Basis, o.Basis), most(byWidth, l.Exclusivity, o.Exclusivity)
	l.Consent = most(byCertainty, l.Consent, o.Consent)
	l.Victims = max(l.Victims, o.Victims)
}

// weight orders the classes that can tell of one attack: the attack itself
// before the campaign, and that before a bare list of victims.
func weight(c evidence.Class) int {
	switch c {
	case evidence.AttackOnState:
		return 3
	case evidence.Incident:
		return 2
	case evidence.Targets:
		return 0
	}
	return 1
}
