// Package traffic makes up sensor logs and indicators for benchmarks and tests:
// the mix, skew and line shapes of a busy network, from a seed. It holds no
// real host, and is not for conclusions about real traffic.
package traffic

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"time"
)

// maker makes one stream of entries. The same seed gives the same bytes.
type maker struct {
	rng  *rand.Rand
	now  time.Time
	zipf *rand.Zipf
	// Bad holds indicator values to plant; one entry in BadEvery shows one.
	Bad      bad
	BadEvery int
	flow     uint64
}

// bad are indicator values by kind.
type bad struct {
	Addrs   []netip.Addr
	Domains []string
	Hashes  []string
	URLs    [][2]string // host and path
}

// New returns a maker that starts at 2024-05-01.
func New(seed uint64) *maker {
	rng := rand.New(rand.NewPCG(seed, 0x7a3))
	return &maker{rng: rng, now: time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC), zipf: rand.NewZipf(rng, 1.1, 8, 1<<20), BadEvery: 1000}
}

// tick moves the clock on and reports whether the next entry is to be a bad one.
func (m *maker) tick() bool {
	m.now = m.now.Add(time.Duration(m.rng.IntN(600)) * time.Microsecond)
	m.flow = m.rng.Uint64() >> 12
	return m.BadEvery > 0 && m.rng.IntN(m.BadEvery) == 0
}

func (m *maker) inside() netip.Addr {
	n := uint32(m.zipf.Uint64()) * 2654435761 >> 12
	if m.rng.IntN(12) == 0 {
		return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0x10, byte(n >> 16), byte(n >> 8), byte(n), 14: byte(n >> 4), 15: byte(n)})
	}
	return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
}

// outside returns an address of the same family as a.
func (m *maker) outside(a netip.Addr) netip.Addr {
	n := uint32(m.zipf.Uint64()) * 2246822519
	if a.Is6() {
		return netip.AddrFrom16([16]byte{0x2a, 0x00, byte(n >> 24), byte(n >> 16), byte(n >> 8), 15: byte(n)})
	}
	return netip.AddrFrom4([4]byte{byte(20 + (n>>24)%100), byte(n >> 16), byte(n >> 8), byte(n)})
}

var tlds = [...]string{"com", "net", "org", "io", "ru", "cn", "de", "co.uk", "info", "cloud"}
var subs = [...]string{"www.", "", "api.", "cdn.", "mail.", "static-7.eu-west-1.", "e4478.a.", "edge.img.", "ocsp.", "time."}
var syllables = [...]string{"ka", "ro", "mi", "ten", "lo", "vas", "qui", "dor", "ne", "sta", "bel", "fi", "gra", "hu", "jan", "po"}

// domainName returns the n-th made-up registered name.
func domainName(n uint64) string {
	b := make([]byte, 0, 32)
	for x := n*0x9e3779b97f4a7c15>>24 | 1<<12; x > 0; x >>= 8 {
		b = append(b, syllables[x&15]...)
	}
	b = strconv.AppendUint(b, n%1000, 10)
	return string(b) + "." + tlds[n%uint64(len(tlds))]
}

func (m *maker) domain() string {
	n := m.zipf.Uint64()
	return subs[m.rng.IntN(len(subs))] + domainName(n)
}

func (m *maker) hex(n int) string {
	const digits = "0123456789abcdef"
	b := make([]byte, n)
	for i := range b {
		b[i] = digits[m.rng.IntN(16)]
	}
	return string(b)
}

func (m *maker) port() int { return 1024 + m.rng.IntN(64000) }

const stamp = "2006-01-02T15:04:05.000000-0700"

// appendf is fmt.Appendf; the maker need not be fast, only its readers.
func appendf(b []byte, format string, args ...any) []byte { return fmt.Appendf(b, format, args...) }
