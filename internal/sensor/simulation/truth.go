package simulation

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"net/netip"
	"sort"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// truth adds up what was planted. It shares the shapes of a landscape and none
// of its arithmetic.
type truth struct {
	*plan
	cells   map[cellKey]*cell
	outside map[string]bool // systems with entries out of their window
	late    int64           // such entries
	early   []planted       // of these, the ones that came too early
	ways    map[landscape.Contact]*count
	stands  map[landscape.InRole]*count // of systems that stand for others; the figures left out
	met     [2]map[string]bool          // systems with contacts that count, and those that show the second shared tool
}

type cellKey struct {
	group int
	org   *org
	host  netip.Addr
	day   string
}

type cell struct {
	first, last time.Time
	known       time.Time // the first entry with a tool that was public by then
	events      int64
	tools       map[*tool]bool
}

func newTruth(p *plan) *truth {
	return &truth{plan: p, cells: map[cellKey]*cell{}, outside: map[string]bool{}, ways: map[landscape.Contact]*count{}, stands: map[landscape.InRole]*count{},
		met: [2]map[string]bool{{}, {}}}
}

func (t *truth) add(e *planted) {
	if e.guise < swept {
		t.met[0][system(e.org, e.host)] = true
		if len(e.tools) > 0 && len(t.shared) > 1 && e.tools[0] == &t.shared[1] {
			t.met[1][system(e.org, e.host)] = true
		}
	}
	if len(e.tools) == 0 {
		t.late++
		if e.early {
			t.early = append(t.early, *e)
		}
		t.outside[system(e.org, e.host)] = true
		return
	}
	if e.role != "" {
		k := landscape.InRole{Role: e.role, Organisation: e.org.Name, Counted: e.role != sighting.Honeypot}
		if t.stands[k] == nil {
			t.stands[k] = &count{}
		}
		if t.stands[k].events++; !k.Counted {
			return
		}
	}
	t.way(e)
	if e.guise >= swept {
		return
	}
	k := cellKey{e.group, e.org, e.host, e.at.Format(time.DateOnly)}
	c := t.cells[k]
	if c == nil {
		c = &cell{first: e.at, last: e.at, tools: map[*tool]bool{}}
		t.cells[k] = c
	}
	if e.at.Before(c.first) {
		c.first = e.at
	}
	if e.at.After(c.last) {
		c.last = e.at
	}
	c.events++
	for _, one := range e.tools {
		c.tools[one] = true
		if !e.at.Before(one.disclosed) && (c.known.IsZero() || e.at.Before(c.known)) {
			c.known = e.at
		}
	}
}

// way notes which way an entry in force went.
func (t *truth) way(e *planted) {
	c := t.ways[e.contact()]
	if c == nil {
		c = &count{orgs: map[string]bool{}, systems: map[string]bool{}}
		t.ways[e.contact()] = c
	}
	if e.org.number >= 0 {
		c.orgs[e.org.Name] = true
	}
	if e.role == "" {
		c.systems[system(e.org, e.host)] = true
	}
	c.events++
}

// roles lists what was seen of systems that stand for others; an organisation has
// one of each role.
func (t *truth) roles() []landscape.InRole {
	out := []landscape.InRole{}
	for r, c := range t.stands {
		r.Systems, r.Events = 1, c.events
		out = append(out, r)
	}
	sort.Slice(out, func(i, j int) bool {
		return string(out[i].Role)+" "+out[i].Organisation < string(out[j].Role)+" "+out[j].Organisation
	})
	return out
}

// prevalent lists the tool that most systems show.
func (t *truth) prevalent() []landscape.Prevalent {
	n, all := len(t.met[1]), len(t.met[0])
	if n == 0 {
		return []landscape.Prevalent{}
	}
	return []landscape.Prevalent{{Indicator: t.shared[1].key(), Systems: n, Share: math.Round(float64(n)/float64(all)*1e4) / 1e4, Demoted: true}}
}

// contacts lists the ways by their names.
func (t *truth) contacts() []landscape.Contact {
	out := []landscape.Contact{}
	for w, c := range t.ways {
		w.Organisations, w.Systems, w.Events = len(c.orgs), len(c.systems), c.events
		out = append(out, w)
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].Direction+" "+out[i].Outcome < out[j].Direction+" "+out[j].Outcome
	})
	return out
}

func system(o *org, host netip.Addr) string { return o.Name + "\x00" + host.String() }

