// Package loopback tells addresses of this machine from others: what is sent to them
// needs no encryption, and who asks from them is a user of the machine.
//
// It resolves no name, and is not for what may be asked for there.
package loopback

import (
	"net/netip"
	"net/url"
)

// Host reports whether a host names this machine to itself: localhost, or an address
// of 127.0.0.0/8 or ::1, without brackets or a zone. A name that was made to point here does not
// (DNS rebinding).
func Host(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback() && a.Zone() == ""
}

// OrHTTPS reports whether nobody between reads what is sent to an address: it is https,
// or http on this machine.
func OrHTTPS(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && Host(u.Hostname())
}
