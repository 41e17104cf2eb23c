package indicator

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// parsePattern returns the indicators that a STIX 2.1 pattern (STIX 2.1,
// section 9) names, if it is of the form that sensors can answer one value at a
// time: comparisons with = or IN, or ISSUBSET for networks, joined by OR, of
// addresses, names, URLs, file hashes and TLS fingerprints.
//
// AND is accepted where it says no more than OR does: hashes of one file, also
// with its name or size; an address with its port or the type of its reference; a
// name with what it resolves to. LIKE and MATCHES are accepted of names where they
// mean a domain. Alternatives that no sensor can answer are left out, which left says,
// as long as another stands beside them. Everything else (other operators,
// qualifiers, FOLLOWEDBY, other objects) is an error that says what was met.
func parsePattern(pattern string) (out []Indicator, left, err error) {
	tokens, err := patternTokens(pattern)
	if err != nil {
		return nil, nil, fmt.Errorf("pattern: %w", err)
	}
	p := patternParser{tokens: tokens}
	found, err := p.observations()
	if err != nil {
		return nil, nil, fmt.Errorf("pattern: %w", err)
	}
	for _, c := range found {
		i, err := c.indicator()
		if err != nil {
			left = errors.Join(left, err)
			continue
		}
		if !slices.ContainsFunc(out, func(o Indicator) bool { return Compare(i, o) == 0 }) {
			out = append(out, i)
		}
	}
	if len(out) == 0 {
		return nil, nil, fmt.Errorf("pattern: %w", left)
	}
	return out, left, nil
}

// comparison is "path op 'value'".
type comparison struct{ path, op, value string }

func (c comparison) indicator() (Indicator, error) {
	object, property, _ := strings.Cut(c.path, ":")
	property = strings.ToLower(strings.ReplaceAll(property, "'", ""))
	t, ok := map[string]Type{
		"ipv4-addr:value": IPv4, "ipv6-addr:value": IPv6, "domain-name:value": Domain, "url:value": URL,
		"network-traffic:src_ref.value": IPv4, "network-traffic:dst_ref.value": IPv4,
		"file:hashes.md5": MD5, "file:hashes.sha-1": SHA1, "file:hashes.sha1": SHA1,
		"file:hashes.sha-256": SHA256, "file:hashes.sha256": SHA256,
	}[object+":"+property]
	if !ok {
		last := property[strings.LastIndexByte(property, '.')+1:]
		switch strings.TrimPrefix(last, "x_") {
		case "value":
			if object != "domain-name" || !strings.HasPrefix(property, "resolves_to_refs[") {
				return Indicator{}, fmt.Errorf("%s is nothing that a network sensor logs", c.path)
			}
			t = IPv4
		case "ja3", "ja3_hash", "ja3-hash":
			t = JA3
		case "ja4", "ja4_hash", "ja4-hash":
			t = JA4
		default:
			return Indicator{}, fmt.Errorf("%s is nothing that a network sensor logs", c.path)
		}
	}
	if c.op == "ISSUBSET" && t != IPv4 && t != IPv6 {
		return Indicator{}, fmt.Errorf("ISSUBSET is for addresses, not for %s", c.path)
	}
	if strings.HasPrefix(property, "resolves_to_refs[") {
		return Guess(c.value)
	}
	if (t == IPv4) && strings.HasSuffix(c.path, "_ref.value") {
		return Guess(c.value)
	}
	return parse(t, c.value)
}

func (c comparison) isHash() bool { return strings.HasPrefix(strings.ToLower(c.path), "file:hashes.") }

// isRefType reports a comparison such as dst_ref.type = 'ipv4-addr', which adds
// nothing to the reference's value.
func (c comparison) isRefType() bool {
	return strings.HasSuffix(c.path, "_ref.type") && slices.Contains([]string{"ipv4-addr", "ipv6-addr", "domain-name"}, c.value)
}

// isAside reports a comparison that says more of a thing whose value stands beside
// it: the name and size of a file whose hash is given, the port at an address.
// MISP's own lists of the same indicators leave it out too.
func (c comparison) isAside() bool {
	switch strings.ToLower(c.path) {
	case "file:name", "file:size", "network-traffic:dst_port", "network-traffic:src_port", "network-traffic:protocols[*]", "network-traffic:protocols[0]":
		return true
	}
	return false
}

// resolved reports a name together with the address it resolves to: MISP's
// domain|ip, each of which is an indicator.
func resolved(list []comparison) bool {
	names, addresses := 0, 0
	for _, c := range list {
		switch p := strings.ToLower(c.path); {
		case p == "domain-name:value":
			names++
		case strings.HasPrefix(p, "domain-name:resolves_to_refs[") && strings.HasSuffix(p, "].value"):
			addresses++
		default:
			return false
		}
	}
	return names == 1 && addresses > 0
}

type patternParser struct {
	tokens []token
	at     int
}

func (p *patternParser) peek() token {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return token{text: "the end"}
}

