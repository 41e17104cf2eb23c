package main

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program and of what it reads and writes",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			set := []document.Item{
				{Term: "cahoots", Text: toolVersion()},
				{Term: "built with", Text: fmt.Sprintf("%s for %s/%s", runtime.Version(), runtime.GOOS, runtime.GOARCH)},
				{Term: "results", Text: assess.Schema},
			}
			return a.write(document.Document{ID: "version", Title: "cahoots " + toolVersion(),
				Sections: []document.Section{{ID: "version", Blocks: []document.Block{document.List{Items: set}}}}, Result: versions(set)}, document.Options{})
		},
	}
}

// helpGroups are the verbs by what one comes to do, in the order of the help.
var helpGroups = []struct{ id, title, verbs string }{
	{"ask", "Ask:", "demo assess history diff watch dyads actors ledger report"},
	{"read", "Bring evidence in:", "fetch ingest read doctor check sources"},
	{"sense", "Watch a network:", "match landscape sightings simulate"},
	{"give", "Hand on:", "serve atlas export"},
	{"keep", "Look after it:", "backup restore calibrate version licences man completion help"},
}

// grouped puts the verbs into the groups of the help.
func grouped(root *cobra.Command) {
	for _, g := range helpGroups {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, name := range strings.Fields(g.verbs) {
			if cmd, _, err := root.Find([]string{name}); err == nil && cmd != root {
				cmd.GroupID = g.id
			}
		}
	}
}

// versions is what JSON says: a name for each line.
func versions(items []document.Item) map[string]string {
	out := map[string]string{}
	for _, i := range items {
		out[i.Term] = i.Text
	}
	return out
}
