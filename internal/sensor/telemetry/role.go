package telemetry

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unsafe"
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
	RoleAnswer      // name or address in a DNS answer
	RoleCertName    // name in a certificate
	RoleSubject     // subject of a certificate: "C=US, CN=example.org"
	RoleFingerprint // of a certificate
	RoleForwarded   // X-Forwarded-For: addresses, separated by commas
	RoleTunnel      // address of an end of a tunnel
	RoleLink        // URL that a page or mail names: a referrer, a redirection
	RoleHeader      // name of an HTTP header; its value follows
	RoleHeaderValue
	RoleText // text in which a pattern finds values, see package jsonlog; no map names it
	RoleSite // as RoleHost, where a path stands beside it; else nothing
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
	RoleFlags      // TCP flags that src sent, as letters or as a number
	RoleAnswered   // any value says that dst answered
	RoleHistory    // Zeek's history of a connection: small letters are what dst did

	// Which connection it is about.
	RoleProto     // name or number of the protocol above IP
	RoleFlow      // what the sensor calls the connection
	RoleCommunity // its Community ID
	RoleBegan     // when it began
	numRoles
)

func (r Role) String() string {
	return [numRoles]string{"none", "time", "kind", "src", "dst", "sender", "receiver", "domain", "host", "path", "url", "hash", "ja3", "ja4",
		"answer", "certificate", "subject", "fingerprint", "forwarded", "tunnel", "link", "header", "header-value", "text", "site",
		"sensor", "src-inside", "dst-inside", "sent-by-asker", "opener", "direction", "src-port", "dst-port",
		"dns-type", "dns-version", "state", "replies", "reply-flags", "flags", "answered", "history", "proto", "flow", "community-id", "began"}[r]
}

// Matchable reports whether an indicator can speak of values in this role.
func (r Role) Matchable() bool { return r >= RoleSrc && r <= RoleSite }

// Required reports whether a value in this role that cannot be read rejects the
// entry: what stands there beside what was asked for does not.
func (r Role) Required() bool { return r >= RoleSrc && r <= RoleJA4 || r == RoleTime }

// ParseRole returns the role a column map names.
func ParseRole(s string) (Role, error) {
	for r := RoleTime; r < numRoles; r++ {
		if r.String() == s && r != RoleText {
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
	site  string
	head  string // name of the last header
	order order
	clock *Clock
}

// Reset empties the draft and sets the kind of event that entries without a
// kind of their own are.
func (d *Draft) Reset(kind Kind) { *d = Draft{e: Event{Kind: kind}} }

// Read says how the log writes its times.
func (d *Draft) Read(c *Clock) { d.clock = c }

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
	case RoleAnswer, RoleCertName, RoleFingerprint, RoleTunnel, RoleForwarded, RoleSubject:
		d.extra(role, value)
	case RoleLink:
		d.link(value)
	case RoleSite:
		d.site = value
	case RoleHeader:
		d.head = strings.ToLower(value)
	case RoleHeaderValue:
		return d.Set(headerRoles[d.head], value)
	case RoleSensor:
		e.Sensor = value
	case RoleSrcInside, RoleDstInside:
		d.inside(role, isTrue(value))
	case RoleProto, RoleFlow, RoleCommunity, RoleBegan:
		e.Connection.set(role, value)
	default:
		d.order.set(role, value)
	}
	return nil
}

// SetBytes is Set for a value that stays as it is until [Draft.Event].
func (d *Draft) SetBytes(role Role, value []byte) error {
	if role == RoleKind || role >= RoleDomain && role <= RoleSensor || role == RoleFlow || role == RoleCommunity {
		return d.Set(role, string(value)) // the event keeps it
	}
	return d.Set(role, unsafe.String(unsafe.SliceData(value), len(value)))
}

// headerRoles are the headers of HTTP/2 that are read.
var headerRoles = map[string]Role{":authority": RoleHost, ":path": RolePath, "host": RoleHost}

// extra adds a value that nobody asked for.
func (d *Draft) extra(role Role, value string) {
	switch role {
	case RoleSubject:
		if from, to := commonName([]byte(value)); to > from {
			d.e.Extra = append(d.e.Extra, Extra{CertName, value[from:to]})
		}
		return
	case RoleForwarded:
		for one := range strings.SplitSeq(value, ",") {
			if one = strings.TrimSpace(one); one != "" {
				d.e.Extra = append(d.e.Extra, Extra{Forwarded, one})
			}
		}
		return
	}
	field := map[Role]ExtraField{RoleAnswer: Answer, RoleCertName: CertName, RoleFingerprint: Fingerprint, RoleTunnel: Tunnel}[role]
	d.e.Extra = append(d.e.Extra, Extra{field, value})
}

// commonName is where the common name stands in the subject of a certificate, as
// RFC 4514 or OpenSSL's older form ("/C=US/CN=example.org") write it.
func commonName(subject []byte) (from, to int) {
	for from = len(subject); ; from-- {
		if from < 3 {
			return 0, 0
		}
		if subject[from-1] == '=' && subject[from-2] == 'N' && subject[from-3] == 'C' {
			return from, from + until(subject[from:], ',', '/', '+')
		}
	}
}

// until is how many bytes stand before the first of three.
func until(s []byte, a, b, c byte) int {
	for i, x := range s {
		if x == a || x == b || x == c {
			return i
		}
	}
	return len(s)
}

// link adds a URL that a page or mail names; its host is a name too.
func (d *Draft) link(value string) {
	from, at := linkParts([]byte(value))
	if host := value[from:at]; host != "" {
		d.e.Domains = append(d.e.Domains, host)
		if at < len(value) && value[at] == '/' {
			d.e.URLs = append(d.e.URLs, value[from:])
		}
	}
}

// linkParts is where the host of a URL begins, and where it ends.
func linkParts(url []byte) (from, to int) {
	if i := bytes.Index(url, []byte("://")); i >= 0 {
		from = i + len("://")
	}
	to = from + until(url[from:], '/', '?', '#')
	return from + bytes.LastIndexByte(url[from:to], '@') + 1, to
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

func (d *Draft) parseTime() (time.Time, error) {
	if d.clock == nil {
		return ParseTime(d.time)
	}
	return d.clock.Parse(d.time)
}

// Event completes the draft: the time is read, host and path become a URL, and
// src becomes the end that opened the connection. A path without a host says
// nothing that could be matched.
func (d *Draft) Event() (Event, error) {
	t, err := d.parseTime()
	if err != nil {
		return Event{}, err
	}
	d.e.Time = t
	d.e.Connection.SrcPort, d.e.Connection.DstPort = d.order.srcPort, d.order.dstPort
	d.order.apply(&d.e)
	if d.site != "" && d.path != "" {
		d.host = d.site
		d.e.Domains = append(d.e.Domains, d.site)
	}
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
	return Unmapped(a), nil
}

// Unmapped is an address without its zone, an IPv4 address behind IPv6 as IPv4: one
// that is mapped (::ffff:0:0/96), and one that a translator embeds under the
// well-known prefix of RFC 6052 (64:ff9b::/96).
func Unmapped(a netip.Addr) netip.Addr {
	a = a.WithZone("").Unmap()
	if b := a.As16(); a.Is6() && [12]byte(b[:12]) == [12]byte{1: 0x64, 2: 0xff, 3: 0x9b} {
		return netip.AddrFrom4([4]byte(b[12:]))
	}
	return a
}
