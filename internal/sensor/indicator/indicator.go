package indicator

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Type is what sort of value an indicator holds. The values are stable.
type Type string

// Types of indicators.
const (
	IPv4   Type = "ipv4"
	IPv6   Type = "ipv6"
	CIDR   Type = "cidr"
	Domain Type = "domain" // matches the name itself and every name below it
	URL    Type = "url"
	MD5    Type = "md5"
	SHA1   Type = "sha1"
	SHA256 Type = "sha256"
	JA3    Type = "ja3"
	JA4    Type = "ja4"
)

var types = [...]Type{IPv4, IPv6, CIDR, Domain, URL, MD5, SHA1, SHA256, JA3, JA4}

// An Indicator is one value that a source attributes to a group. Two sources,
// or two groups, for the same value are two indicators.
type Indicator struct {
	Type  Type   `json:"type"`
	Value string `json:"value"` // normalised, see [Parse]
	// Group as the source names it; package resolve decides who is meant.
	// Empty where the source has no place for it or says nobody; Context may
	// then name one in words.
	Group string `json:"group,omitempty"`
	// Fallback is the group by the word of whoever gives the list, where the
	// list itself names none.
	Fallback string `json:"fallback_group,omitempty"`
	// Benign names the list of benign or common values on which it stands: it
	// then belongs to nobody, whatever a source says.
	Benign string `json:"benign,omitempty"`
	// Confidence that the source states.
	Confidence evidence.Confidence `json:"confidence,omitzero"`
	// From and Until bound the time for which the indicator is good: From is
	// included, Until is not (STIX 2.1, valid_from and valid_until). Zero is
	// open.
	From  time.Time `json:"valid_from,omitzero"`
	Until time.Time `json:"valid_until,omitzero"`
	// StartUnknown says that From is when the source first saw the indicator.
	StartUnknown bool `json:"start_unknown,omitempty"`
	// Disclosed is when the indicator became public; zero where unknown.
	Disclosed time.Time    `json:"disclosed,omitzero"`
	Source    string       `json:"source,omitempty"` // who says so, or where
	Marking   evidence.TLP `json:"marking,omitempty"`
	// Context is what the source says beside the value, as written: comments,
	// names, labels and tags, a line each.
	Context string `json:"context,omitempty"`
	// Ref is the source's own identifier ("indicator--..."), if it has one.
	Ref string `json:"ref,omitempty"`
}

// Key is the type and value, which a sighting is stored under: attribution and
// validity may change without the logs being read again.
func (i *Indicator) Key() string { return string(i.Type) + ":" + i.Value }

// Standing says how an event's time lies to an indicator's validity.
type Standing string

// Standings.
const (
	InForce Standing = "in force"
	TooSoon Standing = "before valid_from"
	TooLate Standing = "after valid_until"
)

// At judges the indicator at a time, see [Window].
func (i *Indicator) At(t time.Time) Standing { return Window{}.At(i, t) }

// Compare orders indicators by everything they hold.
func Compare(a, b Indicator) int {
	return cmp.Or(
		strings.Compare(string(a.Type), string(b.Type)), strings.Compare(a.Value, b.Value),
		strings.Compare(a.Group, b.Group), strings.Compare(a.Source, b.Source), strings.Compare(a.Ref, b.Ref), strings.Compare(a.Context, b.Context),
		a.From.Compare(b.From), a.Until.Compare(b.Until), a.Disclosed.Compare(b.Disclosed),
		strings.Compare(string(a.Marking), string(b.Marking)), cmp.Compare(rank(a.Confidence), rank(b.Confidence)),
		strings.Compare(a.Fallback, b.Fallback), compareBool(a.StartUnknown, b.StartUnknown), strings.Compare(a.Benign, b.Benign))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// rank is the confidence, -1 where none is stated.
func rank(c evidence.Confidence) int {
	n, stated := c.Value()
	if !stated {
		return -1
	}
	return n
}

// A match is an indicator found in an event.
type match struct {
	Indicator Indicator `json:"indicator"`
	// Field is where it was found, Value what stood there.
	Field Field  `json:"field"`
	Value string `json:"value"`
	// Standing at the event's time. Only InForce is a hit; the others are kept
	// so that a window can be changed later without reading the logs again.
	Standing Standing `json:"standing"`
}

// Field is a field of an event.
type Field string

// Fields in which indicators are found.
const (
	Src       Field = "src"
	Dst       Field = "dst"
	Name      Field = "domain"
	Address   Field = "url"
	FileHash  Field = "hash"
	ClientJA3 Field = "ja3"
	ClientJA4 Field = "ja4"
)

// parseType returns the type that lists call by this name ("IPv4", "Hostname",
// "FileHash-SHA256", "ip-dst", "domain-name", ...). Kinds of indicator that no
// sensor field can show (email, mutex, file name) are an error.
func parseType(s string) (Type, error) {
	var buf [32]byte
	name := buf[:0]
	for _, c := range []byte(s) {
		switch {
		case c == '-' || c == '_' || c == ' ' || len(name) == len(buf):
			continue
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		name = append(name, c)
	}
	t, ok := typeNames[string(name)]
	if !ok {
		return "", fmt.Errorf("type %q is nothing that a network sensor logs", clip(s))
	}
	return t, nil
}

func typeList() string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	return strings.Join(names, ", ")
}

var typeNames = map[string]Type{
	"ipv4": IPv4, "ipv4addr": IPv4, "ip": IPv4, "ipaddress": IPv4, "ipaddr": IPv4, "address": IPv4, "ipdst": IPv4, "ipsrc": IPv4,
	"ip:port": IPv4, "intel::addr": IPv4, "intel::subnet": CIDR, "intel::domain": Domain, "intel::url": URL, "intel::filehash": MD5,
	"ipv6": IPv6, "ipv6addr": IPv6,
	"cidr": CIDR, "range": CIDR, "network": CIDR, "subnet": CIDR, "netblock": CIDR, "ipv4cidr": CIDR, "ipv6cidr": CIDR,
	"domain": Domain, "domainname": Domain, "hostname": Domain, "host": Domain, "fqdn": Domain,
	"url": URL, "uri": URL, "link": URL,
	"md5": MD5, "hash": MD5, "md5hash": MD5, "sha1hash": SHA1, "sha256hash": SHA256, "filehashmd5": MD5, "hashmd5": MD5,
	"sha1": SHA1, "filehashsha1": SHA1, "hashsha1": SHA1,
	"sha256": SHA256, "filehashsha256": SHA256, "hashsha256": SHA256,
	"ja3": JA3, "ja3fingerprintmd5": JA3, "ja3hash": JA3,
	"ja4": JA4, "ja4fingerprint": JA4,
}
