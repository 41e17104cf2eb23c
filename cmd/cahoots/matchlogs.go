package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/match"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

const (
	// manyLogs is how many logs a short rendering still shows one by one.
	manyLogs = 8
	// worstLogs is how many it names of more.
	worstLogs = 5
)

// logBlocks tell what was read: each log, or with many of them a line for each
// format and the logs with the most rejected lines.
func logBlocks(m *matched) []document.Block {
	all := logsTable(m.Logs)
	windows := windowsOf(m.Logs)
	if len(m.Logs) <= manyLogs {
		return append([]document.Block{all}, windows...)
	}
	worst := worstOf(m.Logs)
	for i := range all.Rows {
		if !slices.Contains(worst, i) {
			all.Rows[i].Fold = document.WhenAll
		}
	}
	all.Title = "Logs"
	if len(worst) == 0 {
		all.Empty = fmt.Sprintf("No line of the %d logs was rejected; see each log with --verbose, or with --format json.", len(m.Logs))
	} else {
		all.FoldNote = fmt.Sprintf("Of the %d logs, those with the most rejected lines (%d have some); see each log with --verbose, or with --format json.", len(m.Logs), withRejected(m.Logs))
	}
	return append([]document.Block{formatsTable(m.Logs), all}, windows...)
}

func logColumns(first ...document.Column) []document.Column {
	for _, title := range []string{"lines", "events", "hits", "skipped", "rejected", "known blocks"} {
		id, _, _ := strings.Cut(title, " ")
		first = append(first, document.Column{ID: id, Title: title, Kind: document.Integer})
	}
	return first
}

func logCells(l *match.Log, first ...document.Cell) []document.Cell {
	var skipped int64
	for _, n := range l.Counts.Skipped {
		skipped += n
	}
	for _, n := range []int64{l.Counts.Lines, l.Counts.Events, l.Hits, skipped, l.Counts.Rejected, l.Known} {
		first = append(first, number(int(n)))
	}
	return first
}

func logsTable(logs []match.Log) *document.Table {
	t := &document.Table{ID: "logs", Empty: "No log was given: what the store holds is judged by the new indicators or the new map.",
		Columns: logColumns(document.Column{ID: "log", Title: "log"}, document.Column{ID: "format", Title: "format"})}
	for i := range logs {
		l := &logs[i]
		t.Rows = append(t.Rows, document.Row{Cells: logCells(l, document.Cell{Text: l.Log}, document.Cell{Text: l.Format})})
	}
	return t
}

// formatsTable adds the logs of each format up.
func formatsTable(logs []match.Log) *document.Table {
	sums, count := map[string]*match.Log{}, map[string]int{}
	all := &match.Log{}
	for i := range logs {
		l := &logs[i]
		if sums[l.Format] == nil {
			sums[l.Format] = &match.Log{}
		}
		for _, to := range []*match.Log{sums[l.Format], all} {
			to.Counts.Add(l.Counts)
			to.Hits += l.Hits
			to.Known += l.Known
		}
		count[l.Format]++
	}
	t := &document.Table{ID: "formats", Columns: logColumns(document.Column{ID: "format", Title: "format"}, document.Column{ID: "logs", Title: "logs", Kind: document.Integer})}
	for _, f := range slices.Sorted(maps.Keys(sums)) {
		t.Rows = append(t.Rows, document.Row{Cells: logCells(sums[f], document.Cell{Text: f}, number(count[f]))})
	}
	if len(sums) > 1 {
		t.Rows = append(t.Rows, document.Row{Cells: logCells(all, document.Cell{Text: "all"}, number(len(logs)))})
	}
	return t
}

// worstOf are the logs with the most rejected lines, by place.
func worstOf(logs []match.Log) (worst []int) {
	for i := range logs {
		if logs[i].Counts.Rejected > 0 {
			worst = append(worst, i)
		}
	}
	slices.SortStableFunc(worst, func(a, b int) int { return cmp.Compare(logs[b].Counts.Rejected, logs[a].Counts.Rejected) })
	return worst[:min(worstLogs, len(worst))]
}

func withRejected(logs []match.Log) (n int) {
	for i := range logs {
		if logs[i].Counts.Rejected > 0 {
			n++
		}
	}
	return n
}

// windowsOf says how many hits were out of the time for which indicators are good.
func windowsOf(logs []match.Log) []document.Block {
	var all match.Log
	for i := range logs {
		all.Hits += logs[i].Hits
		all.InForce += logs[i].InForce
		all.TooEarly += logs[i].TooEarly
		all.TooLate += logs[i].TooLate
	}
	if all.TooEarly+all.TooLate == 0 {
		return nil
	}
	return []document.Block{document.Paragraph{Text: fmt.Sprintf("Of %d hits %d show an indicator in force at the time; of the others %d came too early (before valid_from) and %d too late (after valid_until). See --window.",
		all.Hits, all.InForce, all.TooEarly, all.TooLate)}}
}