func (p *patternParser) accept(text string) bool {
	t := p.peek()
	if t.kind != 's' && strings.EqualFold(t.text, text) && p.at < len(p.tokens) {
		p.at++
		return true
	}
	return false
}

func (p *patternParser) observations() ([]comparison, error) {
	var out []comparison
	open := 0
	for {
		for p.accept("(") {
			open++
		}
		if !p.accept("[") {
			return nil, fmt.Errorf("%q where '[' is expected", p.peek().text)
		}
		found, err := p.alternatives("]")
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
		for open > 0 && p.accept(")") {
			open--
		}
		switch {
		case p.at == len(p.tokens) && open > 0:
			return nil, errors.New("a parenthesis is not closed")
		case p.at == len(p.tokens):
			return out, nil
		case !p.accept("OR"):
			return nil, fmt.Errorf("%q between observations is not supported, only OR", p.peek().text)
		}
	}
}

// alternatives parses comparisons joined by OR up to the closing token.
func (p *patternParser) alternatives(closing string) ([]comparison, error) {
	var out []comparison
	for {
		found, err := p.conjunction()
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
		if p.accept(closing) {
			return out, nil
		}
		if !p.accept("OR") {
			return nil, fmt.Errorf("%q where OR or %q is expected", p.peek().text, closing)
		}
	}
}

// conjunction parses comparisons joined by AND and returns what they come to.
func (p *patternParser) conjunction() ([]comparison, error) {
	parts := 0
	var all []comparison
	for {
		found, err := p.term()
		if err != nil {
			return nil, err
		}
		parts++
		all = append(all, found...)
		if !p.accept("AND") {
			break
		}
	}
	if parts == 1 {
		return all, nil
	}
	kept := slices.DeleteFunc(slices.Clone(all), func(c comparison) bool { return c.isRefType() || c.isAside() })
	for _, c := range kept {
		if len(kept) > 1 && !c.isHash() && !resolved(kept) {
			return nil, fmt.Errorf("AND with %s: only one value at a time can be matched", c.path)
		}
	}
	if len(kept) == 0 {
		return nil, errors.New("no value to match")
	}
	return kept, nil
}

func (p *patternParser) term() ([]comparison, error) {
	if p.accept("(") {
		return p.alternatives(")")
	}
	path := p.peek()
	if path.kind != 'w' || !strings.Contains(path.text, ":") {
		return nil, fmt.Errorf("%q where an object path is expected", path.text)
	}
	p.at++
	op := strings.ToUpper(p.peek().text)
	p.at++
	switch op {
	case "=", "==", "ISSUBSET":
		v := p.peek()
		if c := (comparison{path: path.text}); v.kind != 's' && !(v.kind == 'w' && c.isAside()) {
			return nil, fmt.Errorf("%q where a string is expected after %s", v.text, path.text)
		}
		p.at++
		return []comparison{{path.text, op, v.text}}, nil
	case "IN":
		return p.list(path.text)
	case "LIKE", "MATCHES":
		v := p.peek()
		if name := domainLike(op, v.text); v.kind == 's' && name != "" && path.text == "domain-name:value" {
			p.at++
			return []comparison{{path.text, "=", name}}, nil
		}
	}
	return nil, fmt.Errorf("operator %q of %s is not supported", op, path.text)
}

// domainLike is the domain that a wildcard or a regular expression means: itself, or
// all names below it; empty where it means something else.
func domainLike(op, text string) string {
	if op == "LIKE" {
		text = strings.TrimPrefix(text, "%.")
	} else {
		rest, begins := strings.CutPrefix(text, "^")
		rest, ends := strings.CutSuffix(rest, "$")
		below := false
		for _, any := range []string{`(.*\.)?`, `(.+\.)?`, `.*\.`, `.+\.`, `(^|\.)`} {
			if after, ok := strings.CutPrefix(rest, any); ok {
				rest, below = after, true
				break
			}
		}
		if !ends || !begins && !below {
			return ""
		}
		if text = strings.ReplaceAll(rest, `\.`, "\x00"); strings.Contains(text, ".") {
			return ""
		}
		text = strings.ReplaceAll(text, "\x00", ".")
	}
	for _, c := range []byte(text) {
		if c != '.' && c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return ""
		}
	}
	return text
}

func (p *patternParser) list(path string) ([]comparison, error) {
	if !p.accept("(") {
		return nil, fmt.Errorf("%q after IN where '(' is expected", p.peek().text)
	}
	var out []comparison
	for {
		v := p.peek()
		if v.kind != 's' {
			return nil, fmt.Errorf("%q in the list of %s where a string is expected", v.text, path)
		}
		p.at++
		out = append(out, comparison{path, "=", v.text})
		if p.accept(")") {
			return out, nil
		}
		if !p.accept(",") {
			return nil, fmt.Errorf("%q in the list of %s where ',' is expected", p.peek().text, path)
		}
	}
}
