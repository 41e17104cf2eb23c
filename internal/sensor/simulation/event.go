package simulation

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// kind of log entry, as both sensors have it.
type kind uint8

const (
	flow kind = iota
	dns
	tls
	http
	file
	kinds
)

// event is one entry before it is written. For a file, dst received it.
type event struct {
	at       time.Time
	kind     kind
	src, dst netip.Addr
	name     string // DNS query, server name, HTTP host
	path     string
	hash     string
	ja3      string
}

// resolver answers everybody's DNS queries; it belongs to no organisation.
var resolver = netip.AddrFrom4([4]byte{100, 127, 255, 53})

var resolver6 = netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 15: 0x53})

func (e *event) askResolver() {
	e.kind, e.dst = dns, resolver
	if e.src.Is6() {
		e.dst = resolver6
	}
}

// crowd makes the traffic around the planted events.
type crowd struct {
	rng   *rand.Rand
	zipf  *rand.Zipf
	net   *network
	names []string // domains of indicators, for names that only look like them
	buf   []byte
}

func newCrowd(rng *rand.Rand, p *plan) *crowd {
	c := &crowd{rng: rng, zipf: rand.NewZipf(rng, 1.1, 8, 1<<20), net: p.net}
	for _, waves := range p.waves {
		for _, w := range waves {
			for _, t := range w.tools {
				if t.Type == indicator.Domain {
					c.names = append(c.names, t.value)
				}
			}
		}
	}
	return c
}

// inside is a host of an organisation, or of a subscriber.
func (c *crowd) inside() netip.Addr {
	n := c.zipf.Uint64()
	if n%4 == 0 {
		return c.net.unmapped.host(1<<12 + int(n*2654435761>>8&0xfffff))
	}
	o := c.net.orgs[int(n*2654435761>>4)%len(c.net.orgs)]
	return o.host(int(n % 240))
}

// outside is an address of the same family, of a range that no indicator is in.
func (c *crowd) outside(a netip.Addr) netip.Addr {
	n := uint32(c.zipf.Uint64()) * 2246822519
	if a.Is6() {
		return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0xc0, byte(n >> 24), byte(n >> 16), 14: byte(n >> 8), 15: byte(n)})
	}
	return netip.AddrFrom4([4]byte{byte(240 + n>>24&7), byte(n >> 16), byte(n >> 8), byte(n)})
}

var subs = [...]string{"www.", "", "api.", "cdn.", "mail.", "static-7.eu-west-1.", "e4478.a.", "edge.img.", "ocsp.", "time."}

func (c *crowd) name() string {
	if len(c.names) > 0 && c.rng.IntN(2000) == 0 { // ends as an indicator does, but not on a label's border
		return "www.not" + c.names[c.rng.IntN(len(c.names))]
	}
	n := c.zipf.Uint64()
	b := append(c.buf[:0], subs[c.rng.IntN(len(subs))]...)
	for x := n*0x9e3779b97f4a7c15>>24 | 1<<12; x > 0; x >>= 8 {
		b = append(b, syllables[x&15]...)
	}
	b = strconv.AppendUint(b, n%1000, 10)
	b = append(b, ".example"...)
	c.buf = b
	return string(b)
}

func (c *crowd) hex(n int) string { return hexText(c.rng, n) }

// event makes one harmless entry.
func (c *crowd) event(at time.Time) event {
	e := event{at: at, src: c.inside()}
	e.dst = c.outside(e.src)
	switch p := c.rng.IntN(100); {
	case p < 44:
		e.kind = flow
	case p < 75:
		e.name = c.name()
		e.askResolver()
	case p < 88:
		e.kind, e.name, e.ja3 = tls, c.name(), c.hex(32)
	case p < 96:
		e.kind, e.name, e.path = http, c.name(), "/"+c.hex(4)+"/"+c.hex(8)+".js"
	default:
		e.kind, e.hash = file, c.hex(64)
		e.src, e.dst = e.dst, e.src
	}
	return e
}

// moment is the time of the k-th of n entries of a day: busier by day than by
// night, and never before the one before.
func (c *crowd) moment(day time.Time, k, n int) time.Time {
	f := (float64(k) + c.rng.Float64()) / float64(n)
	f -= 0.07 * math.Sin(2*math.Pi*f)
	return day.Add(time.Duration(f*86400e6) * time.Microsecond)
}

// planted is an event with what it shows.
type planted struct {
	event
	group int
	org   *org
	host  netip.Addr
	tools []*tool // in force; none for one that comes too early or too late
	early bool    // it shows a tool of a wave that is still to come
	guise guise
	zeek  bool          // Zeek wrote it
	role  sighting.Role // of the host
}

// plant makes one planted event at a time with the tools of a wave.
func (p *plan) plant(c *crowd, v *visit, t time.Time, w *wave) planted {
	e := planted{event: event{at: t, src: v.host}, group: v.group, org: v.org, host: v.host}
	e.dst = c.outside(v.host)
	one := &w.tools[p.rng.IntN(len(w.tools))]
	for wrongFamily(one, v.host) {
		one = &w.tools[p.rng.IntN(len(w.tools))]
	}
	e.tools = []*tool{one}
	switch one.Type {
	case indicator.IPv4, indicator.IPv6, indicator.CIDR:
		e.kind, e.dst = flow, one.address(p.rng.IntN(16))
		if p.rng.IntN(4) == 0 {
			e.kind, e.name, e.ja3 = tls, c.name(), c.hex(32)
		}
	case indicator.Domain:
		p.plantName(c, &e, w, one)
	case indicator.URL:
		i := slices.Index([]byte(one.value), '/')
		e.kind, e.name, e.path = http, one.value[:i], one.value[i:]
	case indicator.SHA256:
		e.kind, e.hash = file, one.value
		e.src, e.dst = e.dst, e.src
	case indicator.JA3:
		e.kind, e.name, e.ja3 = tls, c.name(), one.value
	}
	return e
}

// plantName shows a domain in a query, a server name or a host. Some TLS
// connections go to an address of the same wave: one entry, two indicators.
func (p *plan) plantName(c *crowd, e *planted, w *wave, one *tool) {
	e.name = subs[p.rng.IntN(len(subs))] + one.value
	switch p.rng.IntN(4) {
	case 0, 1:
		e.askResolver()
	case 2:
		e.kind, e.ja3 = tls, c.hex(32)
		if e.src.Is4() && p.rng.IntN(2) == 0 {
			second := &w.tools[p.rng.IntN(3)]
			e.dst = second.address(0)
			e.tools = append(e.tools, second)
		}
	case 3:
		e.kind, e.path = http, "/"+c.hex(6)
	}
}

func wrongFamily(t *tool, host netip.Addr) bool {
	switch t.Type {
	case indicator.IPv4, indicator.CIDR:
		return host.Is6()
	case indicator.IPv6:
		return host.Is4()
	}
	return false
}

// address is the n-th address of a network, or the address.
func (t *tool) address(n int) netip.Addr {
	a := netip.AddrFrom16(t.addr).Unmap()
	if t.Type == indicator.CIDR {
		b := a.As4()
		b[3] += byte(n)
		a = netip.AddrFrom4(b)
	}
	return a
}
