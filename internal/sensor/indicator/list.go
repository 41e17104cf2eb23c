package indicator

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// maxListLine is the longest line of a plain list.
const maxListLine = 64 << 10

// LoadList adds the lines of a plain list, one value a line with its type
// guessed; blank lines and comments (#, ;, //) are skipped, and what follows #, ;
// or // behind white space, or a tab, is a value's context. Lines of hosts files
// (0.0.0.0 name), of filter lists (||name^) and ranges of addresses (first-last)
// are read too.
func LoadList(b *Builder, name string, r io.Reader, def Defaults) (*Loaded, error) {
	l := &Loaded{Format: "list"}
	br := bufio.NewReaderSize(limited(r), maxListLine)
	for line := int64(1); ; line++ {
		raw, err := br.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			l.Rows++
			l.refuse(name, line, "", string(raw[:64]), fmt.Sprintf("line over %d bytes", maxListLine))
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = br.ReadSlice('\n')
			}
		} else if len(raw) > 0 {
			l.Rows++
			addLine(b, l, name, line, strings.TrimPrefix(string(raw), "\ufeff"), def)
		}
		if errors.Is(err, io.EOF) {
			l.doubt()
			return l, nil
		}
		if err != nil {
			return l, fmt.Errorf("read indicators %s after line %d: %w", name, line, err)
		}
	}
}

func addLine(b *Builder, l *Loaded, name string, line int64, raw string, def Defaults) {
	text, comment := cutComment(strings.TrimSpace(raw))
	switch {
	case text == "" && comment == "":
		l.skip("blank line")
		return
	case text == "":
		l.skip("comment")
		return
	}
	values, err := valuesOf(text)
	for n := 0; n < len(values) && err == nil; n++ {
		values[n].Context = comment
		def.fill(&values[n])
		err = b.Add(values[n])
	}
	switch {
	case err != nil:
		l.refuse(name, line, "", text, err.Error())
	case len(values) == 0:
		l.skip("a name of the machine itself")
	}
	if err == nil {
		l.Indicators += int64(len(values))
	}
}

// cutComment splits a line into its value and what is said beside it.
func cutComment(line string) (value, comment string) {
	for _, mark := range []string{"#", ";", "//"} {
		if strings.HasPrefix(line, mark) {
			return "", line
		}
	}
	at := len(line)
	for _, mark := range []string{"\t", " #", " ;", " //"} {
		if i := strings.Index(line, mark); i >= 0 {
			at = min(at, i)
		}
	}
	return strings.TrimSpace(line[:at]), strings.TrimSpace(strings.TrimLeft(line[at:], " \t#;/"))
}

// ownNames are those that hosts files give to the machine itself.
var ownNames = []string{"localhost", "localhost.localdomain", "local", "broadcasthost", "ip6-localhost", "ip6-loopback", "0.0.0.0"}

// valuesOf reads what a line of a list holds.
func valuesOf(text string) (out []Indicator, err error) {
	fields := strings.Fields(text)
	if len(fields) > 1 && slices.Contains([]string{"0.0.0.0", "127.0.0.1", "::", "::1"}, fields[0]) {
		for _, f := range fields[1:] {
			if slices.Contains(ownNames, f) {
				continue
			}
			i, err := parse(Domain, f)
			if err != nil {
				return nil, err
			}
			out = append(out, i)
		}
		return out, nil
	}
	if names, ok := dnsmasq(text); ok {
		for _, name := range names {
			i, err := parse(Domain, name)
			if err != nil {
				return nil, err
			}
			out = append(out, i)
		}
		return out, nil
	}
	if rest, ok := strings.CutPrefix(text, "||"); ok && strings.HasSuffix(rest, "^") {
		text = strings.TrimSuffix(rest, "^")
	}
	first, last, isRange := strings.Cut(evidence.Refang(text), "-")
	if from, err := netip.ParseAddr(strings.TrimSpace(first)); err == nil && isRange {
		to, err := netip.ParseAddr(strings.TrimSpace(last))
		if err != nil {
			return nil, fmt.Errorf("%q is no range of addresses", clip(text))
		}
		return between(from.Unmap(), to.Unmap())
	}
	i, err := Guess(text)
	return []Indicator{i}, err
}

// dnsmasq reads a line of dnsmasq's configuration that blocks names:
// address=/bad.example.org/0.0.0.0, server=/bad.example.org/ and local likewise.
// One that sends names to another server blocks nothing.
func dnsmasq(text string) (names []string, ok bool) {
	key, rest, found := strings.Cut(text, "=/")
	parts := strings.Split(rest, "/")
	last := parts[len(parts)-1]
	if !found || len(parts) < 2 || !slices.Contains([]string{"address", "server", "local"}, key) ||
		!slices.Contains([]string{"", "#", "0.0.0.0", "::", "127.0.0.1", "::1"}, last) {
		return nil, false
	}
	return slices.DeleteFunc(parts[:len(parts)-1], func(p string) bool { return p == "" }), true
}

// maxRange is how many networks a range of addresses may come to.
const maxRange = 256

// between are the networks from one address to another.
func between(from, to netip.Addr) (out []Indicator, err error) {
	if from.BitLen() != to.BitLen() || to.Less(from) {
		return nil, fmt.Errorf("%s-%s is no range of addresses", from, to)
	}
	for {
		bits := from.BitLen()
		for bits > 0 {
			p := netip.PrefixFrom(from, bits-1).Masked()
			if p.Addr() != from || to.Less(lastOf(p)) {
				break
			}
			bits--
		}
		p := netip.PrefixFrom(from, bits)
		i, err := parseNetwork(p.String())
		if err != nil {
			return nil, err
		}
		if out = append(out, i); len(out) > maxRange {
			return nil, fmt.Errorf("a range of more than %d networks", maxRange)
		}
		if from = lastOf(p).Next(); !from.IsValid() || to.Less(from) {
			return out, nil
		}
	}
}

// lastOf is the last address of a network.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}
