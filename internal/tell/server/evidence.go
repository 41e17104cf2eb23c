package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/store"
)

// A view is the evidence of the store as far as one ceiling lets it be seen.
// What is above the ceiling is left out here, before anything is made of it.
type view struct {
	state     string // of the store when it was read
	records   []evidence.Record
	sets      []store.Dataset
	directory *resolve.Directory
	named     sync.Once
	names     []string // of groups, sorted, once they are asked for
}

// evidenceCache keeps one view for each ceiling until the store changes.
type evidenceCache struct {
	store *store.Store
	mu    sync.Mutex
	state string
	views map[evidence.TLP]*view
}

func newEvidenceCache(s *store.Store) *evidenceCache {
	return &evidenceCache{store: s, views: map[evidence.TLP]*view{}}
}

// version changes whenever anybody writes to the store: the sizes and times of
// its file and of the write-ahead log beside it.
func (c *evidenceCache) version() string {
	v := ""
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(c.store.Path() + suffix); err == nil && info.Size() > 0 {
			v += fmt.Sprintf("%d %d;", info.Size(), info.ModTime().UnixNano())
		} else {
			v += ";"
		}
	}
	return v
}

// of returns the view of a ceiling. One reader at a time fills it; the others
// wait, and then find it there.
func (c *evidenceCache) of(ctx context.Context, ceiling evidence.TLP) (*view, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if state := c.version(); state != c.state {
		c.state = state
		clear(c.views)
	}
	if v := c.views[ceiling]; v != nil {
		return v, nil
	}
	v, err := c.read(ctx, ceiling)
	if err != nil {
		return nil, err
	}
	c.views[ceiling] = v
	return v, nil
}

func (c *evidenceCache) read(ctx context.Context, ceiling evidence.TLP) (_ *view, err error) {
	v := &view{state: c.state}
	if v.records, v.sets, _, err = question.Within(ctx, c.store, ceiling); err != nil && !errors.Is(err, question.ErrNothing) {
		return nil, err
	}
	if v.directory, err = resolve.Resolve(v.records, resolve.Policy{}); err != nil {
		return nil, fmt.Errorf("resolving names: %w", err)
	}
	return v, nil
}

// input is what an assessment over the view is made from, without what the
// program adds.
func (v *view) input(tool assess.Tool, q assess.Question) assess.Input {
	in := question.Held(v.records, v.sets)
	in.Question, in.Tool = q, tool
	return in
}

// notices are the licences of the data sets in view, each once.
func (v *view) notices() []string {
	var out []string
	for _, d := range v.sets {
		for _, h := range d.Inputs {
			if h.License != "" {
				out = append(out, h.License)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
