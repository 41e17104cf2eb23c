package channel

import (
	"github.com/cahoots-project/cahoots/stat"
)

// A Family is the tests of one channel over many pairs, before their p-values
// are adjusted. Families of one question are adjusted together by [Adjust]: a
// verdict looks at all channels, so its error rate is that of all their tests.
type Family struct {
	Channel string
	// Actors and Items are the rows and columns of the null model of an overlap
	// channel; on a timing channel Items counts the events.
	Actors, Items int
	// Measurements are in the order of the pairs asked; a pair that cannot be
	// tested is not measurable, with the reason.
	Measurements []Measurement
	// detectable sets the minimum detectable effects at the levels that
	// adjustment gave; levels has one for each measurement.
	detectable func(levels []float64)
	// resample tests the measurements at the places asked again, by simulation.
	resample func(at []int, draws int, seed uint64) []stat.Result
	levels   []float64 // raw p at which each measurement would be rejected; 0 where not tested
}

// Adjust adjusts p over every test of all families (Benjamini-Hochberg) and
// sets verdicts and minimum detectable effects. Not measurable pairs do not
// count as tests.
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
		f.levels = levels[:n]
		if f.detectable != nil {
			f.detectable(f.levels)
		}
		levels = levels[n:]
	}
	return nil
}
