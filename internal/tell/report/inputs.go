package report

import (
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// byArgument groups what became of inputs by what the user named: a folder or an
// archive has many.
func byArgument[T any](all []T, of func(*T) string) [][]T {
	at := map[string]int{}
	var groups [][]T
	for i := range all {
		name := of(&all[i])
		n, ok := at[name]
		if !ok {
			n = len(groups)
			at[name] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], all[i])
	}
	return groups
}

// joinSummaries sums what the readers of several files said, and says how many
// files it is.
func joinSummaries(list []source.Summary, of string) (sum source.Summary, input string) {
	sum.Counts, sum.Skipped = map[string]int{}, map[string]int{}
	var datasets []string
	for _, s := range list {
		if s.Dataset != "" {
			datasets = append(datasets, s.Dataset)
		}
		sum.Objects += s.Objects
		sum.Records += s.Records
		sum.Rejected += s.Rejected
		for k, n := range s.Counts {
			sum.Counts[k] += n
		}
		for k, n := range s.Skipped {
			sum.Skipped[k] += n
		}
	}
	input = fmt.Sprintf("%s (%d files)", of, len(datasets))
	if datasets = each(datasets); len(datasets) == 1 {
		sum.Dataset = datasets[0]
	} else {
		sum.Dataset = fmt.Sprintf("%d data sets", len(datasets))
	}
	return sum, input
}

// remarksOn are the notes on the files of a group, each once with the number of
// files that have it.
func remarksOn(of, dataset string, notes [][]string) []document.Item {
	n := map[string]int{}
	var order []string
	for _, list := range notes {
		for _, note := range list {
			if n[note]++; n[note] == 1 {
				order = append(order, note)
			}
		}
	}
	term := dataset
	if term == "" || len(notes) > 1 {
		term = of
	}
	var items []document.Item
	for i, note := range order {
		if len(notes) > 1 && i == maxNotes {
			return append(items, document.Item{Term: term, Text: fmt.Sprintf("%d more notes; --format json has them all", len(order)-i)})
		}
		if n[note] > 1 {
			note = fmt.Sprintf("%s (in %d files)", note, n[note])
		}
		items = append(items, document.Item{Term: term, Text: note})
	}
	return items
}

// maxNotes bounds what is noted on one folder or archive.
const maxNotes = 20

func count(n int) document.Cell { return document.Cell{Text: fmt.Sprint(n), Value: n} }

// each is every string once, sorted.
func each(s []string) []string { return slices.Compact(slices.Sorted(slices.Values(s))) }
