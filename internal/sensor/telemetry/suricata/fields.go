package suricata

import (
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/jsonlog"
)

// fields are the places of EVE JSON that are read. DNS: version 1 and 2 carry
// one rrname beside the answers, version 3 a list of queries; alerts carry
// lists under query. Names and addresses in answers were not asked for, and are a
// field of their own.
var fields = []struct {
	path string
	role telemetry.Role
}{
	{"timestamp", telemetry.RoleTime},
	{"src_ip", telemetry.RoleSrc},
	{"dest_ip", telemetry.RoleDst},
	{"src_port", telemetry.RoleSrcPort},
	{"dest_port", telemetry.RoleDstPort},
	{"proto", telemetry.RoleProto},
	{"flow_id", telemetry.RoleFlow},
	{"community_id", telemetry.RoleCommunity},
	{"flow.start", telemetry.RoleBegan},
	{"direction", telemetry.RoleDirection}, // of the packet: alerts from version 7 on
	{"flow.src_ip", telemetry.RoleOpener},
	{"flow.state", telemetry.RoleState},
	{"flow.action", telemetry.RoleState},
	{"flow.pkts_toclient", telemetry.RoleReplies},
	{"tcp.tcp_flags_tc", telemetry.RoleReplyFlags},
	{"alert.action", telemetry.RoleState},
	{"verdict.action", telemetry.RoleState},
	{"event_type", telemetry.RoleKind},
	{"dns.type", telemetry.RoleDNSType},
	{"dns.version", telemetry.RoleDNSVersion},
	{"host", telemetry.RoleSensor},
	{"sensor_name", telemetry.RoleSensor},
	{"dns.rrname", telemetry.RoleDomain},
	{"dns.queries.[].rrname", telemetry.RoleDomain},
	{"dns.query.[].rrname", telemetry.RoleDomain},
	{"dns.rdata", telemetry.RoleAnswer},
	{"dns.answers.[].rdata", telemetry.RoleAnswer},
	{"dns.grouped.A.[]", telemetry.RoleAnswer},
	{"dns.grouped.AAAA.[]", telemetry.RoleAnswer},
	{"dns.grouped.CNAME.[]", telemetry.RoleAnswer},
	{"mdns.queries.[].rrname", telemetry.RoleDomain},
	{"tls.subject", telemetry.RoleSubject},
	{"tls.subjectaltname.[]", telemetry.RoleCertName},
	{"tls.fingerprint", telemetry.RoleFingerprint},
	{"tls.ja3", telemetry.RoleJA3}, // a string in entries of some shippers
	{"smtp.helo", telemetry.RoleDomain},
	{"email.url.[]", telemetry.RoleLink},
	{"http.http_refer", telemetry.RoleLink},
	{"http.redirect", telemetry.RoleLink},
	{"http.xff", telemetry.RoleForwarded},
	{"xff", telemetry.RoleForwarded},
	{"http.request_headers.[].name", telemetry.RoleHeader},
	{"http.request_headers.[].value", telemetry.RoleHeaderValue},
	{"tunnel.src_ip", telemetry.RoleTunnel},
	{"tunnel.dest_ip", telemetry.RoleTunnel},
	{"tls.sni", telemetry.RoleDomain},
	{"quic.sni", telemetry.RoleDomain},
	{"http.hostname", telemetry.RoleHost},
	{"http.url", telemetry.RolePath},
	{"fileinfo.md5", telemetry.RoleHash},
	{"fileinfo.sha1", telemetry.RoleHash},
	{"fileinfo.sha256", telemetry.RoleHash},
	{"files.[].md5", telemetry.RoleHash},
	{"files.[].sha1", telemetry.RoleHash},
	{"files.[].sha256", telemetry.RoleHash},
	{"tls.ja3.hash", telemetry.RoleJA3},
	{"tls.ja4", telemetry.RoleJA4},
	{"quic.ja3.hash", telemetry.RoleJA3},
	{"quic.ja4", telemetry.RoleJA4},
}

// Options returns the field map of EVE JSON.
func Options() jsonlog.Options {
	opt := jsonlog.Options{
		Kind:    telemetry.Flow,
		Kinds:   map[string]telemetry.Kind{"fileinfo": telemetry.File, "netflow": telemetry.Flow},
		Packets: []string{"alert", "drop", "netflow", "anomaly", "fileinfo"},
	}
	for _, f := range fields {
		opt.Fields = append(opt.Fields, jsonlog.Field{Path: strings.Split(f.path, "."), Role: f.role})
	}
	return opt
}
