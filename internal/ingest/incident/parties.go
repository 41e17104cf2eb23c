package incident

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// initiators makes one record per initiator: name and state side by side where
// the map pairs them and the lists agree, one repeated beside each of the other
// where it stands alone, and apart where nothing says which belongs to which. A
// row without any keeps one record without a subject, since it is an incident.
func (r *reader) initiators(base evidence.Record, names, states []string, w row) []evidence.Record {
	var who []evidence.Actor
	switch {
	case len(names) <= 1 || len(states) <= 1:
		for i := range max(1, len(names)) {
			for j := range max(1, len(states)) {
				who = append(who, evidence.Actor{Name: at(names, i), Country: at(states, j)})
			}
		}
	case r.m.pairs("initiator") && len(names) == len(states):
		for i := range names {
			who = append(who, evidence.Actor{Name: names[i], Country: states[i]})
		}
	default:
		r.tally.fault("", "incidents name several initiators and states without saying which belong together; they are recorded apart", w.line, "")
		for _, n := range names {
			who = append(who, evidence.Actor{Name: n})
		}
		for _, c := range states {
			who = append(who, evidence.Actor{Country: c})
		}
	}
	var recs []evidence.Record
	for i, a := range who {
		if !a.IsZero() && !slices.Contains(who[:i], a) && !slices.ContainsFunc(who, func(o evidence.Actor) bool { return tellsMore(o, a) }) {
			rec := base
			rec.Subject = a
			recs = append(recs, rec)
		}
	}
	if len(recs) == 0 {
		return []evidence.Record{base}
	}
	return recs
}

