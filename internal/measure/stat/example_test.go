package stat_test

import (
	"fmt"

	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// Thirty actors take their items from the same shelf. Actors 0 and 1 share
// eight that are popular with everybody; actors 2 and 3 share eight that nobody
// else has.
func Example() {
	m := stat.NewMatrix(30, 60)
	for i := range 30 {
		for k := range 8 {
			if i%4 < 2 || k != i%8 {
				m.Set(i, k)
			}
		}
		m.Set(i, 8+i)
	}
	for k := range 8 {
		m.Set(2, 40+k)
		m.Set(3, 40+k)
	}

	model, err := stat.NewSDSM(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	pairs := []stat.Pair{{A: 0, B: 1}, {A: 2, B: 3}}
	found := model.Overlaps(pairs, stat.TailUpper)
	results := []*stat.Result{&found[0], &found[1]}
	levels, err := stat.Adjust(results, stat.BH, .05)
	if err != nil {
		fmt.Println(err)
		return
	}
	model.SetMDE(results, pairs, levels)
	for n, r := range results {
		fmt.Printf("%v share %g: %s from chance\n", pairs[n], r.Observed, r.Verdict)
	}
	// Output:
	// {0 1} share 8: not distinguishable from chance
	// {2 3} share 14: distinguishable from chance
}
