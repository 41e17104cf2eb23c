package store

import "time"

// Wait bounds how long a writer waits for another process before [ErrBusy].
func Wait(d time.Duration) Option { return func(s *Store) { s.wait = d } }

// Clock replaces time.Now.
func Clock(now func() time.Time) Option { return func(s *Store) { s.now = now } }
