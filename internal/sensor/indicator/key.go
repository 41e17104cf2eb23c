package indicator

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
)

// kind is a Type as it is stored: its place in types.
type kind uint8

const (
	kindIPv4 kind = iota
	kindIPv6
	kindCIDR
	kindDomain
	kindURL
	kindMD5
	kindSHA1
	kindSHA256
	kindJA3
	kindJA4
)

// kindOf returns the kind of a type.
func kindOf(t Type) (kind, bool) {
	i := slices.Index(types[:], t)
	return kind(i), i >= 0
}

// appendKey appends the binary key of a normalised value: addresses in network
// byte order, a network as its address and a byte for its length, hashes as
// bytes, the rest as text.
func appendKey(dst []byte, t kind, value string) ([]byte, error) {
	switch t {
	case kindIPv4, kindIPv6:
		a, err := netip.ParseAddr(value)
		if err != nil || a.Is4() != (t == kindIPv4) || a.String() != value {
			return nil, fmt.Errorf("%q is not a normalised %s address", value, types[t])
		}
		return append(dst, a.AsSlice()...), nil
	case kindCIDR:
		p, err := netip.ParsePrefix(value)
		if err != nil || p.String() != value || p.Masked() != p {
			return nil, fmt.Errorf("%q is not a normalised network", value)
		}
		return appendPrefix(dst, p), nil
	case kindMD5, kindSHA1, kindSHA256, kindJA3:
		out, err := hex.AppendDecode(dst, []byte(value))
		if err != nil || lowerASCII(value) != value {
			return nil, fmt.Errorf("%q is not a normalised %s hash", value, types[t])
		}
		return out, nil
	}
	return append(dst, value...), nil
}

func appendPrefix(dst []byte, p netip.Prefix) []byte {
	return append(append(dst, p.Addr().AsSlice()...), byte(p.Bits()))
}

// valueOf is the text of a key.
func valueOf(t kind, key []byte) string {
	switch t {
	case kindIPv4, kindIPv6:
		a, _ := netip.AddrFromSlice(key) // a key has 4 or 16 bytes
		return a.String()
	case kindCIDR:
		return prefixOf(key).String()
	case kindMD5, kindSHA1, kindSHA256, kindJA3:
		return hex.EncodeToString(key)
	}
	return string(key)
}

func prefixOf(key []byte) netip.Prefix {
	a, _ := netip.AddrFromSlice(key[:len(key)-1])
	return netip.PrefixFrom(a, int(key[len(key)-1]))
}
