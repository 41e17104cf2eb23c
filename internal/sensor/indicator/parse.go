package indicator

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// parse returns an indicator of a type with its value refanged and normalised:
//
//   - addresses in their shortest form, IPv4-mapped IPv6 as IPv4; a full-length
//     prefix is an address, any other a network with its host bits cleared;
//   - names in lower case, internationalised ones in their ASCII form, without a
//     trailing dot;
//   - URLs as host, path and query: scheme, user, port and fragment are dropped,
//     because logs do not reliably tell them, the host is normalised as a name,
//     an empty path is "/", and percent-encoding is brought to one form;
//   - hashes and fingerprints in lower case.
//
// The type given for an address, network, name or hash is taken as a hint where
// the value plainly is another of these. What would match nearly everything is
// refused with a hint.
func parse(t Type, value string) (Indicator, error) {
	v := evidence.Refang(value)
	if v == "" {
		return Indicator{}, errors.New("the value is empty")
	}
	switch t {
	case IPv4, IPv6, CIDR:
		return parseNetwork(v)
	case Domain:
		return parseDomain(v)
	case URL:
		return parseURL(v)
	case MD5, SHA1, SHA256:
		return parseHash(v)
	case JA3:
		if len(v) != 32 || !isHex(v) {
			return Indicator{}, fmt.Errorf("%q is not a JA3 hash of 32 hexadecimal digits", clip(v))
		}
		return Indicator{Type: JA3, Value: strings.ToLower(v)}, nil
	case JA4:
		if !isJA4(v) {
			return Indicator{}, fmt.Errorf("%q is not a JA4 fingerprint (t13d1516h2_8daaf6152771_e5627efa2ab1)", clip(v))
		}
		return Indicator{Type: JA4, Value: strings.ToLower(v)}, nil
	}
	return Indicator{}, fmt.Errorf("indicator type %q is unknown; use one of %s", t, typeList())
}

// Guess parses a value whose type is not given: an address, a network, a URL, a
// hash or a name. (An MD5 and a JA3 hash look the same: MD5 is meant.)
func Guess(value string) (Indicator, error) {
	v := evidence.Refang(value)
	bare, rest, _ := strings.Cut(v, "/")
	switch {
	case strings.ContainsAny(v, " \t\r\n\"'<>`"):
		return Indicator{}, fmt.Errorf("%q is no single value: it holds white space or quotes", clip(v))
	case strings.Contains(v, "@") && !strings.Contains(v, "/"):
		return Indicator{}, fmt.Errorf("%q looks like an e-mail address, which no network sensor logs", clip(v))
	case strings.Contains(v, "://"):
		return parse(URL, v)
	case isAddr(bare):
		if length := strings.TrimLeft(rest, "0123456789"); length != "" && strings.ContainsAny(length[:1], ",;|") {
			return Indicator{}, fmt.Errorf("%q is a network with something behind it; a table needs a header that names its columns", clip(v))
		}
		if _, err := netip.ParsePrefix(v); err != nil && strings.Contains(v, "/") {
			return parse(URL, v)
		}
		return parse(CIDR, v)
	case strings.Contains(v, "/"):
		return parse(URL, v)
	case colons(v), isHex(v) && (len(v) == 32 || len(v) == 40 || len(v) == 64):
		return parse(MD5, v)
	case isJA4(v):
		return parse(JA4, v)
	}
	return parse(Domain, v)
}

