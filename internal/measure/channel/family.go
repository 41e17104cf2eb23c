package channel

import (
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// A Family is the tests of one channel over many pairs. What stands beside the
// joint test is adjusted by [Adjust].
type Family struct {
	Channel string
	// Null names the null models of the channel where a measurement names only the
	// one it met; empty where there is one.
	Null string
	// Actors and Items are the rows and columns of the null model of an overlap
	// channel; on a timing channel Items counts the events.
	Actors, Items int
	// Inflation is by how much pairs that nobody asked about are less like chance
	// than chance, on a channel of the joint test; what was observed is divided by
	// it. 0 elsewhere.
	Inflation float64
	// ExpectedShare is how many times the shared items of all pairs the contrast
	// expects of them; 0 where there is none.
	ExpectedShare float64
	// Measurements are in the order of the pairs asked; a pair that cannot be
	// tested is not measurable, with the reason.
	Measurements []Measurement
	// Describe adds to the measurements what stands beside the test: items
	// shared, rankings, checks. It is not run unasked, because a verdict needs
	// none of it; nil where there is nothing to add.
	Describe func()
	// detectable sets the minimum detectable effects at the levels that
	// adjustment gave; levels has one for each measurement.
	detectable func(levels []float64)
	levels     []float64 // raw p at which each measurement would be rejected; 0 where not tested
}

// Adjust adjusts p over every test of all families (Benjamini-Hochberg) and
// sets the verdicts. Not measurable pairs do not count as tests.
func Adjust(families []*Family, alpha float64) error {
	var all []*stat.Result
	for _, f := range families {
		for n := range f.Measurements {
			all = append(all, &f.Measurements[n].Result)
		}
	}
	levels, err := stat.Adjust(all, stat.BH, alpha)
	if err != nil {
		return err
	}
	for _, f := range families {
		n := len(f.Measurements)
		f.levels, levels = levels[:n], levels[n:]
	}
	return nil
}

// SetMDE sets the minimum detectable effect of every test that is not
// distinguishable from chance, or the warning that says why there is none. Call
// it after [Adjust].
func (f *Family) SetMDE() {
	if f.detectable != nil && f.levels != nil {
		f.detectable(f.levels)
	}
}
