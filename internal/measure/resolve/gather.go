package resolve

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

type claimKey struct{ name, coiner, dataset, ref, status string }

type gatherer struct {
	*corpus
	claims   map[claimKey]evidence.ID
	datasets map[string]map[string]bool // ref -> data sets that describe it by alias claims
	names    map[string]map[string]bool // ref -> own names
	attrs    map[string]map[attrKey][]evidence.ID
	cites    map[string]map[string][]evidence.ID
	// described holds the entries that an alias record names.
	described map[string]bool
	about     map[string]map[string]bool // ref -> descriptions
	initiator map[string]initiators      // ref -> what incident tables call it
	// publishers are the folded names of whoever publishes or coins anything.
	publishers map[string]bool
}

type attrKey struct{ country, dataset, basis, status string }

// gather collects the claims of the records. Nothing in its result depends on
// the order of the records or on repetitions.
func gather(records []evidence.Record, policy Policy) *corpus {
	g := gatherer{
		corpus:    &corpus{entries: map[string]*entry{}, loose: map[string]*looseName{}, software: map[string]bool{}, policy: policy},
		claims:    map[claimKey]evidence.ID{},
		datasets:  map[string]map[string]bool{},
		names:     map[string]map[string]bool{},
		attrs:     map[string]map[attrKey][]evidence.ID{},
		cites:     map[string]map[string][]evidence.ID{},
		described: map[string]bool{},
		about:     map[string]map[string]bool{},
		initiator: map[string]initiators{}, publishers: map[string]bool{},
	}
	seen := make(map[evidence.ID]bool, len(records))
	distinct := make([]*evidence.Record, 0, len(records))
	for i := range records {
		for _, who := range []string{records[i].Citation.Publisher, records[i].Coiner} {
			if who != "" {
				g.publishers[Fold(who)] = true
			}
		}
	}
	for i := range records {
		r := &records[i]
		if r.ID != "" && seen[r.ID] {
			continue
		}
		seen[r.ID] = true
		distinct = append(distinct, r)
		switch r.Class {
		case evidence.Alias:
			g.alias(r)
		case evidence.UsesSoftware:
			g.software[Fold(r.Value)] = true
		case evidence.PossiblySame:
			g.same = append(g.same, r)
		}
	}
	for ref := range g.names {
		g.described[ref] = true
	}
	for _, r := range distinct {
		g.actor(r, r.Subject, true)
		g.actor(r, r.Object, false)
	}
	g.finish()
	return g.corpus
}

func (g *gatherer) alias(r *evidence.Record) {
	ref := entryRef(r)
	add(g.datasets, ref, r.Origin.Dataset)
	if r.Subject.Name != "" {
		add(g.names, ref, r.Subject.Name)
		g.claim(claimKey{name: r.Subject.Name, dataset: r.Origin.Dataset, ref: ref}, r.ID)
	}
	own := Fold(r.Value) == Fold(r.Subject.Name)
	if own && r.Note != "" {
		add(g.about, ref, r.Note)
	}
	if !own && slices.Contains(g.policy.IgnoreDatasets, r.Origin.Dataset) {
		return
	}
	for _, cited := range []string{citedRef(r.ValueRef), citedRef(r.Value)} {
		if cited != "" && cited != ref && g.counts(r.Status) {
			addID(g.cites, ref, cited, r.ID)
		}
	}
	if r.Value == r.Subject.Name && r.Coiner == "" {
		return
	}
	status := string(r.Status)
	if r.Status == evidence.Asserted || own {
		status = ""
	}
	name, coiner := g.coined(r)
	g.claim(claimKey{name, coiner, r.Origin.Dataset, ref, status}, r.ID)
}

// coined parts "Heron Nine (Vendor Two)" into a name and who coined it, where
// the evidence knows the organisation; a state in brackets is none.
func (g *gatherer) coined(r *evidence.Record) (name, coiner string) {
	open := strings.LastIndex(r.Value, " (")
	if open <= 0 || !strings.HasSuffix(r.Value, ")") {
		return r.Value, r.Coiner
	}
	if by := r.Value[open+2 : len(r.Value)-1]; g.publishers[Fold(by)] {
		return strings.TrimSpace(r.Value[:open]), cmp.Or(r.Coiner, by)
	}
	return r.Value, r.Coiner
}

func (g *gatherer) claim(k claimKey, id evidence.ID) {
	if old, ok := g.claims[k]; !ok || id < old {
		g.claims[k] = id
	}
}

