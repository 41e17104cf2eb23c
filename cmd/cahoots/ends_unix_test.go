//go:build unix

package main

import (
	"bytes"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A verb that is told to end does, within a second, whatever it is at, and leaves
// no half-written file.
func TestEveryVerbEndsWithinASecond(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, db, log := filepath.Join(dir, "case.yaml"), filepath.Join(dir, "s.db"), filepath.Join(dir, "eve.json")
	cahoots(t, exitDone, "demo", "-q", "--export", file)
	cahoots(t, exitDone, "ingest", "-q", "--db", db, file)
	list := filepath.Join(dir, "list.csv")
	if err := firstOf(os.WriteFile(list, []byte("value,type,group\n192.0.2.7,ip,Alpha\n"), 0o600), os.WriteFile(log, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"ingest", "-"}, {"calibrate", "-o", filepath.Join(dir, "validation.md"), "--format", "markdown"}, {"serve", "--addr", "127.0.0.1:0"},
		{"simulate", "telemetry", "--events", "500000000", "--out", filepath.Join(dir, "sim")}, {"match", "--follow", "--indicators", list, log},
		{"match", "--indicators", list, "-"}, {"report", "-"}, {"check", "-"},
	} {
		cmd := exec.Command("cahoots", append(args, "--db", db)...)
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		var errs bytes.Buffer
		cmd.Stderr = &errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Millisecond)
		began := time.Now()
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Errorf("%v ended by itself: %v: %s", args, err, &errs)
		}
		err = cmd.Wait()
		in.Close()
		if took := time.Since(began); took > 1500*time.Millisecond { // a second, and the time of a busy machine
			t.Errorf("%v took %v to end (%v)", args, took, err)
		}
		if status := cmd.ProcessState.ExitCode(); status != exitInterrupted && status != exitDone {
			t.Errorf("%v: %v: %s", args, err, &errs)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "validation.md")); err == nil {
		t.Error("a result that was not finished has its name")
	}
	cahoots(t, exitDone, "check", "--db", db)
}

// A store replaced by mv under a running server, and one saved job: the new store
// stays sound, and the server ends and says why.
func TestAServerEndsWhenItsStoreIsReplaced(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, db, other := filepath.Join(dir, "case.yaml"), filepath.Join(dir, "s.db"), filepath.Join(dir, "new.db")
	cahoots(t, exitDone, "demo", "-q", "--export", file)
	cahoots(t, exitDone, "ingest", "-q", "--db", db, file)
	cahoots(t, exitDone, "ingest", "-q", "--db", other, file)
	cahoots(t, exitDone, "assess", "-q", "--db", other, "--a", "CN", "--b", "RU", "--save", "-o", filepath.Join(dir, "a.txt"))
	address := freeAddress(t)
	cmd := exec.Command("cahoots", "serve", "--db", db, "--addr", address)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	ask := func() error {
		res, err := http.Post("http://"+address+"/api/v1/jobs", "application/json", strings.NewReader(`{"a":"CN","b":"RU","save":true}`))
		if err == nil {
			res.Body.Close()
		}
		return err
	}
	for i := 0; ask() != nil; i++ {
		if i > 100 {
			cmd.Process.Kill()
			t.Fatalf("the server does not answer: %s", &errs)
		}
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(500 * time.Millisecond)
	if err := os.Rename(other, db); err != nil {
		t.Fatal(err)
	}
	_ = ask() // it may have ended
	select {
	case err := <-ended:
		if cmd.ProcessState.ExitCode() != exitFailed || !strings.Contains(errs.String(), "replaced") {
			t.Errorf("%v: %s", err, &errs)
		}
	case <-time.After(10 * time.Second):
		cmd.Process.Kill()
		t.Errorf("the server goes on: %s", &errs)
		<-ended
	}
	out := string(cahoots(t, exitDone, "check", "--deep", "--db", db))
	if !strings.Contains(out, "assessments") {
		t.Error(out)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
