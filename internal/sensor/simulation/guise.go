package simulation

import (
	"encoding/json"
	"net/netip"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// A guise is how a sensor comes to write of a planted contact.
type guise uint8

// Guises. Of those from swept on no system took part.
const (
	usual     guise = iota
	answered2       // the answer to a query, of version 2, from the resolver's port
	answered3       // of version 3, in the direction of the packet
	alertBack       // an alert on a packet of the end that was asked
	alertOut        // an alert on a packet of the host
	inbound         // the other end opened the connection, and the host answered
	wrapped         // behind the head of syslog
	shipped         // as text in what a shipper writes
	swept           // the other end asked in vain
	dropped         // a device dropped it
	blocked         // an alert on what a device dropped
)

// guiseOf gives the n-th planted entry, the k-th of a visit, a guise that its kind
// can have. Of every visit at least the first entry counts.
func guiseOf(e *planted, n, k int) guise {
	list := []guise{usual, usual, usual, usual, usual, usual, shipped, wrapped}
	switch e.kind {
	case dns:
		list = []guise{usual, answered2, usual, answered3, usual, wrapped, shipped}
	case flow:
		list = []guise{usual, alertBack, usual, alertOut, usual, inbound, wrapped, shipped}
		if k > 0 {
			list = append(list, swept, dropped, blocked)
		}
	}
	return list[n%len(list)]
}

// stand lets some entries, the n-th of all and the k-th of a visit, be of a system
// of the organisation that stands for others: its resolver asks, its proxy fetches,
// its translator connects; or of its honeypot.
func (e *planted) stand(n, k int) {
	if k == 0 || e.org.number < 0 || !e.host.Is4() || e.guise != usual || n%13 != 3 {
		return
	}
	switch {
	case e.kind == dns:
		e.role = "resolver"
	case e.kind == http:
		e.role = "proxy"
	case e.kind == tls, e.kind == flow && n%2 == 0:
		e.role = "nat"
	case e.kind == flow:
		e.role = sighting.Honeypot
	default:
		return
	}
	e.host = e.org.standing(e.role)
	e.src = e.host
}

// contact is which way an entry went and what became of it, as a landscape must
// tell it from what the sensor wrote.
func (e *planted) contact() landscape.Contact {
	c := landscape.Contact{Direction: "outbound", Outcome: "answered", Counted: e.guise < swept}
	switch e.guise {
	case alertOut:
		c.Outcome = "unknown"
	case inbound:
		c.Direction = "inbound"
	case swept:
		c.Direction, c.Outcome = "inbound", "unanswered"
	case dropped, blocked:
		c.Outcome = "blocked"
	case usual, wrapped, shipped:
		switch {
		case e.kind == dns && !e.zeek:
			c.Outcome = "unknown" // a query by itself
		case e.kind == file && e.zeek:
			c.Direction = "unknown" // names sender and receiver
		}
	}
	return c
}

const (
	clientPorts = 1024
	serverPort  = 443
)

// eveAs appends an EVE entry in a guise.
func (l *line) eveAs(e *event, g guise) {
	port := clientPorts + l.rng.IntN(60000)
	from, to := end{e.src, port}, end{e.dst, serverPort}
	name, proto, body := "alert", "TCP", ""
	switch g {
	case wrapped:
		l.text("<134>" + e.at.Format("Jan _2 15:04:05") + " synthetic-host suricata[7]: ")
		l.eve(e)
		return
	case shipped:
		l.eve(e)
		text, _ := json.Marshal(strings.TrimSuffix(string(l.b), "\n")) // text can be marshalled
		l.b = append(append(l.b[:0], `{"@timestamp":"`+e.at.Format(time.RFC3339)+`","agent":{"type":"filebeat"},"message":`...), text...)
		l.text("}\n")
		return
	case answered2, answered3:
		to.port = 53
		from, to, name, proto = to, from, "dns", "UDP"
		body = `,"dns":{"version":2,"type":"answer","id":7,"rrname":"` + e.name + `","rrtype":"A","rcode":"NXDOMAIN"}`
		if g == answered3 {
			body = `,"dns":{"version":3,"type":"response","id":7,"rcode":"NXDOMAIN","queries":[{"rrname":"` + e.name + `","rrtype":"A"}]}`
		}
	case alertBack:
		from, to = to, from
		body = `,"direction":"to_client","alert":{"action":"allowed","signature":"SYNTHETIC"}`
	case alertOut:
		body = `,"direction":"to_server","alert":{"action":"allowed","signature":"SYNTHETIC"}`
	case blocked:
		body = `,"direction":"to_server","alert":{"action":"blocked","signature":"SYNTHETIC"}`
	case dropped:
		name, body = "drop", `,"drop":{"len":44,"reason":"rules"}`
	case inbound:
		from.addr, to.addr = to.addr, from.addr
		name, body = "flow", `,"flow":{"pkts_toserver":9,"pkts_toclient":8,"state":"established"}`
	case swept:
		from.addr, to.addr = to.addr, from.addr
		name, body = "flow", `,"flow":{"pkts_toserver":1,"pkts_toclient":0,"state":"new"}`
	}
	l.head(e.at, name, from, to, proto)
	l.text(body + "}\n")
}

// end is one end of a connection.
type end struct {
	addr netip.Addr
	port int
}
