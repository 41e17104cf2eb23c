package assess

import (
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

func TestTheLedgerSaysWhatStandsAloneAndWhereSourcesDisagree(t *testing.T) {
	said := func(id, publisher string, class evidence.Class, a, b string, status evidence.Status) evidence.Record {
		r := evidence.Record{
			Class: class, Subject: evidence.Actor{Name: a, Country: "CN"}, Object: evidence.Actor{Name: b, Country: "RU"}, Status: status,
			Citation: evidence.Citation{Publisher: publisher}, Origin: evidence.Origin{Dataset: "case:x", Object: id},
		}
		if b == "" {
			r.Object = evidence.Actor{Country: "IR"}
		}
		return r.Seal()
	}
	records := []evidence.Record{
		said("alone", "Firm One", evidence.SharedTool, "Ash Bear", "Birch Fox", ""),
		said("again", "Firm One", evidence.CodeSimilarity, "Birch Fox", "Ash Bear", ""),
		said("first", "Firm One", evidence.SharedTool, "Ash Bear", "Cedar Owl", ""),
		said("second", "Firm Two", evidence.SharedTool, "Cedar Owl", "Ash Bear", ""),
		said("claim", "Firm One", evidence.JointOperation, "Dew Lynx", "Elm Hare", ""),
		said("denial", "Firm Two", evidence.Denial, "Dew Lynx", "Elm Hare", ""),
		said("name", "Firm One", evidence.PossiblySame, "Ash Bear", "Birch Fox", evidence.Denied),
		said("state", "Firm One", evidence.Takeover, "Ash Bear", "", evidence.Contested),
	}
	dir, err := resolve.Resolve(records, resolve.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	entries := Entries(records, dir)
	marks := map[string]string{}
	for _, e := range entries {
		switch {
		case e.Disputed:
			marks[e.ID] = "disputed"
		case e.Unconfirmed:
			marks[e.ID] = "alone"
		}
	}
	for id, want := range map[string]string{"alone": "alone", "again": "alone", "first": "", "second": "", "claim": "disputed", "denial": "disputed", "name": "", "state": ""} {
		if marks[id] != want {
			t.Errorf("%s is %q, want %q", id, marks[id], want)
		}
	}
	for _, c := range []struct {
		f    Filter
		want []string
	}{
		{Filter{States: []string{"IR"}}, []string{"state"}},
		{Filter{States: []string{"RU", "CN"}, Publisher: "two"}, []string{"denial", "second"}},
		{Filter{Group: "birch  FOX"}, []string{"again", "alone", "name"}},
		{Filter{Class: evidence.SharedTool, Unconfirmed: true}, []string{"alone"}},
		{Filter{Status: evidence.Denied}, []string{"name"}},
		{Filter{Disputed: true}, []string{"claim", "denial"}},
	} {
		var got []string
		for _, e := range entries {
			if c.f.Admits(e) {
				got = append(got, e.ID)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v admits %v, want %v", c.f, got, c.want)
		}
	}
}
