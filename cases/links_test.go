package cases_test

import (
	"encoding/csv"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// linkCases are the names of the ledger's files.
func linkCases() []string {
	return slices.DeleteFunc(cases.Names(), func(name string) bool { return !strings.HasPrefix(name, "links/") })
}

// leftOut are the rows of the table of links that the ledger does not hold, with
// the reason, as docs/ledger.md lists them.
func leftOut(t *testing.T) map[string]string {
	t.Helper()
	b, err := os.ReadFile("../docs/ledger.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(b), "\n## Left out\n")
	text, _, _ = strings.Cut(text, "\n## ")
	out := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)` \\| (.+) \\|$").FindAllStringSubmatch(text, -1) {
		out[m[1]] = m[2]
	}
	return out
}

func TestEveryRowOfTheTableOfLinksIsInTheLedgerOrNamedWithTheReasonWhyNot(t *testing.T) {
	f, err := os.Open(publicdata.Path(t, "../facts/links.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]bool{}
	for _, name := range linkCases() {
		for _, it := range parse(t, name).Evidence {
			held[it.ID] = true
		}
	}
	left := leftOut(t)
	for _, row := range rows[1:] {
		id := strings.TrimPrefix(row[0], "link-")
		switch why := left[id]; {
		case held[id] && why != "":
			t.Errorf("%s is in the ledger and left out of it: %s", id, why)
		case !held[id] && why == "":
			t.Errorf("%s (%s and %s, %s) is neither in the ledger nor named as left out", id, row[2], row[3], row[10])
		}
		delete(left, id)
	}
	for id := range left {
		t.Errorf("%s is left out, and no row has the id", id)
	}
	if len(rows) < 290 {
		t.Errorf("%d rows", len(rows))
	}
}

// An address that is not the publisher's is a copy, and says so.
func TestEveryLinkLeadsToItsPublisherOrSaysWhoseCopyItIs(t *testing.T) {
	b, err := os.ReadFile("testdata/publishers.txt")
	if err != nil {
		t.Fatal(err)
	}
	hosts := map[string][]string{}
	for line := range strings.Lines(string(b)) {
		if name, list, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			hosts[name] = strings.Fields(list)
		}
	}
	for _, name := range linkCases() {
		for _, s := range parse(t, name).Sources {
			at, err := url.Parse(s.URL)
			if err != nil || at.Host == "" || s.Title == "" || s.Grade == "" {
				t.Errorf("%s: %s: address %q, title %q, grade %q", name, s.ID, s.URL, s.Title, s.Grade)
				continue
			}
			own := slices.ContainsFunc(hosts[s.Publisher], func(h string) bool { return at.Host == h || strings.HasSuffix(at.Host, "."+h) })
			if !own && s.Via == "" {
				t.Errorf("%s: %s: %s publishes at %v and not at %s; say via", name, s.ID, s.Publisher, hosts[s.Publisher], at.Host)
			}
		}
	}
}

func TestTheLedgerIsAsLargeAsTheHandbookSaysAndUnconfirmedRowsCarryNoVerdict(t *testing.T) {
	pairs, across, criminal := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, name := range linkCases() {
		c := parse(t, name)
		if len(c.Evidence) > 40 {
			t.Errorf("%s has %d entries: too many to be read at one go", name, len(c.Evidence))
		}
		for _, r := range c.Records() {
			if !r.Class.Ledger() && r.Class != evidence.PossiblySame {
				continue
			}
			a, b := partyName(r.Subject), partyName(r.Object)
			key := min(a, b) + " and " + max(a, b)
			pairs[key] = true
			switch {
			case r.Subject.Country != "" && r.Object.Country != "" && r.Subject.Country != r.Object.Country:
				across[key] = true
			case strings.HasSuffix(name, "-criminals") || r.Class == evidence.FalseFlag:
				criminal[key] = true
			}
			if strings.HasPrefix(string(r.Grade), "F") && r.Status != evidence.Contested {
				t.Errorf("%s: %s is unconfirmed (%s) and carries a verdict", name, r.Origin.Object, r.Grade)
			}
		}
	}
	if len(pairs) < 150 || len(across)+len(criminal) < 40 {
		t.Errorf("%d pairs, %d across states, %d of groups with criminals or others they posed as", len(pairs), len(across), len(criminal))
	}
	t.Logf("%d pairs, %d across states, %d with criminals or posed as", len(pairs), len(across), len(criminal))
}

// partyName is the group, or the state where no group is named.
func partyName(a evidence.Actor) string {
	if a.Name != "" {
		return a.Name
	}
	return a.Country
}
