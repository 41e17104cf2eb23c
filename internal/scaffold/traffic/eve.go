package traffic

import (
	"net/netip"
	"strings"
	"time"
)

// EVE appends one entry in the shape of Suricata 7's EVE log, with its newline.
func (m *maker) EVE(b []byte) []byte {
	bad := m.tick()
	src := m.inside()
	dst := m.outside(src)
	switch p := m.rng.IntN(100); {
	case p < 44:
		if bad && len(m.Bad.Addrs) > 0 {
			dst = m.Bad.Addrs[m.rng.IntN(len(m.Bad.Addrs))]
		}
		return m.eveFlow(b, src, dst)
	case p < 74:
		return m.eveDNS(b, src, m.name(bad), p < 60)
	case p < 86:
		return m.eveTLS(b, src, dst, m.name(bad))
	case p < 94:
		host, path := m.request(bad)
		return m.eveHTTP(b, src, dst, host, path)
	case p < 98:
		return m.eveFile(b, dst, src, bad)
	case p < 99:
		return m.eveAlert(b, src, dst)
	}
	return appendf(b, `{"timestamp":"%s","event_type":"stats","stats":{"uptime":%d,"decoder":{"pkts":%d,"bytes":%d,"ipv4":%d,"ipv6":%d},"flow":{"memuse":%d}}}`+"\n",
		m.now.Format(stamp), m.rng.IntN(1e6), m.rng.IntN(1e9), m.rng.IntN(1e9), m.rng.IntN(1e9), m.rng.IntN(1e9), m.rng.IntN(1e9))
}

func (m *maker) name(bad bool) string {
	if bad && len(m.Bad.Domains) > 0 {
		return subs[m.rng.IntN(len(subs))] + m.Bad.Domains[m.rng.IntN(len(m.Bad.Domains))]
	}
	return m.domain()
}

func (m *maker) request(bad bool) (host, path string) {
	if bad && len(m.Bad.URLs) > 0 {
		u := m.Bad.URLs[m.rng.IntN(len(m.Bad.URLs))]
		return u[0], u[1]
	}
	path = "/" + m.hex(m.rng.IntN(12)) + "/" + m.hex(8) + ".js"
	if m.rng.IntN(3) == 0 {
		path += "?v=" + m.hex(6) + "&lang=en"
	}
	return m.domain(), path
}

func (m *maker) head(b []byte, kind string, src, dst netip.Addr, sport, dport int, proto string) []byte {
	return appendf(b, `{"timestamp":"%s","flow_id":%d,"in_iface":"eth1","event_type":"%s","src_ip":"%s","src_port":%d,"dest_ip":"%s","dest_port":%d,"proto":"%s"`,
		m.now.Format(stamp), m.flow, kind, src, sport, dst, dport, proto)
}

func (m *maker) eveFlow(b []byte, src, dst netip.Addr) []byte {
	tcp := m.rng.IntN(10) < 7
	app := [...]string{"tls", "http", "dns", "failed", "quic", "ssh"}[m.rng.IntN(6)]
	proto, dport := "UDP", 53
	if tcp {
		proto, dport = "TCP", [...]int{443, 80, 22, 8443, 993}[m.rng.IntN(5)]
	}
	b = m.head(b, "flow", src, dst, m.port(), dport, proto)
	if m.rng.IntN(8) > 0 {
		b = appendf(b, `,"app_proto":"%s"`, app)
	}
	age := m.rng.IntN(300)
	start := m.now.Add(-time.Duration(age) * time.Second)
	b = appendf(b, `,"flow":{"pkts_toserver":%d,"pkts_toclient":%d,"bytes_toserver":%d,"bytes_toclient":%d,"start":"%s","end":"%s","age":%d,"state":"%s","reason":"timeout","alerted":%v}`,
		m.rng.IntN(500), m.rng.IntN(900), m.rng.IntN(1e6), m.rng.IntN(1e7), start.Format(stamp), m.now.Format(stamp), age,
		[...]string{"closed", "established", "new"}[m.rng.IntN(3)], m.rng.IntN(500) == 0)
	b = appendf(b, `,"community_id":"1:%s="`, m.hex(27))
	if tcp {
		flags := m.rng.IntN(32)
		b = appendf(b, `,"tcp":{"tcp_flags":"%02x","tcp_flags_ts":"%02x","tcp_flags_tc":"1b"`, flags, flags)
		for i, name := range [...]string{"syn", "fin", "rst", "psh", "ack"} {
			if flags|2|16>>i&1 != 0 && (flags>>i)&1 != 0 {
				b = appendf(b, `,"%s":true`, name)
			}
		}
		b = appendf(b, `,"state":"closed","ts_max_regions":1,"tc_max_regions":%d}`, 1+m.rng.IntN(2))
	}
	return append(b, "}\n"...)
}

