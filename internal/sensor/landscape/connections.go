package landscape

import (
	"math"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// Entries are about one connection where their sensor calls it by one name, or
// where ends, ports and protocol agree (by their Community ID) and not more than
// nearby lies between them: the same ends may use the same ports again later.
const (
	nearby = time.Minute
	// forgotten is how long after its last entry a connection may have another.
	forgotten = 24 * time.Hour
)

// A connection has been met under some keys of figures.
type connection struct {
	last time.Time
	keys []int32
	into *connection // another that turned out to be the same
}

// connections counts connections under keys.
type connections struct {
	flows, ends map[int64]*connection
	day         sighting.Day
	keys        numbers[string]
	counts      []int64 // by the number of the key
}

func newConnections() *connections {
	return &connections{flows: map[int64]*connection{}, ends: map[int64]*connection{}, keys: numbers[string]{}}
}

func (c *connection) root() *connection {
	for c != nil && c.into != nil {
		c = c.into
	}
	return c
}

// of is the connection of an entry. Entries come in the order of time.
func (n *connections) of(e *sighting.Entry) *connection {
	if day := e.Day(); day != n.day {
		n.day = day
		n.forget(e.Time.Add(-forgotten))
	}
	from := e.Time
	if !e.Link.Began.IsZero() && e.Link.Began.Before(from) {
		from = e.Link.Began
	}
	c := n.flows[e.Link.Flow].root()
	same := n.ends[e.Link.Community].root()
	if same != nil && from.Sub(same.last) > nearby {
		same = nil
	}
	switch {
	case c == nil && same == nil:
		c = &connection{}
	case c == nil:
		c = same
	case same != nil && same != c:
		n.join(c, same)
	}
	c.last = e.Time
	if e.Link.Flow != 0 {
		n.flows[e.Link.Flow] = c
	}
	if e.Link.Community != 0 {
		n.ends[e.Link.Community] = c
	}
	return c
}

// join makes two connections one, which counts once under each key.
func (n *connections) join(c, other *connection) {
	for _, k := range other.keys {
		if slices.Contains(c.keys, k) {
			n.counts[k]--
		} else {
			c.keys = append(c.keys, k)
		}
	}
	other.into, other.keys = c, nil
}

// key is the number of a key.
func (n *connections) key(kind, name string) int32 {
	k := n.keys.of(kind + name)
	if int(k) == len(n.counts) {
		n.counts = append(n.counts, 0)
	}
	return k
}

// under is how many connections were met under a key.
func (n *connections) under(kind, name string) int64 { return n.counts[n.key(kind, name)] }

func (n *connections) count(c *connection, key int32) {
	if !slices.Contains(c.keys, key) {
		c.keys = append(c.keys, key)
		n.counts[key]++
	}
}

// forget lets go of what is over, so that not more than two days are held.
func (n *connections) forget(before time.Time) {
	for _, m := range []map[int64]*connection{n.flows, n.ends} {
		for k, c := range m {
			if c.root().last.Before(before) {
				delete(m, k)
			}
		}
	}
}

// countConnections adds the connections to figures that have events: of entries
// that count, each connection once, whatever logs and sensors tell of it.
func (l *Landscape) countConnections(in *Input, j *judged, period, then span) error {
	if in.Entries == nil {
		return nil
	}
	lists := lister{in: in, judge: j.judge, places: in.places(), only: j.only}
	when := map[pairKey][]*sighting.Incident{}
	for i := range j.Incidents {
		x := &j.Incidents[i]
		k := pairKey{x.Organisation.Name, x.Group.Key}
		when[k] = append(when[k], x)
	}
	n := newConnections()
	now, before := n.key("now", ""), n.key("then", "")
	var out LeftOut
	for e, err := range in.Entries(math.MinInt32, math.MaxInt32) {
		if err != nil {
			return err
		}
		p := e.Partial()
		o, found := lists.found(&p, &out)
		if len(found) == 0 {
			continue
		}
		c := n.of(&e)
		if then.has(p.Day) {
			n.count(c, before)
		}
		for i := range found {
			g := &found[i].Group
			if period.has(p.Day) {
				n.count(c, now)
				n.count(c, n.key("group ", g.Key))
				n.count(c, n.key("state ", g.State))
			}
			for _, x := range when[pairKey{o.Name, g.Key}] {
				if p.Day >= x.Days[0] && p.Day <= x.Days[len(x.Days)-1] {
					n.count(c, n.key("incident ", x.ID))
				}
			}
		}
	}
	l.Totals.Connections = n.counts[now]
	if l.Previous != nil {
		l.Previous.Totals.Connections = n.counts[before]
	}
	for i := range l.Groups {
		l.Groups[i].Connections = n.under("group ", l.Groups[i].key)
	}
	for i := range l.States {
		l.States[i].Connections = n.under("state ", l.States[i].State)
	}
	for i := range l.Incidents {
		l.Incidents[i].Connections = n.under("incident ", l.Incidents[i].ID)
	}
	return nil
}

type pairKey struct{ organisation, group string }
