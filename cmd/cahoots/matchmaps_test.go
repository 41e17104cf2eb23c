package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// A log in a form that nobody here has seen needs a map, and no code.
func TestAMapReadsALogOfAnyForm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ flag, text, log string }{
		"fields":  {"--fields", "kind: dns\nfields: {when: time, client.ip: src, asked: domain}\n", `{"when":"2025-09-15 12:00:00","client":{"ip":"10.1.5.5"},"asked":"bad.example.org"}`},
		"pattern": {"--pattern", "kind: dns\npattern: '^(?P<time>\\S+ \\S+) (?P<src>\\S+) asks for (?P<domain>\\S+)$'\n", `2025-09-15 12:00:00 10.1.5.5 asks for bad.example.org`},
		"columns": {"--columns", "kind: dns\nseparator: ';'\ncolumns: {wann: time, wer: src, was: domain}\n", "wann;wer;was\n2025-09-15 12:00:00;10.1.5.5;bad.example.org"},
		"a list":  {"--fields", "each: Records[]\nkind: dns\nfields: {when: time, client.ip: src, asked: domain}\n", `{"Records":[{"when":"2025-09-15 12:00:00","client":{"ip":"10.1.5.5"},"asked":"bad.example.org"}]}`},
		"shipped": {"--fields", "", `{"type":"IPFIX","time_received_ns":1757937600000000000,"time_flow_start_ns":1757937600000000000,"src_addr":"45.9.20.66","dst_addr":"10.1.5.5","src_port":443,"dst_port":5555,"packets":1,"bytes":1,"proto":"TCP"}`},
	} {
		n := newNetwork(t)
		n.log = "x.log"
		path := filepath.Join(n.dir, "map.yaml")
		save(t, path, []string{c.text})
		if c.text == "" {
			path = "goflow2"
		}
		save(t, filepath.Join(n.dir, "x.log"), []string{c.log + "\n"})
		save(t, filepath.Join(n.dir, "ind.csv"), []string{oneOfEach})
		save(t, filepath.Join(n.dir, "org.csv"), []string{twoOrganisations})
		args := []string{"match", "--db", n.db, "--indicators", filepath.Join(n.dir, "ind.csv"), "--organisations", filepath.Join(n.dir, "org.csv"), c.flag, path, filepath.Join(n.dir, "x.log")}
		cahoots(t, 0, args...)
		l := n.landscape()
		if len(l.Incidents) != 1 || l.Incidents[0].Organisation != "Acme Bank" || l.Incidents[0].FirstSeen.Hour() != 12 {
			t.Errorf("%s: %+v", name, l.Totals)
		}
		if c.text == "" {
			continue
		}
		n.db, args[2] = n.db+"2", n.db+"2"
		cahoots(t, 0, append(args, "--timezone", "Europe/Kyiv")...)
		if l := n.landscape(); l.Totals.Events != 1 || l.Incidents[0].FirstSeen.Hour() != 9 {
			t.Errorf("%s in another zone: %+v, first seen %s", name, l.Totals, l.Incidents[0].FirstSeen)
		}
	}
}

func TestAMapThatIsWrongSaysWhere(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	save(t, filepath.Join(n.dir, "ind.csv"), []string{oneOfEach})
	save(t, filepath.Join(n.dir, "map.yaml"), []string{"kind: dns\nfields:\n  when: time\n  who: sorce\n"})
	save(t, filepath.Join(n.dir, "big.yaml"), []string{"#" + strings.Repeat("x", 2<<20)})
	save(t, filepath.Join(n.dir, "x.log"), []string{"x\n"})
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--fields", filepath.Join(n.dir, "map.yaml")}, `map.yaml: line 4: "who": "sorce" is no field`},
		{[]string{"--fields", filepath.Join(n.dir, "big.yaml")}, "big.yaml"},
		{[]string{"--fields", "bind"}, "a map of pattern; give it with --pattern"},
		{[]string{"--pattern", "no-such-map"}, "no-such-map"},
		{[]string{"--timezone", "Nowhere"}, "time zone"},
	} {
		var out, errs bytes.Buffer
		args := append([]string{"match", "--db", n.db, "--indicators", filepath.Join(n.dir, "ind.csv")}, append(c.args, filepath.Join(n.dir, "x.log"))...)
		got := Run(t.Context(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, func(string) string { return "" })
		if got != exitFailed || !strings.Contains(errs.String(), c.want) || errs.Len() > 500 {
			t.Errorf("%v: %d %s", c.args, got, errs.String())
		}
	}
}
