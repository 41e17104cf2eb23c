package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/store"
)

// The tests of this file run the test binary again as another process, which
// does what CAHOOTS_STORE_CHILD says and tells its progress on standard output.
const (
	childEnv     = "CAHOOTS_STORE_CHILD"
	childRecords = 6000
)

func TestMain(m *testing.M) {
	if what := os.Getenv(childEnv); what != "" {
		if err := child(what); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child ingests the series into the store named by its second field. It says
// "at N" after N records, "committing" and "done", and where its first field
// is "hold" waits for standard input to close before it commits.
func child(what string) error {
	mode, path, _ := strings.Cut(what, " ")
	ctx := context.Background()
	s, err := store.Open(ctx, path, store.Wait(30*time.Second))
	if err != nil {
		return err
	}
	g, err := s.Ingest(ctx, input("by another process"))
	if err != nil {
		return err
	}
	for i := range childRecords {
		if i%500 == 0 {
			fmt.Println("at", i)
		}
		if err := g.Add(record(i)); err != nil {
			return err
		}
	}
	fmt.Println("at", childRecords)
	if mode == "hold" {
		io.Copy(io.Discard, os.Stdin)
	}
	fmt.Println("committing")
	if _, err := g.Commit(summary); err != nil {
		return err
	}
	fmt.Println("done")
	return s.Close()
}

type process struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

func start(t *testing.T, mode, path string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+mode+" "+path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return &process{cmd, in, bufio.NewScanner(out)}
}

// until reads the child's output up to the line, and fails where it ends first.
func (p *process) until(t *testing.T, line string) {
	t.Helper()
	for p.out.Scan() {
		if p.out.Text() == line {
			return
		}
		if strings.HasPrefix(p.out.Text(), "error:") {
			t.Fatal(p.out.Text())
		}
	}
	t.Fatalf("the other process ended before it said %q", line)
}

func TestKillInMidIngestLeavesACleanStoreThatARerunCompletes(t *testing.T) {
	for _, moment := range []string{"at 0", "at 500", "at 3000", "at 5500", "at " + strconv.Itoa(childRecords), "committing", "done"} {
		t.Run(moment, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "c.db")
			s := open(t, path)
			ingest(t, s, input("before"), summary, record(-1), record(3))
			p := start(t, "run", path)
			p.until(t, moment)
			if err := p.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			p.Wait()

			r := clean(t, open(t, path))
			if r.Inputs != 1 && r.Inputs != 2 || r.Inputs == 1 && r.Records != 2 || r.Inputs == 2 && r.Records != childRecords+1 {
				t.Errorf("after the kill: %+v", r)
			}
			p = start(t, "run", path)
			for p.out.Scan() {
			}
			p.Wait()
			if r := clean(t, s); r.Records != childRecords+1 || r.Inputs != 2 {
				t.Errorf("after the second run: %+v", r)
			}
		})
	}
}

func TestTwoProcessesWriteOneAfterTheOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	s := open(t, path, store.Wait(50*time.Millisecond))
	ingest(t, s, input("before"), summary, record(3))
	p := start(t, "hold", path)
	p.until(t, "at "+strconv.Itoa(childRecords))

	if n := len(all(t, s, store.Filter{})); n != 1 {
		t.Errorf("reading while another process writes gave %d records, want 1", n)
	}
	_, err := s.Ingest(t.Context(), input("mine"))
	if !errors.Is(err, store.ErrBusy) {
		t.Fatalf("writing while another process does: %v", err)
	}
	t.Log(err)

	patient := open(t, path)
	written := make(chan error)
	go func() {
		g, err := patient.Ingest(t.Context(), input("mine"))
		if err == nil {
			if err = g.Add(record(childRecords + 7)); err == nil {
				_, err = g.Commit(summary)
			}
		}
		written <- err
	}()
	p.in.Close()
	p.until(t, "done")
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	if r := clean(t, s); r.Records != childRecords+1 || r.Inputs != 3 {
		t.Errorf("report %+v", r)
	}
}

func TestTwoProcessesMayCreateTheSameStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	a, b := start(t, "run", path), start(t, "run", path)
	for a.out.Scan() {
	}
	for b.out.Scan() {
	}
	if a.Wait() != nil && b.Wait() != nil {
		t.Error("neither process completed")
	}
	if r := clean(t, open(t, path)); r.Records != childRecords || r.Inputs != 1 {
		t.Errorf("report %+v", r)
	}
}
