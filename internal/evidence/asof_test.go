package evidence_test

import (
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// What counts as of a day: nothing before it was told, nothing before it happened,
// and what states no day from the first word of its data set.
func TestNothingCountsBeforeItWasDisclosed(t *testing.T) {
	at := func(set, activity, disclosed, published string) evidence.Record {
		r := evidence.Record{Class: evidence.Campaign, Activity: evidence.MustInterval(activity), Disclosed: evidence.MustInterval(disclosed)}
		r.Origin.Dataset, r.Citation.Published = set, evidence.MustInterval(published)
		return r
	}
	for _, c := range []struct {
		what  string
		r     evidence.Record
		first string // the first day on which it counts
	}{
		{"a day of publication", at("a", "2018", "", "2019-06-20"), "2019-06-20"},
		{"a month of publication", at("a", "", "", "2019-06"), "2019-06-30"},
		{"a year of publication", at("a", "", "", "2019"), "2019-12-31"},
		{"the disclosure goes before the citation", at("a", "", "2015-05-08", "2020"), "2015-05-08"},
		{"an act of the same year", at("a", "2017/2019", "", "2019-06-20"), "2019-06-20"},
		{"an act that went on later than its first report", at("a", "2017/2020-03", "", "2019-06-20"), "2020-02-29"},
		{"no date in a data set with some", at("a", "", "", ""), "2015-05-08"},
		{"no date but of the act", at("b", "2016-03/2016-04", "", ""), "2016-04-30"},
	} {
		day := evidence.MustInterval(c.first)
		eve := evidence.On(day.From.AddDate(0, 0, -1), evidence.Day)
		if c.what == "an act that went on later than its first report" { // its last month began on the next day
			day, eve = evidence.MustInterval("2020-03-01"), evidence.MustInterval("2020-02-28")
		}
		all := []evidence.Record{at("a", "", "2015-05-08", ""), c.r}
		if c.r.Origin.Dataset == "b" {
			all = all[1:]
		}
		before, _ := evidence.AsOf(all, eve)
		after, _ := evidence.AsOf(all, day)
		if len(before) >= len(after) {
			t.Errorf("%s: %d count on the eve of %s, %d on it", c.what, len(before), c.first, len(after))
		}
	}
}
