package traffic

import (
	"net/netip"
	"strconv"
)

// Indicators appends n made-up indicators as CSV with a header (type, value,
// group, confidence, valid_from, valid_until, source, tlp): 40% domains, 35%
// IPv4, 10% URLs, 8% hashes, 5% IPv6, 2% networks. It returns those that
// traffic may show, at most 3,000.
func Indicators(b []byte, seed uint64, n int) ([]byte, bad) {
	m := New(seed)
	var bad bad
	b = append(b, "type,value,group,confidence,valid_from,valid_until,source,tlp\n"...)
	for i := range n {
		kind, value := m.indicator(i)
		if i < 3000 {
			bad.add(kind, value)
		}
		b = append(b, kind...)
		b = append(b, ',')
		b = append(b, value...)
		b = append(b, ",GROUP-"...)
		b = strconv.AppendInt(b, int64(i%120), 10)
		b = append(b, ',')
		b = strconv.AppendInt(b, int64(i%101), 10)
		b = append(b, ",2023-0"...)
		b = strconv.AppendInt(b, int64(1+i%9), 10)
		b = append(b, "-01,2025-01-01,Example Security "...)
		b = strconv.AppendInt(b, int64(i%40), 10)
		b = append(b, ",GREEN\n"...)
	}
	return b, bad
}

func (bad *bad) add(kind, value string) {
	switch kind {
	case "ipv4", "ipv6":
		bad.Addrs = append(bad.Addrs, netip.MustParseAddr(value))
	case "domain":
		bad.Domains = append(bad.Domains, value)
	case "sha256":
		bad.Hashes = append(bad.Hashes, value)
	case "url":
		host := value[len("http://"):]
		for i := range host {
			if host[i] == '/' {
				bad.URLs = append(bad.URLs, [2]string{host[:i], host[i:]})
				return
			}
		}
	}
}

func (m *maker) indicator(i int) (kind, value string) {
	r := m.rng
	switch p := i % 100; {
	case p < 40:
		return "domain", m.hex(6) + "-" + domainName(r.Uint64()>>40)
	case p < 75:
		return "ipv4", netip.AddrFrom4([4]byte{byte(20 + r.IntN(100)), byte(r.IntN(256)), byte(r.IntN(256)), byte(1 + r.IntN(254))}).String()
	case p < 85:
		return "url", "http://" + m.hex(5) + "." + domainName(r.Uint64()>>40) + "/" + m.hex(10) + ".php?id=" + m.hex(4)
	case p < 93:
		return "sha256", m.hex(64)
	case p < 98:
		return "ipv6", netip.AddrFrom16([16]byte{0x2a, 0x01, byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256)), 14: byte(r.IntN(256)), 15: 1}).String()
	}
	return "cidr", netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(20 + r.IntN(100)), byte(r.IntN(256)), byte(r.IntN(256)), 0}), 22+r.IntN(6)).Masked().String()
}