func (m *maker) eveDNS(b []byte, src netip.Addr, name string, query bool) []byte {
	b = m.head(b, "dns", src, netip.AddrFrom4([4]byte{10, 255, 0, byte(1 + m.rng.IntN(4))}), m.port(), 53, "UDP")
	if query {
		return appendf(b, `,"pkt_src":"wire/pcap","dns":{"type":"query","id":%d,"rrname":"%s","rrtype":"%s","tx_id":%d,"opcode":0}}`+"\n",
			m.rng.IntN(65536), name, [...]string{"A", "AAAA", "HTTPS"}[m.rng.IntN(3)], m.rng.IntN(4))
	}
	b = appendf(b, `,"pkt_src":"wire/pcap","dns":{"version":2,"type":"answer","id":%d,"flags":"8180","qr":true,"rd":true,"ra":true,"opcode":0,"rrname":"%s","rrtype":"A","rcode":"NOERROR","answers":[`, m.rng.IntN(65536), name)
	n := 1 + m.rng.IntN(3)
	var grouped []string
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		a := m.outside(netip.AddrFrom4([4]byte{}))
		b = appendf(b, `{"rrname":"%s","rrtype":"A","ttl":%d,"rdata":"%s"}`, name, m.rng.IntN(3600), a)
		grouped = append(grouped, `"`+a.String()+`"`)
	}
	return appendf(b, `],"grouped":{"A":[%s]}}}`+"\n", strings.Join(grouped, ","))
}

func (m *maker) eveTLS(b []byte, src, dst netip.Addr, sni string) []byte {
	b = m.head(b, "tls", src, dst, m.port(), 443, "TCP")
	b = appendf(b, `,"pkt_src":"wire/pcap","tls":{"sni":"%s","version":"TLS 1.3","ja3":{"hash":"%s","string":"771,4865-4866-4867-49195-49199,0-23-65281-10-11-35-16-5-13-18-51-45-43-27-21,29-23-24,0"},"ja3s":{"hash":"%s","string":"771,4866,43-51"},"ja4":"t13d1516h2_%s_%s"`,
		sni, m.hex(32), m.hex(32), m.hex(12), m.hex(12))
	if m.rng.IntN(3) == 0 {
		b = appendf(b, `,"subject":"CN=%s","issuerdn":"C=US, O=Example Trust, CN=Example CA","serial":"%s","notbefore":"2024-01-01T00:00:00","notafter":"2025-01-01T00:00:00"`, sni, strings.ToUpper(m.hex(20)))
	}
	return append(b, "}}\n"...)
}

var agents = [...]string{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36", "curl/8.5.0", "Microsoft-CryptoAPI/10.0", "Debian APT-HTTP/1.3 (2.6.1)"}

func (m *maker) eveHTTP(b []byte, src, dst netip.Addr, host, path string) []byte {
	b = m.head(b, "http", src, dst, m.port(), 80, "TCP")
	b = appendf(b, `,"pkt_src":"wire/pcap","tx_id":%d,"http":{"hostname":"%s","url":"%s","http_user_agent":"%s","http_content_type":"text/html"`,
		m.rng.IntN(5), host, path, agents[m.rng.IntN(len(agents))])
	if m.rng.IntN(3) == 0 {
		b = appendf(b, `,"http_refer":"http://%s/"`, host)
	}
	return appendf(b, `,"http_method":"GET","protocol":"HTTP/1.1","status":200,"length":%d}}`+"\n", m.rng.IntN(1e6))
}

func (m *maker) eveFile(b []byte, src, dst netip.Addr, bad bool) []byte {
	host, path := m.request(false)
	hash := m.hex(64)
	if bad && len(m.Bad.Hashes) > 0 {
		hash = m.Bad.Hashes[m.rng.IntN(len(m.Bad.Hashes))]
	}
	b = m.head(b, "fileinfo", src, dst, 80, m.port(), "TCP")
	return appendf(b, `,"pkt_src":"wire/pcap","http":{"hostname":"%s","url":"%s","http_user_agent":"%s","http_method":"GET","protocol":"HTTP/1.1","status":200,"length":%d},"app_proto":"http","fileinfo":{"filename":"%s","gaps":false,"state":"CLOSED","md5":"%s","sha256":"%s","stored":false,"size":%d,"tx_id":0}}`+"\n",
		host, path, agents[m.rng.IntN(len(agents))], m.rng.IntN(1e6), path, m.hex(32), hash, m.rng.IntN(1e6))
}

func (m *maker) eveAlert(b []byte, src, dst netip.Addr) []byte {
	b = m.head(b, "alert", src, dst, m.port(), 80, "TCP")
	host, path := m.request(false)
	return appendf(b, `,"pkt_src":"wire/pcap","tx_id":0,"alert":{"action":"allowed","gid":1,"signature_id":%d,"rev":%d,"signature":"MADE UP policy, \"quoted\" part","category":"Misc activity","severity":3,"metadata":{"src_ip":["not an address"]}},"http":{"hostname":"%s","url":"%s","http_method":"GET"},"app_proto":"http","flow":{"pkts_toserver":3,"start":"%s"}}`+"\n",
		2000000+m.rng.IntN(9999), m.rng.IntN(9), host, path, m.now.Format(stamp))
}
