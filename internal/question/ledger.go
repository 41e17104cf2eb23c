package question

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// Ledger are the entries of the ledger among records, with those that the program
// carries. Groups have the names that the records' catalogues give them.
func Ledger(records []evidence.Record) ([]assess.Entry, error) {
	all, err := allCarried()
	if err != nil {
		return nil, err
	}
	held := map[evidence.ID]bool{}
	var told []evidence.Record
	for i := range records {
		held[records[i].ID] = true
		if said(links, &records[i]) {
			told = append(told, records[i])
		}
	}
	for _, c := range all {
		for n, r := range c.records {
			if c.kind == links && !held[r.ID] && !held[c.inCase[n]] {
				told = append(told, r)
			}
		}
	}
	named, _, err := WithNames(slices.Concat(records, told))
	if err != nil {
		return nil, err
	}
	dir, err := resolve.Resolve(named, resolve.Policy{})
	if err != nil {
		return nil, fmt.Errorf("resolving names: %w", err)
	}
	return assess.Entries(told, dir), nil
}

// ReadFilter reads what of a filter of the ledger is no plain text: a state or two
// with a comma, a class and a status, each of which may be empty.
func ReadFilter(f *assess.Filter, states, class, status string) error {
	for name := range strings.SplitSeq(states, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		code, ok := evidence.ParseCountry(name)
		if !ok {
			return fmt.Errorf("state: %q is no state; give a code such as CN, or a name", name)
		}
		f.States = append(f.States, code)
	}
	if len(f.States) > 2 {
		return fmt.Errorf("state takes one state or two, not %d", len(f.States))
	}
	f.Class, f.Status = evidence.Class(strings.ReplaceAll(class, " ", "-")), evidence.Status(status)
	if class != "" && !f.Class.Ledger() && f.Class != evidence.PossiblySame {
		return fmt.Errorf("class: %q is no class of links; docs/case-files.md lists them, such as takeover or access-handover", class)
	}
	if status != "" && !slices.Contains([]evidence.Status{evidence.Asserted, evidence.Contested, evidence.Denied}, f.Status) {
		return fmt.Errorf("status: %q is none; use asserted, contested or denied", status)
	}
	return nil
}

// Told says which entries a filter asks for.
func Told(f assess.Filter) string {
	var out []string
	say := func(format string, text string) {
		if text != "" {
			out = append(out, fmt.Sprintf(format, text))
		}
	}
	say("of %s", strings.Join(f.States, " and "))
	say("of %s", f.Group)
	say("%s", strings.ReplaceAll(string(f.Class), "-", " "))
	say("by %s", f.Publisher)
	say("%s", string(f.Status))
	if f.Unconfirmed {
		say("%s", "confirmed by nobody else")
	}
	if f.Disputed {
		say("%s", "disputed")
	}
	return strings.Join(out, ", ")
}
