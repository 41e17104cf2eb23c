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
			"2024-05-01T10:00:00.126 10.0.0.2 10.0.0.53 bad.example.org", "2024-05-01T10:00:00 10.0.0.2 10.0.0.53 bad.example.org"}, 1},
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
		{"palo-alto", `<14>May  1 10:00:01 PA-VM 1,2024/05/01 10:00:01,007000001,TRAFFIC,end,2561,2024/05/01 10:00:00,10.0.0.1,192.0.2.7,0.0.0.0,0.0.0.0,"out, all",corp\jo,,ssl,vsys1,trust,untrust,eth1,eth2,fwd,2024/05/01 10:00:00,72568,1,46255,443,0,0,0x40,tcp,allow,7312,2228,5084,22,2024/05/01 09:59:50,16,any,,7253,0x80,10.0.0.0-10.255.255.255,Japan,,12,10,tcp-fin,34,0,0,0,,PA-VM,from-policy
1,2024/05/01 10:00:01,007000001,TRAFFIC,end,2561,2024/05/01 10:00:00,10.0.0.1,192.0.2.8,0.0.0.0,0.0.0.0,out,,,incomplete,vsys1,trust,untrust,eth1,eth2,fwd,2024/05/01 10:00:00,72569,1,46255,443,0,0,0x40,tcp,allow,74,74,0,1,2024/05/01 09:59:50,16,any,,7253,0x80,a,b,,1,0,aged-out
1,2024/05/01 10:00:01,007000001,TRAFFIC,drop,2561,2024/05/01 10:00:00,192.0.2.9,10.0.0.1,0.0.0.0,0.0.0.0,in,,,not-applicable,vsys1,untrust,trust,eth2,,fwd,2024/05/01 10:00:00,0,1,40000,23,0,0,0x0,tcp,deny,74,74,0,1,2024/05/01 09:59:50,0,any,,7253,0x80,a,b,,1,0,policy-deny
1,2024/05/01 10:00:02,007000001,THREAT,url,2561,2024/05/01 10:00:02,10.0.0.1,192.0.2.7,0.0.0.0,0.0.0.0,out,,,web-browsing,vsys1,trust,untrust,eth1,eth2,fwd,2024/05/01 10:00:02,72568,1,46255,80,0,0,0x40,tcp,block-url,"bad.example.org/x,y",(9999),malware,informational,client-to-server,7254,0x80,a,b,,text/html,0,,,1,"agent, of sorts",,10.9.9.9,,,,
1,2024/05/01 10:00:03,007000001,THREAT,spyware,2561,2024/05/01 10:00:03,10.0.0.1,10.0.0.53,0.0.0.0,0.0.0.0,out,,,dns,vsys1,trust,untrust,eth1,eth2,fwd,2024/05/01 10:00:03,72570,1,46255,53,0,0,0x40,udp,sinkhole,bad.example.org,generic:bad.example.org(109010001),any,medium,client-to-server,7255,0x80,a,b,,
1,2024/05/01 10:00:04,007000001,THREAT,virus,2561,2024/05/01 10:00:04,10.0.0.1,192.0.2.7,0.0.0.0,0.0.0.0,out,,,web-browsing,vsys1,trust,untrust,eth1,eth2,fwd,2024/05/01 10:00:04,72571,1,46255,80,0,0,0x40,tcp,alert,"x.exe",Virus(1),any,medium,server-to-client,7256,0x80,a,b,,,0,abababababababababababababababababababababababababababababababab,cloud,
1,2024/05/01 10:00:05,007000001,SYSTEM,general,0,2024/05/01 10:00:05,,general,,0,0,general,informational,"hello"
`, []string{"2024-05-01T10:00:00 10.0.0.1 192.0.2.7 answered @007000001", "2024-05-01T10:00:00 10.0.0.1 192.0.2.8 unanswered @007000001", "2024-05-01T10:00:00 192.0.2.9 10.0.0.1 blocked @007000001",
			"2024-05-01T10:00:02 10.0.0.1 192.0.2.7 bad.example.org bad.example.org/x,y >10.9.9.9 blocked @007000001", "2024-05-01T10:00:03 10.0.0.1 10.0.0.53 bad.example.org blocked @007000001",
			"2024-05-01T10:00:04 10.0.0.1 192.0.2.7 " + strings.Repeat("ab", 32) + " @007000001"}, 1},
		{"cisco-asa", `<166>May 01 2024 10:00:00 fw1 : %ASA-6-302013: Built outbound TCP connection 9 for outside:192.0.2.7/443 (192.0.2.7/443) to inside:10.0.0.1/46255 (198.51.100.1/46255)
May 01 2024 10:00:30: %ASA-6-302014: Teardown TCP connection 9 for outside:192.0.2.7/443 to inside:10.0.0.1/46255 duration 0:00:30 bytes 2436 TCP FINs
May 01 2024 10:00:30: %ASA-6-302014: Teardown TCP connection 10 for outside:192.0.2.8/443 to inside:10.0.0.1/46256 duration 0:00:30 bytes 0 SYN Timeout
May  1 10:01:00 fw1 May 01 2024 10:01:00: %FTD-6-302015: Built inbound UDP connection 11 for outside:192.0.2.9/40000 (192.0.2.9/40000)(LOCAL\jo) to inside:10.0.0.53/53 (198.51.100.1/53)
2024-05-01T12:02:00+02:00 fw1 %ASA-4-106023: Deny tcp src outside:192.0.2.9/40001 dst inside:10.0.0.1/23 by access-group "outside_in" [0x0, 0x0]
May 01 2024 10:02:01: %ASA-4-106023: Deny icmp src outside:192.0.2.9 dst inside:10.0.0.1 (type 8, code 0) by access-group "outside_in" [0x0, 0x0]
May 01 2024 10:02:02: %ASA-6-106100: access-list in permitted tcp outside/192.0.2.9(40002) -> inside/10.0.0.1(443) hit-cnt 1 first hit [0x0, 0x0]
May 01 2024 10:02:03: %ASA-6-106015: Deny TCP (no connection) from 192.0.2.7/443 to 10.0.0.1/46255 flags RST ACK  on interface outside
May 01 2024 10:02:04: %ASA-2-106001: Inbound TCP connection denied from 192.0.2.9/40003 to 10.0.0.1/22 flags SYN  on interface outside
May 01 2024 10:02:05: %ASA-5-304001: jo@10.0.0.1 Accessed URL 192.0.2.7:http://bad.example.org/x
May 01 2024 10:02:06: %ASA-5-304002: Access denied URL http://bad.example.org/y SRC 10.0.0.1 DEST 192.0.2.7 on interface inside
May 01 2024 10:02:07: %ASA-6-605005: Login permitted from 10.0.0.9/40000 to inside:10.0.0.254/ssh for user "jo"
`, []string{"2024-05-01T10:00:00 10.0.0.1 192.0.2.7", "2024-05-01T10:00:30 10.0.0.1 192.0.2.7 answered", "2024-05-01T10:00:30 10.0.0.1 192.0.2.8 unanswered", "2024-05-01T10:01:00 192.0.2.9 10.0.0.53",
			"2024-05-01T10:02:00 192.0.2.9 10.0.0.1 blocked", "2024-05-01T10:02:01 192.0.2.9 10.0.0.1 blocked", "2024-05-01T10:02:02 192.0.2.9 10.0.0.1", "2024-05-01T10:02:03 10.0.0.1 192.0.2.7 blocked",
			"2024-05-01T10:02:04 192.0.2.9 10.0.0.1 blocked", "2024-05-01T10:02:05 10.0.0.1 192.0.2.7 bad.example.org http://bad.example.org/x", "2024-05-01T10:02:06 10.0.0.1 192.0.2.7 bad.example.org http://bad.example.org/y blocked"}, 1},
		{"pfsense", `<134>1 2024-05-01T12:00:00.123456+02:00 fw.example filterlog 1234 - - 5,,,1000103483,vtnet1,match,block,in,4,0x0,,64,48961,0,DF,6,tcp,60,192.0.2.7,10.0.0.1,40000,23,0,S,1960648610,,64240,,mss;sackOK
<134>1 2024-05-01T12:00:01+02:00 fw.example filterlog 1234 - [meta sequenceId="7"] 82,,,fae559338f65,em0,match,pass,out,4,0x0,,64,48961,0,DF,6,tcp,60,10.0.0.1,192.0.2.7,46255,443,0,S,1,,64240,,mss
<134>1 2024-05-01T12:00:02+02:00 fw.example filterlog 1234 - - 5,,,1,em0,match,block,in,6,0x00,0x00000,255,TCP,6,20,2001:db8::7,2001:db8:1::1,443,46255,0,RA,1,2,0,,
<134>1 2024-05-01T12:00:03+02:00 fw.example filterlog 1234 - - 5,,,1,em0,match,block,in,4,0x0,,64,1,0,DF,1,icmp,84,192.0.2.7,10.0.0.1,request,5113,6664
<13>1 2024-05-01T12:00:04+02:00 fw.example sshd 99 - - Accepted publickey
May  1 10:00:05 filterlog[1234]: 9,,,2,em0,match,pass,out,4,0x0,,64,1,0,none,17,udp,60,10.0.0.1,192.0.2.53,46255,53,40
`, []string{"2024-05-01T10:00:00.123456 192.0.2.7 10.0.0.1 blocked", "2024-05-01T10:00:01 10.0.0.1 192.0.2.7", "2024-05-01T10:00:02 2001:db8:1::1 2001:db8::7 blocked", "2024-05-01T10:00:03 192.0.2.7 10.0.0.1 blocked", "2024-05-01T10:00:05 10.0.0.1 192.0.2.53"}, 1},
		{"vpc-flow-plain", "2 123456789010 eni-1235b8ca123456789 10.0.0.1 192.0.2.7 46255 443 6 20 4249 1714557600 1714557660 ACCEPT OK\n2 123456789010 eni-1235b8ca123456789 - - - - - - - 1714557600 1714557660 - NODATA\n2 123456789010 eni-1235b8ca123456789 192.0.2.7 10.0.0.1 443 46255 6 20 4249 1714557600 1714557660 ACCEPT OK\n",
			[]string{"2024-05-01T10:00:00 10.0.0.1 192.0.2.7", "2024-05-01T10:00:00 10.0.0.1 192.0.2.7 answered"}, 0},
		{"vpc-flow-cloudwatch", "2024-05-01T10:01:00.000Z 2 123456789010 eni-1235b8ca123456789 192.0.2.7 10.0.0.1 40000 22 6 1 40 1714557600 1714557660 REJECT OK\n",
			[]string{"2024-05-01T10:00:00 192.0.2.7 10.0.0.1 blocked"}, 0},
		{"azure-nsg", `{"records":[{"time":"2024-05-01T10:01:00.0000000Z","systemId":"x","category":"NetworkSecurityGroupFlowEvent","properties":{"Version":2,"flows":[{"rule":"DefaultRule_AllowInternetOutBound","flows":[
 {"mac":"000D3A36C783","flowTuples":["1714557600,10.0.0.1,192.0.2.7,46255,443,T,O,A,B,,,,","1714557630,10.0.0.1,192.0.2.7,46255,443,T,O,A,E,9,900,8,4000"]}]},
 {"rule":"DenyAll","flows":[{"mac":"000D3A36C783","flowTuples":["1714557601,192.0.2.8,10.0.0.1,40000,22,T,I,D,B,,,,","1714557602,10.0.0.1,192.0.2.9,46256,443,T,O,A,E,3,180,0,0"]}]}]}},
 {"time":"2024-05-01T10:02:00Z","properties":{"Version":1,"flows":[{"rule":"x","flows":[{"mac":"0","flowTuples":["1714557660,10.0.0.1,192.0.2.7,46257,53,U,O,A"]}]}]}}]}
`, []string{"2024-05-01T10:00:00 10.0.0.1 192.0.2.7", "2024-05-01T10:00:30 10.0.0.1 192.0.2.7 answered", "2024-05-01T10:00:01 192.0.2.8 10.0.0.1 blocked", "2024-05-01T10:00:02 10.0.0.1 192.0.2.9 unanswered", "2024-05-01T10:01:00 10.0.0.1 192.0.2.7"}, 0},
		{"azure-vnet", `{"records":[{"time":"2024-05-01T10:01:00Z","flowLogVersion":4,"macAddress":"112233445566","flowRecords":{"flows":[{"aclID":"x","flowGroups":[{"rule":"y","flowTuples":["1714557600123,10.0.0.1,192.0.2.7,46255,443,6,O,B,NX,0,0,0,0","1714557601123,10.0.0.1,192.0.2.7,46255,443,6,O,C,NX,5,500,4,400","1714557602123,192.0.2.8,10.0.0.1,40000,22,6,I,D,NX,0,0,0,0"]}]}]}}]}
`, []string{"2024-05-01T10:00:00.123 10.0.0.1 192.0.2.7", "2024-05-01T10:00:01.123 10.0.0.1 192.0.2.7 answered", "2024-05-01T10:00:02.123 192.0.2.8 10.0.0.1 blocked"}, 0},
		{"gcp-flow", `{"insertId":"1","jsonPayload":{"bytes_sent":"4249","connection":{"dest_ip":"192.0.2.7","dest_port":443,"protocol":6,"src_ip":"10.0.0.1","src_port":46255},"end_time":"2024-05-01T10:00:05.1Z","packets_sent":"20","reporter":"SRC","src_instance":{"vm_name":"x"},"start_time":"2024-05-01T10:00:00.123456789Z"},"logName":"projects/x/logs/compute.googleapis.com%2Fvpc_flows","timestamp":"2024-05-01T10:00:06Z"}
`, []string{"2024-05-01T10:00:00.123456789 10.0.0.1 192.0.2.7"}, 0},
		{"gcp-firewall", `{"jsonPayload":{"connection":{"dest_ip":"10.0.0.1","dest_port":22,"protocol":6,"src_ip":"192.0.2.7","src_port":40000},"disposition":"DENIED","instance":{"vm_name":"x"},"rule_details":{"direction":"INGRESS"}},"logName":"projects/x/logs/compute.googleapis.com%2Ffirewall","timestamp":"2024-05-01T10:00:00Z"}
`, []string{"2024-05-01T10:00:00 192.0.2.7 10.0.0.1 blocked"}, 0},
		{"gcp-dns", `{"jsonPayload":{"authAnswer":true,"protocol":"UDP","queryName":"bad.example.org.","queryType":"A","rdata":"bad.example.org.\t300\tIN\ta\t192.0.2.7","responseCode":"NOERROR","sourceIP":"10.0.0.1","vmInstanceName":"1.x"},"timestamp":"2024-05-01T10:00:00Z"}
`, []string{"2024-05-01T10:00:00 10.0.0.1 bad.example.org. >192.0.2.7 answered"}, 0},
		{"access-log", `192.0.2.7 - - [01/May/2024:12:00:00 +0200] "GET /x?y=1 HTTP/1.1" 200 612 "http://bad.example.org/from" "Mozilla/5.0 \"x\""
192.0.2.8 - jo [01/May/2024:12:00:01 +0200] "POST /login HTTP/1.1" 403 -
www.example.net:443 2001:db8::7 - - [01/May/2024:12:00:02 +0200] "GET / HTTP/1.1" 304 0 "-" "curl/8"
192.0.2.9 - - [01/May/2024:12:00:03 +0200] "\x16\x03\x01" 400 157 "-" "-"
`, []string{"2024-05-01T10:00:00 192.0.2.7 bad.example.org bad.example.org/from answered", "2024-05-01T10:00:01 192.0.2.8 answered", "2024-05-01T10:00:02 2001:db8::7 www.example.net www.example.net/ answered", "2024-05-01T10:00:03 192.0.2.9 answered"}, 0},
		{"postfix", `2024-05-01T12:00:00.123456+02:00 mx1 postfix/smtpd[28762]: connect from mail.bad.example.org[192.0.2.7]
May  1 10:00:01 mx1 postfix/smtpd[28762]: 1DBB4A7FD: client=unknown[192.0.2.7], sasl_method=LOGIN, sasl_username=jo
May  1 10:00:02 mx1 postfix/smtpd[28762]: NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 554 5.7.1 Service unavailable; from=<a@x.example> to=<b@y.example> proto=ESMTP helo=<bad.example.org>
May  1 10:00:03 mx1 postfix/smtp[28949]: 1DBB4A7FD: to=<b@z.example>, relay=mx.bad.example.org[192.0.2.8]:25, delay=1.8, delays=0.2/0.03/0.72/0.81, dsn=2.0.0, status=sent (250 2.0.0 Ok)
May  1 10:00:04 mx1 postfix/smtp[28949]: connect to mx.bad.example.org[192.0.2.8]:25: Connection timed out
May  1 10:00:05 mx1 postfix/smtp[28949]: 1DBB4A7FD: to=<b@z.example>, relay=none, delay=30, status=deferred (connect to mx.bad.example.org[192.0.2.8]:25: Connection timed out)
May  1 10:00:06 mx1 postfix/qmgr[3280]: 1DBB4A7FD: removed
May  1 10:00:07 mx1 postfix/submission/smtpd[28762]: disconnect from unknown[2001:db8::7] ehlo=1 quit=1
`, []string{"2024-05-01T10:00:00.123456 192.0.2.7 mail.bad.example.org answered @mx1", "2024-05-01T10:00:01 192.0.2.7 answered @mx1", "2024-05-01T10:00:02 192.0.2.7 bad.example.org blocked @mx1",
			"2024-05-01T10:00:03 192.0.2.8 mx.bad.example.org answered @mx1", "2024-05-01T10:00:04 192.0.2.8 mx.bad.example.org unanswered @mx1", "2024-05-01T10:00:07 2001:db8::7 answered @mx1"}, 1},
		{"crowdstrike-fdr", `{"event_simpleName":"NetworkConnectIP4","ContextTimeStamp":"1714557600.123","LocalAddressIP4":"192.168.1.5","RemoteAddressIP4":"192.0.2.7","LocalPort":"46255","RemotePort":"443","Protocol":"6","ConnectionDirection":"0","aid":"a1","aip":"198.51.100.1","cid":"c1","timestamp":"1714557601456","event_platform":"Win"}
{"event_simpleName":"NetworkReceiveAcceptIP4","LocalAddressIP4":"192.168.1.5","RemoteAddressIP4":"192.0.2.8","LocalPort":"3389","RemotePort":"40000","Protocol":"6","ConnectionDirection":"1","aid":"a1","timestamp":"1714557602000"}
{"event_simpleName":"DnsRequest","DomainName":"bad.example.org","RequestType":"1","IP4Records":"192.0.2.7;192.0.2.8;","aid":"a1","timestamp":"1714557603000"}
{"event_simpleName":"ProcessRollup2","SHA256HashData":"abababababababababababababababababababababababababababababababab","MD5HashData":"","aid":"a1","timestamp":"1714557604000"}
{"event_simpleName":"AgentOnline","aid":"a1","timestamp":"1714557605000"}
`, []string{"2024-05-01T10:00:00.123 192.168.1.5 192.0.2.7 @a1", "2024-05-01T10:00:02 192.0.2.8 192.168.1.5 @a1", "2024-05-01T10:00:03 bad.example.org >192.0.2.7 >192.0.2.8 @a1", "2024-05-01T10:00:04 " + strings.Repeat("ab", 32) + " @a1"}, 0},
		{"ocsf", `{"class_uid":4001,"category_uid":4,"time":1714557600123,"src_endpoint":{"ip":"10.0.0.1","port":46255},"dst_endpoint":{"ip":"192.0.2.7","port":443,"hostname":"bad.example.org"},"connection_info":{"protocol_name":"tcp"},"traffic":{"packets_in":8,"packets_out":9},"metadata":{"version":"1.1.0"}}
{"class_uid":4003,"category_uid":4,"time":1714557601000,"src_endpoint":{"ip":"10.0.0.1"},"query":{"hostname":"bad.example.org","type":"A"},"answers":[{"type":"A","rdata":"192.0.2.7"}],"action":"Denied"}
{"class_uid":4002,"category_uid":4,"time":1714557602000,"src_endpoint":{"ip":"10.0.0.1"},"dst_endpoint":{"ip":"192.0.2.7"},"http_request":{"url":{"url_string":"http://bad.example.org/x"}}}
{"class_uid":1001,"category_uid":1,"time":1714557603000,"device":{"ip":"10.0.0.1"},"file":{"hashes":[{"algorithm_id":3,"value":"abababababababababababababababababababababababababababababababab"}]}}
`, []string{"2024-05-01T10:00:00.123 10.0.0.1 192.0.2.7 bad.example.org answered", "2024-05-01T10:00:01 10.0.0.1 bad.example.org >192.0.2.7 blocked", "2024-05-01T10:00:02 10.0.0.1 192.0.2.7 bad.example.org http://bad.example.org/x answered", "2024-05-01T10:00:03 10.0.0.1 " + strings.Repeat("ab", 32) + " answered"}, 0},
		{"dnsmasq", `2024-05-01T12:00:00+02:00 gw dnsmasq[7]: query[A] bad.example.org from 10.0.0.1
May  1 10:00:01 dnsmasq[7]: 12 10.0.0.1/46255 reply bad.example.org is 192.0.2.7
May  1 10:00:02 dnsmasq[7]: forwarded bad.example.org to 9.9.9.9
May  1 10:00:02 dnsmasq-dhcp[7]: DHCPACK(br0) 10.0.0.1 00:11:22:33:44:55 host
`, []string{"2024-05-01T10:00:00 10.0.0.1 bad.example.org", "2024-05-01T10:00:01 10.0.0.1 bad.example.org >192.0.2.7"}, 0},
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

// Of one object that breaks off, the entries before the break are read, and it is said.
func TestAnObjectOfManyEntriesThatBreaksOff(t *testing.T) {
	record := `{"properties":{"flows":[{"flows":[{"flowTuples":["1714557600,10.0.0.1,192.0.2.7,46255,443,T,O,A","no tuple"]}]}]}}`
	log, err := telemetry.Opening{Formats: formats(t)}.Read("x", strings.NewReader(`{"first":[1],"records":[`+strings.Repeat(record+",", 3)+`{"prop`))
	if err != nil {
		t.Fatal(err)
	}
	b, err := log.Next()
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(b.Data), "192.0.2.7"); n != 3 {
		t.Errorf("%d entries: %q", n, b.Data)
	}
	if _, err := log.Next(); err == nil || !strings.Contains(err.Error(), "unexpected EOF") {
		t.Errorf("the break: %v", err)
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
