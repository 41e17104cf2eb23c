//go:build !unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// ErrLocked: another process holds the lock.
var ErrLocked = errors.New("another process holds it")

// Lock takes the lock that a file stands for, while the file is there, and waits
// for it at most so long. A process that is killed leaves it; it is taken over
// after a minute.
func Lock(path string, wait time.Duration) (unlock func(), err error) {
	deadline := time.Now().Add(wait)
	for {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, Private)
		if err == nil {
			return func() { f.Close(); os.Remove(path) }, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > time.Minute {
			os.Remove(path)
			continue
		}
		if time.Now().After(deadline) {
			return nil, ErrLocked
		}
		time.Sleep(10 * time.Millisecond)
	}
}
