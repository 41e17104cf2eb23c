package retro

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
)

// contents is what the footers of a folder say.
type contents struct {
	files  []string
	blocks map[string]*extent
}

// An extent says where a block is kept: the first file of each of its days.
type extent struct {
	days int
	at   map[string]string
}

// whole reports that all of the block is there. A run that was killed may have
// written some of its days only, which the next run does again; and old days may
// have been removed.
func (e *extent) whole() bool { return len(e.at) == e.days }

// attempts is how often a folder is listed anew because files went away while
// another program joined them.
const attempts = 5

func readContents(dir string) (c *contents, err error) {
	for range attempts {
		if c, err = tryContents(dir); !errors.Is(err, fs.ErrNotExist) {
			return c, err
		}
	}
	return nil, err
}

func tryContents(dir string) (*contents, error) {
	found, err := keptFiles(dir)
	if err != nil {
		return nil, err
	}
	c := &contents{files: found, blocks: map[string]*extent{}}
	for _, path := range found {
		k, err := openKept(path)
		if err != nil {
			return nil, err
		}
		day := filepath.Base(filepath.Dir(path))
		for i := range k.list {
			s := &k.list[i]
			b := c.blocks[s.Block]
			if b == nil {
				b = &extent{days: s.Days, at: map[string]string{}}
				c.blocks[s.Block] = b
			}
			b.at[day] = cmp.Or(b.at[day], path)
		}
		if err := k.Close(); err != nil {
			return nil, fmt.Errorf("kept log entries %s: %w", path, err)
		}
	}
	return c, nil
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
