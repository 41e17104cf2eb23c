package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestPrivateAddressesAreKeptApartBySensor(t *testing.T) {
	t.Parallel()
	at := func(sensor, host string) string {
		return eve("flow", host, "45.9.20.66", `,"flow":{"pkts_toclient":1,"state":"established"},"host":"`+sensor+`"`)
	}
	for _, c := range []struct {
		name, places string
		lines        []string
		systems      int
	}{
		{"one private address behind two sensors, unmapped", "", []string{at("east", "192.168.1.5"), at("west", "192.168.1.5")}, 2},
		{"in one organisation", "cidr,organisation\n192.168.0.0/16,Acme Bank\n", []string{at("east", "192.168.1.5"), at("west", "192.168.1.5")}, 2},
		{"shared address space", "", []string{at("east", "100.64.1.5"), at("west", "100.64.1.5")}, 2},
		{"where one log names no sensor", "", []string{at("east", "192.168.1.5"), at("", "192.168.1.5")}, 1},
		{"a public address behind two sensors", "", []string{at("east", "193.0.14.5"), at("west", "193.0.14.5")}, 1},
		{"customers", "customer,organisation\neast,Acme Bank\nwest,Beta Telecom\n", []string{at("east", "193.0.14.5"), at("west", "193.0.14.5")}, 2},
	} {
		n := newNetwork(t)
		n.read(0, c.places, c.lines...)
		l := n.landscape()
		systems := 0
		for _, in := range l.Incidents {
			systems += in.Systems
		}
		if l.Totals.Systems != c.systems || systems != c.systems || l.Groups[0].Systems != c.systems {
			t.Errorf("%s: %+v, incidents on %d systems, want %d", c.name, l.Totals, systems, c.systems)
		}
	}
}

func TestSystemsThatStandForOthersAreCountedApart(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	places := "cidr,organisation,sector,country,role\n10.1.0.0/16,Acme Bank,financial-services,NL,\n10.1.0.53/32,Acme Bank,financial-services,NL,resolver\n" +
		"10.1.0.80/32,Acme Bank,financial-services,NL,Proxy\n10.1.0.1/32,Acme Bank,financial-services,NL,nat\n10.1.9.0/24,Acme Bank,financial-services,NL,honeypot\n"
	var lines []string
	for i, host := range []string{"10.1.0.53", "10.1.0.53", "10.1.0.80", "10.1.0.1", "10.1.9.9", "10.1.5.5"} {
		lines = append(lines, strings.Replace(eve("flow", host, "45.9.20.66", `,"flow":{"pkts_toclient":1,"state":"established"}`), "10:00:00", fmt.Sprintf("10:00:0%d", i), 1))
	}
	n.read(0, places, lines...)
	l := n.landscape()
	var got []string
	for _, r := range l.Roles {
		got = append(got, fmt.Sprint(r.Role, " ", r.Organisation, " ", r.Systems, " ", r.Events, " ", r.Counted))
	}
	if want := "honeypot Acme Bank 1 1 false; nat Acme Bank 1 1 true; proxy Acme Bank 1 1 true; resolver Acme Bank 1 2 true"; strings.Join(got, "; ") != want {
		t.Errorf("roles are %s, want %s", strings.Join(got, "; "), want)
	}
	if l.Totals.Systems != 1 || l.Totals.Events != 5 || l.Totals.Incidents != 1 || l.Incidents[0].Systems != 1 || l.Incidents[0].Events != 5 {
		t.Errorf("totals are %+v, incident %+v", l.Totals, l.Incidents[0])
	}
	for _, c := range []struct {
		args string
		rows int
	}{{"--direction=any", 6}, {"--group=APT28", 5}} {
		if rows := sightingsOf(t, n.db, c.args); len(rows) != c.rows {
			t.Errorf("%s lists %d entries, not %d", c.args, len(rows), c.rows)
		}
	}
	if text := string(cahoots(t, 0, "landscape", "--db", n.db, "--full")); !strings.Contains(text, "SYSTEMS THAT STAND FOR OTHERS") {
		t.Error("the text does not tell of them")
	}
	n.read(exitFailed, "cidr,organisation,role\n10.1.0.0/16,Acme Bank,router\n", lines...)
}

// One connection of Suricata is a handshake, an alert and a flow; another sensor's
// conn.log and ssl.log tell of it too.
func TestAConnectionCountsOnceWhateverTellsOfIt(t *testing.T) {
	t.Parallel()
	zeek := func(path, fields, values string) string {
		return "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t" + path + "\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\t" + fields +
			"\n" + "1757930400.2\tCabc\t10.1.5.5\t50000\t45.9.20.66\t443\t" + values
	}
	one := `,"src_port":50000,"dest_port":443,"flow_id":77`
	n := newNetwork(t)
	n.read(0, twoOrganisations,
		eve("tls", "10.1.5.5", "45.9.20.66", one+`,"tls":{"sni":"ok.example"}`),
		eve("alert", "10.1.5.5", "45.9.20.66", one+`,"direction":"to_server","alert":{"action":"allowed"}`),
		strings.Replace(eve("flow", "10.1.5.5", "45.9.20.66", one+`,"flow":{"start":"2025-09-15T10:00:00.1+0000","pkts_toclient":3,"state":"closed"}`), "T10:", "T12:", 1), // two hours long
		eve("http", "10.1.5.5", "45.9.20.66", `,"http":{"hostname":"x.example","url":"/"}`),                                                                                // names no port: a connection of its own
	)
	want := func(what string, events, connections int64) {
		t.Helper()
		l := n.landscape()
		if l.Totals.Events != events || l.Totals.Connections != connections || l.Groups[0].Connections != connections || l.States[0].Connections != connections || l.Incidents[0].Connections != connections {
			t.Errorf("%s: %d events, want %d; %d, %d, %d, %d connections, want %d", what, l.Totals.Events, events, l.Totals.Connections, l.Groups[0].Connections, l.States[0].Connections, l.Incidents[0].Connections, connections)
		}
	}
	want("one sensor", 4, 2)
	n.log = "conn.log"
	n.read(0, twoOrganisations, zeek("conn", "proto\tconn_state", "tcp\tSF"))
	n.log = "ssl.log"
	n.read(0, twoOrganisations, zeek("ssl", "server_name", "ok.example"))
	want("two sensors", 6, 2)
	n.log = "again.json"
	n.read(0, twoOrganisations, strings.Replace(strings.ReplaceAll(eve("tls", "10.1.5.5", "45.9.20.66", one+`,"tls":{"sni":"ok.example"}`), `"flow_id":77`, `"flow_id":78`), "T10:", "T13:", 1))
	want("the same ports three hours later", 7, 3)
	n = newNetwork(t)
	n.log = "flows.csv"
	n.read(0, twoOrganisations, "ts,te,td,sa,da,sp,dp,pr,flg,ipkt,opkt", "2025-09-15 10:00:00,2025-09-15 10:00:01,1.0,10.1.5.5,45.9.20.66,50000,443,TCP,...AP...,3,3")
	n.log = "flows.json"
	n.read(0, twoOrganisations, `[{"type":"FLOW","first":"2025-09-15T10:00:00.000","last":"2025-09-15T10:00:01.000","src4_addr":"10.1.5.5","dst4_addr":"45.9.20.66","src_port":50000,"dst_port":443,"proto":6,"tcp_flags":"...AP..."}]`)
	want("flows of one file in two forms", 2, 1)
}
