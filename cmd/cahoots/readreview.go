package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/prose"
)

const reviewHelp = `a accept, r REASON refuse, c KEY=VALUE change (class, status, basis, consent, exclusivity), s skip, u undo, q stop and save`

// review goes through what a case proposes, one entry after another, and asks.
// Each decision is saved at once, so that none is lost however the run ends.
func (a *app) review(c *ledger.Case, save func() error) error {
	waiting := prose.Waiting(c)
	lines := bufio.NewScanner(a.In)
	fmt.Fprintf(a.Err, "%d entries wait. %s\n", len(waiting), reviewHelp)
	var undo []func()
	for n := 0; n < len(waiting); {
		it := &c.Evidence[waiting[n]]
		fmt.Fprintf(a.Err, "\n%d of %d: %s\n", n+1, len(waiting), entryText(it))
		if !lines.Scan() {
			return lines.Err()
		}
		order, rest, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		rest = strings.TrimSpace(rest)
		before := *it
		keep := func() {
			undo = append(undo, func() { *it = before })
			n++
		}
		switch order {
		case "a":
			prose.Accept(it)
			keep()
		case "r":
			if err := prose.Refuse(it, rest); err != nil {
				fmt.Fprintf(a.Err, "%v: r REASON\n", err)
				continue
			}
			keep()
		case "c":
			key, value, ok := strings.Cut(rest, "=")
			if !ok {
				fmt.Fprintf(a.Err, "%q is no change; write c consent=unknown\n", rest)
			} else if err := prose.Change(it, key, value); err != nil {
				fmt.Fprintln(a.Err, err)
			}
		case "s":
			keep()
		case "u":
			if len(undo) > 0 {
				undo[len(undo)-1]()
				undo = undo[:len(undo)-1]
				n--
			}
		case "q":
			return nil
		default:
			fmt.Fprintln(a.Err, reviewHelp)
		}
		if order == "a" || order == "r" || order == "u" {
			if err := save(); err != nil {
				return err
			}
		}
	}
	return nil
}

// entryText is what a reviewer sees of an entry.
func entryText(it *ledger.Item) string {
	parts := []string{string(it.Class), strings.Join(it.Actors, ", ")}
	if len(it.With) > 0 {
		parts = append(parts, "with "+strings.Join(it.With, ", "))
	}
	for _, s := range []string{it.Value, it.Ref, string(it.Basis), string(it.Exclusivity), string(it.AcceptedAs), it.Activity.String()} {
		if s != "" && !strings.Contains(it.Note, s) {
			parts = append(parts, s)
		}
	}
	if it.Consent != "" {
		parts = append(parts, "consent "+string(it.Consent))
	}
	return strings.Join(parts, " | ") + "\n  " + it.Note + "\n  " + it.Locator
}