// Figures is the part of a landscape that a simulation knows beforehand.
type Figures struct {
	Schema     string                 `json:"schema"`
	Synthetic  bool                   `json:"synthetic"`
	Period     landscape.Period       `json:"period"`
	Data       landscape.Period       `json:"data"`
	Rules      landscape.Rules        `json:"rules"`
	Totals     landscape.Figures      `json:"totals"`
	Contacts   []landscape.Contact    `json:"contacts"`
	Classes    []landscape.Class      `json:"classes"`
	Groups     []landscape.Group      `json:"groups"`
	States     []landscape.State      `json:"states"`
	Sectors    []landscape.Sector     `json:"sectors"`
	Objectives []landscape.Objective  `json:"objectives"`
	GroupDays  []landscape.GroupDay   `json:"group_days"`
	StateDays  []landscape.StateDay   `json:"state_days"`
	GroupMons  []landscape.GroupMonth `json:"group_months"`
	StateMons  []landscape.StateMonth `json:"state_months"`
	Dwell      []landscape.Durations  `json:"dwell"`
	Disclosure []landscape.Durations  `json:"time_to_disclosure"`
	Incidents  []landscape.Incident   `json:"incidents"`
	Conflicts  []landscape.Conflict   `json:"conflicts"`
	Unmapped   landscape.Unmapped     `json:"unmapped"`
	NotInForce landscape.NotInForce   `json:"not_in_force"`
	Roles      []landscape.InRole     `json:"roles"`
	Prevalent  []landscape.Prevalent  `json:"prevalent"`
}

// count is the figures of some cells.
type count struct {
	orgs, systems map[string]bool
	events        int64
	days          map[string]bool
	groups        map[int]bool
	incidents     int
	first, last   time.Time
}

func (c *count) size() [4]int64 {
	return [4]int64{int64(len(c.orgs)), int64(len(c.systems)), int64(c.incidents), c.events}
}

// tallyBy counts cells and incidents under the names that label gives them; ""
// is left out.
func (t *truth) tallyBy(label func(cellKey) string, incidents []session) map[string]*count {
	out := map[string]*count{}
	get := func(name string) *count {
		if out[name] == nil {
			out[name] = &count{orgs: map[string]bool{}, systems: map[string]bool{}, days: map[string]bool{}, groups: map[int]bool{}}
		}
		return out[name]
	}
	for k, x := range t.cells {
		name := label(k)
		if name == "" {
			continue
		}
		c := get(name)
		if k.org.number >= 0 {
			c.orgs[k.org.Name] = true
		}
		if k.org.alone(k.host) {
			c.systems[system(k.org, k.host)] = true
		}
		c.events += x.events
		c.days[k.day] = true
		if t.groups[k.group].name != "" {
			c.groups[k.group] = true
		}
		if c.first.IsZero() || x.first.Before(c.first) {
			c.first = x.first
		}
		if x.last.After(c.last) {
			c.last = x.last
		}
	}
	for _, s := range incidents {
		if name := label(cellKey{group: s.group, org: s.org}); name != "" {
			get(name).incidents++
		}
	}
	return out
}

func (t *truth) name(g int) string {
	if t.groups[g].name == "" {
		return sighting.Unattributed.Name
	}
	return t.groups[g].name
}

// session is an incident.
type session struct {
	group int
	org   *org
	keys  []cellKey // by day
}

// sessions joins the days of each group in each organisation.
func (t *truth) sessions() []session {
	type pair struct {
		group int
		org   *org
	}
	by := map[pair][]cellKey{}
	for k := range t.cells {
		by[pair{k.group, k.org}] = append(by[pair{k.group, k.org}], k)
	}
	var out []session
	for p, keys := range by {
		sort.Slice(keys, func(i, j int) bool { return keys[i].day < keys[j].day })
		for i, k := range keys {
			if i == 0 || daysBetween(keys[i-1].day, k.day) >= sighting.DefaultGap {
				out = append(out, session{group: p.group, org: p.org})
			}
			s := &out[len(out)-1]
			s.keys = append(s.keys, k)
		}
	}
	return out
}

func daysBetween(a, b string) int {
	x, _ := time.Parse(time.DateOnly, a) // made by Format
	y, _ := time.Parse(time.DateOnly, b)
	return int(math.Round(y.Sub(x).Hours() / 24))
}

