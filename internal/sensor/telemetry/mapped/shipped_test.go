package mapped

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

const windowsHead = "DNS Server log file creation at 21.04.2017 07:52:03\n\nMessage logging key (for packets - other items use a subset of these fields):\n\tField #  Information         Values\n\t-------  -----------         ------\n\n"

// Every map reads what its program writes, and is known by it.
func TestLogsThatMapsComeFor(t *testing.T) {
	digQuery := `;; opcode: QUERY, status: NOERROR, id: 7\n;; flags: rd ad; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 1\n\n;; OPT PSEUDOSECTION:\n; EDNS: version 0; flags:; udp: 1232\n\n;; QUESTION SECTION:\n;bad.example.org.\tIN\t A\n`
	digAnswer := `;; opcode: QUERY, status: NOERROR, id: 7\n;; flags: qr rd ra; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 0\n\n;; QUESTION SECTION:\n;bad.example.org.\tIN\t A\n\n;; ANSWER SECTION:\nbad.example.org.\t300\tIN\tCNAME\tx.example.net.\nx.example.net.\t60\tIN\tA\t192.0.2.7\n`
	for _, c := range []struct {
		name, log string
		want      []string
		others    int64 // lines of another kind
	}{
		{"goflow2", `{"type":"IPFIX","time_received_ns":1714557660787460121,"sequence_num":65361,"sampling_rate":0,"sampler_address":"198.51.100.1","time_flow_start_ns":1714557600123456789,"time_flow_end_ns":1714557601000000000,"bytes":143,"packets":1,"src_addr":"192.0.2.7","dst_addr":"10.0.0.1","etype":"IPv4","proto":"TCP","src_port":443,"dst_port":55743,"tcp_flags":24}
{"type":"SFLOW_5","time_received_ns":1714557660787460121,"sampler_address":"198.51.100.1","time_flow_start_ns":0,"bytes":1,"packets":1,"src_addr":"10.0.0.1","dst_addr":"2001:db8::7","proto":"TCP","src_port":55743,"dst_port":443,"tcp_flags":2}
`, []string{"2024-05-01T10:00:00.123456789 10.0.0.1 192.0.2.7 answered @198.51.100.1", "2024-05-01T10:01:00.787460121 10.0.0.1 2001:db8::7 unanswered @198.51.100.1"}, 0},
		{"goflow", `{"Type":"NETFLOW_V9","TimeReceived":1714557660,"SequenceNum":7,"SamplerAddress":"198.51.100.1","TimeFlowStart":1714557600,"TimeFlowEnd":1714557601,"Bytes":99,"Packets":3,"SrcAddr":"10.0.0.1","DstAddr":"192.0.2.7","SrcPort":55743,"DstPort":443}
`, []string{"2024-05-01T10:00:00 10.0.0.1 192.0.2.7 @198.51.100.1"}, 0},
		{"pmacct", `{"event_type": "purge", "ip_src": "192.0.2.7", "ip_dst": "10.0.0.1", "port_src": 443, "port_dst": 46255, "ip_proto": "tcp", "tcp_flags": "24", "timestamp_start": "2024-05-01 10:00:00.592000", "timestamp_end": "2024-05-01 10:00:36.992000", "timestamp_arrival": "2024-05-01 10:00:59.288540", "stamp_inserted": "2024-05-01 10:00:00", "stamp_updated": "2024-05-01 10:01:01", "packets": 2, "bytes": 193, "writer_id": "default_kafka/24194"}
{"event_type": "purge", "etype": "800", "ip_src": "10.0.0.1", "ip_dst": "192.0.2.8", "ip_proto": "udp", "stamp_inserted": "2024-05-01 10:05:00", "stamp_updated": "2024-05-01 10:10:01", "packets": 18, "bytes": 11882}
`, []string{"2024-05-01T10:00:00.592 10.0.0.1 192.0.2.7 answered", "2024-05-01T10:05:00 10.0.0.1 192.0.2.8"}, 0},
		{"pmacct-csv", "SRC_IP,DST_IP,SRC_PORT,DST_PORT,PROTOCOL,TIMESTAMP_START,TIMESTAMP_END,PACKETS,BYTES\n10.0.0.1,192.0.2.7,46255,443,tcp,2024-05-01 10:00:00.592000,2024-05-01 10:00:36.992000,2,193\n",
			[]string{"2024-05-01T10:00:00.592 10.0.0.1 192.0.2.7"}, 0},
		{"ipfixcol2", `{"@type":"ipfix.entry","iana:octetDeltaCount":476,"iana:packetDeltaCount":27,"iana:flowStartMilliseconds":"2024-05-01T10:00:00.123Z","iana:flowEndMilliseconds":"2024-05-01T10:00:01.000Z","iana:ipVersion":4,"iana:sourceIPv4Address":"10.0.0.1","iana:destinationIPv4Address":"192.0.2.7","iana:sourceTransportPort":46255,"iana:destinationTransportPort":443,"iana:protocolIdentifier":"TCP"}
`, []string{"2024-05-01T10:00:00.123 10.0.0.1 192.0.2.7"}, 0},
		{"nfdump-json", `[{"type":"FLOW","first":"2024-05-01T10:00:00.123","src4_addr":"192.0.2.7","dst4_addr":"10.0.0.1","src_port":443,"dst_port":46255,"tcp_flags":"...AP..."}]`,
			[]string{"2024-05-01T10:00:00.123 10.0.0.1 192.0.2.7 answered"}, 0},
		{"vpc-flow", "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n2 123456789010 eni-1 10.0.0.1 192.0.2.7 46255 443 6 20 4249 1714557600 1714557660 ACCEPT OK\n2 123456789010 eni-1 192.0.2.7 10.0.0.1 46255 22 6 1 40 1714557600 1714557660 REJECT OK\n2 123456789010 eni-1 - - - - - - - 1714557600 1714557660 - NODATA\n",
			[]string{"2024-05-01T10:00:00 10.0.0.1 192.0.2.7", "2024-05-01T10:00:00 192.0.2.7 10.0.0.1 blocked"}, 0},
		{"passive-dns", `{"rrname":"bad.example.org","rrtype":"A","rdata":["192.0.2.7","192.0.2.8"],"count":3,"time_first":1714557600,"time_last":1714657600,"bailiwick":"example.org"}
{"count":1,"time_first":1714557600,"rrtype":"CNAME","rrname":"ok.example","rdata":"bad.example.org.","time_last":1714557600}
`, []string{"2024-05-01T10:00:00 bad.example.org >192.0.2.7 >192.0.2.8", "2024-05-01T10:00:00 ok.example >bad.example.org."}, 0},
		{"dnstap", `{"type":"MESSAGE","identity":"ns1","version":"BIND 9.18.24","message":{"type":"CLIENT_QUERY","query_time":"2024-05-01T10:00:00.123456789Z","socket_family":"INET","socket_protocol":"UDP","query_address":"10.0.0.1","response_address":"10.0.0.53","query_port":46255,"response_port":53,"query_message":"` + digQuery + `"}}
{"type":"MESSAGE","identity":"ns1","message":{"type":"CLIENT_RESPONSE","query_time":"2024-05-01T10:00:00.123456789Z","response_time":"2024-05-01T10:00:00.2Z","query_address":"10.0.0.1","query_port":46255,"response_message":"` + digAnswer + `"}}
`, []string{"2024-05-01T10:00:00.123456789 10.0.0.1 10.0.0.53 bad.example.org. @ns1", "2024-05-01T10:00:00.123456789 10.0.0.1 bad.example.org. >x.example.net. >192.0.2.7 answered @ns1"}, 0},
		{"dnscollector", `{"network":{"family":"IPv4","protocol":"UDP","query-ip":"10.0.0.1","query-port":"46255","response-ip":"10.0.0.53","response-port":"53"},"dns":{"length":50,"opcode":0,"rcode":"NOERROR","qname":"bad.example.org","qtype":"A","flags":{"qr":true},"resource-records":{"an":[{"name":"bad.example.org","rdatatype":"A","ttl":300,"rdata":"192.0.2.7"}],"ns":[],"ar":[]}},"edns":{},"dnstap":{"operation":"CLIENT_RESPONSE","identity":"ns1","timestamp-rfc3339ns":"2024-05-01T10:00:00.123456789Z","latency":0.01}}
{"dns.flags.qr":false,"dns.qname":"bad.example.org","dns.resource-records.an":"-","dnstap.identity":"ns1","dnstap.timestamp-rfc3339ns":"2024-05-01T10:00:00.5Z","network.query-ip":"10.0.0.2","network.query-port":"5","network.response-ip":"10.0.0.53","network.response-port":"53"}
`, []string{"2024-05-01T10:00:00.123456789 10.0.0.1 10.0.0.53 bad.example.org >192.0.2.7 @ns1", "2024-05-01T10:00:00.5 10.0.0.2 10.0.0.53 bad.example.org @ns1"}, 0},
		{"bind", `01-May-2024 10:00:00.123 general: info: zone example.org/IN: loaded serial 7
01-May-2024 10:00:00.123 queries: info: client @0x7f8bd4001360 10.0.0.1#46255 (bad.example.org): query: bad.example.org IN A +E(0)K (10.0.0.53)
01-May-2024 10:00:00.124 client 10.0.0.1#46255: query: bad.example.org IN AAAA +
01-May-2024 10:00:00.125 queries: client @0x7f 2001:db8::1#53 (a b.example.org): view internal: query: bad.example.org IN TYPE65 -E(0)DC (2001:db8::53) [ECS 10.0.0.0/24/0]
2024-05-01T12:00:00.126+02:00 ns1 named[1234]: queries: info: client @0x7f8b 10.0.0.2#46255 (bad.example.org): query: bad.example.org IN A + (10.0.0.53)
May  1 10:00:00 ns1 named[1234]: client @0x7f8b 10.0.0.2#46255 (bad.example.org): query: bad.example.org IN A + (10.0.0.53)
`, []string{"2024-05-01T10:00:00.123 10.0.0.1 10.0.0.53 bad.example.org", "2024-05-01T10:00:00.124 10.0.0.1 bad.example.org", "2024-05-01T10:00:00.125 2001:db8::1 2001:db8::53 bad.example.org",
			"2024-05-01T10:00:00.126 10.0.0.2 10.0.0.53 bad.example.org", "2024-05-01T10:00:00 10.0.0.2 bad.example.org"}, 1},
		{"unbound", `[1714557600] unbound[1234:0] notice: init module 0: validator
[1714557600] unbound[1234:0] info: 10.0.0.1 bad.example.org. A IN
[1714557600] unbound[1234:1] reply: 10.0.0.1 bad.example.org. A IN NOERROR 0.012345 0 56
2024-05-01T12:00:00.5+02:00 unbound[1234:0] query: 10.0.0.1@46255 bad.example.org. AAAA IN
2024-05-01T12:00:00+02:00 ns1 unbound[1234]: [1234:0] info: 2001:db8::1 bad.example.org. HTTPS IN NXDOMAIN 0.000000 1 33
May 01 10:00:00 unbound[1234:0] info: 10.0.0.1 bad.example.org. A IN
`, []string{"2024-05-01T10:00:00 10.0.0.1 bad.example.org.", "2024-05-01T10:00:00 10.0.0.1 bad.example.org. answered", "2024-05-01T10:00:00.5 10.0.0.1 bad.example.org.",
			"2024-05-01T10:00:00 2001:db8::1 bad.example.org. answered", "2024-05-01T10:00:00 10.0.0.1 bad.example.org."}, 1},
		{"windows-dns", windowsHead + `21.04.2017 07:52:03 06B0 PACKET  00000000028657F0 UDP Rcv 10.0.0.1        6590   Q [0001   D   NOERROR] A      (3)bad(7)example(3)org(0)
21.04.2017 07:52:03 06B0 PACKET  00000000028657F0 UDP Snd 192.0.2.53      b126   Q [0001   D   NOERROR] A      (3)bad(7)example(3)org(0)
21.04.2017 07:52:04 06B0 PACKET  00000000028657F0 UDP Rcv 192.0.2.53      b126 R Q [8081   DR  NOERROR] A      (3)bad(7)example(3)org(0)
21.04.2017 07:52:04 06B0 PACKET  00000000028657F0 TCP Snd 10.0.0.1        6590 R Q [8081   DR  NOERROR] A      (3)bad(7)example(3)org(0)
`, []string{"2017-04-21T07:52:03 10.0.0.1 bad.example.org", "2017-04-21T07:52:03 192.0.2.53 bad.example.org", "2017-04-21T07:52:04 192.0.2.53 bad.example.org answered", "2017-04-21T07:52:04 10.0.0.1 bad.example.org answered"}, 4},
		{"umbrella", `"2024-05-01 10:00:00","Some User (user@example.org)","Some User,HQ","10.0.0.1","198.51.100.1","Allowed","1 (A)","NOERROR","bad.example.org.","Chat,Photo Sharing","AD Users","AD Users","","506165","","8234970"
"2024-05-01 10:00:01","HQ","HQ","10.0.0.1","198.51.100.1","Blocked","16 (TXT)","NXDOMAIN","bad.example.org.","Malware"
`, []string{"2024-05-01T10:00:00 10.0.0.1 bad.example.org.", "2024-05-01T10:00:01 10.0.0.1 bad.example.org. blocked"}, 0},
		{"umbrella-header", `"timestamp","most_granular_identity","identities","internal_ip","external_ip","action","query_type","response_code","domain","categories"
"2024-05-01 10:00","HQ","HQ","10.0.0.1","198.51.100.1","Allowed","1 (A)","NOERROR","bad.example.org.","Chat"
`, []string{"2024-05-01T10:00:00 10.0.0.1 bad.example.org."}, 0},
		{"squid", `1714557600.123    104 10.0.0.1 TCP_MISS/200 4811 GET http://bad.example.org/x - HIER_DIRECT/192.0.2.7 text/html
1714557600.456     59 10.0.0.1 TCP_TUNNEL/200 3920 CONNECT bad.example.org:443 user HIER_DIRECT/192.0.2.7 -
1714557600.789      0 10.0.0.1 TCP_DENIED/403 3920 GET http://ok.example/ - HIER_NONE/- text/html
`, []string{"2024-05-01T10:00:00.123 10.0.0.1 192.0.2.7 bad.example.org http://bad.example.org/x answered", "2024-05-01T10:00:00.456 10.0.0.1 192.0.2.7 bad.example.org answered", "2024-05-01T10:00:00.789 10.0.0.1 ok.example http://ok.example/ blocked"}, 0},
	} {
		format, got, counts := recognised(t, c.log, formats(t))
		if format != c.name || !slices.Equal(got, c.want) || counts.Skipped["line of another kind"] != c.others {
			t.Errorf("%s: read as %s, %+v\n%s\nwant\n%s", c.name, format, counts, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// A log whose dates may be read in two ways is read in neither, until someone says.
func TestDatesThatMayMeanTwoThings(t *testing.T) {
	entry := "5/1/2024 10:00:00 AM 06B0 PACKET  00000000028657F0 UDP Rcv 10.0.0.1        6590   Q [0001   D   NOERROR] A      (3)bad(7)example(3)org(0)\n"
	_, err := telemetry.Opening{Formats: formats(t)}.Read("dns.log", strings.NewReader(windowsHead+entry))
	if err == nil || !strings.Contains(err.Error(), "--pattern windows-dns-dmy or --pattern windows-dns-mdy") {
		t.Errorf("%v", err)
	}
	for name, want := range map[string]string{"windows-dns-mdy": "2024-05-01T10:00:00", "windows-dns-dmy": "2024-01-05T10:00:00"} {
		text, _ := Text(name)
		m, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		m.ByName = false
		if got, _ := read(t, windowsHead+entry, []telemetry.Format{m.Format()}); len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	later := strings.ReplaceAll(entry, "5/1/2024", "5/13/2024")
	if got, _ := read(t, windowsHead+entry+later, formats(t)); len(got) != 2 || !strings.HasPrefix(got[0], "2024-05-01T10:00:00") || !strings.HasPrefix(got[1], "2024-05-13") {
		t.Errorf("another day settles it: %q", got)
	}
}

// The documentation has an example for every map, by its name.
func TestEveryMapIsDocumented(t *testing.T) {
	b, err := os.ReadFile("../../../../docs/log-maps.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range Names() {
		if !strings.Contains(string(b), "`"+name+"`") {
			t.Errorf("docs/log-maps.md does not name %s", name)
		}
	}
}
