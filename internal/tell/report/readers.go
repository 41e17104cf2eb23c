package report

import (
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// readers says who wants a section of an assessment or of dyads first; those not
// named are for everybody.
var readers = map[string]string{
	"sides": "analyst", "attacks": "analyst", "links": "analyst", "possibly": "analyst", "why": "analyst", "pair": "analyst", "records": "analyst",
	"publishers": "analyst", "warnings": "analyst", "data": "analyst", "incidents": "analyst", "joint": "analyst", "agreements": "analyst",
	"merges": "analyst", "refused": "analyst", "account": "analyst",
	"timing": "statistician", "channels": "statistician", "measurements": "statistician", "robustness": "statistician", "comparison": "statistician",
}

// laidOut marks sections for their readers and charts of dates with the ends of
// the data: of each set of incidents, or of all where only one end is known.
func laidOut(sections []document.Section, sets []assess.Dataset, reach string) []document.Section {
	var ends []document.Field
	for _, d := range sets {
		if !d.Builtin && d.Until != "" {
			ends = append(ends, document.Field{ID: "end-" + slug(d.Name), Name: d.Name, Value: d.Until})
		}
	}
	if len(ends) == 0 && reach != "" {
		ends = []document.Field{{ID: "end", Name: "the data on incidents", Value: reach}}
	}
	for i := range sections {
		s := &sections[i]
		kind, _, _ := strings.Cut(s.ID, "-")
		s.Reader = readers[kind]
		for k, b := range s.Blocks {
			if line, ok := b.(document.Series); ok && (line.Kind == document.Intervals || line.Step == "year") {
				line.Ends = ends
				s.Blocks[k] = line
				if line.ID == "timeline" { // in an older file it stands with the records
					s.Reader = ""
				}
			}
		}
	}
	return sections
}
