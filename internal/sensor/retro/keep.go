package retro

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
)

// A Keeper writes the entries of blocks to the files of a folder: DIR/2023-09-30/
// NAME.parquet, named by the blocks it holds. A block that is there already is
// not written again; should two programs write it at once, Scan takes it once.
// A Keeper is for one goroutine.
type Keeper struct {
	dir     string
	known   map[string]bool    // blocks wholly kept
	partly  map[string]*extent // those of which days are missing
	pending []pending
	waiting map[string]bool // blocks of pending
	rows    int
	small   map[string]int // small files by day
}

// pending is a block that is not yet written.
type pending struct {
	segment
	lines map[string][]row // by day
}

const (
	// flushRows bounds what is held in memory until Flush: some 20 MB.
	flushRows = 1 << 16
	// undated is the folder of blocks without an entry: their lines and
	// rejections count too.
	undated = "undated"
)

// Open readies a folder, which is made where it is not there.
func Open(dir string) (*Keeper, error) {
	if err := files.MakeFolder(dir, files.PrivateFolder); err != nil {
		return nil, fmt.Errorf("keeping log entries: %w", err)
	}
	k := &Keeper{dir: dir, known: map[string]bool{}, partly: map[string]*extent{}, waiting: map[string]bool{}, small: map[string]int{}}
	c, err := readContents(dir)
	if err != nil {
		return nil, err
	}
	for id, b := range c.blocks {
		if b.whole() {
			k.known[id] = true
		} else {
			k.partly[id] = b
		}
	}
	for _, path := range c.files {
		k.count(path)
	}
	return k, k.clean()
}

// clean removes what runs that were killed left half written.
func (k *Keeper) clean() error {
	left, err := filepath.Glob(filepath.Join(escape(k.dir), "*", ".*.parquet*"))
	for _, path := range left {
		if st, e := os.Stat(path); e == nil && time.Since(st.ModTime()) > 24*time.Hour {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}

// Add keeps the entries of a block, which was scanned with
// indicator.ScanOptions.Lines. What was added is on disk after Flush.
func (k *Keeper) Add(r *indicator.Result) error {
	if k.known[r.BlockID] || k.waiting[r.BlockID] {
		return nil
	}
	p := pending{segment: segment{Block: r.BlockID, Log: r.Log, Number: r.Number, Counts: r.Counts, First: r.First, Last: r.Last, Rejected: r.Rejected}, lines: map[string][]row{}}
	for from, to := 0, 0; from < len(r.Lines); from = to {
		day := dayOf(&r.Lines[from])
		for to = from + 1; to < len(r.Lines) && dayOf(&r.Lines[to]) == day; to++ {
		}
		name := time.Unix(day*secondsOfDay, 0).UTC().Format(time.DateOnly)
		rows := slices.Grow(p.lines[name], to-from)
		for i := from; i < to; i++ {
			rows = append(rows, rowOf(&r.Lines[i]))
		}
		p.lines[name] = rows
	}
	if len(p.lines) == 0 {
		p.lines[undated] = nil
	}
	p.Days = len(p.lines)
	if part := k.partly[r.BlockID]; part != nil { // of a run that was killed between two days: the others only
		maps.DeleteFunc(p.lines, func(day string, _ []row) bool { return part.at[day] != "" })
	}
	k.waiting[r.BlockID] = true
	k.pending = append(k.pending, p)
	if k.rows += len(r.Lines); k.rows >= flushRows {
		return k.Flush()
	}
	return nil
}

const secondsOfDay = 24 * 60 * 60

// dayOf is the UTC day of a line, in days since 1970.
func dayOf(l *indicator.Line) int64 {
	s := l.Event.Time.Unix()
	if s < 0 {
		s -= secondsOfDay - 1
	}
	return s / secondsOfDay
}

// Flush writes what was added. After an error it may be tried again.
func (k *Keeper) Flush() error {
	if len(k.pending) == 0 {
		return nil
	}
	slices.SortFunc(k.pending, func(a, b pending) int { return a.compare(&b.segment) })
	days := map[string][]int{}
	for i := range k.pending {
		for day := range k.pending[i].lines {
			days[day] = append(days[day], i)
		}
	}
	for _, day := range sorted(days) {
		var list []segment
		var lines [][]row
		for _, i := range days[day] {
			s := k.pending[i].segment
			lines = append(lines, k.pending[i].lines[day])
			s.Rows = int64(len(lines[len(lines)-1]))
			list = append(list, s)
		}
		path, err := writeFile(filepath.Join(k.dir, day), list, func(i int, write func([]row) error) error { return write(lines[i]) })
		if err != nil {
			return err
		}
		k.count(path)
	}
	for i := range k.pending {
		k.known[k.pending[i].Block] = true
	}
	clear(k.waiting)
	k.pending, k.rows = nil, 0
	return k.compact(sorted(days))
}

const (
	// smallFile is the size under which files of a day are joined, and maxSmall
	// how many there may be until then.
	smallFile = 4 << 20
	maxSmall  = 32
)

func (k *Keeper) count(path string) {
	if st, err := os.Stat(path); err == nil && st.Size() < smallFile {
		k.small[filepath.Base(filepath.Dir(path))]++
	}
}

// compact joins the small files of days that have many.
func (k *Keeper) compact(days []string) error {
	for _, day := range days {
		if k.small[day] < maxSmall {
			continue
		}
		if err := join(filepath.Join(k.dir, day)); err != nil && !errors.Is(err, fs.ErrNotExist) { // another program was faster
			return err
		}
		k.small[day] = 1
	}
	return nil
}

// join makes one file of the small ones of a folder. They are removed when it is
// there: whoever reads in between finds blocks twice, and takes them once.
func join(dir string) (err error) {
	found, err := keptFiles(filepath.Dir(dir))
	if err != nil {
		return err
	}
	var open []*kept
	defer func() {
		for _, k := range open {
			err = errors.Join(err, k.Close())
		}
	}()
	type place struct{ file, at int }
	var list []segment
	places := map[string]place{}
	for _, path := range found {
		if st, err := os.Stat(path); filepath.Dir(path) != dir || err != nil || st.Size() >= smallFile {
			continue
		}
		k, err := openKept(path)
		if err != nil {
			return err
		}
		open = append(open, k)
		for i, s := range k.list {
			if _, there := places[s.Block]; !there {
				places[s.Block] = place{len(open) - 1, i}
				list = append(list, s)
			}
		}
	}
	slices.SortFunc(list, func(a, b segment) int { return a.compare(&b) })
	whole, err := writeFile(dir, list, func(i int, write func([]row) error) error {
		p := places[list[i].Block]
		return open[p.file].each(func(n int) bool { return n == p.at }, func(_ int, rows []row) error { return write(rows) })
	})
	if err != nil {
		return err
	}
	for _, k := range open {
		if k.path != whole {
			if e := os.Remove(k.path); e != nil && !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}
	return err
}
