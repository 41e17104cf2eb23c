package atlas

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/cahoots-project/cahoots/internal/files"
)

// listFile names every file of an atlas with its sum; what an earlier atlas had and
// this one has not is taken away by it, and nothing else.
const listFile = "atlas.json"

// mostList bounds the list that is read, in bytes.
const mostList = 64 << 20

// A folder is where an atlas is written.
type folder struct {
	dir     string
	private bool // above CLEAR: files are for their owner alone
	mu      sync.Mutex
	files   map[string]string // sums, by path
	written int
	kept    int
	bytes   int64
}

// put writes a file of the atlas.
func (f *folder) put(path string, body []byte) error {
	sum := sha256.Sum256(body)
	f.mu.Lock()
	f.files[path] = hex.EncodeToString(sum[:])
	f.mu.Unlock()
	return f.write(path, body)
}

// write writes a file, unless it is there as it would be.
func (f *folder) write(path string, body []byte) error {
	file, folder := files.Public, files.PublicFolder
	if f.private {
		file, folder = files.Private, files.PrivateFolder
	}
	whole := filepath.Join(f.dir, filepath.FromSlash(path))
	if err := files.MakeFolder(filepath.Dir(whole), folder); err != nil {
		return err
	}
	old, err := os.ReadFile(whole)
	same := err == nil && bytes.Equal(old, body)
	if !same {
		if err := files.Write(whole, file, func(w io.Writer) error { _, err := w.Write(body); return err }); err != nil {
			return fmt.Errorf("writing %s of the atlas: %w", path, err)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.bytes += int64(len(body)); same {
		f.kept++
	} else {
		f.written++
	}
	return nil
}

// finish takes away what an earlier atlas left, and writes the list.
func (f *folder) finish(out *Made) error {
	var old map[string]string
	if b, err := files.Read(filepath.Join(f.dir, listFile), mostList); err == nil {
		_ = json.Unmarshal(b, &old) // one that is none takes nothing away
	}
	for path := range old {
		if _, is := f.files[path]; is || !filepath.IsLocal(filepath.FromSlash(path)) || !slices.Contains(endings, filepath.Ext(path)) || strings.HasPrefix(path, ".") {
			continue
		}
		if err := os.Remove(filepath.Join(f.dir, filepath.FromSlash(path))); err == nil {
			out.Removed++
		}
	}
	list, err := json.MarshalIndent(f.files, "", "  ")
	if err != nil {
		return err
	}
	err = f.write(listFile, append(list, '\n'))
	out.Written, out.Kept, out.Bytes = f.written, f.kept, f.bytes
	return err
}

var endings = []string{".html", ".csv", ".css", ".js", ".xml"}
