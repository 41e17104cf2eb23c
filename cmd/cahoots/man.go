package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func (a *app) manCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "man [VERB]",
		Short: "Write the manual page of a verb, or all of them",
		Long: `Writes the manual page of the program or of one verb, in roff as man reads it, to
standard output; with --dir the pages of all verbs into a folder, for man -M or a
package.`,
		Example: `  cahoots man assess | man -l -
  cahoots man --dir man/man1`,
		Args: func(cmd *cobra.Command, args []string) error {
			if dir != "" && len(args) > 0 {
				return usagef("%s writes one verb's page or, with --dir, all of them", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			root.DisableAutoGenTag = true // the same bytes whenever it is written
			day := time.Unix(0, 0).UTC()
			head := &doc.GenManHeader{Section: "1", Source: "cahoots " + toolVersion(), Manual: "cahoots", Date: &day}
			if dir == "" {
				verb, rest, err := root.Find(args)
				if err != nil || len(rest) > 0 {
					return usagef("there is no verb %q", strings.Join(args, " "))
				}
				return doc.GenMan(verb, head, a.Out)
			}
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return fmt.Errorf("making the folder of manual pages: %w", err)
			}
			if err := doc.GenManTree(root, head, dir); err != nil {
				return fmt.Errorf("writing manual pages to %s: %w", dir, err)
			}
			pages, err := filepath.Glob(filepath.Join(dir, "cahoots*.1"))
			if err != nil {
				return err
			}
			a.remark("wrote %d manual pages to %s", len(pages), dir)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "write the pages of all verbs into this `FOLDER`")
	return cmd
}
