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
)

func main() { os.Exit(mainStatus()) }

func mainStatus() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return Run(ctx, os.Args[1:], Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Getenv)
}
