package prose

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
)

// A Choice is a field of a proposed entry that whoever reviews it may change, with
// the words that it may have. A class may be any that fits; see [Change].
type Choice struct {
	Key   string
	Words []string
}

// Choices are the fields that may be changed.
func Choices() []Choice {
	return []Choice{
		{"class", nil}, {"status", []string{"asserted", "contested", "denied"}}, {"basis", []string{"observed", "assessed", "reported"}},
		{"consent", []string{"shown", "refused", "unknown"}}, {"exclusivity", []string{"public", "shared", "exclusive"}},
	}
}

// Waiting are the places of the entries that a case proposes.
func Waiting(c *ledger.Case) (places []int) {
	for i, it := range c.Evidence {
		if it.Status == ledger.Proposed {
			places = append(places, i)
		}
	}
	return places
}

// Accept makes a proposed entry evidence.
func Accept(it *ledger.Item) { it.Status, it.AcceptedAs = it.AcceptedAs, "" }

// Accepted are the records that one entry of a case would be if it were accepted.
func Accepted(c *ledger.Case, it ledger.Item) []evidence.Record {
	Accept(&it)
	alone := *c
	alone.Evidence = []ledger.Item{it}
	return alone.Records()
}

const refusedFor = "refused: "

// Refuse keeps a proposed entry from becoming evidence, for a reason that is kept
// with it.
func Refuse(it *ledger.Item, reason string) error {
	reason = strings.TrimRight(strings.ReplaceAll(clean(reason), `"`, "'"), ".")
	if reason == "" {
		return errors.New("say why, so that nobody asks again")
	}
	it.Status, it.Note = ledger.Refused, refusedFor+reason+". "+it.Note
	return nil
}

// Reason is why an entry was refused; empty where it was not.
func Reason(it *ledger.Item) string {
	rest, ok := strings.CutPrefix(it.Note, refusedFor)
	if it.Status != ledger.Refused || !ok {
		return ""
	}
	reason, _, _ := strings.Cut(rest, `. "`)
	return reason
}

// Undo makes a decided entry a proposed one again.
func Undo(it *ledger.Item) {
	switch it.Status {
	case ledger.Proposed:
	case ledger.Refused:
		if reason := Reason(it); reason != "" {
			it.Note = strings.TrimPrefix(it.Note, refusedFor+reason+". ")
		}
		it.Status = ledger.Proposed
	default:
		it.AcceptedAs, it.Status = it.Status, ledger.Proposed
	}
}

// Change sets one field of an entry to one of its words.
func Change(it *ledger.Item, key, value string) error {
	if key == "class" {
		if c := evidence.Class(value); !c.Valid() || c.Ledger() != it.Class.Ledger() {
			return fmt.Errorf("class %q is unknown or does not fit; docs/case-files.md lists them", value)
		}
		it.Class = evidence.Class(value)
		return nil
	}
	i := slices.IndexFunc(Choices(), func(c Choice) bool { return c.Key == key })
	if i < 0 {
		return fmt.Errorf("%q cannot be changed here; edit the file", key)
	}
	if words := Choices()[i].Words; !slices.Contains(words, value) {
		return fmt.Errorf("%s cannot be %q; use %s", key, value, strings.Join(words, ", "))
	}
	switch key {
	case "status":
		it.AcceptedAs = evidence.Status(value)
	case "basis":
		it.Basis = evidence.Basis(value)
	case "consent":
		it.Consent = evidence.Consent(value)
	case "exclusivity":
		it.Exclusivity = evidence.Exclusivity(value)
	}
	return nil
}

// NamesOf are the names of groups and programs that a record of the store knows.
func NamesOf(r *evidence.Record) (out []Name) {
	group := r.Subject.Ref
	if group == "" {
		group = r.Subject.Name
	}
	if n := r.Subject.Name; len(n) > 3 && !strings.ContainsAny(n, "/,;") {
		out = append(out, Name{Text: n, Kind: Group, Group: group, Country: r.Subject.Country})
	}
	switch {
	case len(r.Value) <= 3:
	case r.Class == evidence.Alias && r.Status != evidence.Denied:
		out = append(out, Name{Text: r.Value, Kind: Group, Group: group, Country: r.Subject.Country})
	case r.Class == evidence.UsesSoftware:
		out = append(out, Name{Text: r.Value, Kind: Malware})
	}
	return out
}
