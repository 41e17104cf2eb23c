package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/store"
)

// Two organisations and an indicator of each kind; documentation addresses stand
// for the Internet, private ones for the networks watched.
const (
	twoOrganisations = "cidr,organisation,sector,country\n10.1.0.0/16,Acme Bank,financial-services,NL\n10.2.0.0/16,Beta Telecom,telecommunications,NL\n"
	oneOfEach        = "indicator,group\nbad.example.org,APT28\n45.9.20.66,APT28\nabababababababababababababababababababababababababababababababab,APT28\n"
)

// network is a store with what logs of two organisations show.
type network struct {
	t       *testing.T
	dir, db string
	list    string
	log     string // name of the log
}

func newNetwork(t *testing.T) *network {
	dir := t.TempDir()
	n := &network{t: t, dir: dir, db: filepath.Join(dir, "db"), list: oneOfEach, log: "eve.json"}
	return n
}

// read matches lines, with the organisation map if there is one.
func (n *network) read(status int, places string, lines ...string) []byte {
	n.t.Helper()
	args := []string{"match", "--db", n.db, "--format", "json", "--indicators", filepath.Join(n.dir, "ind.csv")}
	save(n.t, filepath.Join(n.dir, "ind.csv"), []string{n.list})
	if places != "" {
		save(n.t, filepath.Join(n.dir, "org.csv"), []string{places})
		args = append(args, "--organisations", filepath.Join(n.dir, "org.csv"))
	}
	save(n.t, filepath.Join(n.dir, n.log), []string{strings.Join(lines, "\n") + "\n"})
	return cahoots(n.t, status, append(args, filepath.Join(n.dir, n.log))...)
}

func (n *network) landscape(more ...string) (l landscape.Landscape) {
	n.t.Helper()
	out := cahoots(n.t, 0, append([]string{"landscape", "--db", n.db, "--format", "json"}, more...)...)
	if err := json.Unmarshal(out, &l); err != nil {
		n.t.Fatal(err)
	}
	return l
}

// eve is an EVE entry of one day, with what is given of it.
func eve(kind, src, dst, rest string) string {
	return fmt.Sprintf(`{"timestamp":"2025-09-15T10:00:00.123456+0000","event_type":%q,"proto":"TCP","src_ip":%q,"dest_ip":%q%s}`, kind, src, dst, rest)
}

func TestWhoseSystemItIs(t *testing.T) {
	t.Parallel()
	const (
		server = "45.11.22.9"
		sha    = "abababababababababababababababababababababababababababababababab"
		zeek4  = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tfiles\n" +
			"#fields\tts\tfuid\ttx_hosts\trx_hosts\tconn_uids\tsource\tis_orig\tsha256\n"
	)
	file := `,"fileinfo":{"sha256":"` + sha + `"}`
	for _, c := range []struct {
		name, log, places string
		lines             []string
		organisation      string
		systems           int
	}{
		{"a query and its answer in packet order", "eve.json", twoOrganisations, []string{
			eve("dns", "10.1.5.5", "10.1.0.53", `,"dns":{"version":3,"type":"request","queries":[{"rrname":"bad.example.org"}]}`),
			eve("dns", "10.1.0.53", "10.1.5.5", `,"dns":{"version":3,"type":"response","queries":[{"rrname":"bad.example.org"}]}`),
		}, "Acme Bank", 1},
		{"an answer of version 2, from the port of a resolver", "eve.json", twoOrganisations, []string{
			eve("dns", "10.2.0.53", "10.1.5.5", `,"src_port":53,"dest_port":40000,"dns":{"version":2,"type":"answer","rrname":"bad.example.org"}`),
		}, "Acme Bank", 1},
		{"an alert on the response, both ends in the map", "eve.json", twoOrganisations, []string{
			eve("alert", "10.2.0.80", "10.1.5.5", `,"direction":"to_client","http":{"hostname":"bad.example.org"}`),
		}, "Acme Bank", 1},
		{"an alert on the response, with the ends of the flow", "eve.json", twoOrganisations, []string{
			eve("alert", "10.2.0.80", "10.1.5.5", `,"flow":{"src_ip":"10.1.5.5","dest_ip":"10.2.0.80"},"http":{"hostname":"bad.example.org"}`),
		}, "Acme Bank", 1},
		{"an alert of an old version, by its ports", "eve.json", twoOrganisations, []string{
			eve("alert", "10.2.0.80", "10.1.5.5", `,"src_port":443,"dest_port":5000,"tls":{"sni":"bad.example.org"}`),
		}, "Acme Bank", 1},
		{"an alert on the response, with no map", "eve.json", "", []string{
			eve("alert", server, "10.1.5.5", `,"direction":"to_client","http":{"hostname":"bad.example.org"}`),
		}, "10.1.5.5", 1},
		{"a download, with no map", "eve.json", "", []string{eve("fileinfo", server, "10.1.5.5", file)}, "10.1.5.5", 1},
		{"an upload, with no map", "eve.json", "", []string{eve("fileinfo", "10.1.5.5", server, `,"src_port":50000,"dest_port":80`+file)}, "10.1.5.5", 1},
		{"files.log before Zeek 5.1", "files.log", "", []string{zeek4 + "1757930400.5\tFa\t" + server + "\t10.1.5.5\tC1\tHTTP\tF\t" + sha}, "10.1.5.5", 1},
		{"the same as JSON", "files.log", "", []string{`{"_path":"files","ts":1757930400.5,"fuid":"Fa","tx_hosts":["` + server + `"],"rx_hosts":["10.1.5.5"],"is_orig":false,"sha256":"` + sha + `"}`}, "10.1.5.5", 1},
		{"an upload before Zeek 5.1", "files.log", "", []string{zeek4 + "1757930400.5\tFa\t10.1.5.5\t" + server + "\tC1\tHTTP\tT\t" + sha}, "10.1.5.5", 1},
		{"files without any address", "files.log", "", []string{
			`{"_path":"files","ts":1757930400.0,"fuid":"F0","source":"SMB","sha256":"` + sha + `"}`,
			`{"_path":"files","ts":1757930401.0,"fuid":"F1","source":"SMB","sha256":"` + sha + `"}`,
		}, "invalid IP", 0},
	} {
		n := newNetwork(t)
		n.log = c.log
		n.read(0, c.places, c.lines...)
		l := n.landscape()
		if len(l.Incidents) != 1 || l.Totals.Systems != c.systems || l.Totals.Events != int64(len(c.lines)) || (c.systems == 0) != (l.Hostless.Events > 0) {
			t.Errorf("%s: %+v, %d incidents, %+v without host", c.name, l.Totals, len(l.Incidents), l.Hostless)
			continue
		}
		got := l.Incidents[0].Organisation
		if c.places == "" {
			got = hostOf(t, n.db)
		}
		if got != c.organisation {
			t.Errorf("%s: it is the system of %s, not %s", c.name, got, c.organisation)
		}
	}
}