// figures adds everything up.
func (t *truth) figures() Figures {
	list := t.sessions()
	first, last := t.day(0).Format(time.DateOnly), t.day(t.days-1).Format(time.DateOnly) // every day has entries
	period := landscape.Period{From: first, To: last, Days: t.days}
	f := Figures{Schema: landscape.Schema, Synthetic: len(t.cells) > 0, Period: period, Data: period, Rules: landscape.Rules{GapDays: sighting.DefaultGap, Window: "stated", Prevalence: t.Prevalence}, Conflicts: []landscape.Conflict{}}
	if all := t.tallyBy(func(cellKey) string { return "all" }, list)["all"]; all != nil {
		f.Totals = landscape.Figures{Incidents: all.incidents, Organisations: len(all.orgs), Systems: len(all.systems), Events: all.events, Connections: all.events, Groups: len(all.groups)}
	}
	t.shares(&f, list)
	t.ranks(&f, list)
	t.times(&f, list)
	t.incidentRows(&f, list, first, last)
	un := t.tallyBy(func(k cellKey) string {
		if k.org.number < 0 {
			return "unmapped"
		}
		return ""
	}, list)["unmapped"]
	if un != nil {
		f.Unmapped = landscape.Unmapped{Incidents: un.incidents, Systems: len(un.systems), Events: un.events}
	}
	f.Contacts, f.Roles, f.Prevalent = t.contacts(), t.roles(), t.prevalent()
	f.NotInForce = landscape.NotInForce{Systems: len(t.outside), Events: t.late, TooEarly: int64(len(t.early)), TooLate: t.late - int64(len(t.early))}
	for i := range f.Incidents {
		if f.Incidents[i].Earliest.Before(f.Incidents[i].FirstSeen) {
			f.NotInForce.Earlier++
		}
	}
	return f
}

func (t *truth) shares(f *Figures, list []session) {
	part := func(n int) float64 { return math.Round(float64(n)*1e4/float64(len(list))) / 1e4 }
	for name, c := range t.tallyBy(func(k cellKey) string { return string(t.groups[k.group].class) }, list) {
		f.Classes = append(f.Classes, landscape.Class{Class: sighting.Class(name), Incidents: c.incidents, Share: part(c.incidents), Organisations: len(c.orgs), Systems: len(c.systems), Events: c.events})
	}
	sort.Slice(f.Classes, func(i, j int) bool {
		a, b := f.Classes[i], f.Classes[j]
		return a.Incidents > b.Incidents || a.Incidents == b.Incidents && a.Class < b.Class
	})
	for name, c := range t.tallyBy(func(k cellKey) string { return string(t.groups[k.group].objective) }, list) {
		f.Objectives = append(f.Objectives, landscape.Objective{Objective: sighting.Objective(name), Incidents: c.incidents, Share: part(c.incidents), Organisations: len(c.orgs), Systems: len(c.systems), Events: c.events})
	}
	sort.Slice(f.Objectives, func(i, j int) bool {
		a, b := f.Objectives[i], f.Objectives[j]
		return a.Incidents > b.Incidents || a.Incidents == b.Incidents && a.Objective < b.Objective
	})
}

// order puts the largest counts first and says how many are larger than each.
func order(m map[string]*count) (names []string, rank map[string]int) {
	for n := range m {
		names = append(names, n)
	}
	larger := func(a, b *count) bool {
		x, y := a.size(), b.size()
		for i := range x {
			if x[i] != y[i] {
				return x[i] > y[i]
			}
		}
		return false
	}
	sort.Slice(names, func(i, j int) bool {
		a, b := m[names[i]], m[names[j]]
		return larger(a, b) || !larger(b, a) && names[i] < names[j]
	})
	rank = map[string]int{}
	for _, n := range names {
		rank[n] = 1
		for _, o := range names {
			if larger(m[o], m[n]) {
				rank[n]++
			}
		}
	}
	return names, rank
}

