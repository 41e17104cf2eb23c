package server

import (
	"io"
	"os"
	"sync"
)

// A resultFile holds the JSON of a job's result on disk, for its owner alone and
// without a name where the system lets a file have none.
type resultFile struct {
	mu   sync.Mutex
	file *os.File // nil when it was let go
	name string   // empty where it has none
	size int64
}

func newResultFile(write func(io.Writer) error) (*resultFile, error) {
	f, err := os.CreateTemp("", "cahoots-result-*") // mode 0600
	if err != nil {
		return nil, err
	}
	r := &resultFile{file: f, name: f.Name()}
	if os.Remove(f.Name()) == nil {
		r.name = ""
	}
	if err := write(f); err != nil {
		r.close()
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		r.close()
		return nil, err
	}
	r.size = info.Size()
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
	if r.name != "" {
		os.Remove(r.name)
	}
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
