package retro

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
)

// outcome counts what a Scan found kept.
type outcome struct {
	Files  int   // Parquet files
	Blocks int64 // blocks of logs that are wholly there, each once
	// Partial counts blocks that lack a day, because its folder was removed or
	// a run was killed. What is there of them is matched under another
	// identity and adds no lines, so that they can be matched whole later.
	Partial int64
}

// Scan runs the kept entries of a folder through a set, with a number of workers
// (0 is one per processor), and gives one Result per block of a log to emit, in
// the same order for any number of workers and never two at a time. The results
// are those of indicator.Scan on the logs, but that hits have no line and offset,
// that events hold what matching asks of them only, and that there is no place
// to go on from.
func Scan(ctx context.Context, dir string, set *indicator.Set, workers int, emit func(*indicator.Result) error) (outcome, error) {
	c, err := readContents(dir)
	if err != nil {
		return outcome{}, err
	}
	out := outcome{Files: len(c.files), Blocks: int64(len(c.blocks))}
	for _, b := range c.blocks {
		if !b.whole() {
			out.Partial++
			out.Blocks--
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	whole := gatherer{open: map[string]*gathered{}, emit: emit}
	for part := range each(ctx, c.files, workers, func(path string) parts { return c.match(ctx, path, set) }) {
		if part.err != nil {
			return out, part.err
		}
		for i := range part.list {
			if err := whole.add(&part.list[i]); err != nil {
				return out, err
			}
		}
	}
	return out, ctx.Err()
}

// parts is what one file gave.
type parts struct {
	list []part
	err  error
}

// A part is what one segment gave.
type part struct {
	indicator.Result
	days int // how many parts the block has
}

func (e *extent) part(s *segment) part {
	r := indicator.Result{Log: s.Log, BlockID: s.Block, Number: s.Number}
	if e.whole() {
		r.Counts, r.First, r.Last, r.Rejected = s.Counts, s.First, s.Last, s.Rejected
	} else {
		sum := sha256.Sum256([]byte(s.Block + " " + strings.Join(sorted(e.at), " ")))
		r.BlockID = hex.EncodeToString(sum[:16])
	}
	return part{r, len(e.at)}
}

// each runs work on every file, so many at a time, and yields what they gave in
// the order of the files.
func each(ctx context.Context, files []string, workers int, work func(string) parts) <-chan parts {
	queue := make(chan chan parts, workers-1)
	out := make(chan parts)
	go func() {
		defer close(queue)
		for _, path := range files {
			one := make(chan parts, 1)
			select {
			case queue <- one:
			case <-ctx.Done():
				return
			}
			go func() { one <- work(path) }()
		}
	}()
	go func() {
		defer close(out)
		for one := range queue {
			select {
			case out <- <-one:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// match matches the segments of a file that stand in no file before it.
func (c *contents) match(ctx context.Context, path string, set *indicator.Set) (out parts) {
	k, err := openKept(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: another program joined files meanwhile; try again", err)
	}
	if err != nil {
		return parts{err: err}
	}
	defer func() { out.err = errors.Join(out.err, k.Close()) }()
	day := filepath.Base(filepath.Dir(path))
	at := make([]int, len(k.list)) // 1 + the place in out.list
	for i, s := range k.list {
		if b := c.blocks[s.Block]; b != nil && b.at[day] == path {
			out.list = append(out.list, b.part(&s))
			at[i] = len(out.list)
		}
	}
	i, end := 0, k.rowsOf(0) // the segment of the row, and where the next begins
	out.err = k.matched(set, func(n int64, r *row) error {
		for ; n >= end; end += k.rowsOf(i) {
			i++
		}
		if at[i] == 0 {
			return nil
		}
		e, err := r.event()
		if err != nil {
			return damaged(path, err)
		}
		p := &out.list[at[i]-1]
		p.Hits = append(p.Hits, indicator.Hit{LineID: r.ID, Event: e, Matches: set.MatchAll(&e)})
		return ctx.Err()
	})
	return out
}

// gatherer puts the days of a block together. Only hits are held.
type gatherer struct {
	open map[string]*gathered
	emit func(*indicator.Result) error
}

type gathered struct {
	part
	seen int
}

func (g *gatherer) add(p *part) error {
	if p.days == 1 {
		return g.emit(&p.Result)
	}
	b := g.open[p.BlockID]
	if b == nil {
		g.open[p.BlockID] = &gathered{*p, 1}
		return nil
	}
	b.Hits = append(b.Hits, p.Hits...)
	if b.seen++; b.seen < b.days {
		return nil
	}
	delete(g.open, p.BlockID)
	return g.emit(&b.Result)
}
