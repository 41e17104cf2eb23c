package telemetry

import "math"

// A Batch holds what the fast path found in a run of lines: addresses parsed,
// everything else as places in Data.
type Batch struct {
	Data   []byte
	Events []LineAt // lines that are events, in order
	// Exact lists, in order, the lines that only the exact path can read. They
	// are in none of the other fields.
	Exact  []LineAt
	V4     []v4
	V6     []v6
	Names  []span // domains and hosts
	URLs   []urlSpan
	Hashes []span
	JA3    []span
	JA4    []span
	// Lines counts every line read; Nothing those with nothing to match, Blank
	// the blank ones.
	Lines, Nothing, Blank int64
	Addressed             bool // an event names an address of one of its ends
	// First and Last bound the times of the events, see [Slot].
	First, Last int64

	stamp stamp
	noted int64 // the slot that went into First and Last before
}

// BatchLines is how many lines make a batch full.
const BatchLines = 512

// LineAt is a line of a batch: where it begins in Data, and its number from 0
// within the batch.
type LineAt struct{ At, Line uint32 }

// v4 is an IPv4 address of Events[Event].
type v4 struct {
	Addr  uint32 // 1.2.3.4 is 0x01020304
	Event uint32
}

// v6 is an IPv6 address of Events[Event].
type v6 struct {
	Hi, Lo uint64
	Event  uint32
}

// span is Data[From:To], a value of Events[Event].
type span struct{ Event, From, To uint32 }

// urlSpan is an HTTP request of Events[Event]: where its host and path stand.
type urlSpan struct {
	Event            uint32
	HostFrom, HostTo uint32
	PathFrom, PathTo uint32
}

// Reset empties the batch for lines of data.
func (b *Batch) Reset(data []byte) {
	b.Data = data
	b.Events, b.Exact, b.V4, b.V6 = b.Events[:0], b.Exact[:0], b.V4[:0], b.V6[:0]
	b.Names, b.URLs, b.Hashes = b.Names[:0], b.URLs[:0], b.Hashes[:0]
	b.JA3, b.JA4 = b.JA3[:0], b.JA4[:0]
	b.Lines, b.Nothing, b.Blank, b.Addressed = 0, 0, 0, false
	b.First, b.Last, b.noted = math.MaxInt64, math.MinInt64, math.MinInt64
}

// Full reports that no further line should be read into the batch.
func (b *Batch) Full() bool { return b.Lines >= BatchLines }

// AddBlank counts a blank line.
func (b *Batch) AddBlank() {
	b.Blank++
	b.Lines++
}

// AddExact leaves the line that begins at at to the exact path.
func (b *Batch) AddExact(at int) {
	b.Exact = append(b.Exact, LineAt{uint32(at), uint32(b.Lines)})
	b.Lines++
}

// A Raw is a value with a role as it stands in a line: Data[From:To], without
// escapes and not one of the log's words for "no value".
type Raw struct {
	From, To uint32
	Role     Role
}

// Add commits a line that begins at at with its values, or leaves it to the
// exact path where the values need a closer look. Either way the line is
// counted.
func (b *Batch) Add(at int, values []Raw) {
	if b.add(at, values) {
		return
	}
	event := uint32(len(b.Events))
	b.V4, b.V6, b.URLs = undo(b.V4, event), undo(b.V6, event), undo(b.URLs, event)
	b.Names, b.Hashes, b.JA3, b.JA4 = undo(b.Names, event), undo(b.Hashes, event), undo(b.JA3, event), undo(b.JA4, event)
	b.AddExact(at)
}

