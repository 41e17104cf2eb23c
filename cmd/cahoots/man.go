package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/cahoots-project/cahoots/internal/files"
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
			if err := files.MakeFolder(dir, files.PublicFolder); err != nil {
				return fmt.Errorf("making the folder of manual pages: %w", err)
			}
			pages := allVerbs(root)
			for _, verb := range pages {
				head := *head // it takes the title of the page
				path := filepath.Join(dir, strings.ReplaceAll(verb.CommandPath(), " ", "-")+".1")
				if err := files.Write(path, files.Public, func(w io.Writer) error { return doc.GenMan(verb, &head, w) }); err != nil {
					return fmt.Errorf("writing the manual page %s: %w", path, err)
				}
			}
			a.remark("wrote %d manual pages to %s", len(pages), dir)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "write the pages of all verbs into this `FOLDER`")
	return cmd
}

// allVerbs is a verb with all below it that help names.
func allVerbs(cmd *cobra.Command) []*cobra.Command {
	out := []*cobra.Command{cmd}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && !c.IsAdditionalHelpTopicCommand() {
			out = append(out, allVerbs(c)...)
		}
	}
	return out
}
