//go:build unix

package files

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// ErrLocked: another process holds the lock.
var ErrLocked = errors.New("another process holds it")

// Lock takes the lock that a file stands for, making the file, and waits for it
// at most so long. The kernel lets go of it when the process ends, however it
// ends. It returns [ErrLocked] where another holds it for longer.
func Lock(path string, wait time.Duration) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, Private)
	if err != nil {
		return nil, err
	}
	deadline := time.Now().Add(wait)
	for {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case err == nil:
			return func() { f.Close() }, nil
		case !errors.Is(err, unix.EWOULDBLOCK):
			return nil, errors.Join(fmt.Errorf("locking %s: %w", path, err), f.Close())
		case time.Now().After(deadline):
			return nil, errors.Join(ErrLocked, f.Close())
		}
		time.Sleep(10 * time.Millisecond)
	}
}
