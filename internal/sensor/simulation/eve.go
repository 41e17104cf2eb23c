package simulation

import (
	"math/rand/v2"
	"strconv"
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
	l.text(`{"timestamp":"`)
	l.b = e.at.AppendFormat(l.b, "2006-01-02T")
	h, m, s := e.at.Clock()
	l.two(h)
	l.text(":")
	l.two(m)
	l.text(":")
	l.two(s)
	l.text(".")
	l.micros(e.at.Nanosecond() / 1000)
	l.text(`+0000","flow_id":`)
	l.b = strconv.AppendUint(l.b, l.rng.Uint64()>>12, 10)
	l.text(`,"in_iface":"eth1","event_type":"`)
	l.text([...]string{"flow", "dns", "tls", "http", "fileinfo"}[e.kind])
	l.text(`","src_ip":"`)
	l.b = e.src.AppendTo(l.b)
	l.text(`","src_port":`)
	l.num(1024 + l.rng.IntN(60000))
	l.text(`,"dest_ip":"`)
	l.b = e.dst.AppendTo(l.b)
	l.text(`","dest_port":`)
	l.num([...]int{8443, 53, 443, 80, 49152}[e.kind])
	l.text([...]string{`,"proto":"TCP"`, `,"proto":"UDP"`, `,"proto":"TCP"`, `,"proto":"TCP"`, `,"proto":"TCP"`}[e.kind])
	l.text(`,"host":"` + sensor + `"`)
	l.eveBody(e)
	l.text("}\n")
}

func (l *line) eveBody(e *event) {
	switch e.kind {
	case flow:
		l.text(`,"app_proto":"tls","flow":{"pkts_toserver":`)
		l.num(l.rng.IntN(500))
		l.text(`,"pkts_toclient":`)
		l.num(l.rng.IntN(900))
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
