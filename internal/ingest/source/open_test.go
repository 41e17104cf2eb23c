package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// lineFormat makes a record of every element whose list is called "lines".
var lineFormat = Format{
	Name: "lines",
	Sniff: func(head []byte, name string) (bool, string) {
		return bytes.Contains(head, []byte(`"lines"`)), `no "lines" member`
	},
	Open: func(ctx context.Context, r io.Reader, in Info, opt Options) (Reader, error) {
		return &lineReader{s: jsonscan.New(r, opt.Limits(), "lines")}, nil
	},
}

type lineReader struct {
	s *jsonscan.Scanner
	n int
}

func (l *lineReader) Next() (evidence.Record, error) {
	if l.s.Scan() {
		l.n++
		return evidence.Record{Value: string(l.s.Element().Raw)}, nil
	}
	if err := l.s.Err(); err != nil {
		return evidence.Record{}, err
	}
	return evidence.Record{}, io.EOF
}

func (l *lineReader) Summary() Summary { return Summary{Records: l.n} }

var other = Format{Name: "other", Sniff: func([]byte, string) (bool, string) { return false, "not other" }}

func write(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func compressed(t *testing.T, kind string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	var err error
	switch kind {
	case "gz":
		w = gzip.NewWriter(&out)
	case "zst":
		w, err = zstd.NewWriter(&out)
	case "xz":
		w, err = xz.WriterConfig{DictCap: 1 << 16, BlockSize: 1 << 16}.NewWriter(&out)
	default:
		return b
	}
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func document(n int) []byte {
	return []byte(`{"lines":[` + strings.TrimSuffix(strings.Repeat(`"a line of text",`, n), ",") + "]}\n")
}

func drain(in *Input) (int, error) {
	n := 0
	err := All(in, func(evidence.Record) error { n++; return nil }, func(*RecordError) {})
	return n, err
}

func TestCompressionIsToldByContentNotByName(t *testing.T) {
	for _, kind := range []string{"plain", "gz", "xz", "zst"} {
		b := compressed(t, kind, document(50000))
		path := write(t, "misleading.gz", b)
		in, err := File(path).Open(t.Context(), []Format{other, lineFormat}, "", Options{})
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		n, err := drain(in)
		sum := sha256.Sum256(b)
		if err != nil || n != 50000 || in.Format() != "lines" || in.SHA256() != hex.EncodeToString(sum[:]) ||
			in.BytesRead() != int64(len(b)) || in.Size() != int64(len(b)) {
			t.Errorf("%s: %d records, error %v, %d of %d bytes, hash %s", kind, n, err, in.BytesRead(), in.Size(), in.SHA256())
		}
		if err := in.Close(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestTruncatedCompressionIsAnError(t *testing.T) {
	for _, kind := range []string{"gz", "xz", "zst"} {
		b := compressed(t, kind, document(50000))
		for _, cut := range []int{len(b) - 1, len(b) / 2, 7} {
			in, err := File(write(t, "f", b[:cut])).Open(t.Context(), []Format{lineFormat}, "lines", Options{})
			if err == nil {
				_, err = drain(in)
				in.Close()
			}
			if err == nil {
				t.Errorf("%s cut to %d of %d bytes was read without error", kind, cut, len(b))
			}
		}
	}
}

func TestWhatCannotBeOpenedSaysWhy(t *testing.T) {
	dir := t.TempDir()
	secret := write(t, "secret", document(1))
	if err := os.Chmod(secret, 0); err != nil {
		t.Fatal(err)
	}
	cases := []struct{ path, as, want string }{
		{dir, "", "is a directory"},
		{filepath.Join(dir, "none"), "", "no such file"},
		{write(t, "empty", nil), "", "is empty"},
		{write(t, "hello", []byte("hello")), "", `not recognised: other: not other; lines: no "lines" member`},
		{write(t, "hello", []byte("hello")), "lines", "line 1: expected { or ["},
		{write(t, "hello", []byte("hello")), "xml", `format "xml" is unknown; give one of other, lines`},
		{write(t, "gz", []byte("\x1f\x8b")), "", "decompressing gzip"},
	}
	if os.Geteuid() != 0 {
		cases = append(cases, struct{ path, as, want string }{secret, "", "permission denied"})
	}
	for _, c := range cases {
		in, err := File(c.path).Open(t.Context(), []Format{other, lineFormat}, c.as, Options{})
		if err == nil {
			_, err = drain(in)
			in.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s as %q: error %v, want %q", c.path, c.as, err, c.want)
		}
	}
}

func TestTooLargeInputIsRefusedBeforeItIsHeld(t *testing.T) {
	for _, kind := range []string{"plain", "gz", "xz", "zst"} {
		path := write(t, "f", compressed(t, kind, document(100000)))
		in, err := File(path).Open(t.Context(), []Format{lineFormat}, "", Options{MaxBytes: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := drain(in); err == nil || !strings.Contains(err.Error(), "larger than the limit of 1048576 bytes") {
			t.Errorf("%s: %d records, error %v", kind, n, err)
		}
		in.Close()
	}
}

func TestBombIsRefused(t *testing.T) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	spaces := bytes.Repeat([]byte(" "), 1<<20)
	for range 300 {
		w.Write(spaces)
	}
	w.Close()
	in, err := File(write(t, "bomb", out.Bytes())).Open(t.Context(), []Format{lineFormat}, "lines", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if _, err := drain(in); err == nil || !strings.Contains(err.Error(), "bomb") {
		t.Errorf("error %v", err)
	}
}

// The size of an xz dictionary stands in each block header; the guard must
// find it in the first block, in later ones and in later streams.
func TestHugeXZDictionaryIsRefusedInAnyBlock(t *testing.T) {
	one := compressed(t, "xz", document(20000)) // several blocks of 64 KiB
	filter := []byte{0x21, 1, one[bytes.Index(one, []byte{0x21, 1})+2]}
	if n := bytes.Count(one, filter); n < 2 {
		t.Fatalf("%d blocks, want several", n)
	}
	two := append(bytes.Clone(one), make([]byte, 8)...) // stream padding
	two = append(two, one...)
	for at := 0; ; {
		i := bytes.Index(two[at:], filter)
		if i < 0 {
			break
		}
		at += i + 3
		bad := bytes.Clone(two)
		bad[at-1] = 38 // 2 GiB
		g := &xzGuard{r: &chunked{bad, 1000}}
		if _, err := io.Copy(io.Discard, g); err == nil || !strings.Contains(err.Error(), "dictionary of 2048 MiB") {
			t.Errorf("block at %d: error %v", at, err)
		}
	}
	g := &xzGuard{r: &chunked{two, 7}}
	if n, err := io.Copy(io.Discard, g); err != nil || n != int64(len(two)) || g.state != xzStream {
		t.Errorf("a good file: %d bytes, error %v, state %d", n, err, g.state)
	}
	bad := bytes.Clone(one)
	bad[bytes.Index(bad, filter)+2] = 38
	if _, err := File(write(t, "bad.xz", bad)).Open(t.Context(), []Format{lineFormat}, "", Options{}); err == nil || !strings.Contains(err.Error(), "dictionary") {
		t.Errorf("error %v", err)
	}
}

func FuzzXZGuard(f *testing.F) {
	f.Add([]byte("\xfd7zXZ\x00\x00\x04"), 3)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		got, err := io.ReadAll(&xzGuard{r: &chunked{b, max(1, n%100)}})
		if err == nil && !bytes.Equal(got, b) {
			t.Fatal("the guard changed what it passes on")
		}
	})
}

// chunked hands out n bytes at a time.
type chunked struct {
	b []byte
	n int
}

func (c *chunked) Read(p []byte) (int, error) {
	if len(c.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.b[:min(c.n, len(c.b))])
	c.b = c.b[n:]
	return n, nil
}
