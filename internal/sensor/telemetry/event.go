package telemetry

import (
	"net/netip"
	"time"
)

// Kind is what sort of log entry an event was, in the words of the log where
// they agree, else the nearest of these.
type Kind string

// Kinds of events. A log may use others ("smtp"); they are kept as written.
const (
	Flow  Kind = "flow"
	DNS   Kind = "dns"
	TLS   Kind = "tls"
	QUIC  Kind = "quic"
	HTTP  Kind = "http"
	File  Kind = "file"
	Alert Kind = "alert"
)

// An Event is one entry of a sensor's log, reduced to what indicators speak of.
// Values stand as the sensor wrote them (JSON escapes undone); normalising them
// for comparison is package indicator's part. A field the log did not hold is
// the zero value.
type Event struct {
	// Time of the entry in UTC. Between [minTime] and [maxTime].
	Time time.Time
	Kind Kind
	// Src opened the connection or asked; Dst was asked: an entry that a log
	// writes in the direction of a packet or a file is turned round. Opened says
	// whether that is known. Of a file of which the log names only sender and
	// receiver, the receiver is taken to have asked for it. IPv4-mapped IPv6
	// addresses are given as IPv4.
	Src, Dst netip.Addr
	Opened   Side // SrcSide where it is known who opened the connection, else NoSide
	// Reply says what became of the contact, as far as the entry tells.
	Reply Reply
	// Connection is the one that the entry is about.
	Connection Connection
	// Domains holds DNS query names, TLS and QUIC server names and HTTP hosts.
	Domains []string
	// URLs holds absolute URLs where the log has them, else host and path
	// ("example.org/a?b"): logs rarely say which scheme was used.
	URLs []string
	// Hashes of files in hexadecimal; MD5, SHA-1 and SHA-256 are told apart by
	// their length.
	Hashes []string
	JA3    []string // MD5 form of the client's fingerprint
	JA4    []string
	// Extra is what was shown beside what was asked for.
	Extra []Extra
	// Sensor is the name the log gives its sensor; empty where it gives none.
	Sensor string
	// Inside says which side the log itself calls its own network.
	Inside Side
}

// An Extra is a value that nobody asked for by itself: it came in an answer, in a
// certificate, or in a header.
type Extra struct {
	Field ExtraField
	Value string // a name or an address; of a Fingerprint a hash, with colons or without
}

// ExtraField says where an extra value stood.
type ExtraField string

// Fields of extra values.
const (
	Answer      ExtraField = "answer"      // of a DNS query
	CertName    ExtraField = "certificate" // a name in a certificate
	Fingerprint ExtraField = "fingerprint" // of a certificate, SHA-1 or SHA-256
	Forwarded   ExtraField = "forwarded"   // whom a proxy speaks for
	Tunnel      ExtraField = "tunnel"      // an end of the tunnel around the connection
)

// Side names an end of a connection.
type Side uint8

// Sides. SrcSide|DstSide is both.
const (
	NoSide  Side = 0 // the log does not say
	SrcSide Side = 1
	DstSide Side = 2
)

func (s Side) String() string {
	return [...]string{"", "src", "dst", "both"}[s&3]
}

// Empty reports an event with nothing that an indicator could match.
func (e *Event) Empty() bool {
	return !e.Src.IsValid() && !e.Dst.IsValid() && len(e.Domains) == 0 && len(e.URLs) == 0 &&
		len(e.Hashes) == 0 && len(e.JA3) == 0 && len(e.JA4) == 0 && len(e.Extra) == 0
}

// Host returns the address of the system concerned by a match, and the address
// it dealt with. matched is the side whose address an indicator named, or
// NoSide where the match was on a name, a URL, a file or a fingerprint.
//
// inside reports whether an address belongs to a watched organisation; it may
// be nil. The rule, in this order: a side that an indicator names is the peer;
// a side inside a watched organisation is the host; the side the log calls its
// own is the host; else the side that asked.
func (e *Event) Host(matched Side, inside func(netip.Addr) bool) (host, peer netip.Addr) {
	src := true
	switch {
	case matched == SrcSide || matched == DstSide:
		src = matched == DstSide
	case inside != nil && inside(e.Src) != inside(e.Dst):
		src = inside(e.Src)
	case e.Inside == SrcSide || e.Inside == DstSide:
		src = e.Inside == SrcSide
	}
	if src {
		return e.Src, e.Dst
	}
	return e.Dst, e.Src
}
