package fetch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// copy takes the file from the folder of Options.From, where it lies under its
// name or in a folder named like the source, as in another machine's cache.
func (t *transfer) copy(ctx context.Context) (Fetched, error) {
	var from string
	for _, path := range []string{filepath.Join(t.opt.From, t.file.Name), filepath.Join(t.opt.From, t.src.Name, t.file.Name)} {
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() {
			from = path
			break
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Fetched{}, err
		}
	}
	if from == "" {
		return Fetched{}, fmt.Errorf("there is no file of that name in %s: put it there, from %s", t.opt.From, t.src.Homepage)
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
	out, err := os.Create(to)
	if err != nil {
		return fmt.Errorf("writing to the cache: %w", err)
	}
	err = t.pour(ctx, out, in, 0, total)
	return errors.Join(err, out.Sync(), out.Close())
}