// actor files one party of a record: its attribution to a state, and its name
// where no catalogue entry stands behind it.
func (g *gatherer) actor(r *evidence.Record, a evidence.Actor, subject bool) {
	ref := a.Ref
	if ref == "" && r.Class == evidence.Alias && subject {
		ref = entryRef(r)
	}
	if ref == "" && a.Name == "" {
		return
	}
	if ref != "" {
		if !g.described[ref] {
			// No alias record names it: the name beside the reference is
			// all there is.
			name := cmp.Or(a.Name, ref)
			add(g.names, ref, name)
			add(g.datasets, ref, r.Origin.Dataset)
			g.claim(claimKey{name: name, dataset: r.Origin.Dataset, ref: ref}, r.ID)
		}
		g.attribute(ref, r, a)
		if subject && r.Class == evidence.Incident {
			if g.initiator[ref] == nil {
				g.initiator[ref] = initiators{}
			}
			g.initiator[ref][r.InitiatedBy()]++
		}
		return
	}
	l := g.loose[a.Name]
	if l == nil {
		l = &looseName{name: a.Name}
		g.loose[a.Name] = l
	}
	l.uses++
	l.party = l.party || subject || r.Class.Ledger() || r.Class == evidence.PossiblySame
	if subject && r.Class == evidence.Incident {
		if l.initiator == nil {
			l.initiator = initiators{}
		}
		l.initiator[r.InitiatedBy()]++
	}
	g.claim(claimKey{name: a.Name, dataset: r.Origin.Dataset}, r.ID)
	g.attribute("\x00"+a.Name, r, a)
}

func (g *gatherer) attribute(key string, r *evidence.Record, a evidence.Actor) {
	if a.Country == "" {
		return
	}
	basis := basisStated
	switch r.Class {
	case evidence.Sponsor:
		basis = basisSponsor
		if r.Kind == evidence.KindOrigin {
			basis = basisOrigin
		}
	case evidence.Incident:
		basis = basisIncident
	}
	status := r.Status
	if status == evidence.Asserted {
		status = ""
	}
	m := g.attrs[key]
	if m == nil {
		m = map[attrKey][]evidence.ID{}
		g.attrs[key] = m
	}
	k := attrKey{a.Country, r.Origin.Dataset, basis, string(status)}
	m[k] = append(m[k], r.ID)
}

// finish turns the maps into sorted entries.
func (g *gatherer) finish() {
	for ref, names := range g.names {
		e := &entry{ref: ref, states: map[string]bool{}, cites: g.cites[ref]}
		e.name = slices.Min(slices.Collect(maps.Keys(names)))
		e.catalogue = catalogue(ref, g.datasets[ref])
		e.attrs = attributions(g.attrs[ref])
		e.about, e.initiator = strings.Join(slices.Sorted(maps.Keys(g.about[ref])), "\n"), g.initiator[ref]
		e.aboutLower = strings.ToLower(e.about)
		for _, a := range e.attrs {
			if a.Basis != basisIncident && g.counts(a.Status) {
				e.states[a.Country] = true
			}
		}
		g.entries[ref] = e
	}
	for k, id := range g.claims {
		c := claim{Name: k.name, Coiner: k.coiner, Dataset: k.dataset, Ref: k.ref, Record: id, Status: evidence.Status(k.status)}
		if k.ref == "" {
			l := g.loose[k.name]
			l.claims = append(l.claims, c)
			continue
		}
		e := g.entries[k.ref]
		if e == nil {
			continue
		}
		e.claims = append(e.claims, c)
	}
	for _, e := range g.entries {
		slices.SortFunc(e.claims, compareClaims)
	}
	for name, l := range g.loose {
		slices.SortFunc(l.claims, compareClaims)
		l.attrs = attributions(g.attrs["\x00"+name])
	}
	g.refs = slices.Sorted(maps.Keys(g.entries))
}

func add(m map[string]map[string]bool, key, value string) {
	if m[key] == nil {
		m[key] = map[string]bool{}
	}
	m[key][value] = true
}

func addID(m map[string]map[string][]evidence.ID, key, value string, id evidence.ID) {
	if m[key] == nil {
		m[key] = map[string][]evidence.ID{}
	}
	if !slices.Contains(m[key][value], id) {
		m[key][value] = append(m[key][value], id)
		slices.Sort(m[key][value])
	}
}
