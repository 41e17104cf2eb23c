package indicator

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/traffic"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/suricata"
)

// same compares values of this room, whose confidence has no exported fields.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	opt := cmp.Options{cmp.Comparer(func(a, b evidence.Confidence) bool { return a == b }), cmp.Comparer(func(a, b netip.Addr) bool { return a == b }), cmpopts.EquateEmpty()}
	if diff := cmp.Diff(want, got, opt, cmpopts.IgnoreUnexported(Result{})); diff != "" {
		t.Fatalf("%s differs (-want +got):\n%s", what, diff)
	}
}

// drawIndicators draws indicators from so small a world that many meet.
func drawIndicators(t *rapid.T) []Indicator {
	label := rapid.SampledFrom([]string{"a", "b", "evil", "example", "xn--p1ai"})
	value := rapid.Custom(func(t *rapid.T) Indicator {
		var text string
		kind := rapid.SampledFrom(types[:]).Draw(t, "type")
		switch kind {
		case IPv4:
			text = fmt.Sprintf("198.51.%d.%d", rapid.IntRange(0, 3).Draw(t, "c"), rapid.IntRange(0, 3).Draw(t, "d"))
		case IPv6:
			text = fmt.Sprintf("2001:db8:%d::%d", rapid.IntRange(0, 2).Draw(t, "c"), rapid.IntRange(0, 2).Draw(t, "d"))
		case CIDR:
			text = rapid.SampledFrom([]string{"198.51.0.0/22", "198.51.0.0/16", "198.51.1.0/24", "198.51.1.2/31", "2001:db8::/32", "2001:db8:1::/48", "2001:db8:1::/127", "192.0.0.0/8"}).Draw(t, "net")
		case Domain:
			text = strings.Join(rapid.SliceOfN(label, 2, 4).Draw(t, "labels"), ".")
		case URL:
			text = "http://" + strings.Join(rapid.SliceOfN(label, 2, 3).Draw(t, "labels"), ".") + rapid.SampledFrom([]string{"", "/", "/x", "/x?y=%41", "/%7Ea"}).Draw(t, "path")
		case MD5, JA3:
			text = strings.Repeat(rapid.SampledFrom([]string{"a", "B"}).Draw(t, "hex"), 32)
		case SHA1:
			text = strings.Repeat("c", 40)
		case SHA256:
			text = strings.Repeat(rapid.SampledFrom([]string{"D", "e"}).Draw(t, "hex"), 64)
		case JA4:
			text = "t13d1516h2_8daaf6152771_e5627efa2ab1"
		}
		i, err := parse(kind, text)
		if err != nil {
			t.Skip(err)
		}
		i.Group = rapid.SampledFrom([]string{"", "G1", "G2"}).Draw(t, "group")
		i.From = time.Unix(int64(rapid.SampledFrom([]int{1714521600, 1714521600 + 10}).Draw(t, "from")), 0).UTC()
		if rapid.Bool().Draw(t, "bounded") {
			i.Until = i.From.Add(10 * time.Second)
		}
		return i
	})
	return rapid.SliceOfN(value, 0, 40).Draw(t, "indicators")
}

