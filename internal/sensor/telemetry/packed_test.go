package telemetry_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// tool runs a program over what it reads; the test is skipped where there is none.
func tool(t *testing.T, in []byte, name string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed here", name)
	}
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %q: %v %s", name, args, err, errs.String())
	}
	return out.Bytes()
}

// Logs are read as the programs that pack them leave them.
func TestWhatToolsPackReadsLikePlain(t *testing.T) {
	text := lines(0, 5000)
	half := len(lines(0, 2500))
	first, second := []byte(text[:half]), []byte(text[half:])
	for name, pack := range map[string]func(t *testing.T) []byte{
		"gzip": func(t *testing.T) []byte { return tool(t, []byte(text), "gzip", "-c") },
		"gzip, members": func(t *testing.T) []byte {
			return append(tool(t, first, "gzip", "-c"), tool(t, second, "gzip", "-c")...)
		},
		"zstd": func(t *testing.T) []byte { return tool(t, []byte(text), "zstd", "-c") },
		"zstd, frames": func(t *testing.T) []byte {
			return append(tool(t, first, "zstd", "-c"), tool(t, second, "zstd", "-c")...)
		},
		"zstd, long": func(t *testing.T) []byte { return tool(t, []byte(text), "zstd", "-c", "--long=27") },
		"pzstd":      func(t *testing.T) []byte { return tool(t, []byte(text), "pzstd", "-c", "-p", "2") },
		"bzip2":      func(t *testing.T) []byte { return tool(t, []byte(text), "bzip2", "-c") },
		"bzip2, streams": func(t *testing.T) []byte {
			return append(tool(t, first, "bzip2", "-c"), tool(t, second, "bzip2", "-c")...)
		},
		"xz":          func(t *testing.T) []byte { return tool(t, []byte(text), "xz", "-c") },
		"xz, streams": func(t *testing.T) []byte { return append(tool(t, first, "xz", "-c"), tool(t, second, "xz", "-c")...) },
		"xz, blocks":  func(t *testing.T) []byte { return tool(t, []byte(text), "xz", "-c", "--block-size=65536", "-T2") },
		"lz4":         func(t *testing.T) []byte { return tool(t, []byte(text), "lz4", "-c") },
		"lz4, frames": func(t *testing.T) []byte { return append(tool(t, first, "lz4", "-c"), tool(t, second, "lz4", "-c")...) },
		"lz4, linked frames": func(t *testing.T) []byte {
			return append(tool(t, first, "lz4", "-c", "-B4", "-BD"), tool(t, second, "lz4", "-c", "-B4", "-BD")...)
		},
		"lz4, linked blocks": func(t *testing.T) []byte { return tool(t, []byte(text), "lz4", "-c", "-B4", "-BD", "-9") },
		"lz4, old":           func(t *testing.T) []byte { return tool(t, []byte(text), "lz4", "-c", "-l") },
		"zstd of gzip":       func(t *testing.T) []byte { return tool(t, tool(t, []byte(text), "gzip", "-c"), "zstd", "-c") },
	} {
		t.Run(name, func(t *testing.T) {
			packed := pack(t)
			log, err := telemetry.Opening{Formats: formats}.Read("x", bytes.NewReader(packed))
			if err != nil {
				t.Fatal(err)
			}
			events, rejected, c, err := drain(t, log)
			if err = errors.Join(err, log.Close()); err != nil || events != 5000 || len(rejected) > 0 || c.Bytes != int64(len(text)) {
				t.Errorf("%d events, %v, %+v, %v", events, rejected, c, err)
			}
			// Cut short it is no whole log, wherever the cut is; the old form of lz4
			// cannot tell.
			for _, lost := range []int{1, 4, 8, len(packed) / 50, len(packed) / 5, len(packed) / 2} {
				if log, err = (telemetry.Opening{Formats: formats}).Read("x", bytes.NewReader(packed[:len(packed)-lost])); err == nil {
					_, _, _, err = drain(t, log)
				}
				if err == nil && name != "lz4, old" {
					t.Errorf("without its last %d bytes it is read as whole", lost)
				}
			}
		})
	}
}

