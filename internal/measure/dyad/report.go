package dyad

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// classes are the statements that tell of an incident.
var classes = []evidence.Class{evidence.Incident, evidence.AttackOnState, evidence.Campaign, evidence.Activity}

// A report is one incident as one data set tells it: the records that share
// its event.
type report struct {
	event      string
	dataset    string
	records    []*evidence.Record // by id; those of the input
	initiators []string           // states
	targets    []string           // states
	pairs      []pair
	actors     []resolve.ActorID
	names      []string
	titles     []string
	words      []string // of titles, folded
	aliases    []string // words of every name of the actors, folded
	urls       []string // normalised
	activity   evidence.Interval
	disclosed  evidence.Interval
}

// A pair is an ordered pair of different states.
type pair struct{ initiator, target string }

func comparePairs(a, b pair) int {
	return cmp.Or(strings.Compare(a.initiator, b.initiator), strings.Compare(a.target, b.target))
}

// eventOf is the event of a record, or its object where the data set does not
// group.
func eventOf(r *evidence.Record) string {
	return cmp.Or(r.Event, r.Origin.Dataset+":"+cmp.Or(r.Origin.Object, string(r.ID)))
}

// reports groups the records that tell of incidents, by event, each record
// once. The rest are counted.
func reports(records []evidence.Record, who *resolve.Directory) (list []*report, read, other int) {
	by := map[string]*report{}
	seen := map[evidence.ID]bool{}
	for i := range records {
		r := &records[i]
		if seen[r.ID] {
			continue
		}
		seen[r.ID] = true
		if !slices.Contains(classes, r.Class) {
			other++
			continue
		}
		read++
		key := r.Origin.Dataset + "\x00" + eventOf(r)
		if by[key] == nil {
			by[key] = &report{event: eventOf(r), dataset: r.Origin.Dataset}
			list = append(list, by[key])
		}
		by[key].records = append(by[key].records, r)
	}
	for _, t := range list {
		slices.SortFunc(t.records, compareRecords)
		for _, r := range t.records {
			t.add(r, who)
		}
		if len(t.actors) == 0 { // some titles are nothing but the actor's name
			for _, title := range t.titles {
				for _, m := range who.Mentions(title) {
					t.actors = append(t.actors, m.Actor)
				}
			}
		}
		t.settle()
		t.aliases = aliasesOf(t, who)
	}
	slices.SortFunc(list, func(a, b *report) int {
		return cmp.Or(cmp.Compare(a.event, b.event), cmp.Compare(a.dataset, b.dataset))
	})
	return list, read, other
}

func compareRecords(a, b *evidence.Record) int { return cmp.Compare(a.ID, b.ID) }

func (t *report) add(r *evidence.Record, who *resolve.Directory) {
	state := initiatorOf(r, who)
	if state != "" {
		t.initiators = append(t.initiators, state)
	}
	if id, ok := who.Of(r.Subject); ok {
		t.actors = append(t.actors, id)
	}
	if name := nameOf(r.Subject, who); name != "" {
		t.names = append(t.names, name)
	}
	for _, target := range r.Targets {
		if target.Country == "" {
			continue
		}
		t.targets = append(t.targets, target.Country)
		if state != "" && state != target.Country {
			t.pairs = append(t.pairs, pair{state, target.Country})
		}
	}
	if title := titleOf(r); title != "" {
		t.titles = append(t.titles, title)
	}
	t.urls = append(t.urls, urlsOf(r)...)
	t.activity = earlier(t.activity, cmp.Or(r.Activity, r.Detected))
	t.disclosed = earlier(t.disclosed, cmp.Or(r.Disclosed, r.Citation.Published))
}

// aliasesOf are the words by which the actors are known: in a title they say who
// and not what.
func aliasesOf(t *report, who *resolve.Directory) []string {
	names := slices.Clone(t.names)
	for _, id := range t.actors {
		if a, ok := who.Actor(id); ok {
			names = append(names, a.Name)
			for _, c := range a.Names {
				names = append(names, c.Name)
			}
		}
	}
	words := wordsOf(names)
	for _, n := range names { // "APT 28" is written "APT28" too
		words = append(words, resolve.Fold(n))
	}
	return set(words)
}

func (t *report) settle() {
	t.initiators, t.targets, t.names = set(t.initiators), set(t.targets), set(t.names)
	t.titles, t.urls = set(t.titles), set(t.urls)
	slices.SortFunc(t.pairs, comparePairs)
	t.pairs = slices.Compact(t.pairs)
	slices.Sort(t.actors)
	t.actors = slices.Compact(t.actors)
	t.words = wordsOf(t.titles)
}

// initiatorOf is the state the source names, else that of the resolved actor.
func initiatorOf(r *evidence.Record, who *resolve.Directory) string {
	if r.Subject.Country != "" {
		return r.Subject.Country
	}
	if id, ok := who.Of(r.Subject); ok {
		if a, ok := who.Actor(id); ok {
			return a.Country
		}
	}
	return ""
}

func nameOf(a evidence.Actor, who *resolve.Directory) string {
	if id, ok := who.Of(a); ok {
		if known, ok := who.Actor(id); ok {
			return known.Name
		}
	}
	return a.Name
}

// titleOf is what the source calls the incident: a data set's title, a case
// file's value.
func titleOf(r *evidence.Record) string {
	if r.Class == evidence.Incident {
		return cmp.Or(r.Citation.Title, r.Value)
	}
	return cmp.Or(r.Value, r.Citation.Title)
}

// earlier is the interval that begins first; records of one incident differ in
// it only where a case file gathers several dates under one event, and then the
// incident runs from the first to the last.
func earlier(a, b evidence.Interval) evidence.Interval {
	switch {
	case a.IsZero():
		return b
	case b.IsZero():
		return a
	}
	out := a
	if b.From.Before(a.From) {
		out.From, out.FromPrecision = b.From, b.FromPrecision
	}
	switch {
	case a.To.IsZero() || b.To.IsZero():
		out.To, out.ToPrecision = evidence.Interval{}.To, evidence.Unknown
	case b.To.After(a.To):
		out.To, out.ToPrecision = b.To, b.ToPrecision
	}
	if out.IsZero() { // open at both ends says nothing
		return a
	}
	return out
}

// Keys of Record.Extra that data sets keep and this package reads.
const (
	extraSources     = "sources"             // list of addresses
	extraAttributing = "attributing_country" // states that attributed the incident
)

func urlsOf(r *evidence.Record) []string {
	list := []string{r.Citation.Locator}
	if raw, ok := r.Extra[extraSources]; ok {
		var more []string
		if json.Unmarshal(raw, &more) == nil { // another data set's "sources" may be prose
			list = append(list, more...)
		}
	}
	var out []string
	for _, u := range list {
		if u = normalURL(u); u != "" {
			out = append(out, u)
		}
	}
	return out
}

// attributers are the states a data set names as having attributed the incident.
func attributers(r *evidence.Record) []string {
	var text string
	if raw, ok := r.Extra[extraAttributing]; !ok || json.Unmarshal(raw, &text) != nil {
		return nil
	}
	return evidence.CountriesIn(text)
}

func set(s []string) []string { return slices.Compact(slices.Sorted(slices.Values(s))) }