func isAddr(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

// Networks shorter than these match a large part of the Internet.
const (
	minBits4 = 8
	minBits6 = 19
)

func parseNetwork(v string) (Indicator, error) {
	var p netip.Prefix
	if a, err := netip.ParseAddr(strings.Trim(v, "[]")); err == nil {
		a = a.WithZone("").Unmap()
		p = netip.PrefixFrom(a, a.BitLen())
	} else if _, a := hostName(v); a.IsValid() { // with a port
		p = netip.PrefixFrom(a, a.BitLen())
	} else if p, err = netip.ParsePrefix(v); err != nil {
		return Indicator{}, fmt.Errorf("%q is not an IP address or network (192.0.2.1, 192.0.2.0/24, 2001:db8::/32)", clip(v))
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	p = p.Masked()
	a := p.Addr()
	switch least := minBits(a); {
	case p.Bits() < least:
		return Indicator{}, fmt.Errorf("network %s is refused: it would match a large part of all traffic; name networks of /%d or longer", p, least)
	case a.IsUnspecified() || a.IsLoopback() || a.IsMulticast() || a.IsLinkLocalUnicast() || v == "255.255.255.255":
		return Indicator{}, fmt.Errorf("%s is refused: no host on the Internet has it; remove it from the list", p)
	case a.IsPrivate():
		return Indicator{}, fmt.Errorf("%s is refused: private addresses are used inside every network, so it would match your own hosts; remove it from the list", p)
	case p.Bits() < a.BitLen():
		return Indicator{Type: CIDR, Value: p.String()}, nil
	case a.Is4():
		return Indicator{Type: IPv4, Value: a.String()}, nil
	}
	return Indicator{Type: IPv6, Value: a.String()}, nil
}

func minBits(a netip.Addr) int {
	if a.Is4() {
		return minBits4
	}
	return minBits6
}

func parseDomain(v string) (Indicator, error) {
	v = strings.TrimPrefix(strings.TrimPrefix(v, "*."), ".")
	name, addr := hostName(v)
	if addr.IsValid() {
		return parseNetwork(addr.String())
	}
	if why := badName(name); why != "" {
		return Indicator{}, fmt.Errorf("%q is not a domain name: %s", clip(v), why)
	}
	if !strings.Contains(name, ".") {
		return Indicator{}, fmt.Errorf("%q is refused: it would match every name that ends in .%s; name a domain below it", name, name)
	}
	if digits(name[strings.LastIndexByte(name, '.')+1:]) {
		return Indicator{}, fmt.Errorf("%q is not a domain name: no top-level domain is a number", clip(v))
	}
	if suffix, _ := publicsuffix.PublicSuffix(name); suffix == name {
		return Indicator{}, fmt.Errorf("%q is refused: anyone can register names below this public suffix; name a domain below it", name)
	}
	return Indicator{Type: Domain, Value: name}, nil
}

// badName says why s, normalised, cannot be a domain name (RFC 1035 2.3.4;
// underscores occur in practice).
func badName(s string) string {
	if len(s) > 253 {
		return "over 253 characters"
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 {
			return "a label is empty or over 63 characters"
		}
		for _, c := range []byte(label) {
			if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
				return fmt.Sprintf("it holds %q", c)
			}
		}
	}
	return ""
}

func parseURL(v string) (Indicator, error) {
	key := urlKey(v)
	host, _, ok := strings.Cut(key, "/")
	if !ok || host == "" {
		return Indicator{}, fmt.Errorf("%q is not a URL with a host", clip(v))
	}
	if !isAddr(strings.Trim(host, "[]")) {
		if why := badName(host); why != "" {
			return Indicator{}, fmt.Errorf("%q is not a URL: host %q: %s", clip(v), clip(host), why)
		}
		if !strings.Contains(host, ".") {
			return Indicator{}, fmt.Errorf("%q is refused: host %q is no full name", clip(v), host)
		}
	}
	if len(key) > maxURL {
		return Indicator{}, fmt.Errorf("URL of %d bytes is over the limit of %d", len(key), maxURL)
	}
	return Indicator{Type: URL, Value: key}, nil
}

const maxURL = 8192

// emptyHashes are those of a file without content, which match every empty file.
var emptyHashes = []string{"d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}

func parseHash(v string) (Indicator, error) {
	if colons(v) {
		v = string(plainHash(nil, v))
	}
	if slices.Contains(emptyHashes, strings.ToLower(v)) {
		return Indicator{}, fmt.Errorf("%q is refused: it is the hash of nothing, and would match every empty file", clip(v))
	}
	if isHex(v) {
		for t, n := range map[Type]int{MD5: 32, SHA1: 40, SHA256: 64} {
			if len(v) == n {
				return Indicator{Type: t, Value: strings.ToLower(v)}, nil
			}
		}
	}
	return Indicator{}, fmt.Errorf("%q is not an MD5, SHA-1 or SHA-256 hash in hexadecimal", clip(v))
}

// colons reports a hash as fingerprints are written, a colon behind each two digits.
func colons(s string) bool {
	return (len(s) == 47 || len(s) == 59 || len(s) == 95) && strings.Count(s, ":") == len(s)/3 && isHex(string(plainHash(nil, s)))
}

func isHex(s string) bool {
	for _, c := range []byte(s) {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return false
		}
	}
	return s != ""
}

// isJA4 checks the form a_b_c of FoxIO's JA4 client fingerprint: 10 characters,
// 12 and 12 hexadecimal digits.
func isJA4(s string) bool {
	return len(s) == 36 && s[10] == '_' && s[23] == '_' && isHex(s[11:23]) && isHex(s[24:]) &&
		strings.IndexByte("tqdTQD", s[0]) >= 0
}

func clip(s string) string {
	if len(s) > 120 {
		return s[:120] + "..."
	}
	return s
}
