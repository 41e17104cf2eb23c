package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/cahoots-project/cahoots/internal/files"
)

// Options steer a fetch. The zero value is what a person at a terminal wants.
type Options struct {
	// CacheDir holds a folder per source; empty is the folder "cahoots" in
	// the user's cache.
	CacheDir string
	// From is a folder to copy the files from instead of the network. A file
	// with a receipt beside it must match the receipt.
	From string
	// Client does the requests; nil is a client of its own. Its redirect
	// policy is replaced.
	Client *http.Client
	// Progress is told how many bytes of a file are here; total is -1 where
	// the server does not say.
	Progress func(file string, done, total int64)
	// MaxBytes replaces every file's own limit where it is not 0.
	MaxBytes int64

	Stall    time.Duration // without a byte, from connecting on; 0 is 30 s
	Timeout  time.Duration // for one file in all; 0 is 30 min
	Attempts int           // in a row that bring no byte; 0 is 5
	Backoff  time.Duration // before the second attempt, doubled each time up to a minute; 0 is 1 s
	MaxWait  time.Duration // longest Retry-After that is honoured; 0 is 2 min
	Now      func() time.Time
}

// Cached returns the paths of those files of the source that are in the user's
// cache, in the order of the source.
func Cached(src Source) ([]string, error) {
	dir, err := cacheDir()
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, f := range src.Files {
		path := filepath.Join(dir, src.Name, f.Name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

func cacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding the cache folder: %w: name one with --cache DIR", err)
	}
	return filepath.Join(dir, "cahoots"), nil
}

func (o Options) withDefaults() (_ Options, err error) {
	if o.CacheDir == "" {
		if o.CacheDir, err = cacheDir(); err != nil {
			return o, err
		}
	}
	if o.Client == nil {
		o.Client = &http.Client{}
	}
	o.Stall = or(o.Stall, 30*time.Second)
	o.Timeout = or(o.Timeout, 30*time.Minute)
	o.Attempts = or(o.Attempts, 5)
	o.Backoff = or(o.Backoff, time.Second)
	o.MaxWait = or(o.MaxWait, 2*time.Minute)
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, nil
}

func or[T int | time.Duration](v, otherwise T) T {
	if v <= 0 {
		return otherwise
	}
	return v
}

// How a file came to be in the cache.
const (
	Downloaded = "downloaded"
	Unchanged  = "unchanged" // the publisher says that the cached file is the newest
	Copied     = "copied"    // from Options.From
)

// A Fetched file is in the cache, whole and of the expected kind.
type Fetched struct {
	Path    string  `json:"path"`
	How     string  `json:"how"`
	Receipt Receipt `json:"receipt"`
}

// Get brings every file of the source up to date in the cache and returns
// those that are. A file that fails does not keep the others from being
// fetched, and leaves an earlier copy in the cache as it was; the errors are
// joined.
func Get(ctx context.Context, src Source, opt Options) ([]Fetched, error) {
	opt, err := opt.withDefaults()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(opt.CacheDir, src.Name)
	if err := files.MakeFolder(dir, files.PublicFolder); err != nil {
		return nil, fmt.Errorf("making the cache folder: %w: name another with --cache DIR", err)
	}
	var got []Fetched
	var failed []error
	for _, f := range src.Files {
		if opt.MaxBytes > 0 {
			f.MaxBytes = opt.MaxBytes
		}
		t := &transfer{src: src, file: f, opt: opt, path: filepath.Join(dir, f.Name)}
		one, err := t.run(ctx)
		switch {
		case err == nil:
			got = append(got, one)
		case ctx.Err() != nil:
			return got, errors.Join(append(failed, fmt.Errorf("fetching %s: %w", f.Name, context.Cause(ctx)))...)
		default:
			failed = append(failed, fmt.Errorf("fetching %s: %w", f.Name, t.advise(err)))
		}
	}
	return got, errors.Join(failed...)
}

// advise says what to do about an error of the network.
func (t *transfer) advise(err error) error {
	if t.opt.From != "" {
		return err
	}
	hint := fmt.Sprintf("try again later, or get %s from %s by hand and run cahoots fetch %s --from DIR", t.file.Name, t.src.Homepage, t.src.Name)
	if t.src.Note != "" {
		hint = t.src.Note + "; " + hint
	}
	return fmt.Errorf("%w: %s", err, hint)
}

// A transfer brings one file into the cache.
type transfer struct {
	src  Source
	file File
	opt  Options
	path string // of the finished file
}

func (t *transfer) run(ctx context.Context) (Fetched, error) {
	unlock, err := files.Lock(t.path+".lock", 0)
	if errors.Is(err, files.ErrLocked) {
		return Fetched{}, errors.New("another process is fetching it: wait for that to end")
	}
	if err != nil {
		return Fetched{}, fmt.Errorf("locking the cache: %w", err)
	}
	defer unlock()
	if t.opt.From != "" {
		return t.copy(ctx)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, t.opt.Timeout, fmt.Errorf("not complete after %v", t.opt.Timeout))
	defer cancel()
	return t.download(ctx)
}
