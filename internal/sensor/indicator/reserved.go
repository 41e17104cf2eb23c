package indicator

import (
	"fmt"
	"net/netip"
	"strings"
)

// SyntheticMark begins the source of every indicator that was made up.
const SyntheticMark = "SYNTHETIC"

// reserved are networks that nobody on the Internet has, or that every network
// uses for itself (IANA's registries of special-purpose addresses), beside those
// that [parse] refuses. Networks for documentation are not among them: nobody has
// them, so that they match nothing, and examples are written with them.
var reserved = []struct {
	network netip.Prefix
	why     string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "means the own network"},
	{carriers, "is shared behind the address translation of carriers, so it would match their own subscribers"},
	{netip.MustParsePrefix("192.0.0.0/24"), "is reserved for protocols"},
	{netip.MustParsePrefix("198.18.0.0/15"), "is for benchmarks inside a network"},
	{netip.MustParsePrefix("240.0.0.0/4"), "is reserved, and no host on the Internet has it"},
	{netip.MustParsePrefix("64:ff9b::/96"), "is an IPv4 address behind translation: name that one"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "is used by translators inside a network"},
	{netip.MustParsePrefix("100::/64"), "is where traffic is discarded"},
}

// carriers is the only one of these that hosts of a watched network have (RFC
// 6598), so that a larger network is refused too.
var carriers = netip.MustParsePrefix("100.64.0.0/10")

// special says why an address or network is refused; nil where it is not. What is
// made up may lie in reserved networks.
func special(i *Indicator) error {
	if strings.HasPrefix(i.Source, SyntheticMark) {
		return nil
	}
	var p netip.Prefix
	switch i.Type {
	case IPv4, IPv6:
		a, err := netip.ParseAddr(i.Value)
		if err != nil {
			return nil
		}
		p = netip.PrefixFrom(a, a.BitLen())
	case CIDR:
		p, _ = netip.ParsePrefix(i.Value)
	default:
		return nil
	}
	for _, r := range reserved {
		if r.network.Overlaps(p) && (p.Bits() >= r.network.Bits() || r.network == carriers) {
			return fmt.Errorf("%s is refused: %s %s; remove it from the list", i.Value, r.network, r.why)
		}
	}
	return nil
}
