package stat

import (
	"fmt"
	"testing"
)

// attackSized has about as many groups, techniques and uses (4,400) as ATT&CK.
func attackSized() *Matrix { return randomMatrixOf(newRand(7, 0), 172, 490, sparse) }

const sparse = -3.8

func BenchmarkBiCM(b *testing.B) {
	m := attackSized()
	for b.Loop() {
		if _, err := fitBiCM(m); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSDSM fits the model and tests all pairs of 172 groups.
func BenchmarkSDSM(b *testing.B) {
	m := attackSized()
	pairs := m.Pairs()
	for b.Loop() {
		s, err := NewSDSM(m)
		if err != nil {
			b.Fatal(err)
		}
		s.Overlaps(pairs, TailUpper)
	}
	b.ReportMetric(float64(len(pairs)*b.N)/b.Elapsed().Seconds(), "pairs/s")
}

// BenchmarkSDSMWithMDE is BenchmarkSDSM with adjustment and the minimum
// detectable effect of every pair.
func BenchmarkSDSMWithMDE(b *testing.B) {
	m := attackSized()
	pairs := m.Pairs()
	for b.Loop() {
		s, err := NewSDSM(m)
		if err != nil {
			b.Fatal(err)
		}
		results := pointers(s.Overlaps(pairs, TailUpper))
		levels, err := Adjust(results, BH, .05)
		if err != nil {
			b.Fatal(err)
		}
		s.SetMDE(results, pairs, levels)
	}
	b.ReportMetric(float64(len(pairs)*b.N)/b.Elapsed().Seconds(), "pairs/s")
}

// BenchmarkCurveball makes 10,000 draws over all pairs of 172 groups.
func BenchmarkCurveball(b *testing.B) {
	m := attackSized()
	pairs := m.Pairs()
	const draws = 10000
	for b.Loop() {
		FixedDegreeOverlaps(m, pairs, TailUpper, draws, 1)
	}
	b.ReportMetric(float64(draws*b.N)/b.Elapsed().Seconds(), "draws/s")
}

// BenchmarkCurveballGrowth shows how the cost of 1,000 draws grows with groups,
// items and draws.
func BenchmarkCurveballGrowth(b *testing.B) {
	for _, c := range []struct{ groups, items, draws int }{
		{86, 490, 1000}, {172, 490, 1000}, {344, 490, 1000}, {172, 245, 1000}, {172, 980, 1000}, {172, 490, 2000}, {172, 490, 4000},
	} {
		b.Run(fmt.Sprintf("groups=%d/items=%d/draws=%d", c.groups, c.items, c.draws), func(b *testing.B) {
			m := randomMatrixOf(newRand(7, 0), c.groups, c.items, sparse)
			pairs := m.Pairs()
			for b.Loop() {
				FixedDegreeOverlaps(m, pairs, TailUpper, c.draws, 1)
			}
			b.ReportMetric(float64(len(pairs)), "pairs")
		})
	}
}

// BenchmarkSDSMGrowth shows how fit and tests of all pairs grow.
func BenchmarkSDSMGrowth(b *testing.B) {
	for _, c := range []struct{ groups, items int }{{86, 490}, {172, 490}, {344, 490}, {172, 245}, {172, 980}} {
		b.Run(fmt.Sprintf("groups=%d/items=%d", c.groups, c.items), func(b *testing.B) {
			m := randomMatrixOf(newRand(7, 0), c.groups, c.items, sparse)
			pairs := m.Pairs()
			for b.Loop() {
				s, err := NewSDSM(m)
				if err != nil {
					b.Fatal(err)
				}
				s.Overlaps(pairs, TailUpper)
			}
			b.ReportMetric(float64(len(pairs)*b.N)/b.Elapsed().Seconds(), "pairs/s")
		})
	}
}

// BenchmarkCurveballAttack is BenchmarkCurveball on the groups and techniques of
// ATT&CK.
func BenchmarkCurveballAttack(b *testing.B) {
	m := readAttack(b).techniques
	pairs := m.Pairs()
	const draws = 10000
	for b.Loop() {
		FixedDegreeOverlaps(m, pairs, TailUpper, draws, 1)
	}
	b.ReportMetric(float64(draws*b.N)/b.Elapsed().Seconds(), "draws/s")
}

// BenchmarkJitter is one timing test of 30 events a side over two years.
func BenchmarkJitter(b *testing.B) {
	rng := newRand(1, 0)
	x, y := wholeDays(uniform(rng.Float64, 30, 730)), wholeDays(uniform(rng.Float64, 30, 730))
	for b.Loop() {
		JitterTest(x, y, Span{0, 730}, Window{Width: 7}, 60, TailUpper)
	}
}

// BenchmarkTimingPower is 1,000 simulated data sets of 20 events a side.
func BenchmarkTimingPower(b *testing.B) {
	p := TimingPlan{NA: 20, NB: 20, Days: 730, Window: Window{Width: 14}, Linked: .5, Jitter: 60, Level: .05, Runs: 1000}
	for b.Loop() {
		if _, err := TimingPower(p); err != nil {
			b.Fatal(err)
		}
	}
}
