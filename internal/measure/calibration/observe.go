package calibration

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// A runner carries one plan through its steps.
type runner struct {
	plan   Plan
	design design
	done   atomic.Int64
	all    int
	shard  *Shard // that is being made; nil where all is measured
}

// each calls f for the numbers on all processors and returns the first error, by
// its place. Each call writes only to its own place.
func (r *runner) each(ctx context.Context, numbers []int, f func(i int) error) error {
	n := len(numbers)
	errs := make([]error, n)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if errs[i] = ctx.Err(); errs[i] != nil {
					return
				}
				errs[i] = f(numbers[i])
				if done := r.done.Add(1); r.plan.Progress != nil {
					r.plan.Progress(int(done), r.all)
				}
			}
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("calibration: corpus %d: %w", numbers[i], err)
		}
	}
	return nil
}

// ordered makes a corpus with its records in the order in which the method looks
// at them, which changes nothing but saves sorting them for every question.
func (s Setting) ordered(seed, n uint64) (*corpus, error) {
	c, err := s.Make(seed, n)
	if err == nil {
		slices.SortFunc(c.Records, evidence.Compare)
	}
	return c, err
}

// seen is what one test said of one pair.
type seen struct {
	Channel    string
	Measurable bool
	Found      bool    // among all pairs of the question
	P          float64 // of the pair asked alone, 1 where not measurable
	Observed   float64
	Expected   float64
	Low, High  *float64
}

// sights are what the tests of one corpus said: the joint test, whether it raises
// the level, then each channel by itself; by test and pair, the linked pair first.
type sights [][]seen

// look asks the joint test about all pairs of the two sides of a corpus. What it
// says of one pair asked alone is its own p on the same draws.
func (r *runner) look(ctx context.Context, c *corpus) (sights, *channel.Corpus, []channel.Pair, error) {
	dir, err := resolve.Resolve(c.Records, resolve.Policy{})
	if err != nil {
		return nil, nil, nil, err
	}
	pairs, err := pairsOf(dir, c.A, c.B)
	if err != nil {
		return nil, nil, nil, err
	}
	index := channel.NewCorpus(c.Records, dir)
	j, err := channel.TestJointly(ctx, index, pairs, channel.JointPlan{Draws: stat.JointDraws, Seed: r.plan.Tool.Seed, Level: r.plan.Alpha})
	if err != nil {
		return nil, nil, nil, err
	}
	j.Name()
	out := make(sights, 2)
	for _, p := range pairs {
		t, channels := j.Of(p)
		s := seen{Channel: JointTest, P: 1, Measurable: t.P != nil, Found: t.Verdict == stat.Distinguishable}
		if t.P != nil {
			s.P = *t.P
		}
		out[0] = append(out[0], s)
		s.Channel, s.Found = WholeVerdict, t.Linked()
		if s.P = 1; t.POfTools != nil {
			s.P = max(*t.P, *t.POfTools)
		}
		out[1] = append(out[1], s)
		for n, m := range channels {
			s := seen{Channel: m.Channel, P: 1}
			if m.P != nil {
				s = seen{m.Channel, true, *m.PAlone <= r.plan.Alpha, *m.P, m.Observed, m.Expected, m.Low, m.High}
			}
			if len(out) == n+2 {
				out = append(out, nil)
			}
			out[n+2] = append(out[n+2], s)
		}
	}
	return out, index, pairs, nil
}
