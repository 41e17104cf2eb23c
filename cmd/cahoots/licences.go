package main

import (
	"debug/buildinfo"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/licences"
)

func (a *app) licencesCommand() *cobra.Command {
	var sbom bool
	var of string
	cmd := &cobra.Command{
		Use:   "licences",
		Short: "Print the licences of all that the program carries",
		Long: `Prints the licence texts of every module, font and script in the program. With
--sbom, what it was built of as a CycloneDX bill of materials (JSON); with --of, what
another file of the program was built of, such as the one for another system.`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			var built *debug.BuildInfo
			if of != "" {
				if !sbom {
					return usagef("--of goes with --sbom")
				}
				var err error
				if built, err = buildinfo.ReadFile(of); err != nil {
					return fmt.Errorf("reading what %s was built of: %w", of, err)
				}
			}
			return a.put(evidence.Clear, "licences", func(w io.Writer) error {
				if sbom {
					return licences.WriteSBOM(w, toolVersion(), built)
				}
				return licences.Write(w)
			})
		},
	}
	cmd.Flags().StringVar(&of, "of", "", "with --sbom, of the program in `FILE`")
	cmd.Flags().BoolVar(&sbom, "sbom", false, "write a CycloneDX bill of materials")
	return cmd
}
