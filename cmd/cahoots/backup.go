package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the store to a file",
		Long: `Copies the store to a new file as it is at one moment, while others may read and
write it, and checks the copy. Copying the file by other means may miss what was
written last, which stands in a log beside it.`,
		Example: `  cahoots backup cahoots-2026-01-31.db`,
		Args:    exactly(1, "one FILE to write"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.backup(cmd.Context(), args[0]) },
	}
}

func (a *app) backup(ctx context.Context, path string) error {
	s, err := a.openStore(ctx, true)
	if err != nil {
		return err
	}
	defer s.Close()
	r, err := s.Backup(ctx, path)
	if err != nil {
		return err
	}
	return a.write(storeDocument(path, r, nil), document.Options{})
}

func (a *app) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Make the store hold what a backup holds",
		Long: `Checks the backup, and makes the store hold what it holds, in one step: who has
the store open, such as a server, sees the one or the other. What the store held
is gone then; back it up before. A damaged store is moved aside.`,
		Example: `  cahoots restore cahoots-2026-01-31.db`,
		Args:    exactly(1, "one FILE that cahoots backup wrote"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.restore(cmd.Context(), args[0]) },
	}
}

func (a *app) restore(ctx context.Context, path string) error {
	r, aside, err := store.Restore(ctx, path, a.storePath())
	if aside != "" {
		a.remark("the store was damaged, and is now %s", aside)
	}
	if err != nil {
		return err
	}
	return a.write(storeDocument(a.storePath(), r, nil), document.Options{})
}

// deepProblems reads every saved assessment as those do who ask for it, and holds
// every record in it to its id.
func deepProblems(ctx context.Context, s *store.Store) (problems []string, err error) {
	all, err := s.Assessments(ctx)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		kept, err := s.Assessment(ctx, one.ID)
		if err != nil {
			return nil, err
		}
		if why := unsound(kept.JSON); why != "" {
			problems = append(problems, fmt.Sprintf("assessment %s: %s", one.ID, why))
		}
	}
	return problems, nil
}

func unsound(body json.RawMessage) string {
	result, err := report.Read(bytes.NewReader(body))
	if err != nil {
		return err.Error()
	}
	a, ok := result.(*assess.Assessment)
	if !ok {
		return fmt.Sprintf("it is no assessment but a %T", result)
	}
	for id, r := range a.Records {
		if sealed := r.Seal(); sealed.ID != id || r.ID != id {
			return fmt.Sprintf("record %s has content of id %s", id, sealed.ID)
		}
		if r.Marking.Compare(evidence.Strictest(a.Marking, evidence.Clear)) > 0 {
			return fmt.Sprintf("record %s is marked above the assessment", id)
		}
	}
	return ""
}
