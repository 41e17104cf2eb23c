package indicator

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"net/netip"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// probe tells which events of a batch may show an indicator. It may be wrong
// in letting one through (the exact path looks again) and never in stopping
// one.
type probe struct {
	set   *Set
	marks [telemetry.BatchLines / 64]uint64 // events that may match
	hosts [telemetry.BatchLines / 64]uint64 // events with the host of a URL of the set
	list  []uint32
	buf   []byte
	plain []byte
	asked []asked
}

// asked is the hash of a name, or of a parent of one, that is to be looked up.
type asked struct {
	hash  uint64
	event uint32
	whole bool
}

func (p *probe) mark(event uint32) { p.marks[event>>6] |= 1 << (event & 63) }

// candidates returns the events of a batch that may match, in order. The list
// is valid until the next call.
func (p *probe) candidates(b *telemetry.Batch) []uint32 {
	clear(p.marks[:])
	clear(p.hosts[:])
	s := p.set
	for _, v := range b.V4 {
		if s.any24.has(v.Addr) && s.mayV4(v.Addr) {
			p.mark(v.Event)
		}
	}
	for _, v := range b.V6 {
		if s.mayV6(v.Hi, v.Lo) {
			p.mark(v.Event)
		}
	}
	if s.kinds[kindDomain]+s.kinds[kindURL]+s.kinds[kindIPv4]+s.kinds[kindIPv6]+s.kinds[kindCIDR] > 0 {
		p.names(b)
	}
	for _, u := range b.URLs {
		if p.hosts[u.Event>>6]>>(u.Event&63)&1 != 0 {
			key := urlKey(string(b.Data[u.HostFrom:u.HostTo]) + string(b.Data[u.PathFrom:u.PathTo]))
			if s.table.has(hashKey(kindURL, []byte(key))) {
				p.mark(u.Event)
			}
		}
	}
	p.hashes(b)
	return p.marked()
}

// marked lists the marked events.
func (p *probe) marked() []uint32 {
	p.list = p.list[:0]
	for i, w := range p.marks {
		for ; w != 0; w &= w - 1 {
			p.list = append(p.list, uint32(i*64)+uint32(bits.TrailingZeros64(w)))
		}
	}
	return p.list
}

// names hashes every name from its end, so that each parent's hash comes by, and
// looks the hashes up together: the filter is larger than the nearest caches,
// and look-ups that do not wait for one another wait at the same time.
func (p *probe) names(b *telemetry.Batch) {
	s := p.set
	p.asked = p.asked[:0]
	var last []byte // what a certificate is for is mostly what was asked for
	event := uint32(0)
	for i := range b.Names {
		n := &b.Names[i]
		name := b.Data[n.From:n.To]
		if n.Event == event && bytes.Equal(name, last) {
			continue
		}
		event, last = n.Event, name
		for len(name) > 0 && name[len(name)-1] == '.' {
			name = name[:len(name)-1]
		}
		if len(name) == 0 {
			continue
		}
		if c := name[len(name)-1]; c >= '0' && c <= '9' { // no name ends so, an address or a port does
			p.text(n.Event, string(name))
			continue
		}
		p.ask(n.Event, name, s.oneLabel)
	}
	for i := range p.asked {
		a := &p.asked[i]
		if !s.names.may(a.hash) {
			continue
		}
		if a.whole {
			p.whole(a.event, a.hash)
		} else if s.table.has(a.hash) {
			p.mark(a.event)
		}
	}
}

// ask notes the hashes of a name and its parents; of the last label alone only
// if parent is set.
func (p *probe) ask(event uint32, name []byte, parent bool) {
	h := uint64(nameSeed)
	for j := len(name) - 1; j >= 0; j-- {
		c := fold256[name[j]]
		if c == '.' {
			if parent {
				p.asked = append(p.asked, asked{mix(h), event, false})
			}
			parent = true
		} else if c == 0 {
			p.text(event, string(name))
			return
		}
		h = nameStep(h, c)
	}
	p.asked = append(p.asked, asked{mix(h), event, true})
}

