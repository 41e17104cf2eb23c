package assess

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// bound counts acts together until they are few enough, and says so: first
// those of busy actors by month, then all by month, then all by year. What is
// too much even then is left out, whole actors at a time, those with the fewest
// acts first.
func (g *gathering) bound(lanes []*lane) []*lane {
	var busy []string
	for _, l := range lanes {
		if len(l.acts) > actsOfOne {
			n := len(l.acts)
			if l.acts = counted(l.acts, evidence.Month); len(l.acts) < n {
				busy = append(busy, fmt.Sprintf("%s (%d)", cmp.Or(l.actor, evidence.CountryName(l.country)), n))
			}
		}
	}
	if len(busy) > 0 {
		g.warnings = append(g.warnings, fmt.Sprintf("more than %d acts are on record of %s: those of a month are shown as one mark", actsOfOne, enumerate(busy)))
	}
	for _, by := range []evidence.Precision{evidence.Month, evidence.Year} {
		n := marks(lanes)
		if n <= actsInAll {
			return lanes
		}
		for _, l := range lanes {
			l.acts = counted(l.acts, by)
		}
		g.warnings = append(g.warnings, fmt.Sprintf("more than %d acts are on record of both sides (%d): those of a %s are shown as one mark for each actor", actsInAll, n, by))
	}
	return g.leaveOut(lanes)
}

func marks(lanes []*lane) (n int) {
	for _, l := range lanes {
		n += len(l.acts)
	}
	return n
}

// acts is how many acts the lane's marks stand for.
func (l *lane) count() (n int) {
	for _, t := range l.acts {
		n += t.Count
	}
	return n
}

func (g *gathering) leaveOut(lanes []*lane) []*lane {
	bySize := slices.Clone(lanes)
	slices.SortStableFunc(bySize, func(x, y *lane) int { return cmp.Compare(y.count(), x.count()) })
	keep := map[*lane]bool{}
	room := actsInAll
	for _, l := range bySize {
		if room -= len(l.acts); room < 0 {
			break
		}
		keep[l] = true
	}
	acts := 0
	out := slices.DeleteFunc(slices.Clone(lanes), func(l *lane) bool {
		if !keep[l] {
			acts += l.count()
		}
		return !keep[l]
	})
	if n := len(lanes) - len(out); n > 0 {
		g.warnings = append(g.warnings, fmt.Sprintf("the %d acts of the %d groups with the fewest are left out of the timeline; ask about fewer groups or a shorter period to see them", acts, n))
	}
	return out
}

// counted puts the acts that lie within one month, or one year, into one mark,
// apart by kind of date and by status. Longer acts stay as they are, those of
// the very same dates together.
func counted(acts []told, by evidence.Precision) []told {
	at := map[string]int{}
	var out []told
	for _, t := range acts {
		when := t.When
		if unit := evidence.On(t.When.From, by); !t.When.From.IsZero() && !t.When.To.IsZero() && !t.When.To.After(unit.To) {
			when = unit
		}
		key := strings.Join([]string{when.String(), t.WhenKind, string(t.Status)}, "\x00")
		n, seen := at[key]
		if !seen {
			at[key] = len(out)
			out = append(out, t)
			continue
		}
		out[n].join(t, when, by)
	}
	slices.SortFunc(out, compareActs)
	return out
}

// join adds another act to a mark.
func (t *told) join(o told, when evidence.Interval, by evidence.Precision) {
	t.When, t.Precision, t.By = when, when.Precision().String(), by.String()
	t.Count += o.Count
	t.Victims = append(slices.Clone(t.Victims), o.Victims...)
	t.places = append(slices.Clone(t.places), o.places...)
	slices.Sort(t.places)
	t.settle()
}
