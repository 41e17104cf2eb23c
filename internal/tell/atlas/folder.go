package atlas

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
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
	mu      sync.Mutex
	files   map[string]string // sums, by path
	written int
	kept    int
	bytes   int64
	private bool
}

// put writes a file, unless it is there as it would be.
func (f *folder) put(path string, body []byte) error {
	sum := sha256.Sum256(body)
	whole := filepath.Join(f.dir, filepath.FromSlash(path))
	if err := files.MakeFolder(filepath.Dir(whole), f.folderMode()); err != nil {
		return err
	}
	old, err := os.ReadFile(whole)
	same := err == nil && bytes.Equal(old, body)
	if !same {
		mode := fs.FileMode(files.Public)
		if f.private {
			mode = files.Private
		}
		if err := files.Write(whole, mode, func(w io.Writer) error { _, err := w.Write(body); return err }); err != nil {
			return fmt.Errorf("writing %s of the atlas: %w", path, err)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.files[path] = hex.EncodeToString(sum[:])
	if f.bytes += int64(len(body)); same {
		f.kept++
	} else {
		f.written++
	}
	return nil
}

func (f *folder) folderMode() fs.FileMode {
	if f.private {
		return 0o700
	}
	return 0o755
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
	known := f.files
	f.files = map[string]string{}
	err = f.put(listFile, append(list, '\n'))
	f.files = known
	out.Written, out.Kept, out.Bytes = f.written, f.kept, f.bytes
	return err
}

var endings = []string{".html", ".csv", ".css", ".js", ".xml"}
