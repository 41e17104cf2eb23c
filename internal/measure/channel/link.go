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

// newLink states one record as a link of a pair.
func newLink(channel, direction string, r *evidence.Record) Link {
	when, kind := r.When()
	return Link{
		Channel: channel, Class: r.Class, Direction: direction,
		When: when.String(), WhenKind: kind,
		Text:   cmp.Or(r.Value, r.Note, r.Citation.Title),
		Status: cmp.Or(r.Status, evidence.Asserted), Consent: r.Consent, Exclusivity: r.Exclusivity, Basis: r.Basis,
		Source: r.Source(), Records: []evidence.ID{r.ID},
	}
}

// linkKey tells links apart: records with the same key tell one thing.
type linkKey struct {
	class             evidence.Class
	direction, source string
	status            evidence.Status
	event             string
}

// merge folds records that tell the same thing into one link each, and orders
// the links by date, class and source.
func merge(links []keyedLink) []Link {
	// The most telling class of those that tell one thing stands for it.
	slices.SortStableFunc(links, func(a, b keyedLink) int { return cmp.Compare(weight(b.Class), weight(a.Class)) })
	at := map[linkKey]int{}
	var out []Link
	for _, l := range links {
		n, seen := at[l.key]
		if !seen {
			at[l.key] = len(out)
			out = append(out, l.Link)
			continue
		}
		out[n].join(l.Link)
	}
	for i := range out {
		slices.Sort(out[i].Records)
		out[i].Records = slices.Compact(out[i].Records)
	}
	slices.SortStableFunc(out, func(a, b Link) int {
		return cmp.Or(cmp.Compare(a.When, b.When), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Source, b.Source),
			cmp.Compare(a.Direction, b.Direction), slices.Compare(a.Records, b.Records))
	})
	return out
}

// join adds a link that tells the same thing. An observation by one record
// holds for all; of two exclusivities the wider counts; records that disagree on
// consent leave it unknown.
func (l *Link) join(o Link) {
	l.Records = append(l.Records, o.Records...)
	if o.Basis == evidence.Observed || l.Basis == "" {
		l.Basis = o.Basis
	}
	if o.Exclusivity == evidence.Public || l.Exclusivity == "" || l.Exclusivity == evidence.Exclusive && o.Exclusivity == evidence.Shared {
		l.Exclusivity = cmp.Or(o.Exclusivity, l.Exclusivity)
	}
	known := func(c evidence.Consent) bool { return c == evidence.ConsentShown || c == evidence.ConsentRefused }
	switch {
	case known(l.Consent) && known(o.Consent) && l.Consent != o.Consent:
		l.Consent = evidence.ConsentUnknown
	case !known(l.Consent) && o.Consent != "":
		l.Consent = o.Consent
	}
}

type keyedLink struct {
	Link
	key linkKey
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
