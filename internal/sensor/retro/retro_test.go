package retro_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/internal/scaffold/traffic"
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/retro"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/suricata"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/zeek"
)

var formats = append(zeek.Formats(), suricata.Format())

// scan scans a log with a set.
func scan(t testing.TB, name string, data []byte, set *indicator.Set, opt indicator.ScanOptions, take func(*indicator.Result) error) {
	t.Helper()
	log, err := telemetry.Opening{Formats: formats}.Read(name, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := indicator.Scan(t.Context(), log, set, opt, take); err != nil {
		t.Fatal(err)
	}
}

// keep keeps a log, flushed after so many blocks.
func keep(t testing.TB, dir, name string, data []byte, every int) {
	t.Helper()
	k, err := retro.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	scan(t, name, data, none(t), indicator.ScanOptions{Lines: true}, func(r *indicator.Result) error {
		if n++; n%every == 0 {
			defer func() {
				if err := k.Flush(); err != nil {
					t.Error(err)
				}
			}()
		}
		return k.Add(r)
	})
	if err := k.Flush(); err != nil {
		t.Fatal(err)
	}
}

func none(testing.TB) *indicator.Set { return new(indicator.Builder).Set() }

func setOf(t testing.TB, csv string) *indicator.Set {
	t.Helper()
	var b indicator.Builder
	if _, err := indicator.Load(&b, "test", strings.NewReader(csv), indicator.Defaults{}); err != nil {
		t.Fatal(err)
	}
	return b.Set()
}

// blocks are results as the store takes them, by the block's identity.
func blocks(t testing.TB, inside func(netip.Addr) bool, run func(take func(*indicator.Result) error)) map[string]sighting.Block {
	t.Helper()
	out := map[string]sighting.Block{}
	run(func(r *indicator.Result) error {
		if _, twice := out[r.BlockID]; twice {
			t.Errorf("block %s came twice", r.BlockID)
		}
		b := sighting.FromResult(r, "", inside)
		slices.SortFunc(b.Entries, func(x, y sighting.Entry) int { return bytes.Compare(x.ID[:], y.ID[:]) })
		slices.SortFunc(b.Seen, indicator.Compare)
		for i := range b.Rejected { // places of a block are numbered by its log
			b.Rejected[i].File = ""
		}
		for i := range b.Entries { // neither line nor connection is kept
			b.Entries[i].Origin, b.Entries[i].Link = sighting.Origin{}, sighting.Link{}
		}
		b.Log = ""
		out[r.BlockID] = b
		return nil
	})
	return out
}

// wantSame holds what is kept to the logs it was kept from.
func wantSame(t testing.TB, dir string, set *indicator.Set, logs ...[]byte) int {
	t.Helper()
	hits := 0
	for _, inside := range []func(netip.Addr) bool{nil, netip.MustParsePrefix("10.0.0.0/8").Contains, netip.MustParsePrefix("198.51.0.0/16").Contains} {
		want := blocks(t, inside, func(take func(*indicator.Result) error) {
			for i, data := range logs {
				scan(t, fmt.Sprint(i), data, set, indicator.ScanOptions{}, take)
			}
		})
		for _, workers := range []int{1, 3} {
			got := blocks(t, inside, func(take func(*indicator.Result) error) {
				if _, err := retro.Scan(t.Context(), dir, set, workers, take); err != nil {
					t.Fatal(err)
				}
			})
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("kept blocks give %+v, the logs %+v", got, want)
			}
		}
		for _, b := range want {
			hits += len(b.Entries)
		}
	}
	return hits
}

// world are indicators of every kind, some of which drawLine shows.
const world = `type,value,group,valid_from,valid_until
domain,evil.example.org,G1,2024-05-01,2024-05-02
ipv4,198.51.1.2,G2,,
ipv6,2001:db8:1::1,G2,2024-05-02,
cidr,198.51.0.0/23,G3,,
url,http://b.example.org/x?y=A,G4,,
md5,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,G5,,
sha256,dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd,G5,,
ja3,bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,G6,,
ja4,t13d1516h2_8daaf6152771_e5627efa2ab1,G6,,
`

