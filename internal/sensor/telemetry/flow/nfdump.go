// Package flow reads the CSV of nfdump.
//
// It is not for binary flow files (nfcapd, IPFIX), which nfdump writes out, nor for
// flows that a map describes (package mapped).
package flow

import (
	"bytes"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/columns"
)

// nfdumpColumns are the names of nfdump 1.6 ("ts") and 1.7 ("firstSeen").
var nfdumpColumns = map[string]telemetry.Role{
	"ts": telemetry.RoleTime, "firstSeen": telemetry.RoleTime, "first": telemetry.RoleTime,
	"sa": telemetry.RoleSrc, "srcAddr": telemetry.RoleSrc,
	"da": telemetry.RoleDst, "dstAddr": telemetry.RoleDst,
	"sp": telemetry.RoleSrcPort, "srcPort": telemetry.RoleSrcPort, "dp": telemetry.RoleDstPort, "dstPort": telemetry.RoleDstPort,
	"pr": telemetry.RoleProto, "proto": telemetry.RoleProto,
	"flg": telemetry.RoleFlags, "flags": telemetry.RoleFlags,
}

// NfdumpCSV reads nfdump -o csv. nfdump prints times in the zone of its machine and
// does not say which: they are taken to be of zone, or UTC. The summary at the end is
// skipped.
func NfdumpCSV(zone *time.Location) telemetry.Format {
	clock := telemetry.Clock{Zone: zone}
	return telemetry.Format{
		Name:     "nfdump",
		Describe: "nfdump -o csv",
		Sniff: func(head []byte, _ string) (bool, string) {
			if nfdumpRoles(firstLine(head)) == nil {
				return false, "no header with ts,sa,da or firstSeen,srcAddr,dstAddr"
			}
			return true, ""
		},
		Schema: func(head []byte, _ string) (telemetry.Schema, error) {
			line := firstLine(head)
			return nfdumpSchema(line, nfdumpRoles(line), clock), nil
		},
		Headers:   true,
		Addresses: func([]byte, string) bool { return true },
	}
}

func nfdumpSchema(header []byte, roles []telemetry.Role, clock telemetry.Clock) telemetry.Schema {
	header = bytes.Clone(header)
	return columns.New(columns.Options{
		Separator: ',', Roles: roles, Kind: telemetry.Flow, Packets: true, Loose: true, Clock: clock,
		Header: func(line []byte) bool {
			return string(line) == "Summary" || string(line) == "No matching flows" || bytes.Equal(line, header)
		},
		HeaderStart: "SN" + string(header[:1]),
		After: func(s *columns.Schema, data []byte) telemetry.Schema {
			if bytes.HasPrefix(data, []byte("Summary")) || bytes.Contains(data, []byte("\nSummary")) {
				return summary(header, roles, clock)
			}
			return s
		},
	})
}

// summary skips everything until the header comes again.
func summary(header []byte, roles []telemetry.Role, clock telemetry.Clock) telemetry.Schema {
	return columns.New(columns.Options{
		Separator: ',',
		Header:    func([]byte) bool { return true },
		After: func(s *columns.Schema, data []byte) telemetry.Schema {
			i := bytes.LastIndex(data, header)
			if i < 0 || bytes.Contains(data[i:], []byte("\nSummary")) {
				return s
			}
			return nfdumpSchema(header, roles, clock)
		},
	})
}

func nfdumpRoles(header []byte) []telemetry.Role {
	seen := map[telemetry.Role]bool{}
	var roles []telemetry.Role
	for name := range strings.SplitSeq(string(header), ",") {
		role := nfdumpColumns[strings.TrimSpace(name)]
		seen[role] = true
		roles = append(roles, role)
	}
	if !seen[telemetry.RoleTime] || !seen[telemetry.RoleSrc] || !seen[telemetry.RoleDst] {
		return nil
	}
	return roles
}

func firstLine(head []byte) []byte {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), []byte("\n"))
	return bytes.TrimRight(line, "\r")
}
