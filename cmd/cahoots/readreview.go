package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/prose"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/question"
)

const reviewHelp = `a accept, r REASON refuse, c KEY=VALUE change (class, status, basis, consent, exclusivity), s skip, u undo, q stop and save`

// review goes through what a case proposes, one entry after another, and asks.
// Each decision is saved at once, so that none is lost however the run ends.
func (a *app) review(ctx context.Context, c *ledger.Case, save func() error) error {
	in, err := a.reviewedEvidence(ctx)
	if err != nil {
		return err
	}
	waiting := prose.Waiting(c)
	lines := bufio.NewScanner(a.In)
	fmt.Fprintf(a.Err, "%d entries wait. %s\n", len(waiting), reviewHelp)
	var undo []func()
	for n := 0; n < len(waiting); {
		it := &c.Evidence[waiting[n]]
		fmt.Fprintf(a.Err, "\n%d of %d: %s\n", n+1, len(waiting), entryText(it))
		if would, err := wouldChange(ctx, in, c, it); err != nil {
			return err
		} else if would != "" {
			fmt.Fprintf(a.Err, "  accepting it: %s\n", would)
		}
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

// reviewedEvidence is what verdicts rest on before anything of a case is accepted: the
// store, where there is one. What the program knows itself is added when it is asked.
func (a *app) reviewedEvidence(ctx context.Context) (assess.Input, error) {
	if a.db == "" && a.noFile() {
		return assess.Input{Tool: a.tool()}, nil
	}
	s, in, err := a.evidence(ctx, "", "")
	if err != nil {
		return assess.Input{}, err
	}
	in.Tool = a.tool()
	return in, s.Close()
}

// wouldChange says which verdict on the two groups of an entry would be another if the
// entry were accepted; nothing for an entry of one group.
func wouldChange(ctx context.Context, in assess.Input, c *ledger.Case, it *ledger.Item) (string, error) {
	if len(it.Actors) == 0 || len(it.With) == 0 {
		return "", nil
	}
	after := in
	after.Records = slices.Concat(in.Records, prose.Accepted(c, *it))
	e, err := question.Compare(ctx, in, after, assess.Question{A: it.Actors[0], B: it.With[0]})
	if err != nil {
		return "", err
	}
	var told []string
	for _, m := range e.Moves {
		told = append(told, fmt.Sprintf("%s and %s: %s -> %s", m.A, m.B, cmp.Or(m.Before, "not known"), cmp.Or(m.After, "not known")))
	}
	switch {
	case e.After == nil:
		return "the two cannot be asked about: " + e.WhyAfter, nil
	case len(told) == 0:
		return "no verdict changes", nil
	}
	return strings.Join(told, "; "), nil
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
