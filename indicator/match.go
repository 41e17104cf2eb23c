package indicator

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/telemetry"
)

// Match returns the indicators in force at the event's time that the event
// shows, in the order of [Compare], each once.
func (s *Set) Match(e *telemetry.Event) []Match {
	return slices.DeleteFunc(s.MatchAll(e), func(m Match) bool { return m.Standing != InForce })
}

// MatchAll is Match with the indicators that are not, or no longer, valid at
// the event's time; their Standing says so.
func (s *Set) MatchAll(e *telemetry.Event) []Match {
	f := finder{set: s, event: e}
	f.addr(Src, e.Src, "")
	f.addr(Dst, e.Dst, "")
	for _, d := range e.Domains {
		f.name(d)
	}
	for _, u := range e.URLs {
		f.key(Address, URL, urlKey(u), u)
	}
	for _, h := range e.Hashes {
		for t, n := range map[Type]int{MD5: 32, SHA1: 40, SHA256: 64} {
			if len(h) == n {
				f.key(FileHash, t, lowerASCII(h), h)
			}
		}
	}
	for _, h := range e.JA3 {
		f.key(ClientJA3, JA3, lowerASCII(h), h)
	}
	for _, h := range e.JA4 {
		f.key(ClientJA4, JA4, lowerASCII(h), h)
	}
	slices.SortFunc(f.found, func(a, b Match) int { return Compare(a.Indicator, b.Indicator) })
	return f.found
}

// finder gathers the matches of one event.
type finder struct {
	set   *Set
	event *telemetry.Event
	found []Match
	seen  []int
}

// addr looks an address up; seen is the text in which it stood, if not its own.
func (f *finder) addr(field Field, a netip.Addr, text string) {
	if !a.IsValid() {
		return
	}
	if text == "" {
		text = a.String()
	}
	t := IPv4
	if !a.Is4() {
		t = IPv6
	}
	f.key(field, t, a.String(), text)
	for bits := range a.BitLen() {
		if f.set.bits[family(a)][bits] {
			p, _ := a.Prefix(bits)
			f.add(field, f.set.nets[p], text)
		}
	}
}

// name looks a host up: the address that it is, or the name and every parent
// on label borders.
func (f *finder) name(text string) {
	name, addr := hostName(text)
	if addr.IsValid() {
		f.addr(Name, addr, text)
		return
	}
	for {
		f.key(Name, Domain, name, text)
		i := strings.IndexByte(name, '.')
		if i < 0 {
			return
		}
		name = name[i+1:]
	}
}

func (f *finder) key(field Field, t Type, value, text string) {
	f.add(field, f.set.exact[string(t)+":"+value], text)
}

func (f *finder) add(field Field, places []int, text string) {
	for _, n := range places {
		if slices.Contains(f.seen, n) {
			continue
		}
		f.seen = append(f.seen, n)
		i := f.set.all[n]
		f.found = append(f.found, Match{Indicator: i, Field: field, Value: text, Standing: i.At(f.event.Time)})
	}
}
