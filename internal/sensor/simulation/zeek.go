package simulation

import (
	"strconv"
	"time"
)

var zeekPaths = [kinds]string{"conn", "dns", "ssl", "http", "files"}

// zeekFields are the columns of each log (Zeek documentation, "Zeek Log
// Formats"), with a shorter set for conn than Zeek has by default.
var zeekFields = [kinds]string{
	"ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state",
	"ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\tquery\tqtype_name\trcode_name",
	"ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tserver_name\testablished\tja3",
	"ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tmethod\thost\turi\tuser_agent\tstatus_code",
	"ts\tfuid\ttx_hosts\trx_hosts\tsource\tmime_type\tsha256",
}

var zeekTypes = [kinds]string{
	"time\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring",
	"time\tstring\taddr\tport\taddr\tport\tenum\tcount\tstring\tstring\tstring",
	"time\tstring\taddr\tport\taddr\tport\tstring\tstring\tbool\tstring",
	"time\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tstring\tcount",
	"time\tstring\tset[addr]\tset[addr]\tstring\tstring\tstring",
}

func zeekHeader(k kind, opened time.Time) string {
	return "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t" + zeekPaths[k] +
		"\n#open\t" + opened.Format("2006-01-02-15-04-05") + "\n#synthetic\tmade up by cahoots simulate telemetry\n#fields\t" + zeekFields[k] + "\n#types\t" + zeekTypes[k] + "\n"
}

// zeek appends an entry of Zeek's log of its kind, in columns.
func (l *line) zeek(e *event) {
	l.b = strconv.AppendInt(l.b, e.at.Unix(), 10)
	l.text(".")
	l.micros(e.at.Nanosecond() / 1000)
	l.text("\t")
	if e.kind == file {
		l.text("F")
		l.random(17)
		l.text("\t")
		l.b = e.src.AppendTo(l.b)
		l.text("\t")
		l.b = e.dst.AppendTo(l.b)
		l.text("\tHTTP\tapplication/octet-stream\t" + e.hash + "\n")
		return
	}
	l.text("C")
	l.random(17)
	l.text("\t")
	l.b = e.src.AppendTo(l.b)
	l.text("\t")
	l.num(1024 + l.rng.IntN(60000))
	l.text("\t")
	l.b = e.dst.AppendTo(l.b)
	switch e.kind {
	case flow:
		l.text("\t8443\ttcp\tssl\t0.25\t")
		l.num(l.rng.IntN(1e6))
		l.text("\t")
		l.num(l.rng.IntN(1e7))
		l.text("\tSF\n")
	case dns:
		l.text("\t53\tudp\t")
		l.num(l.rng.IntN(65536))
		l.text("\t" + e.name + "\tA\tNOERROR\n")
	case tls:
		l.text("\t443\tTLSv13\t" + e.name + "\tT\t" + e.ja3 + "\n")
	case http:
		l.text("\t80\tGET\t" + e.name + "\t" + e.path + "\tsynthetic/1.0\t200\n")
	}
}