func (t *truth) ranks(f *Figures, list []session) {
	index := map[string]int{}
	for g := range t.groups {
		index[t.name(g)] = g
	}
	byGroup := func(k cellKey) string { return t.name(k.group) }
	m := t.tallyBy(byGroup, list)
	names, rank := order(m)
	for _, n := range names {
		c, g := m[n], t.groups[index[n]]
		f.Groups = append(f.Groups, landscape.Group{Rank: rank[n], Group: n, State: g.state, Class: g.class, Objective: g.objective, Incidents: c.incidents,
			Organisations: len(c.orgs), Systems: len(c.systems), Events: c.events, Connections: c.events, ActiveDays: len(c.days), Peak: t.peak(byGroup, n), FirstSeen: c.first, LastSeen: c.last})
	}
	byState := func(k cellKey) string { return t.groups[k.group].state }
	m = t.tallyBy(byState, list)
	names, rank = order(m)
	for _, n := range names {
		c := m[n]
		f.States = append(f.States, landscape.State{Rank: rank[n], State: n, Groups: len(c.groups), Incidents: c.incidents, Organisations: len(c.orgs),
			Systems: len(c.systems), Events: c.events, Connections: c.events, ActiveDays: len(c.days), Peak: t.peak(byState, n)})
	}
	m = t.tallyBy(func(k cellKey) string {
		if k.org.Sector == "" {
			return "unknown"
		}
		return k.org.Sector
	}, list)
	names, rank = order(m)
	for _, n := range names {
		c := m[n]
		f.Sectors = append(f.Sectors, landscape.Sector{Rank: rank[n], Sector: n, Groups: len(c.groups), Incidents: c.incidents, Organisations: len(c.orgs), Systems: len(c.systems), Events: c.events})
	}
}

// peak is the day with most systems of one name.
func (t *truth) peak(label func(cellKey) string, name string) (p landscape.Peak) {
	m := t.tallyBy(func(k cellKey) string {
		if k.day == "" || label(k) != name {
			return ""
		}
		return k.day
	}, nil)
	for day, c := range m {
		if len(c.systems) > p.Systems || len(c.systems) == p.Systems && day < p.Date {
			p = landscape.Peak{Date: day, Systems: len(c.systems), Organisations: len(c.orgs)}
		}
	}
	return p
}

func (t *truth) times(f *Figures, list []session) {
	sorted := func(m map[string]*count) []string {
		var names []string
		for n := range m {
			names = append(names, n)
		}
		sort.Strings(names)
		return names
	}
	group := func(k cellKey) string { return t.name(k.group) }
	state := func(k cellKey) string { return t.groups[k.group].state }
	under := func(label func(cellKey) string, n int) map[string]*count {
		return t.tallyBy(func(k cellKey) string {
			if label(k) == "" || len(k.day) < n {
				return ""
			}
			return k.day[:n] + "\t" + label(k)
		}, nil)
	}
	f.GroupDays, f.StateDays, f.GroupMons, f.StateMons = []landscape.GroupDay{}, []landscape.StateDay{}, []landscape.GroupMonth{}, []landscape.StateMonth{}
	m := under(group, 10)
	for _, n := range sorted(m) {
		f.GroupDays = append(f.GroupDays, landscape.GroupDay{Date: n[:10], Group: n[11:], Organisations: len(m[n].orgs), Systems: len(m[n].systems), Events: m[n].events})
	}
	m = under(state, 10)
	for _, n := range sorted(m) {
		f.StateDays = append(f.StateDays, landscape.StateDay{Date: n[:10], State: n[11:], Organisations: len(m[n].orgs), Systems: len(m[n].systems), Events: m[n].events})
	}
	m = under(group, 7)
	for _, n := range sorted(m) {
		f.GroupMons = append(f.GroupMons, landscape.GroupMonth{Month: n[:7], Group: n[8:], Organisations: len(m[n].orgs), Systems: len(m[n].systems), Events: m[n].events})
	}
	m = under(state, 7)
	for _, n := range sorted(m) {
		f.StateMons = append(f.StateMons, landscape.StateMonth{Month: n[:7], State: n[8:], Organisations: len(m[n].orgs), Systems: len(m[n].systems), Events: m[n].events})
	}
}

// days is a duration in days to three decimals.
func days(d time.Duration) float64 { return math.Round(d.Hours()/24*1000) / 1000 }