func drawLine(t *rapid.T) string {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	name := pick("name", "www.evil.example.org", "EVIL.Example.org.", "b.example.org:80", "198.51.1.2", "ok.example", "пример.example")
	line := fmt.Sprintf(`{"timestamp":"2024-05-0%dT%s.%06d+0000","event_type":"%s"`, rapid.IntRange(1, 4).Draw(t, "day"), pick("clock", "00:00:00", "12:30:00", "23:59:59"),
		rapid.IntRange(0, 3).Draw(t, "micros"), pick("type", "flow", "fileinfo", "tls", "alert"))
	for _, side := range []string{"src_ip", "dest_ip"} {
		if a := pick(side, "", "10.0.0.1", "198.51.0.7", "198.51.1.2", "2001:db8:1::1", "::ffff:198.51.1.3", "bad"); a != "" {
			line += `,"` + side + `":"` + a + `"`
		}
	}
	if rapid.Bool().Draw(t, "sensor") {
		line += `,"host":"sensor-1"`
	}
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 1:
		line += `,"dns":{"queries":[{"rrname":"` + name + `"},{"rrname":"second.example"}]}`
	case 2:
		line += `,"http":{"hostname":"` + name + `","url":"` + pick("path", "/", "/x?y=%41", "http://b.example.org/x?y=A") + `"}`
	case 3:
		line += `,"fileinfo":{"sha256":"` + strings.Repeat(pick("hex", "d", "E"), 64) + `","md5":"` + strings.Repeat("A", 32) + `"}`
	case 4:
		line += `,"tls":{"sni":"` + name + `",` + pick("fingerprint", `"ja3":{"hash":"`+strings.Repeat("b", 32)+`"}`, `"ja4":"T13d1516h2_8daaf6152771_e5627efa2ab1"`) + `}`
	case 5:
		return line // cut short
	}
	return line + "}"
}

func TestKeptEntriesGiveWhatTheLogsGive(t *testing.T) {
	set, root, n := setOf(t, world), t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		dir := filepath.Join(root, fmt.Sprint(n))
		data := []byte(`{"timestamp":"2024-05-01T00:00:00.000000+0000","event_type":"stats"}` + "\n" +
			strings.Join(rapid.SliceOfN(rapid.Custom(drawLine), 0, 30).Draw(rt, "lines"), "\n") + "\n")
		keep(t, dir, "0", data, 1)
		wantSame(t, dir, set, data)
		if t.Failed() {
			rt.FailNow()
		}
	})
}

// eve and conn are logs of several blocks.
func made(n, badEvery int) (eve, conn []byte, set *indicator.Set) {
	csv, bad := traffic.Indicators(nil, 1, 2000)
	m := traffic.New(1)
	m.Bad, m.BadEvery = bad, badEvery
	conn = []byte(traffic.ZeekHeader("conn"))
	for range n {
		eve, conn = m.EVE(eve), m.Zeek(conn, "conn")
	}
	var b indicator.Builder
	if _, err := indicator.Load(&b, "made", bytes.NewReader(csv), indicator.Defaults{}); err != nil {
		panic(err)
	}
	return eve, conn, b.Set()
}

func TestLogsOfManyBlocksAndFormatsAreKeptWhole(t *testing.T) {
	eve, conn, set := made(12_000, 20)
	dir := t.TempDir()
	keep(t, dir, "0", eve, 3)
	keep(t, dir, "1", conn, 100)
	keep(t, dir, "again", eve, 1)
	if hits := wantSame(t, dir, set, eve, conn); hits < 500 {
		t.Errorf("only %d hits: the logs test too little", hits)
	}
}

// days is a log whose every block has entries of several days.
func days(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		name := "ok.example"
		if i < 5 || i%7 == 6 { // also the first of each day
			name = "evil.example.org"
		}
		fmt.Fprintf(&b, `{"timestamp":"2024-05-%02dT10:00:00.%06d+0000","event_type":"dns","src_ip":"10.0.%d.%d","dest_ip":"10.9.9.9","dns":{"rrname":"h%d.%s"},"pad":"%s"}`+"\n",
			1+i%5, i, i>>8&255, i&255, i, name, strings.Repeat("x", 300))
	}
	return b.Bytes()
}

func TestFilesOfManyRowsAreReadToTheEnd(t *testing.T) {
	dir := t.TempDir()
	k, err := retro.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var logs [][]byte
	for i, n := range []int{65_470, 60, 60} { // 65,536 rows share dictionaries: the third log begins before that and ends behind
		var b bytes.Buffer
		for j := range n {
			name := "ok.example"
			if n-j <= 40 {
				name = "evil.example.org"
			}
			fmt.Fprintf(&b, `{"timestamp":"2024-05-01T10:0%d:00.%06d+0000","event_type":"dns","src_ip":"10.0.0.1","dns":{"rrname":"%s"}}`+"\n", i, j, name)
		}
		logs = append(logs, b.Bytes())
		scan(t, fmt.Sprint(i), b.Bytes(), none(t), indicator.ScanOptions{Lines: true}, k.Add)
	}
	if err := k.Flush(); err != nil {
		t.Fatal(err)
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "*", "*")); len(found) != 1 {
		t.Errorf("kept as %v: the test misses its point", found)
	}
	wantSame(t, dir, setOf(t, world), logs...)
}

