package question

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// A builtin is one kind of evidence that the program carries.
type builtin string

// The kinds.
const (
	agreements builtin = "agreements" // between states
	links      builtin = "links"      // documented ones between groups
	spying     builtin = "spying"     // by states on their partners
)

// builtins lists the kinds.
func builtins() []builtin { return []builtin{agreements, links, spying} }

// without reads which kinds a question leaves out: "all", or a list with commas.
func without(text string) ([]builtin, error) {
	var out []builtin
	for name := range strings.SplitSeq(text, ",") {
		switch name = strings.TrimSpace(name); {
		case name == "":
		case name == assess.AllBuiltin:
			return builtins(), nil
		case slices.Contains(builtins(), builtin(name)):
			out = append(out, builtin(name))
		default:
			return nil, fmt.Errorf("%q is no kind of built-in evidence; there are agreements, links, spying and all", name)
		}
	}
	return out, nil
}

// kindOf is the kind of evidence for which a built-in case is read. Agreements
// and spying have a case each; every other case, the controls among them, tells
// of links that somebody documented.
func kindOf(name string) builtin {
	switch name {
	case "agreements":
		return agreements
	case "partner-spying":
		return spying
	}
	return links
}

// A carried case is a built-in one as evidence.
type carried struct {
	kind    builtin
	records []evidence.Record
	inCase  []evidence.ID // of each record, as whoever ingests the case has it
	dataset assess.Dataset
	notices []string
}

// allCarried reads the built-in cases once; they never change.
var allCarried = sync.OnceValues(func() ([]carried, error) {
	var out []carried
	told := map[evidence.ID]bool{}
	for _, name := range cases.Names() {
		c, sum, err := builtinCase(name)
		if err != nil {
			return nil, err
		}
		set := c.Dataset()
		if strings.HasPrefix(name, theLedger) {
			set = ledgerDataset
		}
		if len(out) == 0 || out[len(out)-1].dataset.Name != set {
			out = append(out, carried{kind: kindOf(name), dataset: assess.Dataset{Name: set, Version: c.Version, Builtin: true}})
		}
		one := &out[len(out)-1]
		if !slices.Contains(one.notices, c.Notice) {
			one.notices = append(one.notices, c.Notice)
		}
		one.dataset.SHA256 = chained(one.dataset.SHA256, sum)
		for _, r := range c.Records() {
			if said(one.kind, &r) && !told[content(r)] {
				told[content(r)] = true
				one.records, one.inCase = append(one.records, nameless(r, set)), append(one.inCase, r.ID)
			}
		}
		one.dataset.Records = len(one.records)
	}
	return slices.DeleteFunc(out, func(c carried) bool { return len(c.records) == 0 }), nil
})

// The files of the ledger are many so that each can be read; they are one data
// set, which is left out as one.
const (
	theLedger     = "links/"
	ledgerDataset = "case:links"
)

// chained is the hash of the files so far and one more.
func chained(before, sum string) string {
	if before == "" {
		return sum
	}
	hash := sha256.Sum256([]byte(before + sum))
	return hex.EncodeToString(hash[:])
}

// said reports whether a record of a case is of the kind it is read for. A case
// tells more than that, of tools and of victims, so that it can be assessed
// alone; beside a store this would be a second catalogue.
func said(kind builtin, r *evidence.Record) bool {
	switch kind {
	case agreements:
		return r.Class == evidence.Agreement
	case spying:
		return r.Class == evidence.AttackOnState
	}
	return (r.Class.Ledger() && r.Class != evidence.AttackOnState || r.Class == evidence.PossiblySame) && !r.Object.IsZero()
}

// nameless takes the case's own handles on its actors off a record: beside a
// store the names mean whom the store's catalogues say, and the case is none. The
// record is of the data set named.
func nameless(r evidence.Record, set string) evidence.Record {
	r.Subject.Ref, r.Object.Ref = "", ""
	r.Origin.File, r.Origin.Builtin = builtinFile+strings.TrimPrefix(r.Origin.Dataset, "case:"), true
	r.Origin.Dataset = set
	return r.Seal()
}

// content identifies what a record says by whom, whichever case says it: a
// control repeats what a larger case tells, and two copies are not two claims.
func content(r evidence.Record) evidence.ID {
	r = nameless(r, "")
	r.Origin, r.Event = evidence.Origin{}, ""
	return r.Seal().ID
}

// builtinFile begins the file name of every built-in record.
const builtinFile = "built-in case "

// builtinCase parses an embedded case file, which must be sound.
func builtinCase(name string) (c *ledger.Case, sum string, err error) {
	b, err := cases.Open(name)
	if err != nil {
		return nil, "", err
	}
	c, bad, err := ledger.Parse(bytes.NewReader(b), builtinFile+name)
	if err != nil {
		return nil, "", err
	}
	if len(bad) > 0 {
		return nil, "", fmt.Errorf("built-in case %s: %w", name, bad[0])
	}
	hash := sha256.Sum256(b)
	return c, hex.EncodeToString(hash[:]), nil
}
