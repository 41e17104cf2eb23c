package telemetry_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/scaffold/agree"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/suricata"
)

var formats = []telemetry.Format{suricata.Format()}

func eve(n int) string {
	return fmt.Sprintf(`{"timestamp":"2024-05-01T00:00:00.%06d+0000","event_type":"dns","src_ip":"10.0.0.1","dest_ip":"10.0.0.2","dns":{"rrname":"n%d.example.org"}}`+"\n", n, n)
}

func lines(from, to int) string {
	var b strings.Builder
	for n := from; n < to; n++ {
		b.WriteString(eve(n))
	}
	return b.String()
}

// follower reads a followed log and tells what it saw.
type follower struct {
	t    *testing.T
	stop context.CancelFunc
	got  chan string
	last *telemetry.Position
	done chan struct{}
}

func follow(t *testing.T, path string, from *telemetry.Position) *follower {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	log, missed, err := telemetry.Follow(ctx, path, telemetry.FollowOptions{From: from, Poll: time.Millisecond, Opening: telemetry.Opening{Formats: formats}})
	if err != nil || missed {
		t.Fatal(err, missed)
	}
	f := &follower{t: t, stop: stop, got: make(chan string, 10000), done: make(chan struct{})}
	go func() {
		defer close(f.done)
		for {
			b, err := log.Next()
			if errors.Is(err, io.EOF) {
				if err := log.Close(); err != nil {
					t.Error(err)
				}
				return
			}
			if err != nil {
				t.Error(err)
				return
			}
			agree.Decode(b, func(_ int64, _ []byte, e *telemetry.Event) { f.got <- e.Domains[0] }, func(r telemetry.Rejection) { t.Error(r) })
			f.last = b.After
		}
	}()
	return f
}

// want waits until names n(from)..n(to-1) have been seen, in order.
func (f *follower) want(from, to int) {
	f.t.Helper()
	for n := from; n < to; n++ {
		select {
		case got := <-f.got:
			if want := fmt.Sprintf("n%d.example.org", n); got != want {
				f.t.Fatalf("saw %s, want %s", got, want)
			}
		case <-time.After(10 * time.Second):
			f.t.Fatalf("n%d.example.org was not seen", n)
		}
	}
}

func (f *follower) end() *telemetry.Position {
	f.stop()
	<-f.done
	return f.last
}

func add(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFollowSeesWhatIsAddedAcrossRotationAndTruncation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "eve.json")
	f := follow(t, path, nil) // the log is not there yet
	add(t, path, lines(0, 50))
	f.want(0, 50)
	half := eve(50)
	add(t, path, half[:40])
	add(t, path, half[40:]+lines(51, 60))
	f.want(50, 60)
	add(t, path, lines(60, 70))
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	add(t, path+".1", lines(70, 75)) // the sensor writes on until it is told
	add(t, path, lines(75, 100))
	f.want(60, 100)
	// Rotation by a program that puts an empty log in the place of the old one
	// before it tells the sensor.
	if err := os.Rename(path, path+".2"); err != nil {
		t.Fatal(err)
	}
	add(t, path, "")
	time.Sleep(20 * time.Millisecond)
	add(t, path+".2", lines(100, 105))
	f.want(100, 105)
	add(t, path, lines(105, 110))
	f.want(105, 110)
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	add(t, path, lines(110, 120))
	f.want(110, 120)
	f.end()
}

func TestFollowGoesOnWhereItStopped(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "eve.json")
	add(t, path, lines(0, 40))
	f := follow(t, path, nil)
	f.want(0, 40)
	at := f.end()

	add(t, path, lines(40, 45))
	f = follow(t, path, at)
	f.want(40, 45)
	at = f.end()

	// While nobody looked: more lines, a rotation that packs, another rotation.
	add(t, path, lines(45, 50))
	packed, err := os.Create(path + ".2.gz")
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(packed)
	if _, err := z.Write([]byte(lines(0, 50))); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(z.Close(), packed.Close(), os.Remove(path)); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path+".2.gz", old, old); err != nil {
		t.Fatal(err)
	}
	add(t, path+".1", lines(50, 55))
	add(t, path, lines(55, 60))
	f = follow(t, path, at)
	f.want(45, 60)
	f.end()
}

// What a shipper wrapped is followed like what a sensor writes, through rotation and
// from one run to the next.
func TestWrappedLogsAreFollowed(t *testing.T) {
	wrapped := func(from, to int) string {
		var b strings.Builder
		for line := range strings.Lines(lines(from, to)) {
			fmt.Fprintf(&b, "{\"@timestamp\":\"2024-05-01T00:00:00Z\",\"message\":%q}\n", line)
		}
		return b.String()
	}
	path := filepath.Join(t.TempDir(), "beats.json")
	add(t, path, wrapped(0, 10))
	f := follow(t, path, nil)
	f.want(0, 10)
	add(t, path, wrapped(10, 20))
	f.want(10, 20)
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	add(t, path, wrapped(20, 30))
	f.want(20, 30)
	at := f.end()
	add(t, path, wrapped(30, 40))
	if err := os.Rename(path, path+".2"); err != nil { // while nobody looked
		t.Fatal(err)
	}
	add(t, path, wrapped(40, 50))
	f = follow(t, path, at)
	f.want(30, 50)
	f.end()
}

func TestFollowSaysWhatItMissed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "eve.json")
	add(t, path, lines(0, 40))
	f := follow(t, path, nil)
	f.want(0, 40)
	at := f.end()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	add(t, path, lines(100, 110))
	_, missed, err := telemetry.Follow(context.Background(), path, telemetry.FollowOptions{From: at, Opening: telemetry.Opening{Formats: formats}})
	if err != nil || !missed {
		t.Errorf("missed %v, %v", missed, err)
	}
}

func TestEveryCutGivesTheSameLines(t *testing.T) {
	// Lines of very different length around the borders of the grid, read as
	// a file, as a stream, and compressed.
	var text strings.Builder
	for n := range 400 {
		pad := []int{0, 10, 5000, telemetry.BlockSize / 100, telemetry.BlockSize + 7}[n%5]
		if n%50 != 4 {
			pad = min(pad, 12000)
		}
		fmt.Fprintf(&text, `{"timestamp":"2024-05-01T00:00:00.000000+0000","event_type":"dns","src_ip":"10.0.0.1","pad":"%s","dns":{"rrname":"n%d.example.org"}}`+"\n", strings.Repeat("x", pad), n)
	}
	dir := t.TempDir()
	plain := filepath.Join(dir, "a.json")
	add(t, plain, text.String())
	packed := filepath.Join(dir, "a.json.gz")
	file, err := os.Create(packed)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(file)
	if _, err := z.Write([]byte(text.String())); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(z.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	read := func(path string) (names, ids []string) {
		log, err := telemetry.Opening{Formats: formats}.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer log.Close()
		for {
			b, err := log.Next()
			if errors.Is(err, io.EOF) {
				return names, ids
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(b.Data) > 0 {
				ids = append(ids, b.ID())
			}
			agree.Decode(b, func(_ int64, _ []byte, e *telemetry.Event) { names = append(names, e.Domains[0]) }, func(r telemetry.Rejection) { t.Error(r) })
			b.Release()
		}
	}
	names, ids := read(plain)
	if len(names) != 400 || names[399] != "n399.example.org" {
		t.Errorf("%d lines of 400", len(names))
	}
	names2, ids2 := read(packed)
	if !slices.Equal(names, names2) || !slices.Equal(ids, ids2) {
		t.Error("the compressed log gives other lines or blocks")
	}
}