// tellsMore reports that o names the state or the actor of a and more: a second
// attribution of one incident, to the same state without a name, adds no initiator.
func tellsMore(o, a evidence.Actor) bool {
	return o != a && (a.Name == "" || a.Name == o.Name) && (a.Country == "" || a.Country == o.Country)
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// names returns the initiators as written, empty where one is missing.
func (r *reader) names(w row) []string {
	var names []string
	for _, it := range r.column(r.m.Fields.Initiator, w) {
		names = append(names, orBlank(it)...)
	}
	return names
}

// orBlank is the texts of an item with one blank for a missing value, so that
// its place in the list is kept.
func orBlank(it item) []string {
	if it.many {
		if t := texts(it.list); len(t) > 0 {
			return t
		}
	}
	return []string{it.text}
}

// states reads a country field into codes, empty where a place names no state.
// What is no state is counted, and the cell kept in Extra.
func (r *reader) states(f *field, rec *evidence.Record, w row) []string {
	var codes []string
	for _, it := range r.column(f, w) {
		for _, t := range orBlank(it) {
			codes = append(codes, r.state(f, t, rec, w))
		}
	}
	return codes
}

func (r *reader) state(f *field, t string, rec *evidence.Record, w row) string {
	if t == "" {
		return ""
	}
	code, ok := evidence.ParseCountry(t)
	if c, isCode := evidence.ParseCOW(t); isCode && f.Codes == "cow" {
		code, ok = c, true
	}
	if !ok {
		r.tally.fault(f.name(), "values name no state and are kept as written", w.line, t)
		if raw := w.cell(named{Name: f.name()}).Text; raw != "" {
			rec.Extra[f.name()] = quoted(raw)
		}
	}
	return code
}

// targets pairs country, sector and name where the map and the table do, and
// lists them apart otherwise.
func (r *reader) targets(rec *evidence.Record, initiators []string, w row) []evidence.Target {
	fs := r.m.Fields
	countries := r.states(fs.TargetCountry, rec, w)
	if fs.TargetCountry != nil && fs.TargetCountry.Except != "" {
		others := slices.DeleteFunc(slices.Clone(countries), func(c string) bool { return slices.Contains(initiators, c) })
		if len(others) == len(countries) && len(texts(r.column(fs.TargetCountry, w))) > 1 {
			r.tally.fault(fs.TargetCountry.name(), "rows whose initiator is none of the states; whom it attacked is left open", w.line, "")
			others = nil
		}
		countries = others
	}
	sectors := r.sectorItems(w)
	names := r.column(fs.TargetName, w)
	var out []evidence.Target
	if !r.m.pairs("target") || !fits(len(sectors), len(countries)) || !fits(len(names), len(countries)) {
		if r.m.pairs("target") {
			r.tally.fault("", "incidents whose lists of target countries, sectors and names differ in length; they are recorded apart", w.line, "")
		}
		for _, c := range distinct(countries) {
			out = addTarget(out, evidence.Target{Country: c})
		}
		for _, s := range distinct(texts(sectors)) {
			out = addTarget(out, evidence.Target{Sector: s})
		}
		for _, n := range distinct(texts(names)) {
			out = addTarget(out, evidence.Target{Name: n})
		}
		return out
	}
	for i := range max(len(countries), len(sectors), len(names)) {
		country := ""
		if i < len(countries) {
			country = countries[i]
		}
		out = victims(out, country, inner(sectors, i), inner(names, i))
	}
	all := slices.Clone(out)
	return slices.DeleteFunc(out, func(t evidence.Target) bool { return saidBetter(all, t) })
}

// saidBetter reports a bare country of which a target with a sector or a name
// is listed too.
func saidBetter(all []evidence.Target, t evidence.Target) bool {
	bare := evidence.Target{Country: t.Country}
	return t == bare && slices.ContainsFunc(all, func(o evidence.Target) bool { return o.Country == t.Country && o != bare })
}

// fits reports whether a list can stand beside another of length n.
func fits(have, n int) bool { return have == 0 || have == n || n == 0 }

// victims adds the targets in one country: sector and name side by side where
// they are equally many, each alone otherwise.
func victims(out []evidence.Target, country string, sectors, names []item) []evidence.Target {
	switch {
	case len(sectors) == len(names) || len(names) == 0 || len(sectors) == 0:
		for i := range max(1, len(sectors), len(names)) {
			t := evidence.Target{Country: country}
			if i < len(sectors) {
				t.Sector = sectors[i].text
			}
			if i < len(names) {
				t.Name = names[i].text
			}
			out = addTarget(out, t)
		}
	default:
		for _, s := range texts(sectors) {
			out = addTarget(out, evidence.Target{Country: country, Sector: s})
		}
		for _, n := range texts(names) {
			out = addTarget(out, evidence.Target{Country: country, Name: n})
		}
	}
	return out
}

func addTarget(out []evidence.Target, t evidence.Target) []evidence.Target {
	if t == (evidence.Target{}) || slices.Contains(out, t) {
		return out
	}
	return append(out, t)
}

// sectorItems reads the sector column, and its fallback place by place, into
// terms of the vocabulary.
func (r *reader) sectorItems(w row) []item {
	f := r.m.Fields.TargetSector
	if f == nil {
		return nil
	}
	main := r.column(f, w)
	var other []item
	if f.Fallback.Name != "" {
		other = r.items(f, f.Fallback, w)
	}
	return r.mergeSectors(f, main, other, w)
}

func (r *reader) mergeSectors(f *field, main, other []item, w row) []item {
	out := make([]item, max(len(main), len(other)))
	for i := range out {
		var a, b item
		if i < len(main) {
			a = main[i]
		}
		if i < len(other) {
			b = other[i]
		}
		if a.many || b.many {
			out[i] = item{many: true, list: r.mergeSectors(f, wrap(a), wrap(b), w)}
			continue
		}
		out[i].text = r.sector(f, a.text, b.text, w)
	}
	return out
}

// wrap is an item's list; a value that is no list counts as one of length 1,
// and an empty one as none.
func wrap(it item) []item {
	if it.many || it.text == "" {
		return it.list
	}
	return []item{it}
}

func (r *reader) sector(f *field, word, fallback string, w row) string {
	for _, t := range []string{word, fallback} {
		if s, ok := evidence.ParseSector(t); ok {
			return s
		}
	}
	if word != "" || fallback != "" {
		t := word
		if t == "" {
			t = fallback
		}
		r.tally.fault(f.name(), "values name no sector", w.line, t)
	}
	return ""
}

// grade reads what the table says about how sure it is.
func (r *reader) grade(rec *evidence.Record, w row) {
	fs := r.m.Fields
	if t := w.text(fs.Confidence); t != "" {
		if n, err := strconv.ParseFloat(strings.Replace(t, ",", ".", 1), 64); err == nil && n >= 0 && n <= 100 {
			rec.Confidence = evidence.Percent(int(math.Round(n)))
		} else {
			r.tally.fault(fs.Confidence.name(), "values are no confidence from 0 to 100", w.line, t)
		}
	}
	if t := w.text(fs.Grade); t != "" {
		if g := evidence.Admiralty(t); g.Valid() {
			rec.Grade = g
		} else {
			r.tally.fault(fs.Grade.name(), "values are no Admiralty code such as B2", w.line, t)
		}
	}
	if t := w.text(fs.Marking); t != "" {
		if rec.Marking = r.markings.Label(t); rec.Marking == evidence.Undecided {
			r.tally.fault(fs.Marking.name(), "markings are not understood and leave at no ceiling (decide with --treat-marking)", w.line, t)
		}
	}
	if t := w.text(fs.Status); t != "" {
		switch s := evidence.Status(t); s {
		case evidence.Asserted, evidence.Contested, evidence.Denied:
			rec.Status = s
		default:
			r.tally.fault(fs.Status.name(), "values are none of asserted, contested and denied", w.line, t)
		}
	}
}
