package stat

import "testing"

// attackSized has the size of ATT&CK's groups and techniques.
func attackSized() *Matrix { return randomMatrix(newRand(7, 0), 172, 490) }

func BenchmarkBiCM(b *testing.B) {
	m := attackSized()
	for b.Loop() {
		if _, err := FitBiCM(m); err != nil {
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
