package assess

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// gathered is the activity of NO and PT without the rest of an assessment.
func gathered(t *testing.T, records []evidence.Record) *Activity {
	t.Helper()
	dir, err := resolve.Resolve(records, resolve.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	m := measurement{corpus: channel.NewCorpus(records, dir)}
	return m.activity(Question{A: "NO", B: "PT"}, dir.ByCountry("NO"), dir.ByCountry("PT"))
}

func TestActivityStaysSmallLosesNoActAndSaysWhatItCounted(t *testing.T) {
	for _, c := range []struct {
		groups, each int
		want         string
	}{{2, 100, ""}, {2, 400, "those of a month are shown"}, {30, 110, "(3300): those of a month"}, {40, 115, "of a year are shown"}} {
		var records []evidence.Record
		rng := rand.New(rand.NewPCG(3, uint64(c.groups)))
		for g := range c.groups {
			name := fmt.Sprintf("Group %c%d", 'A'+g%2, g/2)
			for k := range c.each {
				r := evidence.Record{
					Class: evidence.Incident, Subject: evidence.Actor{Name: name, Ref: "case:t:" + name, Country: []string{"NO", "PT"}[g%2]}, Event: fmt.Sprint(g, "-", k),
					Targets:  []evidence.Target{{Country: "IS"}},
					Activity: evidence.MustInterval(fmt.Sprintf("%d-%02d-%02d", 2008+rng.IntN(16), 1+rng.IntN(12), 1+rng.IntN(28))),
					Citation: evidence.Citation{Publisher: "Daily", Locator: fmt.Sprint("https://example.org/", g, "/", k)}, Origin: evidence.Origin{Dataset: "incidents"},
				}
				records = append(records, r.Seal())
			}
		}
		a := gathered(t, records)
		acts := 0
		for _, x := range a.Acts {
			acts += x.Count
			if len(x.Records) > actRecords || len(x.Sources) > actRecords || len(x.Records) == 0 || !slices.IsSorted(x.Records) {
				t.Errorf("a mark names %d records: %+v", len(x.Records), x)
			}
		}
		said := strings.Join(a.Warnings, "; ")
		if want := c.groups * c.each; acts != want || len(a.Acts) > actsInAll || !strings.Contains(said, c.want) || c.want == "" && said != "" {
			t.Errorf("%d groups: %d of %d acts in %d marks; said %q", c.groups, acts, want, len(a.Acts), said)
		}
		want, _ := json.Marshal(a)
		rng.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		if got, _ := json.Marshal(gathered(t, records)); string(got) != string(want) {
			t.Errorf("%d groups: the order of the records changed the activity", c.groups)
		}
	}
}

func TestActsLeftOutAreCountedInAWarning(t *testing.T) {
	var g gathering
	var lanes []*lane
	for k := range 5 {
		l := &lane{side: "a", actor: fmt.Sprint("Group ", k)}
		for n := range 250 + 100*k {
			l.acts = append(l.acts, told{Act: Act{Count: 2, When: evidence.MustInterval(fmt.Sprintf("%d/%d", 1900, 1901+n%250))}, places: []int{n}})
		}
		lanes = append(lanes, l)
	}
	kept := g.leaveOut(lanes)
	if len(kept) != 2 || kept[0].actor != "Group 3" || kept[1].actor != "Group 4" {
		t.Errorf("%d lanes are kept, not the two with most acts", len(kept))
	}
	if said := strings.Join(g.warnings, ""); !strings.Contains(said, "the 2100 acts of the 3 groups with the fewest are left out") {
		t.Errorf("said %q", said)
	}
}
