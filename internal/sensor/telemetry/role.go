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
	RoleDomain // DNS query name or server name
	RoleHost   // HTTP host: a domain, and the first part of a URL
	RolePath   // HTTP request target: a path, or an absolute URL
	RoleURL    // a whole URL
	RoleHash
	RoleJA3
	RoleJA4
	RoleSensor
	RoleSrcInside // "true" or "T" where the log calls the source its own
	RoleDstInside
	RoleSentBySrc // "false" or "F" where a file went from dst to src
	numRoles
)

func (r Role) String() string {
	return [numRoles]string{"none", "time", "kind", "src", "dst", "domain", "host", "path", "url", "hash", "ja3", "ja4",
		"sensor", "src-inside", "dst-inside", "sent-by-src"}[r]
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
	e    Event
	host string
	path string
	time string
	swap bool
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
	case RoleSrc, RoleDst:
		a, err := ParseAddr(value)
		if err != nil {
			return fmt.Errorf("%s %q is not an IP address", role, clip(value))
		}
		if role == RoleSrc {
			e.Src = a
		} else {
			e.Dst = a
		}
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
		d.inside(role, value == "true" || value == "T")
	case RoleSentBySrc:
		d.swap = value == "false" || value == "F"
	}
	return nil
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

// Event completes the draft: the time is read, and host and path become a URL.
// A path without a host says nothing that could be matched.
func (d *Draft) Event() (Event, error) {
	t, err := ParseTime(d.time)
	if err != nil {
		return Event{}, err
	}
	d.e.Time = t
	if d.swap {
		d.e.Src, d.e.Dst = d.e.Dst, d.e.Src
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
	return a.WithZone("").Unmap(), nil
}
