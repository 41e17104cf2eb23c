package fetch

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// copy takes the file from the folder of Options.From.
func (t *transfer) copy(ctx context.Context) (Fetched, error) {
	from, err := t.find()
	if err != nil {
		return Fetched{}, err
	}
	r := Receipt{URL: t.file.URL, FetchedAt: t.opt.Now().UTC()}
	var theirs Receipt
	if err := readJSON(receiptPath(from), &theirs); err == nil {
		r = theirs
	} else if !errors.Is(err, fs.ErrNotExist) {
		return Fetched{}, err
	}
	partial := t.path + ".copy"
	if err := t.duplicate(ctx, from, partial); err != nil {
		os.Remove(partial)
		return Fetched{}, err
	}
	return t.finish(partial, Copied, r)
}

// find looks for the file in the folder of Options.From, or in one named like
// the source within it, as in another machine's cache: under its own name, else
// under the one that a browser or a release gives it, with a version or a number
// behind ("enterprise-attack-18.1.json", "threat-actor (1).json"), compressed or
// not. Several of these are an error: which is meant only the user knows.
func (t *transfer) find() (string, error) {
	want, ext := stem(t.file.Name)
	var found []string
	for _, dir := range []string{t.opt.From, filepath.Join(t.opt.From, t.src.Name)} {
		files, err := os.ReadDir(dir)
		if err != nil && (dir == t.opt.From || !errors.Is(err, fs.ErrNotExist)) {
			return "", err
		}
		for _, f := range files {
			path := filepath.Join(dir, f.Name())
			if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
				continue
			}
			if f.Name() == t.file.Name {
				return path, nil
			}
			if name, e := stem(f.Name()); name == want && e == ext {
				found = append(found, path)
			}
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("there is no file of that name in %s: put it there, from %s", t.opt.From, t.src.Homepage)
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("several files may be it: %s: leave one of them there, or name it %s", strings.Join(found, ", "), t.file.Name)
}

// edition is what stands behind a name: a version, a date, the number of a copy.
var edition = regexp.MustCompile(`^(.*?)(?:[-_. ]*(?:v?\d+(?:[.-]\d+)*|\(\d+\)))*$`)

// stem is a file's name without edition, compression and the prefix of our
// cache, in lower case, and its extension.
func stem(name string) (string, string) {
	name = strings.ToLower(name)
	for _, z := range compressions {
		name = strings.TrimSuffix(name, z)
	}
	ext := filepath.Ext(name)
	name = edition.FindStringSubmatch(strings.TrimSuffix(name, ext))[1]
	return strings.TrimPrefix(name, "galaxy-"), ext
}

var compressions = []string{".gz", ".xz", ".zst"}

// unpacked undoes the compression that the first bytes tell.
func unpacked(in *bufio.Reader) (plain io.Reader, packed bool, err error) {
	switch magic, _ := in.Peek(6); {
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		plain, err = gzip.NewReader(in)
	case bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		plain, err = zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
	case bytes.Equal(magic, []byte("\xfd7zXZ\x00")):
		plain, err = xz.NewReader(in)
	default:
		return in, false, nil
	}
	return plain, true, err
}

func (t *transfer) duplicate(ctx context.Context, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	total := int64(-1)
	if info, err := in.Stat(); err == nil {
		total = info.Size()
	}
	plain, packed, err := unpacked(bufio.NewReader(in))
	if err != nil {
		return fmt.Errorf("unpacking %s: %w", from, err)
	}
	if packed {
		total = -1
	}
	out, err := os.Create(to)
	if err != nil {
		return fmt.Errorf("writing to the cache: %w", err)
	}
	err = t.pour(ctx, out, plain, 0, total)
	return errors.Join(err, out.Sync(), out.Close())
}
