package telemetry_test

import (
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// Each line says which end (src or dst as logged) opened the connection, and what
// became of it, for values of roles.
func TestWhoOpenedTheConnectionAndWhatBecameOfIt(t *testing.T) {
	for _, c := range []struct{ packets, opened, reply, values string }{
		{"", "src", "unknown", "kind=flow"},
		{"", "src", "unanswered", "state=S0"},
		{"", "src", "unanswered", "history=S"},
		{"", "src", "unanswered", "history=Sr"},
		{"", "src", "answered", "history=ShADadFf"},
		{"", "src", "answered", "state=OTH history=^hADad"},
		{"", "src", "unanswered", "state=REJ history=Shr"},
		{"", "src", "unknown", "history=^"},
		{"", "src", "unanswered", "state=REJ replies=1"},
		{"", "src", "answered", "state=SF"},
		{"", "src", "answered", "state=OTH replies=3"},
		{"", "src", "unanswered", "state=OTH replies=0"},
		{"", "src", "answered", "state=RSTR"},
		{"", "src", "unanswered", "state=closed replies=1 reply-flags=14"},
		{"", "src", "answered", "state=closed replies=4 reply-flags=1b"},
		{"", "src", "blocked", "state=dropped replies=2"},
		{"", "dst", "unknown", "opener=10.0.0.2"},
		{"", "src", "unknown", "opener=10.0.0.1 direction=to_client"},
		{"", "dst", "unknown", "direction=to_client"},
		{"", "src", "answered", "kind=dns dns-type=answer"},
		{"", "dst", "answered", "kind=dns dns-type=answer src-port=53 dst-port=5353"},
		{"", "dst", "answered", "kind=dns dns-type=response dns-version=3"},
		{"", "src", "unknown", "kind=dns dns-type=request dns-version=3"},
		{"", "src", "answered", "kind=http"},
		{"p", "", "unknown", "kind=flow"},
		{"p", "src", "unknown", "src-port=50000 dst-port=443"},
		{"p", "dst", "answered", "src-port=443 dst-port=50000"},
		{"p", "src", "unknown", "src-port=50000 dst-port=8443"},
		{"p", "", "unknown", "src-port=50000 dst-port=60000"},
		{"p", "src", "unanswered", "flags=......S."},
		{"p", "src", "answered", "flags=...AP.SF src-port=50000 dst-port=443"},
		{"p", "dst", "unanswered", "flags=...A.R.. src-port=443 dst-port=50000"},
		{"p", "dst", "blocked", "kind=alert src-port=443 dst-port=50000 state=blocked"},
		{"p", "src", "blocked", "kind=drop src-port=50000 dst-port=443"},
	} {
		var d telemetry.Draft
		d.Reset(telemetry.Flow)
		if c.packets != "" {
			d.Packets()
		}
		for _, v := range strings.Fields("time=1700000000 src=10.0.0.1 dst=10.0.0.2 src-inside=true " + c.values) {
			name, value, _ := strings.Cut(v, "=")
			role, err := telemetry.ParseRole(name)
			if err == nil {
				err = d.Set(role, value)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		e, err := d.Event()
		opened := ""
		if e.Opened == telemetry.SrcSide {
			opened = map[string]string{"10.0.0.1": "src", "10.0.0.2": "dst"}[e.Src.String()]
		}
		if err != nil || opened != c.opened || e.Reply.String() != c.reply || e.Src == e.Dst {
			t.Errorf("%s %s: opened by %q, %s, want %q, %s (%v)", c.packets, c.values, opened, e.Reply, c.opened, c.reply, err)
		}
		if inside := e.Inside.String(); (inside == "src") != (e.Src.String() == "10.0.0.1") {
			t.Errorf("%s: the log's own side is %s of %s", c.values, inside, e.Src)
		}
	}
}
