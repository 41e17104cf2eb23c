package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// withStrangers adds evidence about groups that the question is not about.
func withStrangers(t *testing.T, n int) Content {
	t.Helper()
	c := linked(t)
	for i := range n {
		c.Records = append(c.Records, evidence.Record{
			Class: evidence.UsesSoftware, Subject: evidence.Actor{Name: fmt.Sprint("Stranger ", i)}, Value: fmt.Sprint("tool ", i),
			Citation: evidence.Citation{Publisher: "One"}, Origin: evidence.Origin{Dataset: "case:linked", Object: fmt.Sprint(i)},
		}.Seal())
	}
	return assessed(t, c.Records, c.Assessment.Question, resolve.Policy{})
}

func TestAnAnswerLeavesWithTheEvidenceAboutItsSidesOnly(t *testing.T) {
	c := withStrangers(t, 30)
	about := func(records []evidence.Record) (strangers, groups int) {
		for _, r := range records {
			if strings.HasPrefix(r.Subject.Name, "Stranger") {
				strangers++
			} else {
				groups++
			}
		}
		return strangers, groups
	}
	all, groups := about(c.Select(All))
	if all != 30 || groups != 16 {
		t.Fatalf("all evidence is %d records about strangers and %d about the groups", all, groups)
	}
	if s, g := about(c.Select(Sides)); s != 0 || g != groups {
		t.Errorf("the two sides are %d records about strangers and %d about the groups, want 0 and %d", s, g, groups)
	}
	if got := c.Select(Cited); len(got) != len(c.Assessment.Records) || len(got) == 0 {
		t.Errorf("%d records cited, want %d", len(got), len(c.Assessment.Records))
	}
	for _, r := range c.Assessment.Records {
		if !slices.ContainsFunc(c.Select(Sides), func(o evidence.Record) bool { return o.ID == r.ID }) {
			t.Errorf("the record %s that a verdict cites is not among those of the sides", r.ID)
		}
	}
	c.Records = c.Select(Sides)
	records, sum := readBack(t, write(t, c, "stix", Options{Ceiling: evidence.Red}))
	if len(ids(records)) != groups || sum.Rejected != 0 {
		t.Errorf("the bundle reads back as %d records, want %d", len(ids(records)), groups)
	}
	if _, err := ParseEvidence("some"); err == nil {
		t.Error("an unknown word was taken")
	}
}

func TestMISPEventsAreOfBoundedSizeAndLoseNothing(t *testing.T) {
	c := withStrangers(t, 2*maxObjects)
	var d struct {
		Response []struct{ Event mispEvent } `json:"response"`
	}
	if err := json.Unmarshal(write(t, c, "misp", Options{Ceiling: evidence.Red}), &d); err != nil {
		t.Fatal(err)
	}
	claims, uuids := 0, map[string]bool{}
	for i, e := range d.Response {
		if len(e.Event.Objects) > maxObjects || i > 0 && e.Event.Extends != d.Response[0].Event.UUID || uuids[e.Event.UUID] {
			t.Errorf("event %d has %d objects and extends %q", i, len(e.Event.Objects), e.Event.Extends)
		}
		uuids[e.Event.UUID] = true
		for _, o := range e.Event.Objects {
			if o.Name == "cahoots-claim" {
				claims++
			}
		}
	}
	if len(d.Response) < 2 || claims != len(c.Records) || len(d.Response[0].Event.Reports) != 1 {
		t.Errorf("%d events with %d of %d claims", len(d.Response), claims, len(c.Records))
	}
}

func TestACrosswalkTellsNamesAndIdsOfEveryCatalogue(t *testing.T) {
	alias := func(dataset, name, ref, value, coiner string) evidence.Record {
		return evidence.Record{
			Class: evidence.Alias, Subject: evidence.Actor{Name: name, Ref: ref}, Value: value, Coiner: coiner,
			Citation: evidence.Citation{Publisher: "P"}, Origin: evidence.Origin{Dataset: dataset, Object: ref},
		}.Seal()
	}
	c := Content{Records: []evidence.Record{
		alias("attack-enterprise", "Blue Heron", "attack:G0001", "Blue Heron", ""), alias("attack-enterprise", "Blue Heron", "attack:G0001", "=Grey Heron", "Vendor One"),
		alias("names", "Heron Nine", "names:9", "Heron Nine", "Vendor Two"), alias("names", "Heron Nine", "names:9", "Blue Heron", ""), alias("names", "Heron Nine", "names:9", "G0001", ""),
	}}
	c.Records[4].ValueRef = "attack:G0001"
	c.Records[4] = c.Records[4].Seal()
	rows, err := csv.NewReader(bytes.NewReader(write(t, c, "crosswalk", Options{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, h := range rows[0] {
		at[h] = i
	}
	var got []string
	actors := map[string]bool{}
	for _, r := range rows[1:] {
		got = append(got, r[at["kind"]]+" "+r[at["value"]]+" ("+r[at["coiner"]]+") "+r[at["ref"]])
		actors[r[at["actor_id"]]] = true
		if r[at["why"]] == "" {
			t.Errorf("nothing says why %s stands with the others", r[at["ref"]])
		}
	}
	slices.Sort(got)
	for _, want := range []string{"id 9 () names:9", "id G0001 () attack:G0001", "name '=Grey Heron (Vendor One) attack:G0001", "name Heron Nine (Vendor Two) names:9"} {
		if !slices.Contains(got, want) {
			t.Errorf("the crosswalk lacks %q: %q", want, got)
		}
	}
	if len(actors) != 1 {
		t.Errorf("%d actors, want 1", len(actors))
	}
}
