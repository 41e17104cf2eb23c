package simulation

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// sensor is the name under which EVE entries are written.
const sensor = "synthetic-sensor"

// line writes log lines of either format.
type line struct {
	b   []byte
	rng *rand.Rand
}

func (l *line) text(s string) { l.b = append(l.b, s...) }
func (l *line) num(n int)     { l.b = strconv.AppendInt(l.b, int64(n), 10) }

func (l *line) two(n int) { l.b = append(l.b, byte('0'+n/10), byte('0'+n%10)) }

func (l *line) micros(n int) {
	for div := 100000; div > 0; div /= 10 {
		l.b = append(l.b, byte('0'+n/div%10))
	}
}

func (l *line) random(n int) { l.b = append(l.b, hexText(l.rng, n)...) }

// eve appends an entry in the shape of Suricata 7's EVE log.
func (l *line) eve(e *event) {
	client, server := clientPorts+l.rng.IntN(60000), [...]int{8443, 53, 443, 80, 80}[e.kind]
	from, to := end{e.src, client}, end{e.dst, server}
	if e.kind == file { // src sent it
		from.port, to.port = server, client
	}
	l.head(e.at, [...]string{"flow", "dns", "tls", "http", "fileinfo"}[e.kind], from, to, [...]string{"TCP", "UDP", "TCP", "TCP", "TCP"}[e.kind])
	l.eveBody(e)
	l.text("}\n")
}

// head appends what every entry begins with.
func (l *line) head(at time.Time, name string, from, to end, proto string) {
	l.text(`{"timestamp":"`)
	l.b = at.AppendFormat(l.b, "2006-01-02T")
	h, m, s := at.Clock()
	l.two(h)
	l.text(":")
	l.two(m)
	l.text(":")
	l.two(s)
	l.text(".")
	l.micros(at.Nanosecond() / 1000)
	l.text(`+0000","flow_id":`)
	l.b = strconv.AppendUint(l.b, l.rng.Uint64()>>12, 10)
	l.text(`,"in_iface":"eth1","event_type":"` + name + `","src_ip":"`)
	l.b = from.addr.AppendTo(l.b)
	l.text(`","src_port":`)
	l.num(from.port)
	l.text(`,"dest_ip":"`)
	l.b = to.addr.AppendTo(l.b)
	l.text(`","dest_port":`)
	l.num(to.port)
	l.text(`,"proto":"` + proto + `","host":"` + sensor + `"`)
}

func (l *line) eveBody(e *event) {
	switch e.kind {
	case flow:
		l.text(`,"app_proto":"tls","flow":{"pkts_toserver":`)
		l.num(l.rng.IntN(500))
		l.text(`,"pkts_toclient":`)
		l.num(1 + l.rng.IntN(899))
		l.text(`,"bytes_toserver":`)
		l.num(l.rng.IntN(1e6))
		l.text(`,"bytes_toclient":`)
		l.num(l.rng.IntN(1e7))
		l.text(`,"age":`)
		l.num(l.rng.IntN(300))
		l.text(`,"state":"closed","reason":"timeout","alerted":false}`)
	case dns:
		l.text(`,"dns":{"type":"query","id":`)
		l.num(l.rng.IntN(65536))
		l.text(`,"rrname":"` + e.name + `","rrtype":"A","tx_id":0,"opcode":0}`)
	case tls:
		l.text(`,"tls":{"sni":"` + e.name + `","version":"TLS 1.3","ja3":{"hash":"` + e.ja3 + `","string":"771,4865-4866,0-23-65281,29-23-24,0"}}`)
	case http:
		l.text(`,"tx_id":0,"http":{"hostname":"` + e.name + `","url":"` + e.path + `","http_user_agent":"synthetic/1.0","http_method":"GET","protocol":"HTTP/1.1","status":200,"length":`)
		l.num(l.rng.IntN(1e6))
		l.text(`}`)
	case file:
		l.text(`,"app_proto":"http","fileinfo":{"filename":"/synthetic/`)
		l.random(8)
		l.text(`","state":"CLOSED","sha256":"` + e.hash + `","stored":false,"size":`)
		l.num(l.rng.IntN(1e6))
		l.text(`,"tx_id":0}`)
	}
}
