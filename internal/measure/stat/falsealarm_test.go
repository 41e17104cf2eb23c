package stat

import "testing"

// Corpora without links, popular and rare items, busy and idle actors: over
// whole families of tests, the share with any discovery must not exceed the
// level. Fisher's test goes far beyond it.
func TestSDSMWithBHRaisesNoMoreFalseAlarmsThanItsLevel(t *testing.T) {
	const corpora, alpha = 400, .05
	sdsm, fisher := make([]bool, corpora), make([]bool, corpora)
	forEach(corpora, func(n int) {
		m := randomMatrix(newRand(30, uint64(n)), 24, 90)
		s, err := NewSDSM(m)
		if err != nil {
			t.Error(err)
			return
		}
		sdsm[n] = anyFound(t, s.Overlaps(m.Pairs(), TailUpper), alpha)
		fisher[n] = anyFound(t, FisherOverlaps(m, m.Pairs(), TailUpper), alpha)
	})
	alarms, err := Proportion(countTrue(sdsm), corpora, .95)
	if err != nil {
		t.Fatal(err)
	}
	if alarms.Low > alpha {
		t.Errorf("false alarms %+v", alarms)
	}
	if n := countTrue(fisher); n < corpora/4 {
		t.Errorf("Fisher's test found links in only %d of %d corpora: this data shows nothing", n, corpora)
	}
	t.Logf("any discovery: SDSM %d, Fisher %d of %d corpora", countTrue(sdsm), countTrue(fisher), corpora)
}

// Under its own null the fixed degree p-value is uniform or above.
func TestFixedDegreePIsAtMostItsLevelUnderItsNull(t *testing.T) {
	const corpora, draws = 300, 199
	m := randomMatrix(newRand(31, 0), 20, 80)
	below := make([]bool, corpora)
	forEach(corpora, func(n int) {
		c := newChain(m, 99, uint64(n))
		for range 20 {
			c.draw()
		}
		drawn := NewMatrix(m.Rows(), m.Columns())
		drawn.bits = c.bits
		for i := range m.Rows() {
			for _, k := range drawn.Items(i) {
				drawn.columnDegree[k]++
			}
			drawn.rowDegree[i] = m.RowDegree(i)
		}
		below[n] = *FixedDegreeOverlaps(drawn, []Pair{{0, 1}}, TailUpper, draws, uint64(n))[0].P <= .1
	})
	if iv, _ := Proportion(countTrue(below), corpora, .999); iv.Low > .1 || iv.High < .02 {
		t.Errorf("p at or below .1: %+v", iv)
	}
}

func anyFound(t *testing.T, results []Result, alpha float64) bool {
	family := pointers(results)
	if _, err := Adjust(family, BH, alpha); err != nil {
		t.Error(err)
	}
	for _, r := range family {
		if r.Verdict == Distinguishable {
			return true
		}
	}
	return false
}

func countTrue(x []bool) int {
	n := 0
	for _, v := range x {
		if v {
			n++
		}
	}
	return n
}
