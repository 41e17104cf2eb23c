package calibration

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// A runner carries one plan through its steps.
type runner struct {
	plan   Plan
	design Design
	done   atomic.Int64
	all    int
	linked []linkedCorpora // what power was measured on
}

// each calls f for 0..n-1 on all processors and returns the first error, by
// number. Each call writes only to its own place.
func (r *runner) each(ctx context.Context, n int, f func(i int) error) error {
	errs := make([]error, n)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if errs[i] = ctx.Err(); errs[i] != nil {
					return
				}
				errs[i] = f(i)
				if done := r.done.Add(1); r.plan.Progress != nil {
					r.plan.Progress(int(done), r.all)
				}
			}
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("calibration: corpus %d: %w", i, err)
		}
	}
	return nil
}

// ordered makes a corpus with its records in the order in which the method looks
// at them, which changes nothing but saves sorting them for every question.
func (s Setting) ordered(seed, n uint64) (*Corpus, error) {
	c, err := s.Make(seed, n)
	if err == nil {
		slices.SortFunc(c.Records, evidence.Compare)
	}
	return c, err
}

// assess sends one corpus through the method as far as a verdict needs it.
func (r *runner) assess(ctx context.Context, c *Corpus, q assess.Question) (*assess.Assessment, error) {
	q.Alpha = r.plan.Alpha
	return assess.Run(ctx, assess.Input{Records: c.Records, Question: q, Tool: r.plan.Tool, VerdictsOnly: true})
}

// seen is what one test, or the verdict, said of one pair.
type seen struct {
	channel    string
	direction  string // of a timing test
	measurable bool
	found      bool
	p          float64 // 1 where not measurable
	observed   float64
	expected   float64
	low, high  *float64
	// unlinked is what would have been observed without the link; nil where that
	// is not known.
	unlinked *float64
}

// sight reads what an assessment says of two groups, channel by channel and then
// the verdict.
func sight(a *assess.Assessment, names [2]string) []seen {
	for _, p := range a.Pairs {
		if p.A.Name != names[0] || p.B.Name != names[1] {
			continue
		}
		var out []seen
		for _, m := range p.Channels {
			s := seen{channel: m.Channel, p: 1}
			if m.P != nil && m.Verdict != stat.NotMeasurable {
				s = seen{
					channel: m.Channel, direction: m.Direction, measurable: true, found: m.Verdict == stat.Distinguishable, p: *m.P,
					observed: m.Observed, expected: m.Expected, low: m.Low, high: m.High,
				}
			}
			out = append(out, s)
		}
		return append(out, seen{channel: WholeVerdict, measurable: p.Level != assess.NotAssessable, found: p.Level > assess.NoneFound, p: 1})
	}
	return nil
}
