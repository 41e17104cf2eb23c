package simulation

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/netip"
	"slices"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// org is a made-up organisation: a /24 of the range for benchmarks (RFC 2544),
// and a /64 of the one for documentation (RFC 3849).
type org struct {
	sighting.Organisation
	number int // -1 is no organisation
	hosts  int // given out so far
}

// sectorKinds are the sectors of made-up organisations, in the order in which
// they are handed out.
var sectorKinds = []string{
	"government-national", "financial-services", "education", "technology", "healthcare", "manufacturing", "energy", "transportation",
	"telecommunications", "retail", "defense", "commercial", "government-local", "communications", "non-profit", "utilities",
}

var orgCountries = []string{"NL", "NL", "DE", "RU", "NL", "NL", "BE", "NL", "NL", "NL"}

// network is everyone on the inside.
type network struct {
	orgs     []*org
	unmapped *org
}

func newNetwork(n int) *network {
	w := &network{unmapped: &org{Organisation: sighting.Organisation{Name: sighting.Unmapped}, number: -1}}
	for i := range n {
		sector := sectorKinds[i%len(sectorKinds)]
		w.orgs = append(w.orgs, &org{number: i, Organisation: sighting.Organisation{
			Name: fmt.Sprintf("Synthetic %s %03d", sector, i+1), Sector: sector, Country: orgCountries[i/len(sectorKinds)%len(orgCountries)],
		}})
	}
	return w
}

// host returns the n-th host of an organisation. Every fifth is an IPv6 one.
func (o *org) host(n int) netip.Addr {
	switch {
	case o.number < 0: // shared address space of subscribers (RFC 6598)
		return netip.AddrFrom4([4]byte{100, byte(64 + n>>16&31), byte(n >> 8), byte(n)})
	case n%5 == 4 || n >= 240:
		return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0x00, 0x18, byte(o.number >> 8), byte(o.number), 14: byte(n >> 8), 15: byte(n)})
	}
	return netip.AddrFrom4([4]byte{198, byte(18 + o.number>>8), byte(o.number), byte(10 + n)})
}

// roles are those of the systems of every organisation that stand for others, in the
// order of their addresses, which lie below those of hosts.
var roles = []sighting.Role{"resolver", "proxy", "nat", sighting.Honeypot}

// standing is the address of the organisation's system of a role.
func (o *org) standing(r sighting.Role) netip.Addr {
	return netip.AddrFrom4([4]byte{198, byte(18 + o.number>>8), byte(o.number), byte(1 + slices.Index(roles, r))})
}

// alone reports a host that stands for itself.
func (o *org) alone(host netip.Addr) bool {
	return o.number < 0 || !slices.ContainsFunc(roles, func(r sighting.Role) bool { return o.standing(r) == host })
}

// take gives out a host that nobody was given before.
func (o *org) take() netip.Addr {
	o.hosts++
	return o.host(o.hosts - 1)
}

// writeMap writes the organisation map. The telecom's own range lies around
// those of its customers, so that the longest network must win.
func (w *network) writeMap(out io.Writer) error {
	c := csv.NewWriter(out)
	rows := [][]string{{"cidr", "organisation", "sector", "country", "role"}, {"198.18.0.0/15", "Synthetic telecom", "telecommunications", "NL", ""}}
	for _, o := range w.orgs {
		v4 := netip.PrefixFrom(netip.AddrFrom4([4]byte{198, byte(18 + o.number>>8), byte(o.number), 0}), 24)
		v6 := netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0x00, 0x18, byte(o.number >> 8), byte(o.number)}), 64)
		rows = append(rows, []string{v4.String(), o.Name, o.Sector, o.Country, ""}, []string{v6.String(), o.Name, o.Sector, o.Country, ""})
		for _, r := range roles {
			rows = append(rows, []string{o.standing(r).String(), o.Name, o.Sector, o.Country, string(r)})
		}
	}
	if err := c.WriteAll(rows); err != nil {
		return fmt.Errorf("write organisations: %w", err)
	}
	return nil
}
