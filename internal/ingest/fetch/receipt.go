package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/cahoots-project/cahoots/internal/files"
)

// A Receipt says where a file of the cache came from. It lies beside the file,
// under its name and ".receipt", so that FILES*.json names only data.
type Receipt struct {
	Source       string    `json:"source"`
	File         string    `json:"file"`
	URL          string    `json:"url"`
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	SHA256       string    `json:"sha256"`
	Bytes        int64     `json:"bytes"`
	FetchedAt    time.Time `json:"fetched_at"`
	CheckedAt    time.Time `json:"checked_at"` // when the publisher last said that it is the newest
	Licence      string    `json:"licence"`
	Notice       string    `json:"notice,omitempty"`
}

func receiptPath(file string) string { return file + ".receipt" }

// Verify compares a file of the cache with its receipt. It returns
// fs.ErrNotExist where there is no file or no receipt, and an error that names
// both sums where they differ.
func Verify(path string) (Receipt, error) {
	var r Receipt
	if err := readJSON(receiptPath(path), &r); err != nil {
		return r, err
	}
	sum, n, err := digest(path)
	if err != nil {
		return r, err
	}
	if sum != r.SHA256 || n != r.Bytes {
		return r, fmt.Errorf("%s has sha256 %s and %d bytes and its receipt says %s and %d", path, sum, n, r.SHA256, r.Bytes)
	}
	return r, nil
}

// finish moves a complete file into place, and then its receipt. A crash
// between the two leaves a file that its receipt does not match, which is
// fetched again.
func (t *transfer) finish(partial, how string, r Receipt) (Fetched, error) {
	if err := inspect(partial, t.file); err != nil {
		os.Remove(partial)
		return Fetched{}, err
	}
	sum, n, err := digest(partial)
	if err != nil {
		return Fetched{}, err
	}
	if r.SHA256 != "" && r.SHA256 != sum {
		os.Remove(partial)
		return Fetched{}, fmt.Errorf("it has sha256 %s and its receipt says %s: copy it again", sum, r.SHA256)
	}
	r.Source, r.File, r.SHA256, r.Bytes = t.src.Name, t.file.Name, sum, n
	r.Licence, r.Notice = t.src.Licence, t.src.Notice
	if err := files.Replace(partial, t.path); err != nil {
		return Fetched{}, fmt.Errorf("moving it into the cache: %w", err)
	}
	return Fetched{Path: t.path, How: how, Receipt: r}, writeJSON(receiptPath(t.path), r)
}

func digest(path string) (sum string, n int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	if n, err = io.Copy(h, f); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), n, nil
}

// readJSON reads a small file of our own.
func readJSON(path string, v any) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, 1<<20)).Decode(v); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	return nil
}

// writeJSON replaces a file in one step.
func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	err = files.Write(path, files.Public, func(w io.Writer) error { _, err := w.Write(append(b, '\n')); return err })
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
