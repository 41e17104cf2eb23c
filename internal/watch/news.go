package watch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/difference"
)

// sift leaves in a digest what counts as news, within its bounds, and reports
// whether anything does.
func (g *Digest) sift() bool {
	counts := func(kind string) bool { return slices.Contains(g.News, kind) }
	d := g.Diff
	d.Moved = slices.DeleteFunc(d.Moved, func(m difference.Moved) bool { return !slices.ContainsFunc(movedIn(&m), counts) })
	news := len(d.Moved) > 0
	for kind, n := range map[string]int{Tests: len(d.Tests), Names: len(d.Names), Attributions: len(d.Attributions), Datasets: len(d.Datasets)} {
		news = news || n > 0 && counts(kind)
	}
	if g.More = max(0, len(d.Moved)-mostMoved); g.More > 0 {
		d.Moved = d.Moved[:mostMoved]
	}
	for i := range d.Moved {
		m := &d.Moved[i]
		m.Causes = m.Causes[:min(len(m.Causes), mostCauses)]
		for j := range m.Causes {
			c := &m.Causes[j]
			c.New, c.Old = c.New[:min(len(c.New), mostRecords)], c.Old[:min(len(c.Old), mostRecords)]
		}
	}
	return news
}

// movedIn are the kinds of news that a pair's move is. That a pair comes on record
// with nothing found is none.
func movedIn(m *difference.Moved) (out []string) {
	nothing := difference.Verdict{Level: assess.NotAssessable, Sign: assess.NoSign}
	old, new := *cmp.Or(m.Old, &nothing), *cmp.Or(m.New, &nothing)
	if old.Level != new.Level && max(old.Level, new.Level) > assess.NoneFound {
		out = append(out, Level)
	}
	if old.Sign != new.Sign {
		out = append(out, Sign)
	}
	if old.Contested != new.Contested {
		out = append(out, Contested)
	}
	if old.Confidence != new.Confidence && m.Old != nil && m.New != nil {
		out = append(out, Confidence)
	}
	return out
}

// cause is what moved most, in a line: the cause first.
func (g *Digest) cause() string {
	d := g.Diff
	switch {
	case len(d.Moved) > 0:
		m := &d.Moved[0]
		why := "because of what changed"
		if len(m.Causes) > 0 {
			r := m.Causes[0].First()
			why = m.Causes[0].What + ": " + cmp.Or(r.Citation.Publisher, r.Origin.Dataset)
			if r.Citation.Title != "" {
				why += ", " + r.Citation.Title
			}
			why += ", " + cmp.Or(cmp.Or(r.Disclosed, r.Citation.Published).String(), "undated")
		}
		return fmt.Sprintf("%s: %s and %s, %s, was %s", why, m.A, m.B, state(m.New), state(m.Old))
	case len(d.Attributions) > 0:
		t := d.Attributions[0]
		return fmt.Sprintf("%s is laid to %s, was %s", t.Actor, cmp.Or(t.New, "nobody"), cmp.Or(t.Old, "nobody"))
	case len(d.Names) > 0:
		return fmt.Sprintf("names %s: %s (%s)", d.Names[0].What, d.Names[0].Actor, strings.Join(d.Names[0].Names, ", "))
	case len(d.Tests) > 0:
		return fmt.Sprintf("a test of %s and %s crossed the line", d.Tests[0].A, d.Tests[0].B)
	}
	return "data sets are not what they were"
}

func state(v *difference.Verdict) string {
	if v == nil {
		return "not on record"
	}
	return strings.TrimSuffix(fmt.Sprintf("%s %s, %s", v.Level, v.LevelName, v.Sign), ", ")
}
