package report

import (
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/calibration"
	"github.com/cahoots-project/cahoots/internal/measure/difference"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// tables are the ids of the tables that each document may have, so that a wrong
// one is refused before any work. One that ends in a dash is followed by the id
// of an agreement.
var tables = map[string][]string{
	"assessment": {"matters", "pairs", "measurements", "channels", "records", "sources", "links", "activity", "agreements", "statements", "claims", "attacks",
		"network", "publishers", "variants", "who-says", "timing", "possibly"},
	"calibration": {"checks", "false-alarms", "auc", "controls", "power", "recovery", "timing"},
	"dyads":       {"matters", "dyads", "friends", "years", "incidents", "joint", "merges", "refused", "account", "sources", "agreements", "changes-", "placebos-"},
	"landscape": {"matters", "groups", "states", "worst", "classes", "objectives", "totals", "prevalent", "contacts", "own_indicators", "roles", "state_months", "group_months", "state_days",
		"group_days", "sectors", "dwell", "time_to_disclosure", "changes", "agreements", "incidents", "conflicts", "sources"},
	"sightings": {"sightings"},
	"actors":    {"actors", "names", "states", "possibly", "conflicts"},
	"actor":     {"actors", "names", "states", "possibly", "conflicts"},
	"conflicts": {"conflicts"},
	"ledger":    {"ledger"},
	"history":   {"history", "now"},
	"diff":      {"moved", "names", "attributions", "tests", "datasets"},
	"digests":   {"digests"},
	"doctor":    {"files", "read", "left", "markings"},
	"ingest":    {"inputs", "counts", "rejected", "holdings"},
}

// Tables are the ids of the tables that a document may have ("assessment",
// "dyads", "diff"), or, without a name, any document of this
// package; sorted. One that ends in a dash begins the ids of several.
func Tables(of string) []string {
	if of != "" {
		return slices.Sorted(slices.Values(tables[of]))
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		all = append(all, tables[name]...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// HasTable reports whether an id is among those that [Tables] gave.
func HasTable(ids []string, id string) bool {
	return slices.ContainsFunc(ids, func(known string) bool {
		return id == known || strings.HasSuffix(known, "-") && strings.HasPrefix(id, known)
	})
}

// Marking is the strictest marking that a result states; empty where it states
// none, which says nothing of what it was made from.
func Marking(result any) evidence.TLP {
	switch r := result.(type) {
	case document.Document:
		return r.Marking
	case *document.Document:
		return r.Marking
	case *assess.Assessment:
		return r.Marking
	case *calibration.Calibration:
		return evidence.Clear // of synthetic corpora and cases
	case *dyad.Table:
		return r.Marking
	case *difference.History:
		return r.Marking
	case *difference.Diff:
		return r.Marking
	case *landscape.Landscape:
		return r.Marking
	case *landscape.Listing:
		return r.Marking
	}
	return ""
}
