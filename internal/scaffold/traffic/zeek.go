package traffic

import "fmt"

// ZeekHeader returns the header of a Zeek log: "conn", "dns", "ssl" or "http".
func ZeekHeader(path string) string {
	return "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t" + path + "\n#open\t2024-05-01-00-00-00\n#fields\t" +
		zeekFields[path] + "\n"
}

const zeekID = "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\t"

var zeekFields = map[string]string{
	"conn": zeekID + "proto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents",
	"dns":  zeekID + "proto\ttrans_id\trtt\tquery\tqclass\tqclass_name\tqtype\tqtype_name\trcode\trcode_name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\trejected",
	"ssl":  zeekID + "version\tcipher\tcurve\tserver_name\tresumed\tlast_alert\tnext_protocol\testablished\tja3\tja4",
	"http": zeekID + "trans_depth\tmethod\thost\turi\treferrer\tversion\tuser_agent\tstatus_code",
}

// Zeek appends one line of a Zeek log in columns.
func (m *maker) Zeek(b []byte, path string) []byte {
	bad := m.tick()
	src := m.inside()
	dst := m.outside(src)
	if bad && path == "conn" && len(m.Bad.Addrs) > 0 {
		dst = m.Bad.Addrs[m.rng.IntN(len(m.Bad.Addrs))]
	}
	b = appendf(b, "%d.%06d\tC%s\t%s\t%d\t%s\t%d\t", m.now.Unix(), m.now.Nanosecond()/1000, m.hex(17), src, m.port(), dst, 443)
	switch path {
	case "dns":
		name := m.name(bad)
		return appendf(b, "udp\t%d\t0.0%d\t%s\t1\tC_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t%s,%s\t300.000000,300.000000\tF\n",
			m.rng.IntN(65536), m.rng.IntN(99999), name, m.outside(dst), m.outside(dst))
	case "ssl":
		return appendf(b, "TLSv13\tTLS_AES_256_GCM_SHA384\tx25519\t%s\tF\t-\th2\tT\t%s\tt13d1516h2_%s_%s\n", m.name(bad), m.hex(32), m.hex(12), m.hex(12))
	case "http":
		host, path := m.request(bad)
		return appendf(b, "1\tGET\t%s\t%s\t-\t1.1\t%s\t200\n", host, path, agents[m.rng.IntN(len(agents))])
	}
	service := [...]string{"ssl", "dns", "-", "http"}[m.rng.IntN(4)]
	return appendf(b, "tcp\t%s\t%d.%06d\t%d\t%d\tSF\tT\tF\t0\tShADadFf\t%d\t%d\t%d\t%d\t(empty)\n",
		service, m.rng.IntN(300), m.rng.IntN(999999), m.rng.IntN(1e6), m.rng.IntN(1e7), m.rng.IntN(1000), m.rng.IntN(1e6), m.rng.IntN(1000), m.rng.IntN(1e7))
}

// ZeekJSON appends one line of a Zeek conn or dns log as JSON.
func (m *maker) ZeekJSON(b []byte, path string) []byte {
	bad := m.tick()
	src := m.inside()
	dst := m.outside(src)
	b = appendf(b, `{"_path":"%s","ts":%d.%06d,"uid":"C%s","id.orig_h":"%s","id.orig_p":%d,"id.resp_h":"%s","id.resp_p":53,"proto":"udp"`,
		path, m.now.Unix(), m.now.Nanosecond()/1000, m.hex(17), src, m.port(), dst)
	if path == "dns" {
		b = appendf(b, `,"trans_id":%d,"query":"%s","AA":false,"RD":true`, m.rng.IntN(65536), m.name(bad))
	} else {
		if m.rng.IntN(2) == 0 {
			b = fmt.Appendf(b, `,"service":"dns","duration":%g`, m.rng.Float64())
		}
		b = appendf(b, `,"orig_bytes":%d,"local_orig":true,"local_resp":%v`, m.rng.IntN(1e5), m.rng.IntN(9) == 0)
	}
	return append(b, "}\n"...)
}
