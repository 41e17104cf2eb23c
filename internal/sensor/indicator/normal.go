package indicator

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// hostName normalises a host as it stands in names, URLs and logs: an address,
// or a name in lower case and ASCII without port and trailing dots.
func hostName(s string) (name string, addr netip.Addr) {
	if strings.HasPrefix(s, "[") {
		inside, _, _ := strings.Cut(s[1:], "]")
		if a, err := netip.ParseAddr(inside); err == nil {
			return "", telemetry.Unmapped(a)
		}
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 && i == strings.IndexByte(s, ':') && digits(s[i+1:]) {
		s = s[:i]
	}
	s = strings.TrimRight(s, ".")
	if a, err := netip.ParseAddr(s); err == nil {
		return "", telemetry.Unmapped(a)
	}
	return lowerName(s), netip.Addr{}
}

// lowerName is the name in lower case, in ASCII where it has an ASCII form.
func lowerName(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			if a, err := idna.Punycode.ToASCII(norm.NFC.String(strings.ToLower(s))); err == nil {
				return strings.TrimRight(strings.ToLower(a), ".")
			}
			return strings.ToLower(s)
		}
	}
	return lowerASCII(s)
}

func lowerASCII(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}

func digits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// urlKey is what a URL is compared by: host, path and query. See [parse].
func urlKey(s string) string {
	if scheme, rest, ok := strings.Cut(s, "://"); ok && !strings.ContainsAny(scheme, "/?#") {
		s = rest
	}
	host, path := s, ""
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		host, path = s[:i], s[i:]
	}
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	name, addr := hostName(host)
	if addr.IsValid() {
		name = addr.String()
	}
	out := make([]byte, 0, len(name)+len(path)+1)
	return string(appendPath(append(out, name...), path))
}

// appendPath appends path and query in their normal form: a fragment is
// dropped, an empty path is "/", unreserved characters stand for themselves
// (RFC 3986, 6.2.2.2), hexadecimal digits of escapes are upper case, and bytes
// that a URL cannot hold are escaped.
func appendPath(dst []byte, path string) []byte {
	if path == "" || path[0] != '/' {
		dst = append(dst, '/')
	}
	for i := 0; i < len(path); i++ {
		c := path[i]
		switch {
		case c == '#':
			return dst
		case c == '%' && i+2 < len(path) && isHex(path[i+1:i+3]):
			c = unhex(path[i+1])<<4 | unhex(path[i+2])
			i += 2
			if unreserved(c) {
				dst = append(dst, c)
			} else {
				dst = appendEscape(dst, c)
			}
		case c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '%': // here a percent sign escapes nothing
			dst = appendEscape(dst, c)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func appendEscape(dst []byte, c byte) []byte {
	const hex = "0123456789ABCDEF"
	return append(dst, '%', hex[c>>4], hex[c&15])
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}
