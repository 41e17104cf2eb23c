// Package flow reads flow records and query logs in plain tables: nfdump's CSV
// and JSON output, and any CSV (DNS queries, proxies, flows) through a column
// map.
//
// It is not for binary flow files (nfcapd, IPFIX): nfdump writes those out.
package flow

import (
	"bytes"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/jsonlog"
)

// NfdumpJSON reads nfdump -o json (an array of objects over many lines) and
// -o ndjson. nfdump prints times in the zone of the machine it runs on, without
// saying which; they are read as UTC, so run it with TZ=UTC.
func NfdumpJSON() telemetry.Format {
	return telemetry.Format{
		Name:     "nfdump-json",
		Describe: "nfdump -o json or ndjson",
		Sniff: func(head []byte, _ string) (bool, string) {
			if !jsonlog.Looks(head) {
				return false, "does not begin with a JSON object or array"
			}
			for _, key := range []string{`"src4_addr"`, `"src6_addr"`} {
				if bytes.Contains(head, []byte(key)) {
					return true, ""
				}
			}
			return false, `no key "src4_addr" or "src6_addr"`
		},
		Schema:  func([]byte, string) (telemetry.Schema, error) { return jsonlog.New(jsonOptions()) },
		Objects: jsonlog.Spread,
	}
}

func jsonOptions() jsonlog.Options {
	opt := jsonlog.Options{Kind: telemetry.Flow, AllPackets: true}
	for _, f := range []struct {
		key  string
		role telemetry.Role
	}{
		{"first", telemetry.RoleTime}, {"t_first", telemetry.RoleTime},
		{"src4_addr", telemetry.RoleSrc}, {"src6_addr", telemetry.RoleSrc},
		{"dst4_addr", telemetry.RoleDst}, {"dst6_addr", telemetry.RoleDst},
		{"src_port", telemetry.RoleSrcPort}, {"dst_port", telemetry.RoleDstPort},
		{"tcp_flags", telemetry.RoleFlags}, {"out_packets", telemetry.RoleReplies},
	} {
		opt.Fields = append(opt.Fields, jsonlog.Field{Path: []string{f.key}, Role: f.role, Number: f.role == telemetry.RoleTime})
	}
	return opt
}
