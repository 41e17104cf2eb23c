package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/licences"
)

func (a *app) licencesCommand() *cobra.Command {
	var sbom bool
	cmd := &cobra.Command{
		Use:   "licences",
		Short: "Print the licences of all that the program carries",
		Long: `Prints the licence texts of every module, font and script in the program. With
--sbom, what it was built of as a CycloneDX bill of materials (JSON).`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.put(evidence.Clear, "licences", func(w io.Writer) error {
				if sbom {
					return licences.WriteSBOM(w, toolVersion())
				}
				return licences.Write(w)
			})
		},
	}
	cmd.Flags().BoolVar(&sbom, "sbom", false, "write a CycloneDX bill of materials")
	return cmd
}
