package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

const day = 24 * time.Hour

func (a *app) serveTokenCommand(opt *serveOptions) *cobra.Command {
	var name, role, ceiling string
	var days int
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Make a token and add it to the token file",
		Long: `Makes a token, adds its SHA-256 with name, role and ceiling to the token file, and
prints the token once. A server that runs takes it in within a second.`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			if opt.tokens == "" {
				return usagef("serve token needs --tokens FILE, the file to add to")
			}
			marking, err := evidence.ParseTLP(ceiling)
			if err != nil {
				return usageError{err}
			}
			secret, entry, err := server.NewToken(name, server.Role(role), marking, time.Now(), time.Duration(days)*day)
			if err != nil {
				return usageError{err}
			}
			if err := server.AddToken(opt.tokens, entry); err != nil {
				return err
			}
			fmt.Fprintln(a.Out, secret)
			until := "for ever"
			if days > 0 {
				until = "until " + entry.Expires.Format(time.DateOnly)
			}
			a.remark("added %s (%s, up to TLP:%s) to %s, good %s; the token is shown this once", entry.Name, entry.Role, entry.Ceiling, opt.tokens, until)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "`NAME` of its holder (required)")
	f.StringVar(&role, "role", string(server.Reader), "`ROLE`: reader; analyst, who may ask new questions; editor, who may add evidence too (ceiling RED)")
	f.StringVar(&ceiling, "ceiling", string(evidence.Clear), "strictest `MARKING` shown to it")
	f.IntVar(&days, "days", 365, "`NUMBER` of days for which it is good; 0 is for ever")
	return cmd
}

func (a *app) serveWithdrawCommand(opt *serveOptions) *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "withdraw",
		Short: "Make a token good for nothing",
		Long: `Notes in the token file that the token of a name is withdrawn. A server that runs
lets it in no more within a second.`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			if opt.tokens == "" || name == "" {
				return usagef("serve withdraw needs --tokens FILE and --name NAME")
			}
			if err := server.WithdrawToken(opt.tokens, name, time.Now()); err != nil {
				return err
			}
			a.remark("withdrew %s", name)
			return nil
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "`NAME` of its holder (required)")
	return cmd
}
