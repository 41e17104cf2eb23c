package sighting

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// EntryID identifies a log entry by the bytes of its line (telemetry.LineID).
// Two entries that are written alike, to the last digit of their time, are one.
type EntryID [16]byte

// A System is one host as one sensor sees it. Addresses that are used in several
// networks (RFC 1918) are told apart by the sensor.
type System struct {
	Host   netip.Addr
	Sensor string
}

func (s System) compare(o System) int {
	return cmp.Or(s.Host.Compare(o.Host), strings.Compare(s.Sensor, o.Sensor))
}

// Shared reports whether other networks use the host's address too: private and
// link-local ones, and those of RFC 6598 behind a carrier's translation.
func (s System) Shared() bool {
	return s.Host.IsPrivate() || s.Host.IsLinkLocalUnicast() || carrier.Contains(s.Host)
}

var carrier = netip.MustParsePrefix("100.64.0.0/10")

// Sensors are the sensors that saw an address which other networks use too.
type Sensors map[netip.Addr][]string

// Add notes a system.
func (n Sensors) Add(s System) {
	if s.Sensor != "" && s.Shared() && !slices.Contains(n[s.Host], s.Sensor) {
		n[s.Host] = append(n[s.Host], s.Sensor)
		slices.Sort(n[s.Host])
	}
}

// One is the system that a log's system counts as: whatever sensor saw an address
// that one network has; else behind every sensor another one. Where the log names
// no sensor, it is taken for the first that any log names.
func (n Sensors) One(s System) System {
	switch {
	case !s.Shared():
		s.Sensor = ""
	case s.Sensor == "" && len(n[s.Host]) > 0:
		s.Sensor = n[s.Host][0]
	}
	return s
}

// An Entry is one log entry that shows indicators, whether they are in force or
// not: windows may change later.
type Entry struct {
	ID     EntryID
	Time   time.Time // UTC
	System System    // the host concerned, see telemetry.Event.Host
	// Contact says which way it went, and with what outcome.
	Contact Contact
	// Named says that an indicator names the other end's address, so that the
	// host is certain.
	Named      bool
	Indicators []string // keys (indicator.Indicator.Key), sorted, each once
	// Origin is where the entry stands, in one of the logs that hold it.
	Origin Origin
	// Link says which connection the entry is about.
	Link Link
}

// FromHit makes an entry of a hit. inside reports whether an address belongs to
// a watched organisation; it may be nil.
func FromHit(h *indicator.Hit, inside func(netip.Addr) bool) Entry {
	e := Entry{ID: EntryID(h.LineID), Time: h.Event.Time.UTC(), Origin: Origin{Line: h.Line}, Link: linkOf(&h.Event)}
	named, answer := telemetry.NoSide, true
	for i := range h.Matches {
		m := &h.Matches[i]
		e.Indicators = append(e.Indicators, m.Indicator.Key())
		answer = answer && m.Field == indicator.Field(telemetry.Answer)
		switch m.Field {
		case indicator.Src:
			named |= telemetry.SrcSide
		case indicator.Dst:
			named |= telemetry.DstSide
		}
	}
	slices.Sort(e.Indicators)
	e.Indicators = slices.Compact(e.Indicators)
	e.Named = named == telemetry.SrcSide || named == telemetry.DstSide
	host, _ := h.Event.Host(named, inside)
	e.Contact = Contact{directionOf(&h.Event, host, named, inside), h.Event.Reply, answer}
	if e.Contact.Direction == Own {
		host, _ = h.Event.Host(named^(telemetry.SrcSide|telemetry.DstSide), nil)
	}
	if host == h.Event.Src && inside != nil {
		host = behind(&h.Event, inside)
	}
	e.System = System{Host: host, Sensor: h.Event.Sensor}
	return e
}

// behind is the system of a watched organisation for which a proxy asked, or the
// one that asked.
func behind(e *telemetry.Event, inside func(netip.Addr) bool) netip.Addr {
	for _, x := range e.Extra {
		if x.Field == telemetry.Forwarded {
			if a, err := telemetry.ParseAddr(x.Value); err == nil && inside(a) {
				return a
			}
			break // the first is the client; what stands behind it are proxies
		}
	}
	return e.Src
}

// Partial is the entry alone.
func (e *Entry) Partial() Partial {
	return Partial{Day: e.Day(), System: e.System, Contact: e.Contact, Indicators: e.Indicators, First: e.Time, Last: e.Time, Events: 1}
}

// Day of the entry.
func (e *Entry) Day() Day { return DayOf(e.Time) }

// Merge joins what two readings found in the same entry: all indicators; the
// host, with the contact, of a reading that says which way it went, of these one
// that an indicator makes certain, else the lower one.
func (e Entry) Merge(o Entry) Entry {
	if len(o.Indicators) > 0 && !slices.Equal(e.Indicators, o.Indicators) {
		all := append(slices.Clone(e.Indicators), o.Indicators...)
		slices.Sort(all)
		e.Indicators = slices.Compact(all)
	}
	if o.surer(&e) {
		e.System, e.Named, e.Contact = o.System, o.Named, o.Contact
	}
	if o.Time.Before(e.Time) {
		e.Time = o.Time
	}
	e.Origin, e.Link = e.Origin.merge(o.Origin), e.Link.merge(o.Link)
	return e
}

// surer reports whether what e says of the host goes before what o says.
func (e *Entry) surer(o *Entry) bool {
	blind := Contact{}
	if (e.Contact == blind) != (o.Contact == blind) {
		return o.Contact == blind
	}
	if e.Named != o.Named {
		return e.Named
	}
	return cmp.Or(e.System.compare(o.System), e.Contact.compare(o.Contact)) < 0
}