// drawLog draws EVE lines from the same world, some of them odd or damaged.
func drawLog(t *rapid.T) []byte {
	label := rapid.SampledFrom([]string{"a", "b", "EVIL", "example", "рф"})
	addr := rapid.SampledFrom([]string{"198.51.0.1", "198.51.1.2", "198.51.3.3", "10.0.0.1", "2001:db8:1::1", "2001:db8:0::2", "::ffff:198.51.1.3", "192.1.2.3", "bad"})
	line := rapid.Custom(func(t *rapid.T) string {
		name := strings.Join(rapid.SliceOfN(label, 1, 4).Draw(t, "labels"), ".") + rapid.SampledFrom([]string{"", "", ".", ":80", "\\u002ea"}).Draw(t, "end")
		if rapid.IntRange(0, 8).Draw(t, "literal") == 0 {
			name = rapid.SampledFrom([]string{"198.51.1.2", "[2001:db8:1::1]", "198.51.1.2:8080", "2001:db8:1::1"}).Draw(t, "host")
		}
		head := fmt.Sprintf(`{"timestamp":"2024-05-01T00:00:%02d.000000+0000","event_type":"x","src_ip":"%s","dest_ip":"%s"`,
			rapid.IntRange(0, 25).Draw(t, "second"), addr.Draw(t, "src"), addr.Draw(t, "dst"))
		switch rapid.IntRange(0, 6).Draw(t, "kind") {
		case 0:
			return head + "}"
		case 1:
			return head + `,"dns":{"rrname":"` + name + `"}}`
		case 2:
			return head + `,"http":{"hostname":"` + name + `","url":"` + rapid.SampledFrom([]string{"/", "/x", "/x?y=A", "/x?y=%41", "/~a", "", "http://a.b/x"}).Draw(t, "path") + `"}}`
		case 3:
			return head + `,"fileinfo":{"sha256":"` + strings.Repeat(rapid.SampledFrom([]string{"d", "E", "x"}).Draw(t, "hex"), 64) + `","md5":"` + strings.Repeat("A", 32) + `"}}`
		case 4:
			return head + `,"tls":{"sni":"` + name + `","ja3":{"hash":"` + strings.Repeat("b", 32) + `"},"ja4":"T13d1516h2_8daaf6152771_e5627efa2ab1"}}`
		case 5:
			return head[:rapid.IntRange(0, len(head)).Draw(t, "cut")]
		}
		return `{"timestamp":"2024-05-01T00:00:00.000000+0000","event_type":"stats"}`
	})
	// A log whose first line is cut to a bare brace reads as one that is
	// printed over several lines; the first line is whole here.
	whole := `{"timestamp":"2024-05-01T00:00:00.000000+0000","event_type":"stats"}` + "\n"
	return []byte(whole + strings.Join(rapid.SliceOfN(line, 0, 60).Draw(t, "lines"), "\n") + rapid.SampledFrom([]string{"\n", ""}).Draw(t, "end"))
}

func buildSet(t testing.TB, all []Indicator) *Set {
	t.Helper()
	var b Builder
	for _, i := range all {
		if err := b.Add(i); err != nil {
			t.Fatal(err)
		}
	}
	return b.Set()
}

func scanAll(t testing.TB, data []byte, set *Set, opt ScanOptions) (results []Result) {
	t.Helper()
	log, err := telemetry.Opening{Formats: []telemetry.Format{suricata.Format()}, As: suricata.Name}.Read("x", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Scan(context.Background(), log, set, opt, func(r *Result) error { results = append(results, *r); return nil }); err != nil {
		t.Fatal(err)
	}
	return results
}

func TestFastAndSlowScansGiveTheOraclesAnswers(t *testing.T) {
	schema, err := suricata.NewSchema()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		all, data := drawIndicators(rt), drawLog(rt)
		set, o := buildSet(t, all), newOracle(all)
		fast := scanAll(t, data, set, ScanOptions{Workers: 1})
		same(t, "fast scan", fast, scanAll(t, data, set, ScanOptions{Workers: 1, Slow: true}))
		var hits []Hit
		for _, r := range fast {
			hits = append(hits, r.Hits...)
		}
		n := int64(0)
		for raw := range bytes.Lines(data) {
			n++
			e, outcome, err := schema.Decode(bytes.TrimSuffix(raw, []byte("\n")))
			if err != nil || outcome != telemetry.IsEvent {
				continue
			}
			want := o.match(&e)
			if len(want) == 0 {
				continue
			}
			if len(hits) == 0 || hits[0].Line != n {
				t.Fatalf("line %d is no hit: %q", n, raw)
			}
			same(t, "matches", hits[0].Matches, want)
			hits = hits[1:]
		}
		if len(hits) > 0 {
			t.Fatalf("%d hits too many, the first in line %d", len(hits), hits[0].Line)
		}
	})
}

