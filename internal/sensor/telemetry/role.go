package telemetry

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Role says what a field of a log means for an event. Formats map their field
// names to roles; [Draft] turns values with roles into an event.
type Role uint8

// Roles.
const (
	NoRole Role = iota
	RoleTime
	RoleKind
	RoleSrc
	RoleDst
	RoleSender   // address that sent a file, where the log has no src and dst
	RoleReceiver // address that received it
	RoleDomain   // DNS query name or server name
	RoleHost     // HTTP host: a domain, and the first part of a URL
	RolePath     // HTTP request target: a path, or an absolute URL
	RoleURL      // a whole URL
	RoleHash
	RoleJA3
	RoleJA4
	RoleSensor
	RoleSrcInside // "true" or "T" where the log calls the source its own
	RoleDstInside

	// Who opened the connection, where src and dst are those of a packet or file.
	RoleSentByAsker // "true" or "T" where a file went from the end that opened the connection
	RoleOpener      // address that opened the connection
	RoleDirection   // "to_client" or "to_server"
	RoleSrcPort
	RoleDstPort
	RoleDNSType    // "answer" or "response" where dst is being answered
	RoleDNSVersion // of Suricata's DNS entries: from 3 on, answers are written in packet order

	// What became of the contact.
	RoleState      // a word: Zeek's conn_state, Suricata's flow state, an action
	RoleReplies    // number of packets that dst sent
	RoleReplyFlags // TCP flags that dst sent, in hexadecimal
	RoleFlags      // TCP flags that src sent, as letters
	RoleAnswered   // any value says that dst answered
	numRoles
)

func (r Role) String() string {
	return [numRoles]string{"none", "time", "kind", "src", "dst", "sender", "receiver", "domain", "host", "path", "url", "hash", "ja3", "ja4",
		"sensor", "src-inside", "dst-inside", "sent-by-asker", "opener", "direction", "src-port", "dst-port",
		"dns-type", "dns-version", "state", "replies", "reply-flags", "flags", "answered"}[r]
}

// Matchable reports whether an indicator can speak of values in this role.
func (r Role) Matchable() bool { return r >= RoleSrc && r <= RoleJA4 }

// ParseRole returns the role a column map names.
func ParseRole(s string) (Role, error) {
	for r := RoleTime; r < numRoles; r++ {
		if r.String() == s {
			return r, nil
		}
	}
	return NoRole, fmt.Errorf("%q is no field of an event", s)
}

// A Draft gathers the values of one entry and makes an event of them. The zero
// Draft is ready; Reset readies it again.
type Draft struct {
	e     Event
	host  string
	path  string
	time  string
	order order
}

// Reset empties the draft and sets the kind of event that entries without a
// kind of their own are.
func (d *Draft) Reset(kind Kind) { *d = Draft{e: Event{Kind: kind}} }

// Set gives the draft one value. An empty value is the same as none. Where a
// role that an event has once is set twice, the last value counts.
func (d *Draft) Set(role Role, value string) error {
	if value == "" {
		return nil
	}
	e := &d.e
	switch role {
	case RoleTime:
		d.time = value
	case RoleKind:
		e.Kind = Kind(value)
	case RoleSrc, RoleDst, RoleSender, RoleReceiver:
		a, err := ParseAddr(value)
		if err != nil {
			return fmt.Errorf("%s %q is not an IP address", role, clip(value))
		}
		*d.end(role) = a
	case RoleDomain:
		e.Domains = append(e.Domains, value)
	case RoleHost:
		d.host = value
		e.Domains = append(e.Domains, value)
	case RolePath:
		d.path = value
	case RoleURL:
		d.url(value)
	case RoleHash:
		e.Hashes = append(e.Hashes, value)
	case RoleJA3:
		e.JA3 = append(e.JA3, value)
	case RoleJA4:
		e.JA4 = append(e.JA4, value)
	case RoleSensor:
		e.Sensor = value
	case RoleSrcInside, RoleDstInside:
		d.inside(role, isTrue(value))
	default:
		d.order.set(role, value)
	}
	return nil
}

// end is where the address of a role goes.
func (d *Draft) end(role Role) *netip.Addr {
	switch role {
	case RoleSrc:
		return &d.e.Src
	case RoleDst:
		return &d.e.Dst
	case RoleSender:
		return &d.order.sender
	}
	return &d.order.receiver
}

// url adds an absolute URL; its host is a name too.
func (d *Draft) url(value string) {
	d.e.URLs = append(d.e.URLs, value)
	if host := urlHost(value); host != "" && !slices.Contains(d.e.Domains, host) {
		d.e.Domains = append(d.e.Domains, host)
	}
}

// urlHost is the host of a URL, with its port if it has one.
func urlHost(s string) string {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		s = s[:i]
	}
	return s[strings.LastIndexByte(s, '@')+1:]
}

func (d *Draft) inside(role Role, yes bool) {
	side := SrcSide
	if role == RoleDstInside {
		side = DstSide
	}
	if yes {
		d.e.Inside |= side
	} else {
		d.e.Inside &^= side
	}
}

// Packets says that src sent what is logged and dst received it, be it a packet,
// a flow in one direction or a file: who opened the connection is to be found out.
func (d *Draft) Packets() { d.order.packets = true }

// Kind is the kind of entry as the log names it.
func (d *Draft) Kind() string { return string(d.e.Kind) }

// Rename gives the kind of entry another name.
func (d *Draft) Rename(k Kind) { d.e.Kind = k }

// Event completes the draft: the time is read, host and path become a URL, and
// src becomes the end that opened the connection. A path without a host says
// nothing that could be matched.
func (d *Draft) Event() (Event, error) {
	t, err := ParseTime(d.time)
	if err != nil {
		return Event{}, err
	}
	d.e.Time = t
	d.order.apply(&d.e)
	switch {
	case !strings.HasPrefix(d.path, "/") && strings.Contains(d.path, "://"):
		d.url(d.path)
	case d.path != "" && d.host != "":
		if !strings.HasPrefix(d.path, "/") {
			d.path = "/" + d.path
		}
		d.e.URLs = append(d.e.URLs, d.host+d.path)
	}
	return d.e, nil
}

// ParseAddr reads an IP address as logs write it: no port, no prefix length; an
// IPv6 zone is dropped and an IPv4-mapped address becomes IPv4.
func ParseAddr(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}, err
	}
	return a.WithZone("").Unmap(), nil
}
