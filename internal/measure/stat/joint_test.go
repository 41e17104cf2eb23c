package stat

import (
	"encoding/json"
	"maps"
	"math"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// jointGolden is a matrix with what the enumeration of all matrices of its sums
// gives.
type jointGolden struct {
	Name     string
	Rows     [][]int
	SideA    []int `json:"side_a"`
	SideB    []int `json:"side_b"`
	Weights  []float64
	Count    jointGoldenOf
	Weighted jointGoldenOf
}

type jointGoldenOf struct {
	Observed, Mean, SD, Z, P []float64
	MidP                     []float64 `json:"mid_p"`
	MaxT                     []float64 `json:"max_t"`
	StepDown                 []float64 `json:"step_down"`
	Smallest                 []float64 `json:"smallest_attainable_p"`
}

func (g jointGolden) matrix() (m *Matrix, pairs []Pair) {
	columns := 0
	for _, r := range g.Rows {
		columns = max(columns, slices.Max(r)+1)
	}
	m = NewMatrix(len(g.Rows), columns)
	for i, r := range g.Rows {
		for _, k := range r {
			m.Set(i, k)
		}
	}
	for _, a := range g.SideA {
		for _, b := range g.SideB {
			pairs = append(pairs, Pair{a, b})
		}
	}
	return m, pairs
}

// tiny measures rows of any degree, weighted or by count.
func tiny(m *Matrix, pairs []Pair, weight []float64, draws int) *overlaps {
	o := &overlaps{m: m, pairs: pairs, weight: weight, seed: 7, count: draws, inflate: 1}
	o.prepare(func(Pair) bool { return true }, nil)
	return o
}

// surprising is z of a surprise.
func surprising(s float64) float64 { return -distuv.UnitNormal.Quantile(math.Exp(-s)) }

func TestJointGoldensOfFixedDegrees(t *testing.T) {
	const file = "stats/joint-goldens.json"
	publicdata.Path(t, file)
	var goldens []jointGolden
	if err := json.Unmarshal(publicdata.Read(t, file), &goldens); err != nil {
		t.Fatal(err)
	}
	if len(goldens) != 4 {
		t.Fatalf("%d goldens", len(goldens))
	}
	const draws = 40000
	for _, g := range goldens {
		m, pairs := g.matrix()
		for k, w := range linkWeights(m) {
			near(t, g.Name+" weight", w, g.Weights[k], 1e-11)
		}
		for label, c := range map[string]struct {
			weight []float64
			want   jointGoldenOf
		}{"count": {slices.Repeat([]float64{1}, m.Columns()), g.Count}, "weighted": {linkWeights(m), g.Weighted}} {
			o := tiny(m, pairs, c.weight, draws)
			for n := range pairs { // pairs that are alike tie only where their moments are exact
				near(t, g.Name+" mean", o.mean[n], c.want.Mean[n], .01)
				near(t, g.Name+" sd", o.sd[n], c.want.SD[n], .01)
				for r := range draws { // as if they had been standardised by the exact ones
					x := &o.tape[r*len(pairs)+n]
					*x = surprise((o.mean[n] + o.sd[n]*surprising(*x) - c.want.Mean[n]) / max(c.want.SD[n], tie))
				}
				o.mean[n], o.sd[n] = c.want.Mean[n], c.want.SD[n]
			}
			family := NewJoint([]Part{o}, len(pairs), draws, .05).Test([]Parts{1})[0]
			for n := range pairs {
				at := g.Name + " " + label
				near(t, at+" observed", o.values[n], c.want.Observed[n], 1e-9)
				if c.want.SD[n] == 0 {
					if _, ok := o.observed(n); ok || !math.IsNaN(family.PAdjusted[n]) || o.Result(n).Verdict != NotMeasurable {
						t.Errorf("%s: a pair that cannot vary is measured", at)
					}
					continue
				}
				z, _ := o.observed(n)
				near(t, at+" z", z, c.want.Z[n], 1e-8)
				near(t, at+" p", family.P[n], c.want.P[n], .008)
				if pairsAlone := NewJoint([]Part{tiny(m, pairs[n:n+1], c.weight, draws)}, 1, draws, .05).Test([]Parts{1})[0]; true {
					near(t, at+" p of one pair is its maximum", pairsAlone.PAdjusted[0], c.want.P[n], .008)
				}
				counts := map[float64]int{}
				for r := range draws {
					counts[math.Round(o.tape[r*len(pairs)+n]*1e9)]++
				}
				same, as := counts[math.Round(surprise(z)*1e9)], counts[slices.Max(slices.Collect(maps.Keys(counts)))]
				near(t, at+" mid-p", family.P[n]-.5*float64(same)/draws, c.want.MidP[n], .008)
				if c.want.Smallest[n] > .01 {
					near(t, at+" smallest p", float64(as)/draws, c.want.Smallest[n], .008)
				}
				near(t, at+" step-down", family.PAdjusted[n], c.want.StepDown[n], .008)
			}
		}
	}
}

// Eight matrices have the sums of the toy: with rows 0 and 2 asked about, the
// count is 2 or more in .25 of them, whatever else is asked.
func TestJointTestOfTheToyIsItsEnumeration(t *testing.T) {
	m := matrixOf(toy)
	const draws = 20000
	o := tiny(m, []Pair{{0, 2}, {0, 1}, {1, 2}}, []float64{1, 1, 1, 1}, draws)
	f := NewJoint([]Part{o}, 3, draws, .05).Test([]Parts{1})[0]
	near(t, "p of rows 0 and 2", f.P[0], .25, .01)
	near(t, "p of rows 0 and 1", f.P[1], 1, .51) // none shared
	for n := range f.P {
		if f.PAdjusted[n] < f.P[n] {
			t.Errorf("pair %d: adjusted p %v below %v", n, f.PAdjusted[n], f.P[n])
		}
	}
}

// layered is a random matrix told by several publishers, two with habits.
func layered(seed uint64, rows, columns, layers int) *Matrix {
	rng := newRand(seed, 0)
	plain, m := randomMatrix(rng, rows, columns), NewMatrix(rows, columns)
	for i := range rows {
		for _, k := range plain.Items(i) {
			m.Tell(i, k, rng.IntN(layers))
		}
	}
	return m
}

// All that the walk promises to keep: row and column sums, and within each layer
// too; and no cell is told of twice.
func TestTheWalkKeepsEveryPublishersWords(t *testing.T) {
	m := layered(3, 20, 60, 4)
	c := newChain(m, 1, 0).start()
	c.draw()
	before := m.layers()
	together := make([]uint64, len(m.bits))
	for l, of := range before {
		var columns, drawn [60]int
		for place, r := range of {
			was, now := r.bits, c.layers[l].bits[place*m.words:][:m.words]
			if overlap(was, was) != overlap(now, now) {
				t.Errorf("layer %d tells of %d items of row %d, told of %d", l, overlap(now, now), r.row, overlap(was, was))
			}
			for k := range 60 {
				columns[k] += int(was[0] >> k & 1)
				drawn[k] += int(now[0] >> k & 1)
			}
			if together[r.row]&now[0] != 0 {
				t.Errorf("row %d has a cell twice", r.row)
			}
			together[r.row] |= now[0]
		}
		if columns != drawn {
			t.Errorf("layer %d: column sums %v, were %v", l, drawn, columns)
		}
	}
	if !slices.Equal(together, c.bits) || slices.Equal(c.bits, m.bits) {
		t.Error("the matrix is not that of its layers, or never moved")
	}
}

// Every way to put two publishers' words is drawn as often. Publisher 0 tells of
// one item of each of three rows, 0, 1 and 2; publisher 1 of 3, 4 and 0.
func TestTheWalkWithinPublishersIsUniform(t *testing.T) {
	m := NewMatrix(3, 5)
	for _, cell := range [][3]int{{0, 0, 0}, {1, 1, 0}, {2, 2, 0}, {0, 3, 1}, {1, 4, 1}, {2, 0, 1}} {
		m.Tell(cell[0], cell[1], cell[2])
	}
	want := 0
	permutations := func(items []int, use func([]int)) { // of up to four
		var walk func(k int)
		walk = func(k int) {
			if k == len(items) {
				use(items)
			}
			for i := k; i < len(items); i++ {
				items[k], items[i] = items[i], items[k]
				walk(k + 1)
				items[k], items[i] = items[i], items[k]
			}
		}
		walk(0)
	}
	permutations([]int{0, 1, 2}, func(a []int) {
		permutations([]int{3, 4, 0}, func(b []int) {
			if a[0] != b[0] && a[1] != b[1] && a[2] != b[2] {
				want++
			}
		})
	})
	c := newChain(m, 1, 0).start()
	const draws = 60000
	seen := map[[6]uint64]int{}
	for range draws {
		c.draw()
		seen[[6]uint64(append(slices.Clone(c.layers[0].bits), c.layers[1].bits...))]++
	}
	if len(seen) != want {
		t.Fatalf("%d states drawn, there are %d", len(seen), want)
	}
	chi2 := 0.
	for _, n := range seen {
		chi2 += math.Pow(float64(n)-draws/float64(want), 2) / (draws / float64(want))
	}
	if limit := float64(want-1) + 4*math.Sqrt(2*float64(want-1)); chi2 > limit {
		t.Errorf("chi-squared %.1f over %d states, at most %.1f was expected", chi2, want, limit)
	}
}

// The example of 24 dealings was enumerated elsewhere: four acts against three
// states, on days of which all are as likely.
func TestTimingGoldenOfDealtDates(t *testing.T) {
	const file = "stats/timing-golden.json"
	publicdata.Path(t, file)
	var want struct{ Observed, Mean, SD, Z, P float64 }
	if err := json.Unmarshal(publicdata.Read(t, file), &want); err != nil {
		t.Fatal(err)
	}
	event := func(day, state int) MarkedEvent {
		return MarkedEvent{From: day, To: day + 1, Marks: [2][]int{{state}}}
	}
	table := &followTable{
		parties: &Parties{to: 100, share: [2][]float64{{.2, .5, .3}}},
		partner: []MarkedEvent{event(10, 0), event(38, 1), event(52, 0), event(70, 1)},
	}
	days, states := []int{12, 40, 57, 83}, []int{0, 1, 0, 2}
	score := func(deal []int) (sum float64) {
		for i, d := range deal {
			date := &followDate{t: table, chance: [2][]float64{make([]float64, 4), make([]float64, 4)}}
			for b := range table.partner {
				date.chance[0][b] = follows(days[d], days[d]+1, table.partner[b].From, table.partner[b].To, false)
			}
			sum += date.likelihood(table.matches([2][]int{{states[i]}}), 1./100, 0)
		}
		return sum
	}
	var values []float64
	for a := range 4 {
		for b := range 4 {
			for c := range 4 {
				if d := 6 - a - b - c; a != b && a != c && b != c {
					values = append(values, score([]int{a, b, c, d}))
				}
			}
		}
	}
	observed, as := score([]int{0, 1, 2, 3}), 0
	var sums moments
	for _, v := range values {
		sums.add(v)
		if v >= observed-tie {
			as++
		}
	}
	m, sd := sums.meanAndSD(len(values))
	near(t, "observed", observed, want.Observed, 1e-11)
	near(t, "mean", m, want.Mean, 1e-11)
	near(t, "sd", sd, want.SD, 1e-11)
	near(t, "z", (observed-m)/sd, want.Z, 1e-10)
	near(t, "p", float64(as)/float64(len(values)), want.P, 1e-12)
}

// A delay that was looked at from behind is the same delay.
func TestGoingBeforeIsFollowingSeenFromBehind(t *testing.T) {
	for _, c := range [][4]int{{5, 6, 0, 1}, {0, 1, 5, 6}, {0, 31, 10, 11}, {100, 130, 0, 365}} {
		near(t, "before", follows(c[0], c[1], c[2], c[3], true)*float64(c[3]-c[2]), follows(c[2], c[3], c[0], c[1], false)*float64(c[1]-c[0]), 1e-9)
	}
	sum := 0.
	for d := -300; d < 300; d++ {
		sum += follows(d, d+1, 0, 1, false)
	}
	near(t, "all delays", sum, 1, 1e-9)
}

func TestCampaignsAreOneEvent(t *testing.T) {
	at := func(from, to, state, sector int) MarkedEvent {
		return MarkedEvent{From: from, To: to, Marks: [2][]int{{state}, {sector}}, Keys: []int{from}}
	}
	got := campaigns([]MarkedEvent{at(50, 51, 1, 1), at(0, 31, 1, 1), at(30, 31, 1, 1), at(90, 91, 1, 1), at(31, 32, 2, 1), at(32, 33, 1, 2)})
	var days []int
	for _, e := range got {
		days = append(days, e.From)
	}
	if !slices.Equal(days, []int{30, 31, 32, 90}) || !slices.Equal(got[0].Keys, []int{0, 30, 50}) {
		t.Errorf("%+v", got)
	}
}

func numbers(n int) (out []int) {
	for i := range n {
		out = append(out, i)
	}
	return out
}

// parties makes a corpus of parties that act at random.
func randomParties(seed uint64, n int) [][]MarkedEvent {
	rng := newRand(seed, 1)
	out := make([][]MarkedEvent, n)
	for i := range out {
		for k := range 14 + rng.IntN(10) {
			from, days := rng.IntN(700), []int{1, 1, 1, 30}[rng.IntN(4)]
			out[i] = append(out[i], MarkedEvent{From: from, To: from + days, Marks: [2][]int{{rng.IntN(20)}, {rng.IntN(8)}}, Keys: []int{i*1000 + k}})
		}
	}
	return out
}

// joint runs the whole test over two channels.
func jointOf(seed uint64, link float64) (*Joint, []*Family, []Part) {
	m, events := layered(seed, 30, 60, 3), randomParties(seed, 30)
	random := splitMix(seed)
	for n := range events[0] {
		if b := events[3][random.below(len(events[3]))]; random.float() < link {
			e := &events[0][n]
			e.From, e.To, e.Marks = b.From+random.below(8), b.From+8, b.Marks
			e.To = e.From + 1
		}
	}
	var pairs []Pair
	for a := range 3 {
		for b := 3; b < 6; b++ {
			pairs = append(pairs, Pair{a, b})
		}
	}
	others := GuardPairs(numbers(30), pairs)
	parts := []Part{OverlapPart(m, pairs, others, 499, seed), FollowPart(NewParties(events), pairs, others, 499, seed)}
	j := NewJoint(parts, len(pairs), 499, .05)
	return j, j.Test(j.Sets()), parts
}

func TestJointResultsDoNotDependOnTheNumberOfProcessors(t *testing.T) {
	run := func(processors int) []*Family {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		_, f, _ := jointOf(5, .5)
		return f
	}
	one, three := run(1), run(3)
	for k := range one {
		if !slices.Equal(one[k].P, three[k].P) || !slices.Equal(one[k].PAdjusted, three[k].PAdjusted) || !slices.Equal(one[k].S, three[k].S) {
			t.Fatalf("set %d differs", k+1)
		}
	}
}

// More pairs than are kept in memory are drawn again, and come out the same.
func TestDrawsThatAreNotKeptComeAgain(t *testing.T) {
	_, kept, parts := jointOf(6, .5)
	o := parts[0].(*overlaps)
	o.tape = nil
	j := NewJoint(parts, len(o.pairs), o.count, .05)
	for k, f := range j.Test(j.Sets()) {
		if !slices.Equal(f.P, kept[k].P) || !slices.Equal(f.PAdjusted, kept[k].PAdjusted) {
			t.Fatalf("set %d differs", k+1)
		}
	}
}

// A link in time with target is found, named by its channel and no other, and its
// minimum detectable share is one that would be found.
func TestALinkIsNamedByItsChannel(t *testing.T) {
	j, families, _ := jointOf(7, .9)
	by := map[Parts]*Family{}
	for k, set := range j.Sets() {
		by[set] = families[k]
	}
	all := by[j.All()]
	if !(all.PAdjusted[0] <= .05) {
		t.Fatalf("the linked pair has p %v", all.PAdjusted[0])
	}
	if items, time := j.Closed(0, 0, by), j.Closed(0, 1, by); items <= .05 || time > .05 {
		t.Errorf("p of items %v, of time %v", items, time)
	}
	share, ok := j.MDE(all, 4, j.All(), 1)
	again, _ := j.MDE(all, 4, j.All(), 1)
	if alone, can := j.MDE(all, 4, 1, 1); !ok || share <= .1 || share > .9 || again != share || can && alone < share {
		t.Errorf("MDE %v (%v), %v on items alone (%v)", share, ok, alone, can)
	}
}

func TestInflationIsTheSpreadOfWhatNobodyAskedAbout(t *testing.T) {
	rng := newRand(1, 1)
	var z []float64
	for range 5000 {
		z = append(z, 1.3*rng.NormFloat64())
	}
	near(t, "inflation", inflation(z), 1.3, .06)
	near(t, "of few", inflation(z[:50]), 1, 0)
	for i := range z {
		z[i] /= 2
	}
	near(t, "of narrow ones", inflation(z), 1, 0)
}

func TestGuardPairsAreThoseNobodyAskedAbout(t *testing.T) {
	got := GuardPairs(numbers(4), []Pair{{2, 0}, {1, 3}})
	if want := []Pair{{0, 1}, {0, 3}, {1, 2}, {2, 3}}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if n := len(GuardPairs(numbers(100), nil)); n != mostGuard {
		t.Errorf("%d of many", n)
	}
}

func TestTheTableOfSurprisesIsTheFunction(t *testing.T) {
	for z := -12.; z < 9; z += .00137 {
		if got, want := surprise(z), exactSurprise(min(z, highestZ)); math.Abs(got-want) > 1e-10 {
			t.Fatalf("surprise of %v is %v, want %v", z, got, want)
		}
	}
	if got := surprise(math.Inf(-1)); got != 0 {
		t.Errorf("surprise of -Inf is %v", got)
	}
}