func TestSmallFilesOfADayAreJoined(t *testing.T) {
	dir, data := t.TempDir(), days(100)
	var logs [][]byte
	for i := range 36 { // as a followed log comes: little by little
		part := bytes.ReplaceAll(data, []byte(`"10.0.`), fmt.Appendf(nil, `"10.%d.`, i+1))
		logs = append(logs, part)
		keep(t, dir, fmt.Sprint(i), part, 1)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(found) > 5*32 {
		t.Errorf("%d files for 5 days: %v", len(found), err)
	}
	wantSame(t, dir, setOf(t, world), logs...)
	keep(t, dir, "3", logs[3], 1)
	if again, _ := filepath.Glob(filepath.Join(dir, "*", "*")); !slices.Equal(again, found) {
		t.Error("a block that was joined with others was kept again")
	}
}

func TestABlockWithoutADayGivesWhatIsThereUnderAnotherIdentity(t *testing.T) {
	dir, data, set := t.TempDir(), days(50), setOf(t, world)
	run := func(take func(*indicator.Result) error) {
		if _, err := retro.Scan(t.Context(), dir, set, 0, take); err != nil {
			t.Fatal(err)
		}
	}
	keep(t, dir, "0", data, 1)
	whole := blocks(t, nil, run)
	if err := os.RemoveAll(filepath.Join(dir, "2024-05-03")); err != nil { // or as if a run had been killed before it
		t.Fatal(err)
	}
	out, err := retro.Scan(t.Context(), dir, set, 0, func(*indicator.Result) error { return nil })
	if err != nil || out.Partial != 1 || out.Blocks != 0 {
		t.Errorf("%+v, %v", out, err)
	}
	left := blocks(t, nil, run)
	for id, b := range left {
		want := slices.DeleteFunc(slices.Clone(slices.Collect(maps.Values(whole))[0].Entries), func(e sighting.Entry) bool { return e.Day().String() == "2024-05-03" })
		if _, same := whole[id]; same || len(left) != 1 || b.Counts.Lines != 0 || len(b.Rejected) != 0 || len(want) == 0 || !reflect.DeepEqual(b.Entries, want) {
			t.Errorf("block %s: %+v, want %+v", id, b, want)
		}
	}
	keep(t, dir, "0", data, 1)
	wantSame(t, dir, set, data)
}

// A run that goes on after one that was killed between two days adds what is missing,
// and keeps nothing beside what was there.
func TestDaysThatAKilledRunKeptAreNotKeptTwice(t *testing.T) {
	dir, all := t.TempDir(), days(50)
	first := all[:bytes.IndexByte(all, '\n')+1] // a log of the first day only
	run := func() []string {
		k, err := retro.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		scan(t, "all", all, none(t), indicator.ScanOptions{Lines: true}, k.Add)
		scan(t, "first", first, none(t), indicator.ScanOptions{Lines: true}, k.Add)
		if err := k.Flush(); err != nil {
			t.Fatal(err)
		}
		found, err := filepath.Glob(filepath.Join(dir, "*", "*"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	whole := run()
	if err := os.RemoveAll(filepath.Join(dir, "2024-05-05")); err != nil || len(whole) != 5 {
		t.Fatal(err, whole)
	}
	if again := run(); !slices.Equal(again, whole) {
		t.Errorf("kept are %v, and were %v", again, whole)
	}
}

func TestOtherParquetReadersFindTheColumns(t *testing.T) {
	dir := t.TempDir()
	keep(t, dir, "0", days(20), 1)
	found, _ := filepath.Glob(filepath.Join(dir, "2024-05-02", "*.parquet"))
	if len(found) != 1 {
		t.Fatal(found)
	}
	rows, err := parquet.ReadFile[struct {
		ID     []byte    `parquet:"id"`
		Time   time.Time `parquet:"time,timestamp(nanosecond)"`
		Src    *string   `parquet:"src,optional"`
		Domain []string  `parquet:"domain"`
		Sensor *string   `parquet:"sensor,optional"`
		Host   *string   `parquet:"host,optional"`
	}](found[0])
	if err != nil || len(rows) != 4 {
		t.Fatal(len(rows), err)
	}
	line := telemetry.LineID(bytes.Split(days(20), []byte("\n"))[1])
	if r := rows[0]; !bytes.Equal(r.ID, line[:]) || r.Time.UTC() != time.Date(2024, 5, 2, 10, 0, 0, 1000, time.UTC) || *r.Src != "10.0.0.1" || r.Domain[0] != "h1.evil.example.org" || r.Sensor != nil || *r.Host != *r.Src {
		t.Errorf("%+v", r)
	}
	f, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	file, err := parquet.OpenFile(bytes.NewReader(f), int64(len(f)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range file.Schema().Columns() {
		names = append(names, c[0])
	}
	if got := strings.Join(names, " "); got != "id time src dst domain url hashes ja3 ja4 sensor host reply opened extra" {
		t.Errorf("columns are %s", got)
	}
}

func TestDamagedAndForeignFilesAreNamed(t *testing.T) {
	dir := t.TempDir()
	keep(t, dir, "0", days(20), 1)
	found, _ := filepath.Glob(filepath.Join(dir, "2024-05-02", "*.parquet"))
	good, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	var foreign bytes.Buffer
	if err := parquet.Write(&foreign, []struct{ A int }{{1}}); err != nil {
		t.Fatal(err)
	}
	middle := slices.Clone(good)
	for i := 8; i < len(good)/4; i++ {
		middle[i] ^= 0x55
	}
	for name, bad := range map[string][]byte{"empty": {}, "cut short": good[:len(good)-9], "no Parquet": []byte("time,src\n1,2\n"), "of another program": foreign.Bytes(), "pages": middle} {
		if err := os.WriteFile(found[0], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := retro.Scan(context.Background(), dir, setOf(t, world), 0, func(*indicator.Result) error { return nil })
		if err == nil || !strings.Contains(err.Error(), found[0]) || !strings.Contains(err.Error(), "--keep") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// BenchmarkKeep shows the speed of keeping, in bytes of log, and what an entry
// takes on disk.
func BenchmarkKeep(b *testing.B) {
	eve, _, _ := made(100_000, 1000)
	b.SetBytes(int64(len(eve)))
	var size, n int64
	for b.Loop() {
		dir := b.TempDir()
		keep(b, dir, "0", eve, 1<<20)
		size, n = 0, n+1
		found, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
		for _, f := range found {
			if st, err := os.Stat(f); err == nil {
				size += st.Size()
			}
		}
	}
	b.ReportMetric(float64(size)/100_000, "disk-B/entry")
	b.ReportMetric(float64(len(eve))/100_000, "log-B/entry")
}

func BenchmarkScan(b *testing.B) {
	eve, _, set := made(400_000, 1000)
	dir := b.TempDir()
	keep(b, dir, "0", eve, 1<<20)
	for b.Loop() {
		if _, err := retro.Scan(b.Context(), dir, set, 0, func(*indicator.Result) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(400_000*float64(b.N)/b.Elapsed().Seconds()/1e6, "M-entries/s")
}

// The file was written by the program before it kept which way contacts went.
func TestFilesOfOlderVersionsAreRead(t *testing.T) {
	dir := t.TempDir()
	old, err := os.ReadFile(filepath.Join("testdata", "before-contacts.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Join(dir, "2024-05-01"), 0o755), os.WriteFile(filepath.Join(dir, "2024-05-01", "old.parquet"), old, 0o644)); err != nil {
		t.Fatal(err)
	}
	var b indicator.Builder
	if _, err := indicator.LoadList(&b, "list", strings.NewReader("evil.example.org\n198.51.100.9\n"), indicator.Defaults{}); err != nil {
		t.Fatal(err)
	}
	var hosts []string
	_, err = retro.Scan(t.Context(), dir, b.Set(), 1, func(r *indicator.Result) error {
		for i := range r.Hits {
			e := sighting.FromHit(&r.Hits[i], nil)
			hosts = append(hosts, e.System.Host.String()+" "+e.Contact.Direction.String())
		}
		return nil
	})
	slices.Sort(hosts)
	if want := []string{"10.0.0.1 unknown", "10.0.0.2 unknown"}; err != nil || !slices.Equal(hosts, want) {
		t.Errorf("%v %v, want %v", hosts, err, want)
	}
}
