package simulation

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// A visit is one group on one system on one day.
type visit struct {
	group int
	org   *org
	host  netip.Addr
	hits  int
}

// plan says who is seen where on which day.
type plan struct {
	*Preset
	rng    *rand.Rand
	net    *network
	waves  [][]wave
	visits [][]visit // by day from 0
	total  int       // visits
	shared []tool    // laid to a group: one on a list of what everybody uses, one that most systems show
}

func newPlan(p *Preset, seed uint64) (*plan, error) {
	pl := &plan{Preset: p, rng: rand.New(rand.NewPCG(seed, 0x5eed)), net: newNetwork(p.orgs), visits: make([][]visit, p.days)}
	pl.waves = arsenals(p, pl.rng)
	pl.shared = sharedTools(p)
	for g := range p.groups {
		switch {
		case p.groups[g].daily != nil:
			pl.footholds(g)
		case p.groups[g].state != "":
			pl.pools(g)
		}
	}
	if err := pl.crowd(p.others * pl.incidents()); err != nil {
		return nil, err
	}
	for d := range pl.visits {
		pl.total += len(pl.visits[d])
	}
	return pl, nil
}

func (p *plan) day(d int) time.Time { return p.from.AddDate(0, 0, d) }

func (p *plan) visit(d, g int, o *org, host netip.Addr) {
	hits := 1
	for hits < 40 && p.rng.IntN(3) > 0 {
		hits++
	}
	p.visits[d] = append(p.visits[d], visit{group: g, org: o, host: host, hits: hits})
}

// choose picks the organisations a group works in, those of its sectors first.
func (p *plan) choose(g *group) []*org {
	order := p.rng.Perm(len(p.net.orgs))
	var out []*org
	for _, preferred := range []bool{true, false} {
		for _, i := range order {
			o := p.net.orgs[i]
			if len(out) < max(1, g.orgs) && slices.Contains(g.sectors, o.Sector) == preferred {
				out = append(out, o)
			}
		}
	}
	return out
}

// foothold is a system on which a group stays for some days.
type foothold struct {
	org  *org
	host netip.Addr
	left int // days
}

// footholds plans a group by the number of its systems a day. It keeps to the
// systems it has while it can.
func (p *plan) footholds(g int) {
	spec := &p.groups[g]
	orgs := p.choose(spec)
	var held []foothold
	for d := range p.visits {
		low, high := spec.daily(p.day(d).Month())
		want := low + p.rng.IntN(high-low+1)
		for len(held) < want {
			o := orgs[p.rng.IntN(len(orgs))]
			held = append(held, foothold{o, o.take(), 1 + p.rng.IntN(25)})
		}
		for _, i := range p.rng.Perm(len(held))[:want] {
			p.visit(d, g, held[i].org, held[i].host)
			held[i].left--
		}
		held = slices.DeleteFunc(held, func(f foothold) bool { return f.left <= 0 })
	}
}

// pools plans a group by the number of its systems a month.
func (p *plan) pools(g int) {
	spec := &p.groups[g]
	orgs := p.choose(spec)
	for from := 0; from < p.days; {
		to := from
		for to < p.days && p.day(to).Month() == p.day(from).Month() {
			to++
		}
		for range spec.monthly[0] + p.rng.IntN(spec.monthly[1]-spec.monthly[0]+1) {
			o := orgs[p.rng.IntN(len(orgs))]
			host := o.take()
			days := p.rng.Perm(to - from)[:1+p.rng.IntN(min(6, to-from))]
			slices.Sort(days)
			for _, d := range days {
				p.visit(from+d, g, o, host)
			}
		}
		from = to
	}
}

// crowd plans the incidents of groups without a state: n of them, each a few
// systems on a few days.
func (p *plan) crowd(n int) error {
	var list []int
	for g := range p.groups {
		if p.groups[g].state == "" {
			list = append(list, g)
		}
	}
	type pair struct {
		group, org int
	}
	var free []pair
	for _, g := range list {
		for o := range len(p.net.orgs) + 1 {
			free = append(free, pair{g, o})
		}
	}
	p.rng.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
	// Within one season of a pair lies one incident; seasons are so far apart
	// that incidents of two never join.
	season := 60
	seasons := max(1, p.days/season)
	if n > len(free)*seasons {
		return fmt.Errorf("preset %s plans %d incidents without a state and has room for %d", p.Name, n, len(free)*seasons)
	}
	for i := range n {
		k := free[i%len(free)]
		first := (i/len(free) + k.group*7 + k.org) % seasons * season
		p.incident(k.group, k.org, first, min(season, p.days-first)-gapBefore(p.days, season))
	}
	return nil
}

// gapBefore keeps the incidents of two seasons apart.
func gapBefore(days, season int) int {
	if days <= season {
		return 0
	}
	return sighting.DefaultGap
}

// incident plans one incident within the given days.
func (p *plan) incident(g, n, first, days int) {
	o := p.net.unmapped
	if n < len(p.net.orgs) {
		o = p.net.orgs[n]
	}
	length := 1 + p.rng.IntN(min(9, days))
	start := first + p.rng.IntN(days-length+1)
	for s := range 1 + p.rng.IntN(3) {
		host := o.take()
		for d := range length {
			if s == 0 && d == 0 || p.rng.IntN(3) == 0 {
				p.visit(start+d, g, o, host)
			}
		}
	}
}

// incidents counts the sessions planned so far.
func (p *plan) incidents() int {
	type pair struct {
		group int
		org   *org
	}
	last := map[pair]int{}
	n := 0
	for d, list := range p.visits {
		for _, v := range list {
			k := pair{v.group, v.org}
			if before, ok := last[k]; !ok || d-before >= sighting.DefaultGap {
				n++
			}
			last[k] = d
		}
	}
	return n
}