func (t *truth) incidentRows(f *Figures, list []session, first, last string) {
	f.Incidents = []landscape.Incident{}
	for _, s := range list {
		f.Incidents = append(f.Incidents, t.incidentRow(s, first, last))
	}
	sort.Slice(f.Incidents, func(i, j int) bool {
		a, b := f.Incidents[i], f.Incidents[j]
		if !a.FirstSeen.Equal(b.FirstSeen) {
			return a.FirstSeen.Before(b.FirstSeen)
		}
		return a.Organisation+"\x00"+a.Group < b.Organisation+"\x00"+b.Group
	})
	names := map[string]bool{}
	for _, in := range f.Incidents {
		names[in.Group] = true
	}
	var sorted []string
	for n := range names {
		sorted = append(sorted, n)
	}
	sort.Strings(sorted)
	for _, n := range append([]string{"all"}, sorted...) {
		dwell, disclosed := landscape.Durations{Group: n}, landscape.Durations{Group: n}
		var lasted, told []float64
		for _, in := range f.Incidents {
			if n != "all" && n != in.Group {
				continue
			}
			dwell.Incidents++
			lasted = append(lasted, in.DwellDays)
			if in.MayBegin || in.MayGoOn {
				dwell.Censored++
			}
			told = append(told, *in.ToDisclose)
			if *in.ToDisclose < 0 {
				disclosed.Early++
			}
		}
		disclosed.Incidents = dwell.Incidents
		dwell.Median, dwell.Least, dwell.Most = middle(lasted)
		disclosed.Median, disclosed.Least, disclosed.Most = middle(told)
		f.Dwell, f.Disclosure = append(f.Dwell, dwell), append(f.Disclosure, disclosed)
	}
}

func middle(v []float64) (median, least, most float64) {
	if len(v) == 0 {
		return 0, 0, 0
	}
	sort.Float64s(v)
	low, high := v[(len(v)-1)/2], v[len(v)/2]
	return math.Round((low+high)/2*1000) / 1000, v[0], v[len(v)-1]
}

// before is when a session that is first seen at a time would begin if entries
// that came too early counted.
func (t *truth) before(s *session, first time.Time) time.Time {
	at, day := first, s.keys[0].day
	for again := true; again; {
		again = false
		for i := range t.early {
			e := &t.early[i]
			d := e.at.Format(time.DateOnly)
			if e.group == s.group && e.org == s.org && e.at.Before(at) && daysBetween(d, day) < sighting.DefaultGap {
				at, day, again = e.at, d, true
			}
		}
	}
	return at
}

func (t *truth) incidentRow(s session, first, last string) landscape.Incident {
	g := t.groups[s.group]
	in := landscape.Incident{Group: t.name(s.group), State: g.state, Class: g.class, Objective: g.objective, Organisation: s.org.Name, Sector: s.org.Sector, Country: s.org.Country,
		Confidence: evidence.Percent(confidence)}
	hosts, seen, used := map[netip.Addr]bool{}, map[string]bool{}, map[string]bool{}
	for _, k := range s.keys {
		c := t.cells[k]
		if in.FirstSeen.IsZero() || c.first.Before(in.FirstSeen) {
			in.FirstSeen = c.first
		}
		if c.last.After(in.LastSeen) {
			in.LastSeen = c.last
		}
		if !c.known.IsZero() && (in.FirstKnown == nil || c.known.Before(*in.FirstKnown)) {
			at := c.known
			in.FirstKnown = &at
		}
		if seen[k.day] = true; s.org.alone(k.host) {
			hosts[k.host] = true
		}
		in.Events += c.events
		for one := range c.tools {
			used[one.key()] = true
			if in.Disclosed == nil || one.disclosed.Before(*in.Disclosed) {
				at := one.disclosed
				in.Disclosed = &at
			}
		}
	}
	for k := range used {
		in.Indicators = append(in.Indicators, k)
	}
	sort.Strings(in.Indicators)
	in.Days, in.Systems, in.Connections = len(seen), len(hosts), in.Events // every entry is another connection
	in.DwellDays = days(in.LastSeen.Sub(in.FirstSeen))
	in.Earliest = t.before(&s, in.FirstSeen)
	in.DwellAll = days(in.LastSeen.Sub(in.Earliest))
	told := days(in.Disclosed.Sub(in.Earliest))
	in.ToDisclose = &told
	in.MayBegin = daysBetween(first, s.keys[0].day) < sighting.DefaultGap
	in.MayGoOn = daysBetween(s.keys[len(s.keys)-1].day, last) < sighting.DefaultGap
	sum := sha256.Sum256([]byte(fmt.Sprintf("%s\x00%s\x00%s", in.Group, in.Organisation, in.FirstSeen.Format(time.RFC3339Nano))))
	in.ID = hex.EncodeToString(sum[:16])
	return in
}
