package retro

import (
	"net/netip"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// row is one log entry. What the entry does not hold is null, or an empty list.
type row struct {
	ID     [16]byte `parquet:"id"` // telemetry.LineID
	Time   int64    `parquet:"time,timestamp(nanosecond),delta"`
	Src    string   `parquet:"src,optional,dict"`
	Dst    string   `parquet:"dst,optional,dict"`
	Domain []string `parquet:"domain,dict"`
	URL    []string `parquet:"url,dict"`
	Hashes []string `parquet:"hashes,dict"`
	JA3    []string `parquet:"ja3,dict"`
	JA4    []string `parquet:"ja4,dict"`
	Sensor string   `parquet:"sensor,optional,dict"`
	// Host is the end that the log itself makes the host: what
	// telemetry.Event.Host says without indicator and without map. With src and
	// dst it is all that Host ever asks of an entry.
	Host string `parquet:"host,optional,dict"`
	// Reply and Opened are what an event says of a contact; files that older
	// versions wrote lack them.
	Reply  string `parquet:"reply,optional,dict"`
	Opened bool   `parquet:"opened"` // src opened the connection
	// Extra are values beside what was asked for, each behind the name of its
	// field: "answer 192.0.2.1".
	Extra []string `parquet:"extra,dict"`
}

func rowOf(l *indicator.Line) row {
	e := &l.Event
	host, _ := e.Host(telemetry.NoSide, nil)
	r := row{
		ID: l.ID, Time: e.Time.UnixNano(), Src: text(e.Src), Dst: text(e.Dst), Sensor: e.Sensor,
		Domain: e.Domains, URL: e.URLs, Hashes: e.Hashes, JA3: e.JA3, JA4: e.JA4,
		Opened: e.Opened == telemetry.SrcSide,
	}
	for _, x := range e.Extra {
		r.Extra = append(r.Extra, string(x.Field)+" "+x.Value)
	}
	if e.Reply != telemetry.UnknownReply {
		r.Reply = e.Reply.String()
	}
	switch host { // one text for both
	case e.Src:
		r.Host = r.Src
	case e.Dst:
		r.Host = r.Dst
	default:
		r.Host = text(host)
	}
	return r
}

func text(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// event is the entry as far as matching and choosing the host go.
func (r *row) event() (e telemetry.Event, err error) {
	e = telemetry.Event{
		Time: time.Unix(0, r.Time).UTC(), Sensor: r.Sensor, Inside: telemetry.SrcSide,
		Domains: r.Domain, URLs: r.URL, Hashes: r.Hashes, JA3: r.JA3, JA4: r.JA4,
	}
	for _, text := range r.Extra {
		e.Extra = append(e.Extra, extraOf(text))
	}
	if r.Host != r.Src {
		e.Inside = telemetry.DstSide
	}
	if r.Opened {
		e.Opened = telemetry.SrcSide
	}
	for e.Reply = telemetry.Answered; e.Reply > telemetry.UnknownReply && e.Reply.String() != r.Reply; e.Reply-- {
	}
	if r.Src != "" {
		if e.Src, err = netip.ParseAddr(r.Src); err != nil {
			return e, err
		}
	}
	if r.Dst != "" {
		e.Dst, err = netip.ParseAddr(r.Dst)
	}
	return e, err
}

func extraOf(text string) telemetry.Extra {
	field, value, _ := strings.Cut(text, " ")
	return telemetry.Extra{Field: telemetry.ExtraField(field), Value: value}
}
