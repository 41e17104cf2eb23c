package simulation

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
)

// A wave is the infrastructure of a group for some time. Waves of a group follow
// one another without a gap, and change in the middle of a day.
type wave struct {
	from, until time.Time
	tools       []tool
}

// tool is one indicator of a wave.
type tool struct {
	indicator.Type
	value     string
	pattern   string    // STIX
	addr      [16]byte  // addresses: the first of the network
	disclosed time.Time // when it was published
	open      bool      // its validity begins, by its own word, when it was published
}

func (t *tool) key() string { return string(t.Type) + ":" + t.value }

// arsenals makes the waves of every group. They begin a month before the first
// day, so that an indicator may have been published before it was seen.
func arsenals(p *Preset, rng *rand.Rand) [][]wave {
	all := make([][]wave, len(p.groups))
	for g := range p.groups {
		n := 2 + p.days/60
		length := time.Duration(p.days+60) * 24 * time.Hour / time.Duration(n)
		start := p.from.AddDate(0, 0, -30).Add(time.Duration(rng.IntN(86400)) * time.Second)
		for w := range n {
			from := start.Add(time.Duration(w) * length).Truncate(time.Second)
			until := start.Add(time.Duration(w+1) * length).Truncate(time.Second)
			all[g] = append(all[g], wave{from: from, until: until, tools: tools(rng, g, w, from, until)})
		}
	}
	return all
}

func tools(rng *rand.Rand, g, w int, from, until time.Time) []tool {
	var out []tool
	add := func(t indicator.Type, value, pattern string, addr netip.Addr) {
		one := tool{Type: t, value: value, pattern: pattern}
		if addr.IsValid() {
			one.addr = addr.As16()
		}
		one.disclosed = from.Add(time.Duration(rng.Int64N(int64(until.Sub(from) + 40*24*time.Hour)))).Truncate(time.Second)
		out = append(out, one)
	}
	for i := range 3 {
		a := netip.AddrFrom4([4]byte{250, byte(g), byte(w), byte(10 + i)})
		add(indicator.IPv4, a.String(), "[ipv4-addr:value = '"+a.String()+"']", a)
	}
	net := netip.PrefixFrom(netip.AddrFrom4([4]byte{251, byte(g), byte(w), 16}), 28)
	add(indicator.CIDR, net.String(), "[ipv4-addr:value = '"+net.String()+"']", net.Addr())
	for i := range 2 {
		a := netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0x0b, 0xad, byte(g), byte(w), 15: byte(1 + i)})
		add(indicator.IPv6, a.String(), "[ipv6-addr:value = '"+a.String()+"']", a)
	}
	for i := range 4 {
		name := fmt.Sprintf("ioc-%s%d-%d-%d.example", syllable(rng), g, w, i)
		add(indicator.Domain, name, "[domain-name:value = '"+name+"']", netip.Addr{})
	}
	for i := range 2 {
		url := fmt.Sprintf("url-%s%d-%d-%d.example/gate/%s", syllable(rng), g, w, i, hexText(rng, 6))
		add(indicator.URL, url, "[url:value = 'http://"+url+"']", netip.Addr{})
	}
	for range 2 {
		h := hexText(rng, 64)
		add(indicator.SHA256, h, "[file:hashes.'SHA-256' = '"+h+"']", netip.Addr{})
	}
	h := hexText(rng, 32)
	add(indicator.JA3, h, "[network-traffic:extensions.'tls-ext'.ja3_hash = '"+h+"']", netip.Addr{})
	last := &out[len(out)-1] // as publishers that know no beginning write it
	last.open, last.disclosed = true, from.Add(until.Sub(from)/2).Truncate(time.Second)
	return out
}

// sharedTools are a name that a list lays to the first group, and that a list of benign
// values knows to be everybody's, and, where the preset has it, one that most systems
// show: they accuse nobody.
func sharedTools(p *Preset) (list []tool) {
	names := []string{"everybody-uses-this.example"}
	if p.Prevalence > 0 {
		names = append(names, "most-systems-show-this.example")
	}
	for _, name := range names {
		list = append(list, tool{Type: indicator.Domain, value: name, pattern: "[domain-name:value = '" + name + "']", disclosed: p.from})
	}
	return list
}

var syllables = [...]string{"ka", "ro", "mi", "ten", "lo", "vas", "qui", "dor", "ne", "sta", "bel", "fi", "gra", "hu", "jan", "po"}

func syllable(rng *rand.Rand) string {
	return syllables[rng.IntN(len(syllables))] + syllables[rng.IntN(len(syllables))]
}

func hexText(rng *rand.Rand, n int) string {
	const digits = "0123456789abcdef"
	b := make([]byte, n)
	var bits uint64
	for i := range b {
		if i%16 == 0 {
			bits = rng.Uint64()
		}
		b[i] = digits[bits&15]
		bits >>= 4
	}
	return string(b)
}

// at is the wave in force at a time.
func at(waves []wave, t time.Time) int {
	for i := range waves {
		if !t.Before(waves[i].from) && t.Before(waves[i].until) {
			return i
		}
	}
	return -1
}