func TestManyIndicatorsGiveTheOraclesAnswers(t *testing.T) {
	csv, bad := traffic.Indicators(nil, 11, 30000)
	var b Builder
	if _, err := loadCSV(&b, "made", bytes.NewReader(csv), Defaults{}); err != nil {
		t.Fatal(err)
	}
	set := b.Set()
	o := newOracle(slices.Collect(set.All()))
	o.nets = nil // traffic shows none, and walking them takes long
	m := traffic.New(12)
	m.Bad, m.BadEvery = bad, 20
	var data []byte
	for range 8000 {
		data = m.EVE(data)
	}
	schema, err := suricata.NewSchema()
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	for raw := range bytes.Lines(data) {
		e, outcome, err := schema.Decode(bytes.TrimSuffix(raw, []byte("\n")))
		if err == nil && outcome == telemetry.IsEvent && len(o.match(&e)) > 0 {
			want++
		}
	}
	got := 0
	for _, r := range scanAll(t, data, set, ScanOptions{}) {
		for _, h := range r.Hits {
			if slices.ContainsFunc(h.Matches, func(m match) bool { return m.Indicator.Type != CIDR }) {
				got++
			}
		}
	}
	if got != want || want < 200 {
		t.Errorf("%d hits, the oracle has %d", got, want)
	}
}

func TestResultsDoNotDependOnWorkers(t *testing.T) {
	csv, bad := traffic.Indicators(nil, 11, 3000)
	var b Builder
	if _, err := loadCSV(&b, "made", bytes.NewReader(csv), Defaults{}); err != nil {
		t.Fatal(err)
	}
	set := b.Set()
	m := traffic.New(13)
	m.Bad, m.BadEvery = bad, 50
	var data []byte
	for n := range 12000 {
		from := len(data)
		data = m.EVE(data)
		if n%100 == 7 {
			data[from+30] = 0
		}
	}
	one := scanAll(t, data, set, ScanOptions{Workers: 1})
	if len(one) < 5 {
		t.Fatalf("only %d blocks", len(one))
	}
	rejected := 0
	for _, r := range one {
		rejected += len(r.Rejected)
		for _, bad := range r.Rejected {
			if (bad.Line-1)%100 != 7 {
				t.Fatalf("line %d was rejected: %s", bad.Line, bad.Why)
			}
		}
		c := r.Counts
		skipped := int64(0)
		for _, n := range c.Skipped {
			skipped += n
		}
		if c.Lines != c.Events+skipped+c.Rejected || int(c.Rejected) != len(r.Rejected) {
			t.Fatalf("lines are unaccounted for: %+v", c)
		}
	}
	if rejected != 120 {
		t.Errorf("%d of 120 damaged lines were rejected", rejected)
	}
	for _, workers := range []int{2, 5} {
		same(t, fmt.Sprint(workers, " workers"), scanAll(t, data, set, ScanOptions{Workers: workers}), one)
	}
}

func TestVersionNamesTheContent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := drawIndicators(rt)
		set := buildSet(t, all)
		shuffled := append(slices.Clone(all), all...)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		again := buildSet(t, shuffled)
		if set.Version() != again.Version() || set.Len() != again.Len() {
			t.Fatal("order or repetition changes the version")
		}
		got := slices.SortedFunc(again.All(), Compare)
		want := slices.Clone(all)
		slices.SortFunc(want, Compare)
		want = slices.CompactFunc(want, func(a, b Indicator) bool { return Compare(a, b) == 0 })
		if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("All yields %d of %d", len(got), len(want))
		}
		if len(all) > 0 {
			other := slices.Clone(all)
			other[0].Until = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
			if !slices.ContainsFunc(all, func(i Indicator) bool { return Compare(i, other[0]) == 0 }) && buildSet(t, other).Version() == set.Version() {
				t.Fatal("another window, the same version")
			}
		}
	})
}
