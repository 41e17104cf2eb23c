package sighting

import (
	"cmp"
	"net/netip"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// direction says which way a contact went, as seen from the host.
type direction uint8

// Directions. Own is a contact of a host whose own address an indicator names:
// the host is listed, and whoever met it is no victim.
const (
	unknownDirection direction = iota
	outbound
	inbound
	lateral // both ends are inside
	Own
)

var directions = [...]string{"unknown", "outbound", "inbound", "lateral", "own address listed"}

func (d direction) String() string { return directions[min(int(d), len(directions)-1)] }

// A Contact is which way an entry went and what became of it. The zero Contact
// is what older stores hold: nothing is known of it.
type Contact struct {
	Direction direction
	Reply     telemetry.Reply
	// Answer says that the entry shows its indicators in DNS answers only: nobody
	// is known to have gone where they point.
	Answer bool
}

// Counts reports whether the host took part, as far as is known: it went out, or
// it answered. What came in and got no answer is a sweep, what was blocked never
// arrived, and a host whose own address is listed is no victim.
func (c Contact) Counts() bool {
	switch {
	case c.Reply == telemetry.Blocked || c.Direction == Own:
		return false
	case c.Direction == inbound:
		return c.Reply == telemetry.Answered
	}
	return true
}

// Code is the contact as a small number, 0 for the zero Contact; ContactOf reads
// it.
func (c Contact) Code() int64 {
	code := int64(c.Direction)<<2 | int64(c.Reply)
	if c.Answer {
		code |= answerBit
	}
	return code
}

const answerBit = 1 << 8

// ContactOf is the contact of a code; of one that is none, the zero Contact.
func ContactOf(code int64) Contact {
	answer := code&answerBit != 0
	if code &^= answerBit; code < 0 || code>>2 >= int64(len(directions)) {
		return Contact{}
	}
	return Contact{direction(code >> 2), telemetry.Reply(code & 3), answer}
}

func (c Contact) compare(o Contact) int { return cmp.Compare(c.Code(), o.Code()) }

// directionOf says which way an event went for its host. named is the side whose
// address an indicator names.
func directionOf(e *telemetry.Event, host netip.Addr, named telemetry.Side, inside func(netip.Addr) bool) direction {
	if inside != nil && e.Src.IsValid() && e.Dst.IsValid() {
		src, dst := inside(e.Src), inside(e.Dst)
		switch {
		case src && dst:
			return lateral
		case named == telemetry.SrcSide && src, named == telemetry.DstSide && dst:
			return Own
		}
	}
	switch {
	case e.Opened != telemetry.SrcSide || !host.IsValid():
		return unknownDirection
	case host == e.Src:
		return outbound
	}
	return inbound
}
