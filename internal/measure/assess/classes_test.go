package assess

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
)

// The table of classes in docs/case-files.md is what writers of cases go by.
// Its rungs are those that links of a class can reach, however they are coded.
func TestTheTableOfClassesSaysWhatEachCountsFor(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/case-files.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(doc), "\nTwo actors.")
	rows := map[evidence.Class]string{}
	for line := range strings.SplitSeq(text, "\n") {
		if cells := strings.Split(line, "|"); len(cells) == 5 {
			rows[evidence.Class(strings.Trim(cells[1], " `"))] = cells[3]
		}
	}
	rungs := regexp.MustCompile(`L[0-5]`)
	for _, class := range evidence.Classes() {
		if !class.Ledger() {
			continue
		}
		row, ok := rows[class]
		if !ok {
			t.Errorf("the table has no class %s", class)
			continue
		}
		reached := []string{}
		for _, basis := range []evidence.Basis{"", evidence.Observed, evidence.Assessed, evidence.Reported} {
			for _, consent := range []evidence.Consent{"", evidence.ConsentShown, evidence.ConsentUnknown} {
				for _, e := range []evidence.Exclusivity{"", evidence.Public, evidence.Shared, evidence.Exclusive} {
					if r := rung(channel.Link{Class: class, Basis: basis, Consent: consent, Exclusivity: e}); r > NoneFound {
						reached = append(reached, r.String())
					}
				}
			}
		}
		said := rungs.FindAllString(row, -1)
		for _, s := range []*[]string{&reached, &said} {
			slices.Sort(*s)
			*s = slices.Compact(*s)
		}
		if !slices.Equal(reached, said) {
			t.Errorf("%s reaches %v, and the table says %q", class, reached, row)
		}
		if r := rung(channel.Link{Class: class, Basis: evidence.Observed, Consent: evidence.ConsentRefused}); r != NoneFound {
			t.Errorf("%s without consent is %v", class, r)
		}
	}
}
