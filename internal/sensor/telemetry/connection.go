package telemetry

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"time"
)

// A Connection is what an entry says of the connection that it is about, as far as
// other entries may say the same of it.
type Connection struct {
	// Community is the Community ID that the log gives ("1:..."), or empty; see
	// [Event.CommunityID].
	Community string
	// Flow is the sensor's own name of it: Suricata's flow_id, Zeek's uid.
	Flow             string
	Proto            uint8 // of IP; 0 where it is not known
	SrcPort, DstPort uint16
	// Began is when it began, where that is another time than that of the entry.
	Began time.Time
}

// protocols are the numbers of IANA for what logs write.
var protocols = map[string]uint8{"tcp": 6, "udp": 17, "sctp": 132}

// protocolOf a name or number.
func protocolOf(s string) uint8 {
	if n, err := strconv.ParseUint(s, 10, 8); err == nil {
		return uint8(n)
	}
	return protocols[strings.ToLower(s)]
}

// of entries of which the log does not say it: what carries them by rule.
var carriers = map[Kind]uint8{TLS: 6, HTTP: 6, QUIC: 17}

// CommunityID is the Community ID of the event's connection, version 1 with seed 0
// (github.com/corelight/community-id-spec): the one that the log gives, else the
// one of addresses, ports and protocol; empty where they are not known. Ends that
// have no ports (ICMP) have none.
func (e *Event) CommunityID() string {
	c := &e.Connection
	proto := c.Proto
	if proto == 0 {
		proto = carriers[e.Kind]
	}
	switch {
	case c.Community != "":
		return c.Community
	case proto != 6 && proto != 17 && proto != 132, c.SrcPort == 0, c.DstPort == 0, !e.Src.IsValid(), !e.Dst.IsValid(), e.Src.BitLen() != e.Dst.BitLen():
		return ""
	}
	src, dst, from, to := e.Src, e.Dst, c.SrcPort, c.DstPort
	if d := src.Compare(dst); d > 0 || d == 0 && from > to {
		src, dst, from, to = dst, src, to, from
	}
	b := append(append([]byte{0, 0}, src.AsSlice()...), dst.AsSlice()...)
	b = append(b, proto, 0)
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, from), to)
	sum := sha1.Sum(b)
	return "1:" + base64.StdEncoding.EncodeToString(sum[:])
}

// connection gathers what is said of the connection; what cannot be read says
// nothing.
func (c *Connection) set(role Role, value string) {
	switch role {
	case RoleProto:
		c.Proto = protocolOf(value)
	case RoleFlow:
		c.Flow = value
	case RoleCommunity:
		c.Community = value
	case RoleBegan:
		c.Began, _ = ParseTime(value)
	}
}
