package evidence

import (
	"encoding/json"
	"slices"
)

// ExtraInstead is the key in Record.Extra of a JSON list of the ids of records
// that this one stands in place of: what whoever may see less is shown instead.
const ExtraInstead = "instead_of"

// Settle leaves out the records in whose place another of the list stands. It is
// for records that one ceiling lets out, before anything is made of them.
func Settle(records []Record) []Record {
	var gone map[ID]bool
	for i := range records {
		raw, ok := records[i].Extra[ExtraInstead]
		var ids []ID
		if !ok || json.Unmarshal(raw, &ids) != nil {
			continue
		}
		if gone == nil {
			gone = map[ID]bool{}
		}
		for _, id := range ids {
			gone[id] = true
		}
	}
	if gone == nil {
		return records
	}
	return slices.DeleteFunc(records, func(r Record) bool { return gone[r.ID] })
}

// Within is what a ceiling lets out of records, settled, and how many of each data
// set it keeps back. What carries no marking counts as CLEAR. Of a data set that
// holds more than may be seen the lines are left out: they count what is hidden.
func Within(records []Record, ceiling TLP) (out []Record, hidden map[string]int) {
	hidden = map[string]int{}
	for i := range records {
		if r := &records[i]; r.Marking.Compare(ceiling) > 0 {
			hidden[r.Origin.Dataset]++
		} else {
			out = append(out, *r)
		}
	}
	for i := range out {
		if hidden[out[i].Origin.Dataset] > 0 {
			out[i].Origin.Line = 0
		}
	}
	return Settle(out), hidden
}
