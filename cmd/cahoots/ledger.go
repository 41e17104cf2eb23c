package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

func (a *app) ledgerCommand() *cobra.Command {
	var f assess.Filter
	var states, class, status string
	cmd := &cobra.Command{
		Use:   "ledger [ENTRY]",
		Short: "The documented links, doubts and denials, with their sources",
		Long: `Lists what publishers say of links between groups: who handed whom an access,
had whose tools, was found beside whom, posed as whom, attacked whom, may be whom,
and who denies or doubts it (docs/ledger.md). It is what the program carries and,
where there is a store, what the store holds. assess uses all of it.

With the name of an entry, or two and more, each is shown whole with its source.
"alone" is what no independent source confirms, "disputed" where one contests or
denies what another asserts.`,
		Example: `  cahoots ledger --state RU,KP
  cahoots ledger --group Turla
  cahoots ledger --class takeover --format csv
  cahoots ledger --disputed
  cahoots ledger takeover-001`,
		Args: func(*cobra.Command, []string) error { return nil },
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := question.ReadFilter(&f, states, class, status); err != nil {
				return usagef("--%w", err) // the flag's name stands first
			}
			return a.ledger(cmd.Context(), f, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&states, "state", "", "links of groups of a `STATE`; of two with a comma, those between them")
	flags.StringVar(&f.Group, "group", "", "links of a `GROUP`")
	flags.StringVar(&class, "class", "", "links of a `CLASS`, such as takeover (docs/case-files.md)")
	flags.StringVar(&f.Publisher, "publisher", "", "what a `PUBLISHER` says")
	flags.StringVar(&status, "status", "", "`STATUS`: asserted, contested or denied")
	flags.BoolVar(&f.Unconfirmed, "unconfirmed", false, "what no independent source confirms")
	flags.BoolVar(&f.Disputed, "disputed", false, "where sources disagree")
	return cmd
}

func (a *app) ledger(ctx context.Context, f assess.Filter, ids []string) error {
	held, err := a.heldLinks(ctx)
	if err != nil {
		return err
	}
	entries, err := question.Ledger(held)
	if err != nil {
		return err
	}
	if len(ids) > 0 {
		return a.ledgerEntries(entries, ids)
	}
	entries = slices.DeleteFunc(entries, func(e assess.Entry) bool { return !f.Admits(e) })
	return a.write(report.Ledger(entries, question.Told(f)), document.Options{})
}

// heldLinks are the records of the store; none where no store was named and there
// is none.
func (a *app) heldLinks(ctx context.Context) ([]evidence.Record, error) {
	if a.db == "" && a.getenv("CAHOOTS_DB") == "" && a.noFile() {
		return nil, nil
	}
	s, err := a.openStore(ctx, true)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return records(ctx, s, store.Filter{})
}

// ledgerEntries writes the entries of these names, one document after another.
func (a *app) ledgerEntries(entries []assess.Entry, ids []string) error {
	for _, id := range ids {
		found := false
		for _, e := range entries {
			if e.ID == id || string(e.Record.ID) == id {
				found = true
				if err := a.write(report.LedgerEntry(e), document.Options{}); err != nil {
					return err
				}
			}
		}
		if !found {
			return fmt.Errorf("the ledger has no entry %q; list them with: cahoots ledger --all", id)
		}
	}
	return nil
}
