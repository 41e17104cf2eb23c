package assess

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// JointTest names the summary of all channels of the verdict together.
const JointTest = "joint test"

// summaries count what the joint test found over all pairs, and each channel.
func summaries(b *channel.Battery) []ChannelSummary {
	joint := ChannelSummary{Channel: JointTest, Null: stat.NullJoint, Pairs: b.Pairs(), Adjustment: "maximum over pairs, step-down", Warnings: []string{}}
	for n := range b.Pairs() {
		t := b.Together(n)
		joint.count(&t.Result)
	}
	out := []ChannelSummary{joint}
	for n, f := range b.Families {
		s := ChannelSummary{
			Channel: f.Channel, Pairs: len(f.Measurements), Adjustment: "closed testing", Warnings: []string{}, Beside: b.Channels[n].Beside,
			Actors: f.Actors, Items: f.Items, Null: f.Null, Inflation: f.Inflation, ExpectedShare: f.ExpectedShare,
		}
		if s.Beside {
			s.Adjustment = string(stat.BH)
		}
		for i := range f.Measurements {
			s.Null = cmp.Or(s.Null, f.Measurements[i].Null)
			s.count(&f.Measurements[i].Result)
		}
		if s.Tested+s.Blind == 0 {
			s.Warnings = append(s.Warnings, fmt.Sprintf("no pair has %d items or events on both sides, so nothing could have been found here", stat.MinDegree))
		}
		out = append(out, s)
	}
	return out
}

// count takes one test into the summary. A blind one is none.
func (s *ChannelSummary) count(r *stat.Result) {
	switch {
	case r.Verdict == stat.NotMeasurable || r.P == nil:
		s.NotMeasurable++
		return
	case r.Verdict == stat.Blind:
		s.Blind++
		return
	case r.Verdict == stat.Distinguishable:
		s.Rejected++
	}
	s.Tested++
	if *r.P < .05 {
		s.RawBelow05++
	}
}

// datasets lists the bodies of evidence with the number of their records.
func datasets(in Input, records []evidence.Record) []Dataset {
	counts := map[string]int{}
	for i := range records {
		counts[records[i].Origin.Dataset]++
	}
	out := slices.Clone(in.Datasets)
	until := map[string]evidence.Interval{}
	for i := range records {
		r := &records[i]
		if end := r.LastDay(); end.To.After(until[r.Origin.Dataset].To) {
			until[r.Origin.Dataset] = end
		}
	}
	for i := range out {
		out[i].Until = until[out[i].Name].String()
		out[i].Records = cmp.Or(out[i].Records, counts[out[i].Name])
		delete(counts, out[i].Name)
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, Dataset{Name: name, Records: counts[name], Until: until[name].String()})
	}
	slices.SortFunc(out, func(a, b Dataset) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version), cmp.Compare(a.SHA256, b.SHA256))
	})
	return nonNil(out)
}

// reach is how far the data go (see [evidence.Reach]). beyond says how the period
// lies to that end.
func reach(records []evidence.Record, period evidence.Interval) (until evidence.Interval, beyond Beyond) {
	until = evidence.Reach(records)
	switch {
	case until.IsZero() || period.IsZero():
	case !period.From.IsZero() && !period.From.Before(until.To):
		beyond = Wholly
	case period.To.IsZero() && !period.From.IsZero() || period.To.After(until.To):
		beyond = Partly
	}
	return until, beyond
}

// warnings are what a reader must know about the assessment as a whole.
func warnings(in Input, q Question, dir *resolve.Directory) []string {
	out := append([]string{}, in.Warnings...)
	if q.Null == string(channel.Fisher) {
		out = append(out, "the hypergeometric null was asked for: on technique lists it calls about half of all pairs significant, and supports no verdict")
	}
	out = append(out, "the level holds for one question: asked one by one, the level is spent each time")
	if q.From != "" || q.To != "" {
		out = append(out, "the period bounds cited links and attacks by their best date; lists of software, techniques and targets are taken whole, because most of them carry no date of use")
	}
	if n := len(dir.Unresolved()); n > 0 {
		out = append(out, fmt.Sprintf("%d names of the evidence resolve to no single actor and link nobody; see cahoots actors conflicts", n))
	}
	return out
}

// keepRecords copies the records the assessment refers to into it, and marks it
// with the strictest marking of all evidence: a product carries that of its
// inputs.
func (a *Assessment) keepRecords(all []evidence.Record) {
	wanted := map[evidence.ID]bool{}
	want := func(ids []evidence.ID) {
		for _, id := range ids {
			wanted[id] = true
		}
	}
	want(a.Sides.Evidence)
	for _, c := range a.Sides.Claims {
		want(c.Evidence)
	}
	for _, l := range a.Sides.Others {
		want(l.Records)
	}
	for _, e := range a.Elsewhere {
		want(e.Records)
		for _, one := range e.MayBe {
			want(one.Because.Records)
		}
	}
	for _, p := range a.Pairs {
		want(p.Evidence)
		if p.Possibly != nil {
			want(p.Possibly.Records)
		}
		for _, l := range p.Links {
			want(l.Records)
		}
	}
	a.Records = map[evidence.ID]evidence.Record{}
	a.Marking = evidence.Clear
	for i := range all {
		r := all[i]
		// Tests and names rest on every record, cited or not.
		a.Marking = evidence.Strictest(a.Marking, r.Marking)
		if wanted[r.ID] {
			r.Origin.File = filepath.Base(r.Origin.File) // a shared result carries no path of the user
			a.Records[r.ID] = r
		}
	}
}

func nonNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