func (b *Batch) add(at int, values []Raw) bool {
	event := uint32(len(b.Events))
	var seen uint32
	var host, path, site *Raw
	some := false
	for i := range values {
		v := &values[i]
		if v.From == v.To {
			continue
		}
		role := uint32(1) << (v.Role & 31)
		if seen&role&once != 0 {
			return false
		}
		seen |= role
		switch v.Role {
		case RoleTime:
			if t := b.Data[v.From:v.To]; !b.stamp.same(t) && !b.stamp.read(t) {
				return false
			}
		case RoleSrc, RoleDst, RoleSender, RoleReceiver:
			if !b.addAddr(v.From, v.To, event) {
				return false
			}
			some = true
		case RoleHost:
			host = v
			b.Names = append(b.Names, span{event, v.From, v.To})
			some = true
		case RoleAnswer, RoleTunnel:
			if !b.addAddr(v.From, v.To, event) {
				b.Names = append(b.Names, span{event, v.From, v.To})
			}
			some = true
		case RoleDomain, RoleCertName:
			b.Names = append(b.Names, span{event, v.From, v.To})
			some = true
		case RolePath:
			path = v
		case RoleHash, RoleFingerprint:
			b.Hashes = append(b.Hashes, span{event, v.From, v.To})
			some = true
		case RoleJA3, RoleJA4:
			b.addJA(v, event)
			some = true
		case RoleSubject:
			if from, to := commonName(b.Data[v.From:v.To]); to > from {
				b.Names = append(b.Names, span{event, v.From + uint32(from), v.From + uint32(to)})
				some = true
			}
		case RoleLink:
			if b.addLink(v, event) {
				some = true
			}
		case RoleSite:
			site = v
		case RoleURL, RoleHeader, RoleHeaderValue, RoleForwarded, RoleText:
			return false
		}
	}
	if seen&(1<<RoleTime) == 0 || seen&fileEnds != 0 && seen&ends != 0 {
		return false
	}
	if site != nil && path != nil {
		host = site
		b.Names = append(b.Names, span{event, site.From, site.To})
		some = true
	}
	if path != nil && !b.addPath(host, path, event) {
		return false
	}
	b.Addressed = b.Addressed || seen&(ends|fileEnds) != 0
	b.endLine(at, some)
	return true
}

func (b *Batch) addJA(v *Raw, event uint32) {
	to := &b.JA3
	if v.Role == RoleJA4 {
		to = &b.JA4
	}
	*to = append(*to, span{event, v.From, v.To})
}

// endLine ends a line, in which there is something to look up or not.
func (b *Batch) endLine(at int, some bool) {
	if !some {
		b.Nothing++
	} else {
		b.Events = append(b.Events, LineAt{uint32(at), uint32(b.Lines)})
		if b.stamp.at != b.noted {
			b.noted = b.stamp.at
			b.First, b.Last = min(b.First, b.noted), max(b.Last, b.noted)
		}
	}
	b.Lines++
}

// addPath adds the URL of a path, where its host is known.
func (b *Batch) addPath(host, path *Raw, event uint32) bool {
	if b.Data[path.From] != '/' { // absolute, or something else than a path
		return false
	}
	if host != nil {
		b.URLs = append(b.URLs, urlSpan{event, host.From, host.To, path.From, path.To})
	}
	return true
}

// addLink adds the host of a URL, and the URL where it has a path.
func (b *Batch) addLink(v *Raw, event uint32) bool {
	from, to := linkParts(b.Data[v.From:v.To])
	if from == to {
		return false
	}
	host := span{event, v.From + uint32(from), v.From + uint32(to)}
	b.Names = append(b.Names, host)
	if host.To < v.To && b.Data[host.To] == '/' {
		b.URLs = append(b.URLs, urlSpan{event, host.From, host.To, host.To, v.To})
	}
	return true
}

// once are the roles of which an event has one value, so that a second one
// needs the exact path to decide.
const once uint32 = 1<<RoleTime | 1<<RoleSrc | 1<<RoleDst | 1<<RoleSender | 1<<RoleReceiver | 1<<RoleHost | 1<<RolePath | 1<<RoleSite

// ends are the two ways in which logs name the ends of a connection; an entry
// that uses both is for the exact path.
const ends, fileEnds uint32 = 1<<RoleSrc | 1<<RoleDst, 1<<RoleSender | 1<<RoleReceiver

type ofEvent interface{ event() uint32 }

func (v v4) event() uint32      { return v.Event }
func (v v6) event() uint32      { return v.Event }
func (v span) event() uint32    { return v.Event }
func (v urlSpan) event() uint32 { return v.Event }

// undo drops what was added for an event that is none.
func undo[T ofEvent](s []T, event uint32) []T {
	for len(s) > 0 && s[len(s)-1].event() == event {
		s = s[:len(s)-1]
	}
	return s
}

// exactScanner is the fast path of a schema that has none: every line goes to
// the exact path.
type exactScanner struct{}

// ExactOnly returns a Scanner that hands every line to the exact path.
func ExactOnly() Scanner { return exactScanner{} }

func (exactScanner) Scan(data []byte, b *Batch) int {
	b.Reset(data)
	at := 0
	for at < len(data) && !b.Full() {
		b.AddExact(at)
		_, n := cutLine(data[at:])
		at += n
	}
	return at
}
