package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/match"
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
	more    []string
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
	return cahoots(n.t, status, append(append(args, n.more...), filepath.Join(n.dir, n.log))...)
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
		{"the same, the server outside the map", "eve.json", twoOrganisations, []string{
			eve("alert", server, "10.1.5.5", `,"direction":"to_client","http":{"hostname":"bad.example.org"}`),
		}, "Acme Bank", 1},
		{"the same, of a customer's sensor", "eve.json", "customer,organisation,sector,country\nsensor-7,Acme Bank,financial-services,NL\n", []string{
			eve("alert", server, "10.1.5.5", `,"host":"sensor-7","direction":"to_client","http":{"hostname":"bad.example.org"}`),
		}, "Acme Bank", 1},
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
		if host := hostOf(t, n.db); c.systems > 0 && host != "10.1.5.5" {
			t.Errorf("%s: the host is %s", c.name, host)
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

// What stands in the place of a group may name nobody, or doubt.
func TestAPlaceForAGroupThatNamesNobody(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.list = "indicator,group\n"
	var lines []string
	for i, group := range []string{"unknown", "N/A", "none", "Unattributed", "?", "not APT28", "APT28?", "possibly APT28", "APT29"} {
		n.list += fmt.Sprintf("45.9.20.%d,%s\n", i, group)
		lines = append(lines, eve("flow", "10.1.5.5", fmt.Sprintf("45.9.20.%d", i), ""))
	}
	n.read(0, twoOrganisations, lines...)
	got := map[string]int64{}
	for _, g := range n.landscape().Groups {
		got[g.Group] = g.Events
	}
	if want := map[string]int64{"unattributed": 8, "APT29": 1}; !maps.Equal(got, want) {
		t.Errorf("groups are %v, want %v", got, want)
	}
}

// What never came about becomes no evidence.
func TestSweepsAndDropsBecomeNoRecords(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.read(0, twoOrganisations, eve("drop", "45.9.20.66", "10.1.5.5", `,"drop":{"len":44}`), eve("flow", "45.9.20.66", "10.1.5.6", `,"flow":{"pkts_toserver":1,"pkts_toclient":0,"state":"new"}`))
	var out []struct{ Summary struct{ Records int } }
	if err := json.Unmarshal(cahoots(t, 0, "ingest", "--db", n.db, "--from-sightings", "--format", "json"), &out); err != nil || len(out) != 1 || out[0].Summary.Records != 0 {
		t.Errorf("%+v %v", out, err)
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

// daily is a beacon a day, from one day of September 2025 to another.
func daily(from, to int) (lines []string) {
	for d := from; d <= to; d++ {
		lines = append(lines, fmt.Sprintf(`{"timestamp":"2025-09-%02dT10:00:00.1+0000","event_type":"flow","src_ip":"10.1.5.5","dest_ip":"45.9.20.66","proto":"TCP"}`, d))
	}
	return lines
}

func TestHitsOutOfTheirTimeAreTold(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.list = "indicator,group,valid_from,valid_until\n45.9.20.66,APT28,2025-10-01,\n45.9.20.0/24,APT28,,2025-09-04\n"
	var out struct{ Logs []match.Log }
	if err := json.Unmarshal(n.read(0, twoOrganisations, daily(1, 25)...), &out); err != nil {
		t.Fatal(err)
	}
	if l := out.Logs[0]; l.Hits != 25 || l.InForce != 3 || l.TooEarly != 22 || l.TooLate != 0 {
		t.Errorf("match: %+v", l)
	}
	n.list = "indicator,group,valid_from,valid_until\n45.9.20.66,APT28,2025-10-01,\n45.9.20.0/24,APT28,2024-01-01,2024-09-04\n"
	text := strings.Join(strings.Fields(string(n.read(0, twoOrganisations, daily(1, 25)...))), " ")
	if !strings.Contains(text, `"too_early": 25`) {
		t.Errorf("match of the known log: %s", text)
	}
	for _, period := range [][]string{nil, {"--from", "2025-09"}, {"--to", "2025-09"}, {"--from", "2025-09", "--to", "2025-09"}} {
		l := n.landscape(period...)
		if l.Totals.Incidents != 0 || l.NotInForce.Events != 25 || l.NotInForce.TooEarly != 25 || l.NotInForce.Systems != 1 || !strings.Contains(strings.Join(l.Warnings, " "), "25 too early") {
			t.Errorf("%v: %+v, %+v, %q", period, l.Totals, l.NotInForce, l.Warnings)
		}
	}
	if l := n.landscape("--window", "ignore"); l.Totals.Events != 25 || l.NotInForce.Events != 0 || l.Rules.Window != "ignore" {
		t.Errorf("windows ignored: %+v %+v", l.Totals, l.NotInForce)
	}
	if l := n.landscape("--window", "lead 16"); l.Totals.Events != 11 || l.NotInForce.TooEarly != 14 { // from 15 September on
		t.Errorf("16 days of lead: %+v %+v", l.Totals, l.NotInForce)
	}
	cahoots(t, exitUsage, "landscape", "--db", n.db, "--window", "lead never")
	// What match tells of validity it tells by the same rule; figures judge for themselves.
	for window, want := range map[string]match.Log{"ignore": {InForce: 25}, "lead 16": {InForce: 11, TooEarly: 14}, "strict": {TooEarly: 25}, "stated": {TooEarly: 25}} {
		var out match.Result
		args := []string{"match", "--db", n.db, "--format", "json", "--explain", "--indicators", filepath.Join(n.dir, "ind.csv"), "--window", window, filepath.Join(n.dir, n.log)}
		if err := json.Unmarshal(cahoots(t, 0, args...), &out); err != nil {
			t.Fatal(err)
		}
		if l := out.Logs[0]; l.Hits != 25 || l.InForce != want.InForce || l.TooEarly != want.TooEarly || l.TooLate != want.TooLate || out.Window != window {
			t.Errorf("match --window %s: %+v, said %q", window, l, out.Window)
		}
		if shown := out.Indicators[0].Shown; (shown.InForce > 0) != (want.InForce > 0) {
			t.Errorf("match --window %s --explain: %+v", window, shown)
		}
	}
	cahoots(t, exitUsage, "match", "--db", n.db, "--indicators", filepath.Join(n.dir, "ind.csv"), "--window", "sometimes")
}

func TestAStartThatIsOnlyThePublicationBoundsNothing(t *testing.T) {
	t.Parallel()
	for _, list := range []string{
		"indicator,group,valid_from,disclosed\n45.9.20.66,APT28,2025-09-20,2025-09-20\n",
		"indicator,group,first_seen,disclosed\n45.9.20.66,APT28,2025-09-19,2025-09-20\n",
		`{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000","objects":[{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000001",` +
			`"created":"2025-09-20T00:00:00.001Z","modified":"2025-09-20T00:00:00.001Z","name":"APT28","pattern":"[ipv4-addr:value = '45.9.20.66']","pattern_type":"stix","valid_from":"2025-09-20T00:00:00.004521Z"}]}`,
	} {
		n := newNetwork(t)
		n.list = list
		n.read(0, twoOrganisations, daily(1, 25)...)
		in := n.landscape().Incidents[0]
		if in.FirstSeen.Day() != 1 || in.DwellDays != 24 || in.FirstKnown == nil || in.FirstKnown.Day() != 20 || in.ToDisclose == nil || *in.ToDisclose < 18.5 || *in.ToDisclose > 19 {
			t.Errorf("%s: %+v", list, in)
		}
		l := n.landscape("--window", "strict")
		in = l.Incidents[0]
		if d := in.FirstSeen.Day(); d != 20 && d != 19 || in.Earliest.Day() != 1 || in.DwellAll != 24 || *in.ToDisclose < 18.5 || l.NotInForce.Earlier != 1 {
			t.Errorf("strict: %s: %+v %+v", list, in, l.NotInForce)
		}
	}
}

// An incident is bounded by what the logs cover, not by what they show.
func TestTheSpanOfTheLogsDecidesCensoring(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	quiet := func(month int) string {
		return fmt.Sprintf(`{"timestamp":"2025-%02d-01T10:00:00.1+0000","event_type":"flow","src_ip":"10.1.5.5","dest_ip":"45.1.1.1","proto":"TCP"}`, month)
	}
	n.read(0, twoOrganisations, append(append([]string{quiet(1)}, daily(1, 10)...), quiet(12))...)
	l := n.landscape()
	if in := l.Incidents[0]; in.MayBegin || in.MayGoOn || l.Dwell[0].Censored != 0 || l.Data.From != "2025-01-01" || l.Data.To != "2025-12-01" {
		t.Errorf("%+v, %+v, data %+v", in, l.Dwell[0], l.Data)
	}
	n = newNetwork(t)
	n.read(0, twoOrganisations, append([]string{quiet(1)}, daily(1, 10)...)...)
	if in := n.landscape().Incidents[0]; in.MayBegin || !in.MayGoOn {
		t.Errorf("at the end of the logs: %+v", in)
	}
	for _, more := range [][]string{nil, {"--exact"}} { // a log need not be in the order of time
		n = newNetwork(t)
		n.more = more
		n.read(0, twoOrganisations, slices.Concat(daily(3, 10), []string{quiet(1), quiet(12)}, daily(1, 2))...)
		l := n.landscape()
		if in := l.Incidents[0]; in.MayBegin || in.MayGoOn || l.Data.From != "2025-01-01" || l.Data.To != "2025-12-01" {
			t.Errorf("out of order, %q: %+v, data %+v", more, in, l.Data)
		}
	}
}

func TestCommonValuesBelongToNobody(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.list = "indicator,group\n8.8.8.8,APT28\ndocs.google.com,APT28\nbad.example.org,APT28\n45.9.20.66,APT29\nhttps://docs.google.com/forms/x,APT28\n"
	warnings := filepath.Join(n.dir, "lists")
	save(t, filepath.Join(warnings, "public-dns", "list.json"), []string{`{"name":"Public DNS resolvers","type":"cidr","version":1,"list":["8.8.8.0/24","1.1.1.1"]}`})
	save(t, filepath.Join(warnings, "google", "list.json"), []string{`{"name":"Google","type":"hostname","version":1,"list":["google.com",".gstatic.com"]}`})
	save(t, filepath.Join(warnings, "schema.json"), []string{`{"type":"object","properties":{}}`})
	lines := []string{eve("dns", "10.1.0.1", "8.8.8.8", `,"dns":{"type":"query","rrname":"x.docs.google.com"}`), eve("tls", "10.1.0.2", "45.1.1.1", `,"tls":{"sni":"bad.example.org"}`)}
	lines = append(lines, daily(3, 3)...)
	save(t, filepath.Join(n.dir, "ind.csv"), []string{n.list})
	save(t, filepath.Join(n.dir, "eve.json"), []string{strings.Join(lines, "\n") + "\n"})
	args := []string{"match", "--db", n.db, "--indicators", filepath.Join(n.dir, "ind.csv"), "--warninglists", warnings, "--explain", filepath.Join(n.dir, "eve.json")}
	var out struct{ Indicators []match.List }
	if err := json.Unmarshal(cahoots(t, 0, append(args, "--format", "json")...), &out); err != nil {
		t.Fatal(err)
	}
	l := out.Indicators[0]
	if len(l.Benign) != 2 || l.Benign[0].Value != "ipv4:8.8.8.8" || !strings.Contains(l.Benign[1].Why, "Google") {
		t.Errorf("benign: %+v", l.Benign)
	}
	if s := l.Shown; s == nil || s.InForce != 4 || s.Never != 1 {
		t.Errorf("shown: %+v", s)
	}
	got := map[string]int64{}
	for _, g := range n.landscape().Groups {
		got[g.Group] = g.Events
	}
	if want := map[string]int64{"unattributed": 1, "APT28": 1, "APT29": 1}; !maps.Equal(got, want) {
		t.Errorf("groups are %v, want %v", got, want)
	}
	text := string(cahoots(t, 0, args...))
	for _, want := range []string{"What became of each list", "on the list Public DNS"} {
		if !strings.Contains(strings.ToLower(strings.Join(strings.Fields(text), " ")), strings.ToLower(want)) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	cahoots(t, exitFailed, append(args, "--warninglists", n.dir+"/none")...)
}

func TestWhatEverySystemShowsIsListedFirst(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.list = "indicator,group\n9.9.9.9,APT28\nbad.example.org,APT29\n"
	var lines []string
	for i := range 40 {
		lines = append(lines, eve("flow", fmt.Sprintf("10.1.0.%d", i), "9.9.9.9", ""))
	}
	lines = append(lines, eve("tls", "10.2.0.1", "45.1.1.1", `,"tls":{"sni":"bad.example.org"}`))
	n.read(0, twoOrganisations, lines...)
	l := n.landscape()
	if len(l.Prevalent) != 1 || l.Prevalent[0].Systems != 40 || l.Prevalent[0].Demoted || !strings.Contains(strings.Join(l.Warnings, " "), "9.9.9.9 was shown by 98 %") {
		t.Errorf("%+v %q", l.Prevalent, l.Warnings)
	}
	l = n.landscape("--prevalence", "50")
	groups := map[string]int{}
	for _, g := range l.Groups {
		groups[g.Group] = g.Systems
	}
	if want := map[string]int{"unattributed": 40, "APT29": 1}; !maps.Equal(groups, want) || !l.Prevalent[0].Demoted {
		t.Errorf("demoted: %v, want %v; %+v", groups, want, l.Prevalent)
	}
	cahoots(t, exitUsage, "landscape", "--db", n.db, "--prevalence", "101")
}

func TestWhatWasNotAskedForIsLookedAtToo(t *testing.T) {
	t.Parallel()
	const print = "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33"
	for name, line := range map[string]string{
		"an address in an answer":       eve("dns", "10.1.5.5", "10.1.0.53", `,"dns":{"version":2,"type":"answer","rrname":"ok.example.net","answers":[{"rrname":"ok.example.net","rrtype":"A","rdata":"45.9.20.66"}]}`),
		"a name in an answer":           eve("dns", "10.1.5.5", "10.1.0.53", `,"dns":{"version":2,"type":"answer","rrname":"ok.example.net","answers":[{"rrtype":"CNAME","rdata":"bad.example.org"}]}`),
		"grouped answers":               eve("dns", "10.1.5.5", "10.1.0.53", `,"dns":{"version":2,"type":"answer","rrname":"ok.example.net","grouped":{"A":["9.9.9.9","45.9.20.66"]}}`),
		"the subject of a certificate":  eve("tls", "10.1.5.5", "45.1.1.1", `,"tls":{"subject":"C=US, O=x, CN=bad.example.org"}`),
		"other names of a certificate":  eve("tls", "10.1.5.5", "45.1.1.1", `,"tls":{"subject":"CN=ok.example","subjectaltname":["a.example","bad.example.org"]}`),
		"a certificate's fingerprint":   eve("tls", "10.1.5.5", "45.1.1.1", `,"tls":{"sni":"ok.example","fingerprint":"`+print+`"}`),
		"JA3 as a string":               eve("tls", "10.1.5.5", "45.1.1.1", `,"tls":{"sni":"ok.example","ja3":"0123456789abcdef0123456789abcdef"}`),
		"the authority of HTTP/2":       eve("http", "10.1.5.5", "45.1.1.1", `,"http":{"version":"2","request_headers":[{"name":":method","value":"GET"},{"name":":authority","value":"bad.example.org"}]}`),
		"a referrer":                    eve("http", "10.1.5.5", "45.1.1.1", `,"http":{"hostname":"ok.example","url":"/","http_refer":"http://bad.example.org/x"}`),
		"a redirection":                 eve("http", "10.1.5.5", "45.1.1.1", `,"http":{"hostname":"ok.example","url":"/","redirect":"https://u@bad.example.org:8443"}`),
		"whom a proxy speaks for":       eve("http", "10.1.5.5", "45.1.1.1", `,"http":{"hostname":"ok.example","url":"/","xff":"45.9.20.66, 10.0.0.1"}`),
		"the greeting of mail":          eve("smtp", "10.1.5.5", "45.1.1.1", `,"smtp":{"helo":"bad.example.org"}`),
		"a link in mail":                eve("smtp", "10.1.5.5", "45.1.1.1", `,"email":{"url":["ok.example/x","bad.example.org/y"]}`),
		"a query of mDNS":               eve("mdns", "10.1.5.5", "224.0.0.251", `,"mdns":{"queries":[{"rrname":"bad.example.org"}]}`),
		"an end of a tunnel":            eve("flow", "10.1.5.5", "45.1.1.1", `,"tunnel":{"src_ip":"10.1.0.9","dest_ip":"45.9.20.66"}`),
		"an IPv4 address behind NAT64":  eve("flow", "10.1.5.5", "64:ff9b::2d09:1442", ``),
		"a name of decomposed letters":  eve("dns", "10.1.5.5", "10.1.0.53", `,"dns":{"type":"query","rrname":"bu\u0308cher.example.org"}`),
		"answers of Zeek as JSON":       `{"_path":"dns","ts":1757930400.5,"uid":"C1","id.orig_h":"10.1.5.5","id.resp_h":"10.1.0.53","query":"ok.example.net","answers":["ok.example","45.9.20.66"],"rcode_name":"NOERROR"}`,
		"answers of Zeek in columns":    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.resp_h\tquery\tanswers\n1757930400.5\tC1\t10.1.5.5\t10.1.0.53\tok.example.net\tok.example,45.9.20.66",
		"fingerprints of Zeek as JSON":  `{"_path":"ssl","ts":1757930400.5,"uid":"C1","id.orig_h":"10.1.5.5","id.resp_h":"45.1.1.1","cert_chain_fps":["` + strings.ReplaceAll(print, ":", "") + `"]}`,
		"names of x509.log, no address": `{"_path":"x509","ts":1757930400.5,"fingerprint":"ab","certificate.subject":"CN=ok.example","san.dns":["bad.example.org"],"id.orig_h":"10.1.5.5","id.resp_h":"45.1.1.1"}`,
	} {
		n := newNetwork(t)
		n.list = "type,indicator,group\ndomain,bad.example.org,APT28\nip,45.9.20.66,APT28\nsha1," + strings.ReplaceAll(print, ":", "") + ",APT28\nja3,0123456789abcdef0123456789abcdef,APT28\ndomain,bücher.example.org,APT28\n"
		n.read(0, twoOrganisations, line)
		l := n.landscape()
		if len(l.Incidents) != 1 || l.Incidents[0].Organisation != "Acme Bank" || l.Totals.Systems != 1 {
			t.Errorf("%s: %+v, %d incidents", name, l.Totals, len(l.Incidents))
			continue
		}
		answer := strings.Contains(name, "answer")
		if without := n.landscape("--without-answers"); l.Contacts[0].Answer != answer || (without.Totals.Events == 0) != answer {
			t.Errorf("%s: %+v, without answers %+v", name, l.Contacts, without.Totals)
		}
	}
}

// A proxy of the organisation's own says for whom it asked.
func TestTheSystemBehindAProxy(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.read(0, twoOrganisations, eve("http", "10.1.0.8", "45.1.1.1", `,"http":{"hostname":"bad.example.org","url":"/","xff":"10.2.7.7"}`),
		eve("http", "10.1.0.8", "45.1.1.1", `,"http":{"hostname":"bad.example.org","url":"/","xff":"8.8.4.4"}`))
	if got := hostOf(t, n.db); got != "10.1.0.8 10.2.7.7" {
		t.Errorf("the systems are %s", got)
	}
}

func TestLogsInWrappings(t *testing.T) {
	t.Parallel()
	entry := eve("tls", "10.1.5.5", "45.9.20.66", `,"tls":{"sni":"bad.example.org"}`)
	quoted, err := json.Marshal(entry)
	if err != nil {
		t.Fatal(err)
	}
	text := string(quoted)
	for name, line := range map[string]string{
		"Wazuh":         `{"timestamp":"2025-09-15T10:00:01.000+0000","rule":{"level":3},"data":` + entry + `,"location":"eve.json"}`,
		"Filebeat":      `{"@timestamp":"2025-09-15T10:00:00.1Z","message":` + text + `}`,
		"ECS":           `{"@timestamp":"2025-09-15T10:00:00.1Z","event":{"original":` + text + `},"source":{"ip":"10.1.5.5"}}`,
		"Elastic dump":  `{"_index":"x","_source":` + entry + `}`,
		"Splunk":        `{"preview":false,"result":{"_raw":` + text + `}}`,
		"a syslog head": `Sep 15 10:00:00 fw suricata[20064]: ` + entry,
		"@cee":          `<134>1 2025-09-15T10:00:00Z fw suricata - - - @cee: ` + entry,
		"Kafka, Zeek":   `{"conn":{"ts":1757930400.5,"uid":"C1","id.orig_h":"10.1.5.5","id.resp_h":"45.9.20.66"}}`,
		"zq":            `{"_path":"conn","ts":1757930400.5,"uid":"C1","id":{"orig_h":"10.1.5.5","orig_p":1,"resp_h":"45.9.20.66","resp_p":443}}`,
		"no dots":       `{"ts":1757930400.5,"uid":"C1","id_orig_h":"10.1.5.5","id_resp_h":"45.9.20.66"}`,
		"Elastic bulk":  `{ "index" : {"_index":"x"}}` + "\n" + entry,
		"bulk updates":  `{"update":{"_id":"7"}}` + "\n" + `{"doc":` + entry + `}`,
		"a byte order":  "\ufeff" + entry,
	} {
		n := newNetwork(t)
		n.read(0, twoOrganisations, line, line)
		if l := n.landscape(); l.Totals.Events != 1 || len(l.Incidents) != 1 || l.Incidents[0].Organisation != "Acme Bank" {
			t.Errorf("%s: %+v", name, l.Totals)
		}
	}
	// What is wrapped and what is not are one entry.
	n := newNetwork(t)
	n.read(0, twoOrganisations, entry)
	n.log = "wrapped.json"
	n.read(0, twoOrganisations, `{"_source":`+entry+`}`)
	if l := n.landscape(); l.Totals.Events != 1 {
		t.Errorf("the same entry counts %d times", l.Totals.Events)
	}
}

// Where the entry stands can be said; what stands there is an object or a line of a log.
func TestUnwrapping(t *testing.T) {
	t.Parallel()
	const bind = "15-Sep-2025 10:00:00.123 queries: info: client @0x7f8b 10.1.5.5#46255 (bad.example.org): query: bad.example.org IN A + (10.1.0.53)"
	entry := eve("tls", "10.1.5.5", "45.9.20.66", `,"tls":{"sni":"bad.example.org"}`)
	quoted, err := json.Marshal(entry)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ unwrap, log string }{
		"an object":                 {"a.b", `{"a":{"b":` + entry + `}}`},
		"text":                      {"a.b", `{"a":{"b":` + string(quoted) + `}}`},
		"keys with dots":            {"a.b", `{"a.b":` + entry + `}`},
		"deep":                      {"1.2.3.4.5.6.7", `{"1":{"2":{"3":{"4":{"5":{"6":{"7":` + entry + `}}}}}}}`},
		"text in text":              {"log.data", `{"log":"{\"data\":` + strings.ReplaceAll(entry, `"`, `\"`) + `}\n"}`},
		"a line of BIND":            {"message", `{"message":"` + bind + `\n"}`},
		"a line of BIND, unsaid":    {"", `{"host":"x","event":{"original":"` + bind + `"}}`},
		"an array over lines":       {"_source", "[\n  {\n    \"_index\": 1,\n    \"_source\": " + entry + "\n  }\n]"},
		"an array, unsaid":          {"", "[\n  {\n    \"_index\": 1,\n    \"_source\": " + entry + "\n  }\n]"},
		"lines without it are said": {"x", `{"x":` + entry + `}` + "\n" + `{"y":1}` + "\n"},
	} {
		n := newNetwork(t)
		save(t, filepath.Join(n.dir, "ind.csv"), []string{oneOfEach})
		save(t, filepath.Join(n.dir, "org.csv"), []string{twoOrganisations})
		save(t, filepath.Join(n.dir, "x.log"), []string{c.log + "\n"})
		args := []string{"match", "--db", n.db, "--indicators", filepath.Join(n.dir, "ind.csv"), "--organisations", filepath.Join(n.dir, "org.csv"), filepath.Join(n.dir, "x.log")}
		if c.unwrap != "" {
			args = append(args, "--unwrap", c.unwrap)
		}
		status := 0
		if strings.HasPrefix(name, "lines without") {
			status = exitRejected
		}
		cahoots(t, status, args...)
		if l := n.landscape(); l.Totals.Events != 1 || len(l.Incidents) != 1 || l.Incidents[0].Organisation != "Acme Bank" {
			t.Errorf("%s: %+v", name, l.Totals)
		}
	}
}

// A log that gives no address, where its kind has them, is not read as it is meant.
func TestALogWithoutAddressesIsSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		log, line string
		status    int
	}{
		"renamed fields":          {"eve.json", `{"timestamp":"2025-09-15T10:00:00.123456+0000","event_type":"dns","source":"10.1.5.5","dns":{"question":"bad.example.org"}}`, exitRejected},
		"names without addresses": {"eve.json", `{"timestamp":"2025-09-15T10:00:00.123456+0000","event_type":"dns","source":"10.1.5.5","dns":{"rrname":"bad.example.org"}}`, exitRejected},
		"nested elsewhere":        {"x.json", `{"ts":1757930400.5,"uid":"C1","ids":{"orig_h":"10.1.5.5","resp_h":"45.9.20.66"}}`, exitRejected},
		"a log in columns":        {"dns.log", "#separator \\x09\n#path\tdns\n#fields\tts\tuid\torig\tresp\tquery\n1757930400.5\tC1\t10.1.5.5\t10.1.0.53\tbad.example.org", exitRejected},
		"a map of the user's":     {"x.json", `{"when":1757930400,"who":"","what":"bad.example.org"}`, exitRejected},
		"files of SMB":            {"x.json", `{"_path": "files", "ts": 1757930400.0, "fuid": "F0", "uid": "C", "source": "SMB", "sha256": "` + strings.Repeat("ab", 32) + `"}`, 0},
		"names, spaced":           {"x.json", `{"_path": "dns", "ts": 1757930400.0, "uid": "C", "query": "bad.example.org"}`, exitRejected},
		"statistics":              {"eve.json", `{"timestamp":"2025-09-15T10:00:00.123456+0000","event_type":"stats","stats":{"uptime":7}}`, 0},
		"certificates":            {"x509.log", `{"ts":1757930400.5,"fuid":"F1","fingerprint":"ab","san.dns":["bad.example.org"]}`, 0},
		"scripts":                 {"loaded_scripts.log", "#separator \\x09\n#path\tloaded_scripts\n#fields\tname\n", 0},
	} {
		n := newNetwork(t)
		save(t, filepath.Join(n.dir, "ind.csv"), []string{oneOfEach})
		save(t, filepath.Join(n.dir, "map.yaml"), []string{"fields: {when: time, who: src, what: domain}\n"})
		save(t, filepath.Join(n.dir, c.log), []string{c.line + "\n"})
		var out, errs bytes.Buffer
		args := []string{"match", "--db", n.db, "--format", "json", "--indicators", filepath.Join(n.dir, "ind.csv"), "--fields", filepath.Join(n.dir, "map.yaml"), filepath.Join(n.dir, c.log)}
		got := Run(t.Context(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, func(string) string { return "" })
		if said := strings.Contains(errs.String(), "names an address") && strings.Contains(out.String(), `"no_address": true`); got != c.status || said != (got == exitRejected) {
			t.Errorf("%s: %d %s", name, got, errs.String())
		}
	}
}

// An archive of logs is a folder.
func TestAnArchiveOfLogs(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	w := tar.NewWriter(z)
	for _, f := range []struct{ name, text string }{
		{"logs/eve.json", eve("tls", "10.1.5.5", "45.9.20.66", `,"tls":{"sni":"bad.example.org"}`) + "\n"}, {"logs/README", "no log\n"}, {"logs/empty.json", ""},
		{"logs/dns.log", "#separator \\x09\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.resp_h\tquery\n1757930400.5\tC1\t10.2.5.5\t10.2.0.53\tbad.example.org\n"},
	} {
		if err := errors.Join(w.WriteHeader(&tar.Header{Name: f.name, Size: int64(len(f.text)), Mode: 0o600}), writeAll(w, f.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(n.dir, "ind.csv"), []string{oneOfEach})
	save(t, filepath.Join(n.dir, "logs.tgz"), []string{packed.String()})
	var out, errs bytes.Buffer
	args := []string{"match", "--db", n.db, "--format", "json", "--indicators", filepath.Join(n.dir, "ind.csv"), filepath.Join(n.dir, "logs.tgz")}
	if got := Run(t.Context(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, func(string) string { return "" }); got != 0 || !strings.Contains(errs.String(), "README") {
		t.Fatalf("exit status %d: %s", got, errs.String())
	}
	if l := n.landscape(); l.Totals.Systems != 2 || !strings.Contains(out.String(), "logs.tgz/logs/dns.log") {
		t.Errorf("%+v %s", l.Totals, out.String())
	}
}

func writeAll(w io.Writer, text string) error {
	_, err := io.WriteString(w, text)
	return err
}

// A damaged beginning costs its lines, and not the log.
func TestDamagedBeginnings(t *testing.T) {
	t.Parallel()
	entry := eve("tls", "10.1.5.5", "45.9.20.66", `,"tls":{"sni":"bad.example.org"}`)
	zeek := "#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.resp_h\n1757930400.5\tC1\t10.1.5.5\t45.9.20.66"
	for name, c := range map[string]struct{ lines string }{
		"NULs":             {strings.Repeat("\x00", 4096) + entry + "\n" + entry},
		"a cut first line": {`5.5","dest_ip":"45.9.20.66"}` + "\n" + entry},
		"a cut Zeek log":   {"10.1.5.5\t45.9.20.66\n" + zeek},
	} {
		n := newNetwork(t)
		var out struct{ Logs []match.Log }
		if err := json.Unmarshal(n.read(exitRejected, twoOrganisations, c.lines), &out); err != nil {
			t.Fatal(err)
		}
		if l := n.landscape(); l.Totals.Events != 1 || out.Logs[0].Counts.Rejected != 1 {
			t.Errorf("%s: %+v, %+v", name, l.Totals, out.Logs[0])
		}
	}
}

func gzipOfNothing(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := gzip.NewWriter(&b).Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A folder as ZeekControl leaves one: links, summaries, empty logs.
func TestAFolderOfLogs(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	day := filepath.Join(n.dir, "2025-09-15")
	save(t, filepath.Join(day, "eve.json"), []string{eve("tls", "10.1.5.5", "45.9.20.66", `,"tls":{"sni":"bad.example.org"}`) + "\n"})
	save(t, filepath.Join(day, "empty.json"), nil)
	save(t, filepath.Join(day, "rotated.json.gz"), []string{gzipOfNothing(t)})
	for i := range 30 {
		save(t, filepath.Join(day, fmt.Sprintf("conn-summary.%02d.log", i)), []string{"Summary of connections, no log at all\n"})
	}
	save(t, filepath.Join(n.dir, "elsewhere", "other.json"), []string{eve("tls", "10.2.5.5", "45.9.20.66", "") + "\n"})
	save(t, filepath.Join(n.dir, "ind.csv"), []string{oneOfEach})
	for link, to := range map[string]string{"current": day, "2025-09-15/linked.json": filepath.Join(n.dir, "elsewhere", "other.json")} {
		if err := os.Symlink(to, filepath.Join(n.dir, link)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	var out, errs bytes.Buffer
	args := []string{"match", "--db", n.db, "--format", "json", "--indicators", filepath.Join(n.dir, "ind.csv"), filepath.Join(n.dir, "current")}
	if got := Run(t.Context(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, func(string) string { return "" }); got != 0 {
		t.Fatalf("exit status %d: %s", got, errs.String())
	}
	if n := strings.Count(strings.TrimSpace(errs.String()), "\n"); n > 0 || !strings.Contains(errs.String(), "30 files of folders are no logs") {
		t.Errorf("remarks in %d lines: %s", n+1, errs.String())
	}
	if l := n.landscape(); l.Totals.Systems != 2 {
		t.Errorf("%+v", l.Totals)
	}
	// A file that is named is a log or an error; one that must be converted says how.
	cahoots(t, exitFailed, "match", "--db", n.db, "--indicators", filepath.Join(n.dir, "ind.csv"), filepath.Join(day, "conn-summary.00.log"))
	save(t, filepath.Join(n.dir, "x.pcap"), []string{"\xd4\xc3\xb2\xa1\x02\x00\x04\x00"})
	errs.Reset()
	args[len(args)-1] = filepath.Join(n.dir, "x.pcap")
	if got := Run(t.Context(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, func(string) string { return "" }); got != exitFailed || !strings.Contains(errs.String(), "zeek -r") {
		t.Errorf("a capture: %d %s", got, errs.String())
	}
}

// Many rejected lines of one kind hide no other.
func TestEveryReasonOfARejectionIsShown(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	lines := append([]string{eve("tls", "10.1.5.5", "45.9.20.66", "")}, slices.Repeat([]string{"{ damaged"}, 60)...)
	n.read(exitRejected, "", append(lines, eve("tls", "10.1.5.x", "45.9.20.66", ""))...)
	args := []string{"match", "--db", n.db, "--indicators", filepath.Join(n.dir, "ind.csv"), filepath.Join(n.dir, n.log)}
	text := string(cahoots(t, exitRejected, args...))
	if strings.Count(text, "not a JSON object") != 1 || !strings.Contains(text, "10.1.5.x") || !strings.Contains(text, "2 of 61") {
		t.Errorf("the text:\n%s", text)
	}
	if all := string(cahoots(t, exitRejected, append(args, "--all")...)); strings.Count(all, "not a JSON object") != 60 {
		t.Errorf("with --all:\n%s", all)
	}
}
