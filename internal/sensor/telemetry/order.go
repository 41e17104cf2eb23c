package telemetry

import (
	"net/netip"
	"strconv"
	"strings"
)

// Reply says what became of a contact.
type Reply uint8

// Replies. A contact is unanswered where the other end refused it, too.
const (
	UnknownReply Reply = iota
	Blocked            // a device on the way dropped it
	Unanswered
	Answered
)

func (r Reply) String() string {
	return [...]string{"unknown", "blocked", "unanswered", "answered"}[r&3]
}

// order gathers what an entry says of who opened the connection, and of what
// became of it.
type order struct {
	packets          bool // src sent what is logged
	sender, receiver netip.Addr
	opener           netip.Addr
	sentByAsker      string
	direction        string
	srcPort, dstPort uint16
	dnsAnswer        bool
	dnsVersion       string
	flags            string
	blocked          bool
	state            Reply // by a word
	replies          Reply // by a number of packets, or by flags
	history          Reply // by what both ends did
}

func isTrue(s string) bool { return s == "true" || s == "T" }

// set takes in one value. What cannot be read says nothing: an entry is not lost
// for it.
func (o *order) set(role Role, value string) {
	switch role {
	case RoleOpener:
		o.opener, _ = ParseAddr(value)
	case RoleSentByAsker:
		o.sentByAsker = value
	case RoleDirection:
		o.direction = value
	case RoleSrcPort:
		o.srcPort = port(value)
	case RoleDstPort:
		o.dstPort = port(value)
	case RoleDNSType:
		o.dnsAnswer = value == "answer" || value == "response"
	case RoleDNSVersion:
		o.dnsVersion = value
	case RoleFlags:
		o.flags = flagLetters(value)
	case RoleState:
		r := states[strings.ToLower(value)]
		o.blocked = o.blocked || r == Blocked
		if r != UnknownReply {
			o.state = r
		}
	case RoleReplies:
		if n, err := strconv.ParseFloat(value, 64); err == nil && o.replies != Unanswered {
			o.replies = Answered
			if n == 0 {
				o.replies = Unanswered
			}
		}
	case RoleReplyFlags: // a reset without a SYN refuses
		const syn = 2
		if n, err := strconv.ParseUint(value, 16, 8); err == nil && n&syn == 0 {
			o.replies = Unanswered
		}
	case RoleAnswered:
		o.state = Answered
	case RoleHistory:
		o.history = Unanswered
		if did := strings.Trim(strings.ToLower(value), "^"); did == "" {
			o.history = UnknownReply
		} else if strings.ContainsAny(value, "hadfti") { // a reset alone refuses
			o.history = Answered
		}
	}
}

// flagLetters are TCP flags as letters, where a log writes their number.
func flagLetters(s string) string {
	n, err := strconv.ParseUint(s, 0, 16)
	if err != nil {
		return s
	}
	var letters []byte
	for i, c := range []byte("FSRPAU") {
		if n>>i&1 == 1 {
			letters = append(letters, c)
		}
	}
	return string(letters)
}

func port(s string) uint16 {
	n, _ := strconv.ParseUint(s, 10, 16)
	return uint16(n)
}

// states are the words in which logs say what became of a contact: actions of
// firewalls and intrusion prevention, Zeek's conn_state (documentation of
// base/protocols/conn/main.zeek), Suricata's flow states.
var states = map[string]Reply{
	"drop": Blocked, "dropped": Blocked, "block": Blocked, "blocked": Blocked, "deny": Blocked, "denied": Blocked, "reject": Blocked, "rejected": Blocked,
	"s0": Unanswered, "rej": Unanswered, "sh": Unanswered, "rstos0": Unanswered,
	"s1": Answered, "sf": Answered, "s2": Answered, "s3": Answered, "rsto": Answered, "rstr": Answered, "rstrh": Answered, "shr": Answered,
	"new": Unanswered, "syn_sent": Unanswered, "established": Answered, "bypassed": Answered,
}

// apply turns the event so that src is the end that opened the connection.
func (o *order) apply(e *Event) {
	if !e.Src.IsValid() && !e.Dst.IsValid() && (o.sender.IsValid() || o.receiver.IsValid()) {
		e.Src, e.Dst = o.receiver, o.sender
		if isTrue(o.sentByAsker) {
			e.turn()
		}
		if o.sentByAsker != "" {
			e.Opened = SrcSide
		}
	} else if turned, known := o.turned(e); known {
		e.Opened = SrcSide
		if turned {
			e.turn()
		}
	} else if e.Kind == File {
		e.turn()
	}
	e.Reply = o.reply(e)
}

func (e *Event) turn() {
	e.Src, e.Dst = e.Dst, e.Src
	e.Inside = e.Inside>>1 | e.Inside<<1&3
	e.Connection.SrcPort, e.Connection.DstPort = e.Connection.DstPort, e.Connection.SrcPort
}

// turned reports whether dst opened the connection, and whether that is known.
func (o *order) turned(e *Event) (turned, known bool) {
	switch {
	case o.opener.IsValid() && o.opener == e.Dst && o.opener != e.Src:
		return true, true
	case o.opener.IsValid() && o.opener == e.Src:
		return false, true
	case o.direction == "to_client" || o.direction == "to_server":
		return o.direction == "to_client", true
	case o.dnsAnswer && (o.srcPort == dnsPort) != (o.dstPort == dnsPort):
		return o.srcPort == dnsPort, true
	case o.dnsAnswer:
		return o.dnsVersion >= "3", true
	case !o.packets:
		return false, true
	case o.onlySYN():
		return false, true
	case o.refuses():
		return true, true
	}
	return o.byPorts()
}

const (
	dnsPort = 53
	dropped = Kind("drop") // Suricata's entries of packets that it dropped
)

// byPorts takes the end with a system port (RFC 6335: below 1024) for the one
// that was asked, else the one whose port is not of those that systems give to
// who asks.
func (o *order) byPorts() (turned, known bool) {
	const system, ephemeral = 1024, 32768
	if o.srcPort == 0 || o.dstPort == 0 {
		return false, false
	}
	for _, least := range []uint16{system, ephemeral} {
		if src, dst := o.srcPort < least, o.dstPort < least; src != dst {
			return src, true
		}
	}
	return false, false
}

// onlySYN reports TCP flags of an attempt that nobody answered, refuses those of
// an end that resets it.
func (o *order) onlySYN() bool {
	return strings.ContainsRune(o.flags, 'S') && !strings.ContainsRune(o.flags, 'A')
}

func (o *order) refuses() bool {
	return strings.ContainsRune(o.flags, 'R') && !strings.ContainsAny(o.flags, "SPF")
}

func (o *order) reply(e *Event) Reply {
	switch {
	case o.blocked || e.Kind == dropped:
		return Blocked
	case o.state == Unanswered || o.replies == Unanswered || o.onlySYN() || o.refuses():
		return Unanswered
	case o.state != UnknownReply:
		return o.state
	case o.replies != UnknownReply:
		return o.replies
	case o.history != UnknownReply:
		return o.history
	case o.dnsAnswer || e.Kind == TLS || e.Kind == HTTP || e.Kind == File:
		return Answered // nothing of these is seen without one
	case o.packets && strings.ContainsRune(o.flags, 'A'):
		return Answered
	case o.packets && e.Opened == SrcSide && o.fromServer():
		return Answered
	}
	return UnknownReply
}

// fromServer reports that what is logged was sent by the end that was asked.
func (o *order) fromServer() bool {
	turned, known := o.byPorts()
	return known && turned
}
