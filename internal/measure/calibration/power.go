package calibration

import (
	"context"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// Power says how often links that are there are found.
type Power struct {
	// Links are planted in confounded corpora and go through the whole method.
	Links []LinkPower `json:"links"`
	// Timing is the power of the timing test alone, before there are data.
	Timing []TimingPower `json:"timing"`
}

// A LinkPower says how often a planted link was found on one channel, and
// whether its strength was recovered.
type LinkPower struct {
	Setting Setting `json:"setting"`
	Asked   int     `json:"asked"` // pairs in the question: all of the two sides, or the linked one alone
	Channel string  `json:"channel"`
	// Found counts the corpora in which the linked pair was distinguishable from
	// chance after adjustment, of those in which the channel could test it. With
	// nothing linked it is the false-alarm rate of one pair among all.
	Found Rate `json:"found"`
	// Planted is by how much the link moved the statistic, on average: observed
	// with it less observed without, all else equal. All else of a timing test is
	// its direction and the quarter in which each event lies: without the link an
	// act comes at a time of its own in the same quarter. Estimated is observed
	// less expected. Both in the unit of the channel.
	Planted   float64 `json:"planted"`
	Estimated float64 `json:"estimated"`
	// Covered counts the corpora in which the 95 % interval of the effect,
	// observed less the limits of the null, held what was planted.
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

// Links are the planted links of the full and the quick plan: aligned groups by strength, date error
// and size, then divided targets by strength.
func Links() []Setting {
	var out []Setting
	for _, size := range []float64{1, 3} {
		for _, sd := range []float64{0, 14} {
			for _, q := range []float64{0, .3, .5, .8} {
				out = append(out, Setting{Confounders: Confounders(), Link: Aligned, Linked: q, DateSD: sd, Size: size})
			}
		}
	}
	for _, q := range []float64{.5, 1} {
		out = append(out, Setting{Confounders: Confounders(), Link: Divided, Linked: q, Size: 3})
	}
	return out
}

// linkedCorpora is what the corpora of one setting said of the linked pair, by
// corpus.
type linkedCorpora struct {
	setting Setting
	linked  [][]seen // all pairs asked
	alone   [][]seen // that pair asked alone
}

func (r *runner) power(ctx context.Context, c *Calibration) error {
	c.Power = Power{Links: []LinkPower{}, Timing: []TimingPower{}}
	var err error
	if c.Power.Timing, err = timingPower(ctx, r.plan.Timing, r.design.SeedTiming, r.plan.Alpha); err != nil || r.plan.Linked == 0 {
		return err
	}
	for _, s := range r.plan.Links {
		found, err := r.plant(ctx, s)
		if err != nil {
			return err
		}
		r.linked = append(r.linked, found)
	}
	for _, l := range r.linked {
		before := r.without(l.setting)
		c.Power.Links = append(c.Power.Links, linkPower(l.setting, r.design.Pairs, l.linked, before.linked)...)
		c.Power.Links = append(c.Power.Links, linkPower(l.setting, 1, l.alone, before.alone)...)
	}
	return nil
}

func (r *runner) plant(ctx context.Context, s Setting) (linkedCorpora, error) {
	out := linkedCorpora{setting: s, linked: make([][]seen, r.plan.Linked), alone: make([][]seen, r.plan.Linked)}
	err := r.each(ctx, r.plan.Linked, func(i int) error {
		corpus, err := s.ordered(r.design.SeedLinked, uint64(i))
		if err != nil {
			return err
		}
		all, err := r.assess(ctx, corpus, corpus.Question())
		if err != nil {
			return err
		}
		one, err := r.assess(ctx, corpus, corpus.One())
		if err != nil {
			return err
		}
		out.linked[i], out.alone[i] = sight(all, corpus.Linked), sight(one, corpus.Linked)
		if out.linked[i] == nil || out.alone[i] == nil {
			return fmt.Errorf("the assessment has no pair %v", corpus.Linked)
		}
		if !s.moves() {
			return nil
		}
		return unlink(s.apart(r.design.SeedLinked, uint64(i), corpus), out.linked[i], out.alone[i])
	})
	return out, err
}

// without finds the same corpora with nothing linked.
func (r *runner) without(s Setting) linkedCorpora {
	i := slices.IndexFunc(r.linked, func(l linkedCorpora) bool { return s.unlinked(l.setting) })
	return r.linked[i] // Plan.check has made sure that there is one
}

// unlink adds to what timing tests said of a pair how many events would have
// followed, in the direction reported, without the link.
func unlink(corpus *Corpus, said ...[]seen) error {
	dir, err := resolve.Resolve(corpus.Records, resolve.Policy{})
	if err != nil {
		return err
	}
	pairs, err := pairsOf(dir, corpus.Linked[:1], corpus.Linked[1:])
	if err != nil {
		return err
	}
	index := channel.NewCorpus(corpus.Records, dir)
	for _, kind := range []channel.DateKind{channel.ActivityDates, channel.DisclosureDates} {
		events := index.Chronicle(kind, evidence.Interval{}, nil)
		for _, s := range said {
			n := slices.IndexFunc(s, func(s seen) bool { return s.channel == channel.TimingChannel(kind) })
			if n < 0 || !s[n].measurable {
				continue
			}
			if followed, ok := events.Followed(channel.Dyads(pairs)[0], s[n].direction); ok {
				count := float64(followed)
				s[n].unlinked = &count
			}
		}
	}
	return nil
}

// linkPower compares what was said of a pair with a link to what was said of it
// in the same corpora without the link.
func linkPower(s Setting, asked int, with, without [][]seen) []LinkPower {
	var out []LinkPower
	for n := range with[0] {
		row := LinkPower{Setting: s, Asked: asked, Channel: with[0][n].channel}
		found, tested, covered, compared := 0, 0, 0, 0
		for i := range with {
			now, before := with[i][n], without[i][n]
			if !now.measurable {
				continue
			}
			tested++
			if now.found {
				found++
			}
			// A timing test without the link may report the other direction, which
			// counts other events.
			unlinked := now.unlinked
			switch {
			case now.direction != "" && !s.moves():
				unlinked = &now.observed
			case now.direction == "" && before.measurable:
				unlinked = &before.observed
			}
			if now.low == nil || now.high == nil || unlinked == nil {
				continue
			}
			compared++
			row.Planted += now.observed - *unlinked
			row.Estimated += now.observed - now.expected
			if *unlinked >= *now.low && *unlinked <= *now.high {
				covered++
			}
		}
		if compared > 0 {
			row.Planted /= float64(compared)
			row.Estimated /= float64(compared)
		}
		row.Found, row.Covered = rate(found, tested), rate(covered, compared)
		out = append(out, row)
	}
	return out
}

// The plans of timing tests: two years, a window of two weeks, stretches of a
// quarter, as the timing channel has them.
const (
	timingDays    = 730
	timingWindow  = channel.TimingWidth
	timingStretch = channel.TimingStretch
)

func timingPower(ctx context.Context, runs int, seed uint64, level float64) ([]TimingPower, error) {
	out := []TimingPower{}
	if runs == 0 {
		return out, nil
	}
	for _, test := range []struct {
		name   string
		jitter float64
	}{{stat.NullJitter, timingStretch}, {"constant rates", 0}} {
		for _, n := range []int{10, 20, 40} {
			for _, sd := range []float64{0, 3, 14, 30} {
				for _, q := range []float64{0, .3, .5} {
					if err := ctx.Err(); err != nil {
						return nil, err
					}
					p := stat.TimingPlan{
						NA: n, NB: n, Days: timingDays, Window: stat.Window{Width: timingWindow}, Linked: q, DateSD: sd,
						Jitter: test.jitter, Level: level, Runs: runs, Seed: seed,
					}
					power, err := stat.TimingPower(p)
					if err != nil {
						return nil, err
					}
					out = append(out, TimingPower{test.name, n, q, sd, timingDays, timingWindow, level, power})
				}
			}
		}
	}
	return out, nil
}
