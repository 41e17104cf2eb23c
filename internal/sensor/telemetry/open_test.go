package telemetry_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/cahoots-project/cahoots/internal/scaffold/agree"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// drain reads a log to its end.
func drain(t *testing.T, log *telemetry.Log) (events int, rejected []telemetry.Rejection, c telemetry.Counts, err error) {
	t.Helper()
	for {
		b, err := log.Next()
		if errors.Is(err, io.EOF) {
			return events, rejected, c, nil
		}
		if err != nil {
			return events, rejected, c, err
		}
		c.Add(agree.Decode(b, func(int64, []byte, *telemetry.Event) { events++ }, func(r telemetry.Rejection) { rejected = append(rejected, r) }))
		b.Release()
	}
}

func packGzip(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPackedLogsReadLikePlainOnes(t *testing.T) {
	text := lines(0, 5000)
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"plain": []byte(text), "gzip": packGzip(t, text), "zstd": enc.EncodeAll([]byte(text), nil)} {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		log, err := telemetry.Opening{Formats: formats}.Open(path)
		if err != nil {
			t.Fatal(name, err)
		}
		events, rejected, c, err := drain(t, log)
		if err := errors.Join(err, log.Close()); err != nil || events != 5000 || len(rejected) > 0 || c.Bytes != int64(len(text)) {
			t.Errorf("%s: %d events, %v, %+v, %v", name, events, rejected, c, err)
		}
	}
}

func TestGzipCutShortKeepsWhatCameBefore(t *testing.T) {
	packed := packGzip(t, lines(0, 5000))
	log, err := telemetry.Opening{Formats: formats}.Read("cut.gz", bytes.NewReader(packed[:len(packed)/2]))
	if err != nil {
		t.Fatal(err)
	}
	events, rejected, c, err := drain(t, log)
	if err == nil || !strings.Contains(err.Error(), "cut.gz") || !strings.Contains(err.Error(), "unexpected EOF") {
		t.Errorf("the error is %v", err)
	}
	if events < 1000 || len(rejected) > 1 || c.Lines != c.Events+c.Rejected {
		t.Errorf("%d events, %v, %+v", events, rejected, c)
	}
}

// giant yields a line, a line of size bytes, and another line.
func giant(size int64) io.Reader {
	return io.MultiReader(strings.NewReader(eve(1)), io.LimitReader(xs{}, size), strings.NewReader("\n"+eve(2)))
}

type xs struct{}

func (xs) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestLineOverTheLimitIsCountedAndNotHeld(t *testing.T) {
	const size = 100 << 20
	check := func(name string, log *telemetry.Log) {
		events, rejected, c, err := drain(t, log)
		if err != nil || events != 2 || len(rejected) != 1 || rejected[0].Line != 2 && rejected[0].Line != 1 || c.Lines != 3 || c.Bytes != size+1+int64(len(eve(1)+eve(2))) {
			t.Errorf("%s: %d events, %v, %+v, %v", name, events, rejected, c, err)
		}
		if len(rejected) == 1 && !strings.Contains(rejected[0].Why, "over the limit") {
			t.Errorf("%s: %v", name, rejected[0])
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	log, err := telemetry.Opening{Formats: formats, As: "suricata"}.Read("x", giant(size))
	if err != nil {
		t.Fatal(err)
	}
	check("stream", log)
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 80<<20 {
		t.Errorf("reading it took %d MB of memory", grown>>20)
	}
	path := filepath.Join(t.TempDir(), "log")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, giant(size)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if log, err = (telemetry.Opening{Formats: formats, As: "suricata"}).Open(path); err != nil {
		t.Fatal(err)
	}
	check("file", log)
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestExpandListsFoldersAndPatterns(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.json", "a/c.json", ".hidden", "a/.x/y"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		add(t, path, "x")
	}
	got, _, err := telemetry.Expand([]string{dir, filepath.Join(dir, "*.json"), "-"})
	want := []string{filepath.Join(dir, "a/c.json"), filepath.Join(dir, "b.json"), "-"}
	if err != nil || strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%q %v", got, err)
	}
	for _, name := range []string{filepath.Join(dir, "none"), filepath.Join(dir, "*.none"), t.TempDir()} {
		if _, _, err := telemetry.Expand([]string{name}); err == nil {
			t.Errorf("%s was found", name)
		}
	}
}

func TestUnknownLogSaysWhyForEveryFormat(t *testing.T) {
	_, err := telemetry.Opening{Formats: formats}.Read("x.log", strings.NewReader("hello\n"))
	if err == nil || !strings.Contains(err.Error(), "suricata: does not begin with a JSON object") || !strings.Contains(err.Error(), "--as") {
		t.Error(err)
	}
	if _, err = (telemetry.Opening{Formats: formats}).Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "folder") {
		t.Error(err)
	}
	if _, err = (telemetry.Opening{Formats: formats, As: "sirucata"}).Read("x.log", strings.NewReader("")); err == nil || !strings.Contains(err.Error(), `"sirucata" is unknown`) {
		t.Error(err)
	}
}

func TestArchivesAndCapturesAreToldHowToBecomeLogs(t *testing.T) {
	tar := make([]byte, 1024)
	copy(tar[257:], "ustar")
	copy(tar[512:], "{\"timestamp\":\"2024-05-01T10:00:00.000000+0000\",\"event_type\":\"flow\"}\n")
	for text, want := range map[string]string{string(tar): "it is an archive", "PK\x03\x04rest": "from a file", "\xd4\xc3\xb2\xa1rest": "zeek -r", "\x0c\xa5rest": "nfdump -r"} {
		if _, err := (telemetry.Opening{Formats: formats}).Read("x", strings.NewReader(text)); !errors.Is(err, telemetry.ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text[:8], err)
		}
	}
}

func TestALogThatSaysItIsEmptyIsEmpty(t *testing.T) {
	for _, text := range []string{"No matching flows\n", "[\n]\n", " [ ]"} {
		if _, err := (telemetry.Opening{Formats: formats}).Read("x", strings.NewReader(text)); !errors.Is(err, telemetry.ErrEmpty) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
