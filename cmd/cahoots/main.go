// Command cahoots tells whether governments' hacking groups work together, from
// open sources, and who attacks whom on a network, from its sensors.
//
// This package reads flags, wires the rooms and exits with a documented status.
// It is not for method: every measure and every rule belongs to a room.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/cahoots-project/cahoots/internal/files"
)

func main() { os.Exit(mainStatus()) }

func mainStatus() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	done := make(chan int, 1)
	go func() {
		done <- Run(ctx, os.Args[1:], Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Getenv)
	}()
	select {
	case status := <-done:
		return status
	case <-ctx.Done():
	}
	select {
	case status := <-done:
		return status
	case <-time.After(grace):
		// What is half done is undone as after a kill: files have no names yet, and
		// the store keeps its last transaction.
		files.DiscardAll()
		return exitInterrupted
	}
}

// grace is how long a verb may take to end by itself once it is interrupted.
const grace = 800 * time.Millisecond
