package indicator

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// oracle answers what a Set answers, from plain Go maps and a list of networks
// that is walked through: nothing to go wrong but the meaning itself.
type oracle struct {
	exact map[string][]Indicator // type and value
	nets  []Indicator
}

func newOracle(all []Indicator) *oracle {
	o := &oracle{exact: map[string][]Indicator{}}
	for _, i := range all {
		if i.Type == CIDR {
			o.nets = append(o.nets, i)
		} else {
			o.exact[i.Key()] = append(o.exact[i.Key()], i)
		}
	}
	return o
}

func (o *oracle) match(e *telemetry.Event) []match {
	var found []match
	add := func(field Field, text string, all []Indicator) {
		for _, i := range all {
			if !slices.ContainsFunc(found, func(m match) bool { return Compare(m.Indicator, i) == 0 }) {
				found = append(found, match{Indicator: i, Field: field, Value: text, Standing: i.At(e.Time)})
			}
		}
	}
	addr := func(field Field, a netip.Addr, text string) {
		if !a.IsValid() {
			return
		}
		t := IPv6
		if a.Is4() {
			t = IPv4
		}
		add(field, text, o.exact[string(t)+":"+a.String()])
		for _, n := range o.nets {
			if netip.MustParsePrefix(n.Value).Contains(a) {
				add(field, text, []Indicator{n})
			}
		}
	}
	addr(Src, e.Src, e.Src.String())
	addr(Dst, e.Dst, e.Dst.String())
	for _, d := range e.Domains {
		name, a := hostName(d)
		if a.IsValid() {
			addr(Name, a, d)
			continue
		}
		labels := strings.Split(name, ".")
		for n := range labels {
			add(Name, d, o.exact["domain:"+strings.Join(labels[n:], ".")])
		}
	}
	for _, u := range e.URLs {
		add(Address, u, o.exact["url:"+urlKey(u)])
	}
	for _, h := range e.Hashes {
		for _, t := range []Type{MD5, SHA1, SHA256} {
			add(FileHash, h, o.exact[string(t)+":"+strings.ToLower(h)])
		}
	}
	for _, h := range e.JA3 {
		add(ClientJA3, h, o.exact["ja3:"+strings.ToLower(h)])
	}
	for _, h := range e.JA4 {
		add(ClientJA4, h, o.exact["ja4:"+strings.ToLower(h)])
	}
	slices.SortFunc(found, func(a, b match) int { return Compare(a.Indicator, b.Indicator) })
	return found
}
