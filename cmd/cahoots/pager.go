package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/term"
)

// paged hands text that is higher than the terminal to a pager, as git does:
// CAHOOTS_PAGER, else PAGER, else less; "cat" or an empty value is none. What fits,
// and what no pager can be had for, goes out as it is.
func (a *app) paged(fill func(io.Writer) error) error {
	if !a.atTerminal() || a.format != "text" {
		return fill(a.Out)
	}
	var b bytes.Buffer
	if err := fill(&b); err != nil {
		return err
	}
	out := a.Out.(*os.File)
	_, height, err := term.GetSize(int(out.Fd()))
	pager := a.pager()
	if err != nil || pager == "" || bytes.Count(b.Bytes(), []byte("\n")) < height {
		_, err := out.Write(b.Bytes())
		return err
	}
	return a.page(pager, b.Bytes())
}

// pager is the command line of the pager; empty for none.
func (a *app) pager() string {
	for _, name := range []string{"CAHOOTS_PAGER", "PAGER"} {
		if v, set := a.lookup(name); set {
			if v = strings.TrimSpace(v); v == "cat" {
				return ""
			}
			return v
		}
	}
	return "less"
}

// lookup tells a variable that is set to nothing from one that is not set.
func (a *app) lookup(name string) (string, bool) {
	if v := a.getenv(name); v != "" {
		return v, true
	}
	_, set := os.LookupEnv(name)
	return "", set
}

// page runs the pager over a text. Leaving it early is no error.
func (a *app) page(pager string, text []byte) error {
	words := strings.Fields(pager)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), a.Out, a.Err
	cmd.Env = os.Environ()
	if a.getenv("LESS") == "" {
		cmd.Env = append(cmd.Env, "LESS=FRX") // quit where it fits, keep colours, leave the screen as it is
	}
	if err := cmd.Start(); err != nil { // no such pager: the text all the same
		_, err := a.Out.Write(text)
		return err
	}
	_ = cmd.Wait() // its exit status is the reader's business
	return nil
}
