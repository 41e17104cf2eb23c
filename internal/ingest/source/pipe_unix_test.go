//go:build unix

package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestPipeThatClosesEarlyIsTruncated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	doc := document(100000)
	go func() {
		if w, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			w.Write(doc[:len(doc)/2])
			w.Close()
		}
	}()
	in, err := File(path).Open(t.Context(), []Format{lineFormat}, "", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if n, err := drain(in); err == nil || !strings.Contains(err.Error(), "truncated") || n == 0 || in.Size() != -1 {
		t.Errorf("%d records, error %v", n, err)
	}
}

func TestCancellingEndsAWaitingRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := File(path).Open(ctx, []Format{lineFormat}, "", Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("no writer: error %v", err)
	}
	w, err := os.OpenFile(path, os.O_RDWR, 0) // the reader left behind and this one
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ctx, cancel = context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := File(path).Open(ctx, []Format{lineFormat}, "", Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("silent writer: error %v", err)
	}
}
