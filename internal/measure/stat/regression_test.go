package stat

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"testing"

	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
	"gonum.org/v1/gonum/stat/distuv"
)

// The Sicilian smoking ban of January 2005 and acute coronary events (Lopez
// Bernal et al. 2017), monthly from 2002 to 2006.
func sicily(t *testing.T) InterruptedSeries {
	rows, err := csv.NewReader(bytes.NewReader(publicdata.Read(t, "stats/sicily.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for k, name := range rows[0] {
		column[name] = k
	}
	var s InterruptedSeries
	for _, row := range rows[1:] {
		value := func(name string) float64 {
			v, err := strconv.ParseFloat(row[column[name]], 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		s.Counts = append(s.Counts, value("aces"))
		s.Exposure = append(s.Exposure, value("stdpop"))
		s.Step = append(s.Step, value("smokban"))
	}
	return s
}

func TestSegmentedRegressionGivesThePublishedSicilianResult(t *testing.T) {
	s := sicily(t)
	f, err := s.Fit()
	if err != nil {
		t.Fatal(err)
	}
	ratio := f.RateRatio(1, .95)
	near(t, "ratio", ratio.Estimate, .8943765, 5e-8)
	near(t, "low", ratio.Low, .83919, 5.1e-6)
	near(t, "high", ratio.High, .95319, 5.1e-6)
	s.Harmonics, s.Period = 2, 12
	if f, err = s.Fit(); err != nil {
		t.Fatal(err)
	}
	near(t, "ratio with harmonics", f.RateRatio(1, .95).Estimate, .8850715, 5e-8)
}

func TestSegmentedRegressionFindsAPlantedStepAtTheStatedPower(t *testing.T) {
	const runs = 300
	rng := newRand(16, 0)
	found, flat := 0, 0
	var mde float64
	simulate := func(ratio float64) *stepTest {
		s := InterruptedSeries{}
		for i := range 60 {
			step, rate := 0.0, 20*math.Exp(.003*float64(i))
			if i >= 30 {
				step, rate = 1, rate*ratio
			}
			s.Counts, s.Step = append(s.Counts, float64(poissonDraw(rng.Float64, rate))), append(s.Step, step)
		}
		return s.Test()
	}
	for range 20 {
		r := simulate(1)
		r.Verdict = NotDistinguishable
		r.SetMDE(.05)
		mde += *r.MDE / 20
	}
	for range runs {
		if *simulate(mde).P <= .05 {
			found++
		}
		if *simulate(1).P <= .05 {
			flat++
		}
	}
	near(t, "power at the MDE", float64(found)/runs, Power, .08)
	near(t, "false alarms", float64(flat)/runs, .05, .045)
}

func TestSegmentedRegressionOnSmallCountsIsNotMeasurable(t *testing.T) {
	s := InterruptedSeries{Counts: make([]float64, 40), Step: make([]float64, 40)}
	for i := range 20 {
		s.Step[20+i] = 1
	}
	if r := s.Test(); r.Verdict != NotMeasurable || len(r.Warnings) != 1 {
		t.Errorf("%+v", r.Result)
	}
}

// With an intercept alone the fit is the mean, its error root(dispersion/total).
func TestFitCountsOfAnInterceptIsTheMean(t *testing.T) {
	f, err := fitCounts([]float64{3, 5, 7, 9}, [][]float64{{1}, {1}, {1}, {1}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean", math.Exp(f.Coefficients[0]), 6, 1e-9)
	near(t, "dispersion", f.Dispersion, 20./6/3, 1e-9)
	near(t, "SE", f.SE[0], math.Sqrt(f.Dispersion/24), 1e-9)
}

func TestFitCountsRefusesWhatCannotBeFitted(t *testing.T) {
	one := [][]float64{{1}, {1}, {1}}
	for name, err := range map[string]error{
		"negative":  second(fitCounts([]float64{1, -1, 2}, one, nil)),
		"exposure":  second(fitCounts([]float64{1, 1, 2}, one, []float64{1, 0, 1})),
		"sizes":     second(fitCounts([]float64{1, 1}, one, nil)),
		"ragged":    second(fitCounts([]float64{1, 1, 2}, [][]float64{{1}, {1, 2}, {1}}, nil)),
		"few":       second(fitCounts([]float64{1}, one[:1], nil)),
		"collinear": second(fitCounts([]float64{1, 2, 3}, [][]float64{{1, 2}, {1, 2}, {1, 2}}, nil)),
		"all zero":  second(fitCounts([]float64{0, 0, 0}, one, nil)),
		"separated": second(fitCounts([]float64{0, 0, 0, 5, 6, 7}, [][]float64{{1, 1}, {1, 1}, {1, 1}, {1, 0}, {1, 0}, {1, 0}}, nil)),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func second(_ *countRegression, err error) error { return err }

// RateRatio is exp of coefficient k, with its quasi-Poisson interval at level
// (such as .95) on the normal scale.
func (f *countRegression) RateRatio(k int, level float64) Interval {
	z := distuv.UnitNormal.Quantile((1 + level) / 2)
	return Interval{
		Estimate: math.Exp(f.Coefficients[k]), Level: level,
		Low: math.Exp(f.Coefficients[k] - z*f.SE[k]), High: math.Exp(f.Coefficients[k] + z*f.SE[k]),
	}
}
