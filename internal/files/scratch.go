package files

import (
	"errors"
	"io/fs"
	"os"
)

// A Scratch file holds what must be on disk for a while and nowhere else.
type Scratch struct {
	*os.File
	named bool // it may have a name still
}

// NewScratch makes one in the folder for such files, for the user alone. Where
// the system allows it has no name from the start, so that it is gone however
// the program ends.
func NewScratch() (*Scratch, error) {
	if f, ok := unnamed(os.TempDir(), "a file for a while", Private); ok {
		return &Scratch{f, false}, nil
	}
	f, err := os.CreateTemp("", "cahoots-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // where an open file cannot be removed, Close does it
	return &Scratch{f, true}, nil
}

// Close ends it.
func (s *Scratch) Close() error {
	err := s.File.Close()
	if !s.named {
		return err
	}
	if gone := os.Remove(s.Name()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}
