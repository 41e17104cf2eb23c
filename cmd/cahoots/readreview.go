package main

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
)

const reviewHelp = `a accept, r REASON refuse, c KEY=VALUE change (class, status, basis, consent, exclusivity), s skip, u undo, q stop and save`

// review goes through what a case proposes, one entry after another, and asks.
// Each decision is saved at once, so that none is lost however the run ends.
func (a *app) review(c *ledger.Case, save func() error) error {
	waiting := proposed(c)
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
			it.Status, it.AcceptedAs = it.AcceptedAs, ""
			keep()
		case "r":
			if rest == "" {
				fmt.Fprintln(a.Err, "say why, so that nobody asks again: r REASON")
				continue
			}
			it.Status, it.Note = ledger.Refused, "refused: "+rest+". "+it.Note
			keep()
		case "c":
			if err := change(it, rest); err != nil {
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

func proposed(c *ledger.Case) []int {
	var out []int
	for i, it := range c.Evidence {
		if it.Status == ledger.Proposed {
			out = append(out, i)
		}
	}
	return out
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

// change sets one key of an entry to one of its words.
func change(it *ledger.Item, what string) error {
	key, value, ok := strings.Cut(what, "=")
	if !ok {
		return fmt.Errorf("%q is no change; write c consent=unknown", what)
	}
	oneOf := func(words ...string) error {
		if !slices.Contains(words, value) {
			return fmt.Errorf("%s cannot be %q; use %s", key, value, strings.Join(words, ", "))
		}
		return nil
	}
	var err error
	switch key {
	case "class":
		if c := evidence.Class(value); !c.Valid() || c.Ledger() != it.Class.Ledger() {
			return fmt.Errorf("class %q is unknown or does not fit; docs/case-files.md lists them", value)
		}
		it.Class = evidence.Class(value)
	case "status":
		if err = oneOf("asserted", "contested", "denied"); err == nil {
			it.AcceptedAs = evidence.Status(value)
		}
	case "basis":
		if err = oneOf("observed", "assessed", "reported"); err == nil {
			it.Basis = evidence.Basis(value)
		}
	case "consent":
		if err = oneOf("shown", "refused", "unknown"); err == nil {
			it.Consent = evidence.Consent(value)
		}
	case "exclusivity":
		if err = oneOf("public", "shared", "exclusive"); err == nil {
			it.Exclusivity = evidence.Exclusivity(value)
		}
	default:
		return fmt.Errorf("%q cannot be changed here; edit the file", key)
	}
	return err
}
