package dyad

import (
	"fmt"
	"math"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// Of 8 incidents, 6 before and 2 after, where reporting is level: the exact
// probability of 2 or fewer of 8 fair coins is 37/256.
func TestTheTestBeforeAndAfterIsTheExactBinomial(t *testing.T) {
	records := []evidence.Record{deal("deal", "treaty", "2015-01-01", "2015-01-01/..", "CN", "RU")}
	add := func(n int, year, from, to string) {
		for i := range n {
			records = append(records, said("one", fmt.Sprint(year, from, to, i), from, to, fmt.Sprint("x", len(records)), year+"-03-03"))
		}
	}
	add(6, "2013", "CN", "RU")
	add(2, "2016", "CN", "RU")
	add(10, "2013", "US", "IR")
	add(10, "2016", "US", "IR")
	records = append(records, said("one", "astride", "CN", "RU", "astride", "2014-06/2015-02"), said("one", "early", "CN", "RU", "early", "2009"))
	table := count(t, Question{Agreement: "deal"}, records...)
	c := table.Comparisons[0].Changes[0]
	if c.Initiator != "" || c.Kind != "activity" || c.Split != (Split{Before: 6, After: 2, Undecided: 1, AllBefore: 10, AllAfter: 10}) {
		t.Fatalf("first change %+v", c)
	}
	if c.Test.P == nil || math.Abs(*c.Test.P-37./256) > 1e-12 {
		t.Errorf("p = %v, want %v", c.Test.P, 37./256)
	}
	if c.Ratio == nil || math.Abs(c.Ratio.Estimate-1./3) > 1e-12 {
		t.Errorf("ratio %+v, want 1/3", c.Ratio)
	}
	if c.Test.Verdict != stat.NotDistinguishable {
		t.Errorf("verdict %s", c.Test.Verdict)
	}
}

// A case file lists attacks on partners because they are attacks on partners:
// what only it tells may not test whether they became more.
func TestIncidentsGatheredForTheQuestionDoNotTestIt(t *testing.T) {
	records := []evidence.Record{deal("deal", "treaty", "2015-01-01", "2015-01-01/..", "CN", "RU"),
		said("one", "1", "CN", "RU", "told by a data set", "2013-03"), said("one", "2", "US", "IR", "other", "2013-03"), said("one", "3", "US", "IR", "another", "2016-03")}
	for i := range 5 {
		r := said("case:spying", fmt.Sprint(i), "CN", "RU", fmt.Sprint("chosen", i), "2016-03", func(r *evidence.Record) { r.Class = evidence.AttackOnState })
		records = append(records, r)
	}
	table := count(t, Question{Agreement: "deal"}, records...)
	if s := table.Comparisons[0].Changes[0].Split; s.Before != 1 || s.After != 0 {
		t.Errorf("split %+v; want the data set's incident alone", s)
	}
	if table.Dyads[0].Incidents != 6 {
		t.Errorf("%d incidents counted; the table itself holds all", table.Dyads[0].Incidents)
	}
}

func TestADateBelongsToASideOnlyWhereAllOfItDoes(t *testing.T) {
	w := window{date: evidence.MustInterval("2015-05-08").From, years: 5}
	for text, want := range map[string]int{
		"": outside, "2009": outside, "2010": outside, "2011": before, "2015-04": before, "2015-05-07": before, "2015-05-08": after, "2015": undecided,
		"2015-05": undecided, "2014/2016": undecided, "2019-12/2022": after, "2020-05-08": outside, "../2014": undecided, "../2009": outside, "2012/..": undecided, "2016/..": after,
	} {
		if got := w.side(evidence.MustInterval(text)); got != want {
			t.Errorf("%q lies on side %d, want %d", text, got, want)
		}
	}
}