func TestWhichWayAndWithWhatOutcome(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.list = "indicator,group\n45.9.20.66,APT28\n10.200.1.1/32,x\n45.9.21.7,APT29\n"
	const peer = "45.9.20.66"
	var lines []string
	for i := range 50 { // a sweep
		lines = append(lines, eve("flow", peer, fmt.Sprintf("10.1.0.%d", i), `,"flow":{"pkts_toserver":1,"pkts_toclient":0,"state":"new"}`))
	}
	lines = append(lines,
		eve("flow", peer, "10.1.9.1", `,"tcp":{"tcp_flags_ts":"02","tcp_flags_tc":"14","state":"closed"},"flow":{"pkts_toserver":1,"pkts_toclient":1,"state":"closed"}`), // refused
		eve("flow", peer, "10.1.9.2", `,"tcp":{"tcp_flags_ts":"1b","tcp_flags_tc":"1b"},"flow":{"pkts_toserver":9,"pkts_toclient":8,"state":"closed"}`),
		eve("drop", peer, "10.1.5.5", `,"drop":{"len":44}`),
		eve("alert", "10.1.5.6", peer, `,"direction":"to_server","alert":{"action":"blocked"}`),
		eve("flow", "10.1.5.7", peer, `,"flow":{"pkts_toserver":3,"pkts_toclient":0,"state":"new"}`),
		eve("flow", "10.1.5.8", peer, `,"flow":{"pkts_toserver":3,"pkts_toclient":2,"state":"established"}`),
		eve("flow", "10.1.5.9", "45.9.21.7", ``),
		eve("flow", "9.9.9.1", "45.9.21.7", ``), // an address of Gamma's own
	)
	n.read(exitRejected, twoOrganisations+"45.9.21.0/24,Gamma Telecom,telecommunications,NL\n", lines...)
	l := n.landscape()
	var got []string
	for _, c := range l.Contacts {
		got = append(got, fmt.Sprint(c.Direction, " ", c.Outcome, " ", c.Counted, " ", c.Systems, " ", c.Events))
	}
	want := []string{
		"inbound answered true 1 1", "inbound unanswered false 51 51", "lateral unknown true 1 1",
		"outbound answered true 1 1", "outbound blocked false 1 1", "outbound unanswered true 1 1", "own address listed unknown false 1 1", "unknown blocked false 1 1",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("contacts are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if l.Totals.Systems != 4 || l.Totals.Incidents != 2 {
		t.Errorf("totals are %+v", l.Totals)
	}
	if len(l.Own) != 1 || l.Own[0].Organisation != "Gamma Telecom" || l.Own[0].Indicator != "ipv4:45.9.21.7" {
		t.Errorf("indicators inside the networks: %+v", l.Own)
	}
	cahoots(t, 0, "ingest", "--db", n.db, "--from-sightings")
	if r := n.landscape(); r.Totals != l.Totals {
		t.Errorf("after ingest: %+v", r.Totals)
	}
}

// hostOf is the only system of a store.
func hostOf(t *testing.T, db string) string {
	t.Helper()
	s, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	hosts := map[string]bool{}
	for p, err := range s.Partials(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		hosts[p.System.Host.String()] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(hosts)), " ")
}
