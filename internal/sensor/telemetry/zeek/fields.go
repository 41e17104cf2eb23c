package zeek

import (
	"slices"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/jsonlog"
)

// column is a Zeek field and what it means. Logs says in which logs it is read;
// empty is every log.
type column struct {
	name string
	role telemetry.Role
	logs []string
}

var fields = []column{
	{"ts", telemetry.RoleTime, nil},
	{"id.orig_h", telemetry.RoleSrc, nil},
	{"id.resp_h", telemetry.RoleDst, nil},
	{"id.orig_p", telemetry.RoleSrcPort, nil},
	{"id.resp_p", telemetry.RoleDstPort, nil},
	{"proto", telemetry.RoleProto, []string{"conn", "dns"}},
	{"uid", telemetry.RoleFlow, nil},
	{"community_id", telemetry.RoleCommunity, []string{"conn"}},
	{"local_orig", telemetry.RoleSrcInside, []string{"conn"}},
	{"local_resp", telemetry.RoleDstInside, []string{"conn"}},
	{"conn_state", telemetry.RoleState, []string{"conn"}},
	{"history", telemetry.RoleHistory, []string{"conn"}},
	{"resp_pkts", telemetry.RoleReplies, []string{"conn"}},
	{"rcode_name", telemetry.RoleAnswered, []string{"dns"}},
	{"status_code", telemetry.RoleAnswered, []string{"http"}},
	{"query", telemetry.RoleDomain, []string{"dns"}},
	{"server_name", telemetry.RoleDomain, []string{"ssl", "tls", "quic"}},
	{"ja3", telemetry.RoleJA3, []string{"ssl", "tls", "quic"}},
	{"ja4", telemetry.RoleJA4, []string{"ssl", "tls", "quic", "conn"}},
	{"answers", telemetry.RoleAnswer, []string{"dns"}},
	{"subject", telemetry.RoleSubject, []string{"ssl", "tls"}},
	{"cert_chain_fps", telemetry.RoleFingerprint, []string{"ssl", "tls"}},
	{"certificate.subject", telemetry.RoleSubject, []string{"x509"}},
	{"san.dns", telemetry.RoleCertName, []string{"x509"}},
	{"san.ip", telemetry.RoleCertName, []string{"x509"}},
	{"fingerprint", telemetry.RoleFingerprint, []string{"x509"}},
	{"helo", telemetry.RoleDomain, []string{"smtp"}},
	{"referrer", telemetry.RoleLink, []string{"http"}},
	{"host", telemetry.RoleSite, []string{"http"}}, // other logs have a host too, which is no name
	{"uri", telemetry.RolePath, []string{"http"}},
	{"tx_hosts", telemetry.RoleSender, []string{"files"}}, // before Zeek 5.1, which has id.orig_h and id.resp_h
	{"rx_hosts", telemetry.RoleReceiver, []string{"files"}},
	{"is_orig", telemetry.RoleSentByAsker, []string{"files"}},
	{"md5", telemetry.RoleHash, []string{"files"}},
	{"sha1", telemetry.RoleHash, []string{"files"}},
	{"sha256", telemetry.RoleHash, []string{"files"}},
}

// isSet reports whether a field holds several values.
func isSet(name string) bool {
	return slices.Contains([]string{"tx_hosts", "rx_hosts", "answers", "cert_chain_fps", "san.dns", "san.ip"}, name)
}

// jsonOptions maps the fields of every log at once: a JSON line does not always
// say which log it is of. Sets are arrays there.
func jsonOptions() jsonlog.Options {
	opt := jsonlog.Options{Unset: []string{"-", "(empty)"}, Kinds: map[string]telemetry.Kind{}}
	for _, c := range fields {
		f := jsonlog.Field{Path: []string{c.name}, Role: c.role, Number: c.role == telemetry.RoleTime}
		if isSet(c.name) {
			f.Path = append(f.Path, "[]")
		}
		opt.Fields = append(opt.Fields, f)
		for _, log := range c.logs {
			opt.Kinds[log] = kindOf(log)
		}
	}
	for i, name := range []string{"orig_h", "resp_h"} { // as zq and pipelines that dislike dots write them
		role := []telemetry.Role{telemetry.RoleSrc, telemetry.RoleDst}[i]
		opt.Fields = append(opt.Fields, jsonlog.Field{Path: []string{"id", name}, Role: role}, jsonlog.Field{Path: []string{"id_" + name}, Role: role})
		role = []telemetry.Role{telemetry.RoleSrcPort, telemetry.RoleDstPort}[i]
		name = name[:len(name)-1] + "p"
		opt.Fields = append(opt.Fields, jsonlog.Field{Path: []string{"id", name}, Role: role}, jsonlog.Field{Path: []string{"id_" + name}, Role: role})
	}
	opt.Fields = append(opt.Fields,
		jsonlog.Field{Path: []string{"_path"}, Role: telemetry.RoleKind},
		jsonlog.Field{Path: []string{"_system_name"}, Role: telemetry.RoleSensor})
	return opt
}
