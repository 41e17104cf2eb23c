package calibration

import (
	"context"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// power says how often links that are there are found.
type power struct {
	// Links are planted in confounded corpora and go through the whole method.
	Links []LinkPower `json:"links"`
	// Timing is the power of the timing test alone, before there are data.
	Timing []TimingPower `json:"timing"`
}

// A LinkPower says how often a planted link was found, and whether its strength
// was recovered.
type LinkPower struct {
	Setting Setting `json:"setting"`
	Asked   int     `json:"asked"`   // pairs in the question: all of the two sides, or the linked one alone
	Channel string  `json:"channel"` // [JointTest], [WholeVerdict], or a channel by itself
	// Found counts the corpora in which the linked pair was found, of those in
	// which it could be tested. With nothing linked it is the false-alarm rate of
	// one pair among all.
	Found Rate `json:"found"`
	// Oracle counts those in which one who knows how the corpora are made would
	// have found it.
	Oracle Rate `json:"oracle"`
	// Planted is by how many items the link moved the overlap, on average: observed
	// with it less observed without, all else equal. Estimated is observed less
	// expected.
	Planted   float64 `json:"planted"`
	Estimated float64 `json:"estimated"`
	// Covered counts the corpora in which the 95 % interval of the effect,
	// observed less the limits of the null, held what was planted; only of the
	// overlap channels.
	Covered Rate `json:"covered"`
}

// A TimingPower is the power of one plan of a timing test.
type TimingPower struct {
	Test   string        `json:"test"`
	N      int           `json:"n"` // events on each side
	Linked float64       `json:"linked"`
	DateSD float64       `json:"date_sd"` // days
	Days   float64       `json:"days"`
	Window float64       `json:"window"` // days
	Level  float64       `json:"level"`
	Power  stat.Interval `json:"power"`
}

// Links are the planted links of the full and the quick plan: aligned groups by
// strength, size and date error, then links on one channel only and one as
// documented links are.
func Links() []Setting {
	link := func(kind link, q, size, sd float64, sparse bool) Setting {
		return Setting{Confounders: usual(), Link: kind, Linked: q, Size: size, DateSD: sd, Sparse: sparse}
	}
	return []Setting{
		link(Aligned, 0, 1, 0, false), link(Aligned, .3, 1, 0, false), link(Aligned, .5, 1, 0, false), link(Aligned, .8, 1, 0, false),
		link(Aligned, 0, 1, 14, false), link(Aligned, .3, 1, 14, false),
		link(Aligned, 0, 3, 0, false), link(Aligned, .3, 3, 0, false),
		link(Aligned, 0, 0, 0, true), link(Aligned, .3, 0, 0, true), link(Aligned, .5, 0, 0, true),
		link(softwareOnly, .5, 1, 0, false), link(actsOnly, .5, 1, 0, false), link(oneTool, 1, 1, 0, false),
	}
}

// planted is what the corpora of one setting said of the linked pair.
type planted struct {
	setting Setting
	seen    [][]seen // by corpus and test
	oracle  []scores // by corpus
}

func (r *runner) power(ctx context.Context, c *Calibration) error {
	c.Power = power{Links: []LinkPower{}, Timing: []TimingPower{}}
	var err error
	if c.Power.Timing, err = r.timingPower(ctx); err != nil || r.plan.Linked == 0 {
		return err
	}
	var all []planted
	limits := map[string]thresholds{}
	for _, s := range r.plan.Links {
		p, err := r.plant(ctx, s)
		if err != nil {
			return err
		}
		if all = append(all, p); s.Linked > 0 && r.shard == nil {
			if _, known := limits[s.SizeName()]; !known {
				limits[s.SizeName()] = s.thresholds(r.design.SeedTiming)
			}
		}
	}
	if r.shard != nil {
		return nil
	}
	for _, p := range all {
		before := all[slices.IndexFunc(r.plan.Links, p.setting.unlinked)] // Plan.check has made sure that there is one
		for _, asked := range []int{r.design.Pairs, 1} {
			for n := range p.seen[0] {
				c.Power.Links = append(c.Power.Links, p.power(n, asked, before, limits[p.setting.SizeName()], r.plan.Alpha))
			}
		}
	}
	return nil
}

// A plantedCorpus is what one corpus said of the linked pair.
type plantedCorpus struct {
	Seen   []seen
	Oracle scores
}

func (r *runner) plant(ctx context.Context, s Setting) (planted, error) {
	list, err := units(ctx, r, "linked", s, r.plan.Linked, func(i int) (out plantedCorpus, err error) {
		corpus, err := s.ordered(r.design.SeedLinked, uint64(i))
		if err != nil {
			return out, err
		}
		tests, _, _, err := r.look(ctx, corpus)
		for _, t := range tests {
			out.Seen = append(out.Seen, t[0])
		}
		out.Oracle = s.look(r.design.SeedLinked, uint64(i))[0]
		return out, err
	})
	out := planted{setting: s}
	for _, one := range list {
		out.seen, out.oracle = append(out.seen, one.Seen), append(out.oracle, one.Oracle)
	}
	return out, err
}

// tells is where the oracle looks for what a test looks for: it knows which kind
// of link was planted.
func (s Setting) tells(channel string) string {
	whole := channel == JointTest || channel == WholeVerdict
	switch {
	case whole && (s.Link == softwareOnly || s.Link == oneTool):
		return "software"
	case whole && s.Link == actsOnly:
		return "acts"
	}
	return channel
}

// power compares what a test said of a pair with a link to what it said in the
// same corpora without.
func (p planted) power(n, asked int, before planted, limit thresholds, alpha float64) LinkPower {
	row := LinkPower{Setting: p.setting, Asked: asked, Channel: p.seen[0][n].Channel}
	var found, tested, covered, compared, oracle int
	for i := range p.seen {
		now, was := p.seen[i][n], before.seen[i][n]
		if p.setting.Linked > 0 && limit.pass(p.setting.tells(row.Channel), p.oracle[i], asked == 1, alpha) {
			oracle++
		}
		if !now.Measurable {
			continue
		}
		tested++
		found += count(asked > 1 && now.Found || asked == 1 && now.P <= alpha)
		if now.Low == nil || now.High == nil || !was.Measurable {
			continue
		}
		compared++
		row.Planted += now.Observed - was.Observed
		row.Estimated += now.Observed - now.Expected
		covered += count(was.Observed >= *now.Low && was.Observed <= *now.High)
	}
	if compared > 0 {
		row.Planted /= float64(compared)
		row.Estimated /= float64(compared)
	}
	row.Found, row.Covered = rate(found, tested), rate(covered, compared)
	if p.setting.Linked > 0 {
		row.Oracle = rate(oracle, len(p.seen))
	}
	return row
}

// The plans of timing tests: two years, a window of two weeks, stretches of a
// quarter, as the timing channel has them.
const (
	timingDays    = 730
	timingWindow  = channel.TimingWidth
	timingStretch = channel.TimingStretch
)

// timingPlans are those of which the power is measured.
func timingPlans() (list []TimingPower) {
	for _, test := range []string{stat.NullJitter, constantRates} {
		for _, n := range []int{10, 20, 40} {
			for _, sd := range []float64{0, 3, 14, 30} {
				for _, q := range []float64{0, .3, .5} {
					list = append(list, TimingPower{Test: test, N: n, Linked: q, DateSD: sd, Days: timingDays, Window: timingWindow})
				}
			}
		}
	}
	return list
}

// constantRates names the timing test that knows of no seasons.
const constantRates = "constant rates"

func (r *runner) timingPower(ctx context.Context) ([]TimingPower, error) {
	if r.plan.Timing == 0 {
		return []TimingPower{}, nil
	}
	plans := timingPlans()
	return units(ctx, r, "timing", r.plan.Timing, len(plans), func(i int) (TimingPower, error) {
		t := plans[i]
		p := stat.TimingPlan{
			NA: t.N, NB: t.N, Days: t.Days, Window: stat.Window{Width: t.Window}, Linked: t.Linked, DateSD: t.DateSD,
			Jitter: timingStretch, Level: r.plan.Alpha, Runs: r.plan.Timing, Seed: r.design.SeedTiming,
		}
		if t.Test == constantRates {
			p.Jitter = 0
		}
		var err error
		t.Level = r.plan.Alpha
		t.Power, err = stat.TimingPower(p)
		return t, err
	})
}
