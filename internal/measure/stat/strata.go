package stat

import (
	"cmp"
	"fmt"
	"slices"
)

// nullStrata names the SDSM within strata in Result.Null.
const nullStrata = "SDSM within strata"

// smallStratum is the number of rows below which a stratum is warned about.
const smallStratum = 5

// newSDSMWithin fits the model within strata of rows: row i belongs to
// stratum[i], and under the null every item keeps its popularity in each stratum
// by itself. It answers a confounder that no model of the whole matrix can see:
// actors described by one publisher share that publisher's vocabulary. With the
// publisher as stratum, what its actors have in common with one another is
// expected, and only what they share beyond that is counted.
//
// Actors of small strata have few others to be compared with, so that their own
// items come near to being taken as given: such tests find less, and say so. It
// is an error where the number of strata given is not that of the rows, or a
// configuration model has no solution.
func newSDSMWithin(m *Matrix, stratum []int) (*SDSM, error) {
	if len(stratum) != m.rows {
		return nil, fmt.Errorf("SDSM within strata: %d strata for %d rows", len(stratum), m.rows)
	}
	labels := slices.Compact(slices.Sorted(slices.Values(stratum)))
	of := make([]int, m.rows)
	for i, label := range stratum {
		of[i], _ = slices.BinarySearch(labels, label)
	}
	s, err := newSDSM(m, of)
	if err != nil {
		return nil, err
	}
	s.null = nullStrata
	return s, nil
}

// newSDSM fits one configuration model for each stratum, numbered from 0.
func newSDSM(m *Matrix, stratum []int) (*SDSM, error) {
	s := &SDSM{m: m, stratum: stratum, within: make([]int, m.rows)}
	var members [][]int
	for i, n := range stratum {
		for len(members) <= n {
			members = append(members, nil)
		}
		s.within[i] = len(members[n])
		members[n] = append(members[n], i)
	}
	for _, rows := range members {
		fit, err := fitBiCM(m.only(rows))
		if err != nil {
			return nil, err
		}
		s.fits = append(s.fits, fit)
	}
	return s, nil
}

// only returns the matrix of the given rows, all columns kept.
func (m *Matrix) only(rows []int) *Matrix {
	if len(rows) == m.rows {
		return m
	}
	out := NewMatrix(len(rows), m.columns)
	for n, i := range rows {
		for _, k := range m.Items(i) {
			out.Set(n, k)
		}
	}
	return out
}

// sharing gives the distinct probabilities with which rows of two kinds share a
// column, and how many columns have each.
func (s *SDSM) sharing(a, b rowKind) (p []float64, times []int) {
	fa, fb := s.fits[a.stratum], s.fits[b.stratum]
	if a.stratum == b.stratum {
		for c, n := range fa.columnCount {
			p, times = append(p, fa.p[a.class][c]*fb.p[b.class][c]), append(times, n)
		}
		return p, times
	}
	order := make([][2]int, len(fa.columnClass))
	for k := range order {
		order[k] = [2]int{fa.columnClass[k], fb.columnClass[k]}
	}
	slices.SortFunc(order, func(x, y [2]int) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) })
	for n, c := range order {
		if n > 0 && c == order[n-1] {
			times[len(times)-1]++
			continue
		}
		p, times = append(p, fa.p[a.class][c[0]]*fb.p[b.class][c[1]]), append(times, 1)
	}
	return p, times
}

func (s *SDSM) warnOfSmallStrata(r *Result, i, j int) {
	if s.null != nullStrata {
		return
	}
	for _, row := range []int{i, j} {
		if n := len(s.fits[s.stratum[row]].rowClass); n < smallStratum {
			r.warn("a stratum of only %d actors: what they share is nearly taken as given", n)
		}
	}
}
