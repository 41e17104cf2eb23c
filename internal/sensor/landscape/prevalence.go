package landscape

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// An indicator is listed as prevalent where at least leastPrevalent systems show
// it, and more than sharePrevalent of all that show any.
const (
	leastPrevalent = 20
	sharePrevalent = 0.25
)

// prevalent finds the indicators that a large share of all systems show, whatever
// their validity.
func prevalent(partials iter.Seq2[sighting.Partial, error], sensors sighting.Sensors, demote float64) ([]Prevalent, error) {
	all := numbers[sighting.System]{}
	by := map[string]map[int32]struct{}{}
	for p, err := range partials {
		if err != nil {
			return nil, err
		}
		if !p.System.Host.IsValid() || !p.Contact.Counts() {
			continue
		}
		n := all.of(sensors.One(p.System))
		for _, key := range p.Indicators {
			if by[key] == nil {
				by[key] = map[int32]struct{}{}
			}
			by[key][n] = struct{}{}
		}
	}
	out := []Prevalent{}
	for key, systems := range by {
		share := float64(len(systems)) / float64(len(all))
		if len(systems) < leastPrevalent || share <= sharePrevalent && (demote == 0 || share <= demote) {
			continue
		}
		out = append(out, Prevalent{Indicator: key, Systems: len(systems), Share: math.Round(share*1e4) / 1e4, Demoted: demote > 0 && share > demote})
	}
	slices.SortFunc(out, func(a, b Prevalent) int {
		return cmp.Or(cmp.Compare(b.Systems, a.Systems), strings.Compare(a.Indicator, b.Indicator))
	})
	return out, nil
}

// demoted are the statements with those on prevalent indicators taken from whom
// they name.
func demoted(statements []sighting.Statement, list []Prevalent) []sighting.Statement {
	common := map[string]bool{}
	for _, p := range list {
		if p.Demoted {
			common[p.Indicator] = true
		}
	}
	if len(common) == 0 {
		return statements
	}
	out := slices.Clone(statements)
	for i := range out {
		if common[out[i].Key()] {
			out[i].Benign = "prevalent"
		}
	}
	return out
}
