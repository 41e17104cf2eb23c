package landscape

import (
	"cmp"
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
// their validity, and notes on the way which sensors saw addresses that other
// networks use too.
func (in *Input) prevalent() ([]Prevalent, error) {
	met := in.sensors != nil
	if !met {
		in.sensors = sighting.Sensors{}
	}
	demote, seen := in.Prevalence, numbers[sighting.System]{}
	by := map[string]*distinct{}
	for p, err := range in.Partials(nil) {
		if err != nil {
			return nil, err
		}
		if !met {
			in.sensors.Add(p.System)
		}
		if !p.System.Host.IsValid() || !p.Contact.Counts() {
			continue
		}
		n := seen.of(p.System)
		for _, key := range p.Indicators {
			if by[key] == nil {
				by[key] = &distinct{}
			}
			by[key].add(n)
		}
	}
	all, one := numbers[sighting.System]{}, make([]int32, len(seen))
	for s, n := range seen { // the numbers may be any: only how many there are is asked
		one[n] = all.of(in.sensors.One(s))
	}
	for _, d := range by {
		for i, n := range d.list {
			d.list[i] = one[n]
		}
		d.clean = 0
	}
	out := []Prevalent{}
	for key, systems := range by {
		share := float64(systems.size()) / float64(len(all))
		if systems.size() < leastPrevalent || share <= sharePrevalent && (demote == 0 || share <= demote) {
			continue
		}
		out = append(out, Prevalent{Indicator: key, Systems: systems.size(), Share: math.Round(share*1e4) / 1e4, Demoted: demote > 0 && share > demote})
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
