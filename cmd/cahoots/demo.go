package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// demoCase is the case the program was begun for.
const demoCase = "sino-russian"

func (a *app) demoCommand() *cobra.Command {
	var write string
	cmd := &cobra.Command{
		Use:   "demo [CASE]",
		Short: "Assess a built-in case, offline",
		Long: `Assesses a built-in case study from the evidence inside the program: no store, no
network. Prints what assess prints. The cases: ` + strings.Join(cases.Names(), ", ") + `.`,
		Example: `  cahoots demo
  cahoots demo --format html -o report.html`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("%s takes at most one CASE", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			name := demoCase
			if len(args) == 1 {
				name = args[0]
			}
			return a.demo(cmd.Context(), name, write)
		},
	}
	cmd.Flags().StringVar(&write, "export", "", "also write the case file itself to `FILE`, to start one of your own")
	return cmd
}

func (a *app) demo(ctx context.Context, name, export string) error {
	b, err := cases.Open(name)
	if err != nil {
		return usageError{err}
	}
	if export != "" {
		if err := files.Write(export, files.Public, func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
			return fmt.Errorf("exporting the case: %w", err)
		}
		a.remark("wrote %s", export)
	}
	in, err := fromCase(b, "built-in case "+name)
	if err != nil {
		return err
	}
	in.Tool = a.tool()
	result, err := assess.Run(ctx, in)
	if err != nil {
		return err
	}
	return a.write(result, document.Options{})
}

// fromCase reads an embedded case file. Its own question is the one asked.
func fromCase(b []byte, name string) (assess.Input, error) {
	c, bad, err := ledger.Parse(bytes.NewReader(b), name)
	if err != nil {
		return assess.Input{}, err
	}
	if len(bad) > 0 {
		return assess.Input{}, fmt.Errorf("%s: %w", name, bad[0])
	}
	sum := sha256.Sum256(b)
	in := assess.Input{
		Records:  c.Records(),
		Question: assess.Question{A: strings.Join(c.Question.A, ", "), B: strings.Join(c.Question.B, ", "), From: c.Question.From, To: c.Question.To},
		Datasets: []assess.Dataset{{Name: c.Dataset(), Version: c.Version, SHA256: hex.EncodeToString(sum[:])}},
		Policy:   policyOf(c),
	}
	if c.Notice != "" {
		in.Notices = []string{c.Notice}
	}
	return in, nil
}

func policyOf(c *ledger.Case) resolve.Policy {
	p := resolve.Policy{Split: c.Policy.Split, IncludeDisputed: c.Policy.IncludeDisputed, IgnoreDatasets: c.Policy.IgnoreDatasets}
	for _, j := range c.Policy.Join {
		p.Join = append(p.Join, resolve.Join{Names: j.Names, Why: j.Why})
	}
	return p
}