// Zeros behind a gzip member, as a copy of a tape or of a preallocated file has them,
// cost no entry, and are told.
func TestZerosBehindGzipCostNoEntry(t *testing.T) {
	log, err := telemetry.Opening{Formats: formats}.Read("x", bytes.NewReader(append(packGzip(t, lines(0, 50)), make([]byte, 512)...)))
	if err != nil {
		t.Fatal(err)
	}
	if events, _, _, err := drain(t, log); events != 50 || err == nil {
		t.Errorf("%d events, %v", events, err)
	}
}

// Archives are folders: logs are read, and what is none is told.
func TestArchivesOfLogs(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.json": lines(0, 10), "in/b.json.gz": string(packGzip(t, lines(10, 25))), "README": "no log\n", ".hidden": "x\n", "empty.json": ""} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, pack := range map[string][]string{"x.tar": {"tar", "-cf", "-", "."}, "x.tar.gz": {"tar", "-czf", "-", "."}, "pax.tar": {"tar", "--format=pax", "-cf", "-", "."}, "x.zip": {"zip", "-qr", "-", "."}} {
		t.Run(name, func(t *testing.T) {
			archive := filepath.Join(t.TempDir(), name)
			packed := tool(t, nil, "sh", append([]string{"-c", `cd "$0" && exec "$@"`, dir}, pack...)...)
			if err := os.WriteFile(archive, packed, 0o600); err != nil {
				t.Fatal(err)
			}
			var got []string
			each := func(name string, within bool, l *telemetry.Log, err error) error {
				name = strings.TrimPrefix(name, archive)
				switch {
				case !within:
					return fmt.Errorf("%s is no member: %w", name, err)
				case errors.Is(err, telemetry.ErrEmpty):
					got = append(got, name+" empty")
				case errors.Is(err, telemetry.ErrFormat):
					got = append(got, name+" foreign")
				case err != nil:
					return err
				default:
					events, _, _, err := drain(t, l)
					got = append(got, fmt.Sprintf("%s %d", name, events))
					return err
				}
				return nil
			}
			opening := telemetry.Opening{Formats: formats}
			if err := opening.Each(archive, each); err != nil {
				t.Fatal(err)
			}
			slices.Sort(got)
			if want := []string{"/README foreign", "/a.json 10", "/empty.json empty", "/in/b.json.gz 15"}; !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
			// What is cut short says so, and keeps what came before.
			if err := os.WriteFile(archive, packed[:min(800, len(packed)/2)], 0o600); err != nil {
				t.Fatal(err)
			}
			if err := opening.Each(archive, each); err == nil {
				t.Error("a damaged archive is whole")
			}
			if _, err := opening.Open(archive); err == nil {
				t.Error("an archive is one log")
			}
		})
	}
	for name, data := range map[string]string{"empty.tar": string(tool(t, nil, "tar", "-cf", "-", "-T", "/dev/null")), "broken.zip": "PK\x03\x04rest"} {
		archive := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(archive, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := (telemetry.Opening{Formats: formats}).Each(archive, func(name string, _ bool, _ *telemetry.Log, err error) error { return err }); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What programs leave at the beginning of a log, and in what letters, costs no entry.
func TestBeginningsOfLogs(t *testing.T) {
	text := lines(0, 100)
	for name, c := range map[string]struct {
		log              string
		events, rejected int
	}{
		"NULs before a line":    {strings.Repeat("\x00", 3<<20) + "\n" + text, 100, 1},
		"NULs within a line":    {strings.Repeat("\x00", 3<<20) + text, 99, 1},
		"NULs only":             {strings.Repeat("\x00", 3<<20), -1, 0},
		"UTF-16, little-endian": {utf16of(text, binary.LittleEndian, true), 100, 0},
		"UTF-16, big-endian":    {utf16of(text, binary.BigEndian, true), 100, 0},
		"UTF-16 without a mark": {utf16of(text, binary.LittleEndian, false), 100, 0},
	} {
		log, err := telemetry.Opening{Formats: formats}.Read("x", strings.NewReader(c.log))
		if c.events < 0 {
			if !errors.Is(err, telemetry.ErrEmpty) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if events, rejected, _, err := drain(t, log); events != c.events || len(rejected) != c.rejected || err != nil {
			t.Errorf("%s: %d events, %.200v, %v", name, events, rejected, err)
		}
	}
}

func utf16of(text string, order binary.AppendByteOrder, mark bool) string {
	var out []byte
	if mark {
		out = order.AppendUint16(out, 0xfeff)
	}
	for _, c := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, c)
	}
	return string(out)
}