// whole looks up the hash of a whole host name.
func (p *probe) whole(event uint32, hash uint64) {
	if p.set.table.has(hash) {
		p.mark(event)
	}
	if p.set.kinds[kindURL] > 0 && p.set.urlHosts.has(hash) {
		p.hosts[event>>6] |= 1 << (event & 63)
	}
}

// text looks up a host that is not plainly a name in ASCII.
func (p *probe) text(event uint32, text string) {
	name, addr := hostName(text)
	if addr.IsValid() {
		if p.set.may(addr) {
			p.mark(event)
		}
		name = addr.String() // the host of a URL may be an address
	}
	if h := hashName(name); p.set.names.may(h) {
		p.whole(event, h)
	}
	for !addr.IsValid() {
		i := strings.IndexByte(name, '.')
		if i < 0 {
			return
		}
		name = name[i+1:]
		if h := hashName(name); p.set.names.may(h) && p.set.table.has(h) {
			p.mark(event)
		}
	}
}

func (p *probe) hashes(b *telemetry.Batch) {
	s := p.set
	for _, h := range b.Hashes {
		text := b.Data[h.From:h.To]
		if len(text) == 59 || len(text) == 95 { // of a certificate, with colons
			p.plain = plainHash(p.plain[:0], text)
			text = p.plain
		}
		if t, ok := hashKind(len(text)); ok && s.kinds[t] > 0 {
			p.hex(h.Event, t, text)
		}
	}
	if s.kinds[kindJA3] > 0 {
		for _, h := range b.JA3 {
			p.hex(h.Event, kindJA3, b.Data[h.From:h.To])
		}
	}
	if s.kinds[kindJA4] > 0 {
		for _, h := range b.JA4 {
			p.buf = append(p.buf[:0], lowerASCII(string(b.Data[h.From:h.To]))...)
			p.hash(h.Event, hashKey(kindJA4, p.buf))
		}
	}
}

func (p *probe) hex(event uint32, t kind, text []byte) {
	var err error
	if p.buf, err = hex.AppendDecode(p.buf[:0], text); err == nil {
		p.hash(event, hashKey(t, p.buf))
	}
}

// hash looks the hash of a hash up.
func (p *probe) hash(event uint32, key uint64) {
	if p.set.hashes.may(key) && p.set.table.has(key) {
		p.mark(event)
	}
}

// may reports whether an address may be in the set.
func (s *Set) may(a netip.Addr) bool {
	b := a.As16()
	if a.Is4() {
		v4 := binary.BigEndian.Uint32(b[12:])
		return s.any24.has(v4) && s.mayV4(v4)
	}
	return s.mayV6(binary.BigEndian.Uint64(b[:]), binary.BigEndian.Uint64(b[8:]))
}

// mayV4 decides about an address whose /24 has something in it.
func (s *Set) mayV4(a uint32) bool {
	if h := hashV4(a); s.v4.may(h) && s.table.has(h) {
		return true
	}
	return s.cidr24.has(a) && s.mayAddr(netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)}))
}

func (s *Set) mayV6(hi, lo uint64) bool {
	if !s.v6.may(hashV6(hi)) && len(s.short6) == 0 {
		return false
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], hi)
	binary.BigEndian.PutUint64(b[8:], lo)
	return s.mayAddr(netip.AddrFrom16(b))
}

// mayAddr looks an address and its networks up.
func (s *Set) mayAddr(a netip.Addr) bool {
	var buf [17]byte
	t := kindIPv4
	if !a.Is4() {
		t = kindIPv6
	}
	if s.table.has(hashKey(t, append(buf[:0], a.AsSlice()...))) {
		return true
	}
	for length, there := range s.lengths[family(a)] {
		if !there {
			continue
		}
		p, err := a.Prefix(length)
		if err == nil && s.table.has(hashKey(kindCIDR, appendPrefix(buf[:0], p))) {
			return true
		}
	}
	return false
}

// fold256 is the byte in lower case, 0 for bytes that need a closer look: what
// is not ASCII, and what ports and IPv6 addresses are written with.
var fold256 = func() (t [256]byte) {
	for i := range t {
		c := byte(i)
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c < ' ' || c >= 0x7f || c == ':' || c == '[' || c == ']':
			c = 0
		}
		t[i] = c
	}
	return t
}()
