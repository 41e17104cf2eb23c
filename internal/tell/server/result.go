package server

import (
	"io"
	"os"
	"sync"

	"github.com/cahoots-project/cahoots/internal/files"
)

// A resultFile holds the JSON of a job's result on disk.
type resultFile struct {
	mu   sync.Mutex
	file *files.Scratch // nil when it was let go
	size int64
}

func newResultFile(write func(io.Writer) error) (*resultFile, error) {
	f, err := files.NewScratch()
	if err != nil {
		return nil, err
	}
	r := &resultFile{file: f}
	if err = write(f); err == nil {
		r.size, err = f.Seek(0, io.SeekCurrent)
	}
	if err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *resultFile) read() ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return nil, os.ErrClosed
	}
	b := make([]byte, r.size)
	_, err := r.file.ReadAt(b, 0)
	return b, err
}

func (r *resultFile) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return
	}
	r.file.Close()
	r.file = nil
}

// size is what the result of a job takes on disk.
func (j *job) size() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.result == nil || j.progress.Assessment != "" {
		return 0
	}
	return j.result.size
}

func (j *job) drop() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.result != nil {
		j.result.close()
	}
}
