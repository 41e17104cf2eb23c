package source

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

// lines reads every member and tells its name below the folder and what it
// holds, or why it cannot be read.
func lines(t *testing.T, path string) []string {
	t.Helper()
	var out []string
	err := Members(t.Context(), path, Options{}, func(m Member) error {
		name := strings.TrimPrefix(strings.TrimPrefix(m.Name, path), string(filepath.Separator))
		in, err := m.Open(t.Context(), []Format{lineFormat}, "", Options{})
		if err != nil {
			var unknown *UnknownError
			if !errors.As(err, &unknown) {
				t.Errorf("%s: %v", m.Name, err)
			}
			out = append(out, name+" unknown")
			return nil
		}
		defer in.Close()
		for rec, err := in.Next(); err != io.EOF; rec, err = in.Next() {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, name+" "+rec.Value)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFoldersAndArchivesGiveTheirFiles(t *testing.T) {
	files := map[string][]byte{
		"b.json": []byte(`{"lines":[2]}`), "in/a.json.gz": compressed(t, "gz", []byte(`{"lines":[1]}`)), "read.me": []byte("hello"), "empty": nil,
		".hidden": []byte(`{"lines":[9]}`), ".git/c.json": []byte(`{"lines":[9]}`),
	}
	want := []string{"b.json 2", "empty unknown", "in/a.json.gz 1", "read.me unknown"}
	dir := t.TempDir()
	var z, tr bytes.Buffer
	zw, tw := zip.NewWriter(&z), tar.NewWriter(&tr)
	for name, b := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, b, 0o600)); err != nil {
			t.Fatal(err)
		}
		w, err := zw.Create(name)
		if err == nil {
			_, err = w.Write(b)
		}
		if err := errors.Join(err, tw.WriteHeader(&tar.Header{Name: name, Size: int64(len(b)), Mode: 0o600})); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(zw.Close(), tw.Close()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		dir, write(t, "x.zip", z.Bytes()), write(t, "x.tar", tr.Bytes()), write(t, "x.tar.gz", compressed(t, "gz", tr.Bytes())), write(t, "x.tar.zst", compressed(t, "zst", tr.Bytes())),
	} {
		got := lines(t, path)
		slices.Sort(got) // a tar keeps its own order
		if !slices.Equal(got, want) {
			t.Errorf("%s gives %q, want %q", path, got, want)
		}
	}
	if got := lines(t, filepath.Join(dir, "b.json")); !slices.Equal(got, []string{" 2"}) {
		t.Errorf("a file alone gives %q", got)
	}
}

func TestABrokenArchiveIsAnError(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: "a.json", Size: 5000}); err != nil {
		t.Fatal(err)
	}
	err := Members(t.Context(), write(t, "x.tar", append(b.Bytes(), `{"lines":[`...)), Options{}, func(m Member) error {
		in, err := m.Open(t.Context(), []Format{lineFormat}, "", Options{})
		if err != nil {
			return err
		}
		defer in.Close()
		_, err = in.Next()
		return err
	})
	if err == nil || err == io.EOF {
		t.Errorf("a tar that breaks off: %v", err)
	}
	if err := Members(t.Context(), t.TempDir(), Options{}, func(Member) error { return nil }); err == nil || !strings.Contains(err.Error(), "has no files") {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestTextInUTF16IsRead(t *testing.T) {
	for _, order := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
		b, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().Bytes([]byte(`{"lines":["å"]}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := lines(t, write(t, "x.json", b)); !slices.Equal(got, []string{` "å"`}) {
			t.Errorf("UTF-16 gives %q", got)
		}
	}
}
