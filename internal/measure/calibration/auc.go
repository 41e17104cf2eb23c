package calibration

import (
	"context"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// An AUC is the area under the receiver operating characteristic: how often a
// ranking puts what is linked above what is not. 0.5 is no better than chance.
type AUC struct {
	Ranking string `json:"ranking"` // by what the pairs were ranked
	Of      string `json:"of"`      // which pairs
	stat.AUC
}

// auc ranks the controls by level, and planted links by the p of each channel:
// the linked pair of each corpus against the same pair without the link.
func (r *runner) auc(_ context.Context, c *Calibration) error {
	if err := c.ofControls(); err != nil {
		return err
	}
	for _, l := range r.linked {
		if l.setting.Linked == 0 || l.setting.DateSD > 0 || l.setting.Size <= 1 {
			continue
		}
		for n := range l.linked[0] {
			name := l.linked[0][n].channel
			if name == WholeVerdict {
				continue
			}
			linked, unlinked := scores(l.linked, n), scores(r.without(l.setting).linked, n)
			if len(linked) == 0 || len(unlinked) == 0 {
				continue
			}
			a, err := stat.AreaUnderROC(linked, unlinked, .95)
			if err != nil {
				return fmt.Errorf("calibration: %w", err)
			}
			c.AUC = append(c.AUC, AUC{Ranking: "p on " + name, Of: l.setting.planted(), AUC: a})
		}
	}
	return nil
}

// planted names the link of a setting.
func (s Setting) planted() string {
	return fmt.Sprintf("planted, %s, %g linked", s.Link, s.Linked)
}

// scores are 1-p where the channel could be measured.
func scores(corpora [][]seen, n int) []float64 {
	var out []float64
	for _, c := range corpora {
		if c[n].measurable {
			out = append(out, 1-c[n].p)
		}
	}
	return out
}

// ofControls ranks the documented links above the rest by level. Contested ones
// are neither.
func (c *Calibration) ofControls() error {
	var positive, negative []float64
	for _, o := range c.Controls {
		level := float64(o.level)
		switch o.Kind {
		case Positive:
			positive = append(positive, level)
		case Negative, Unilateral:
			negative = append(negative, level)
		}
	}
	if len(positive) == 0 || len(negative) == 0 {
		return nil
	}
	a, err := stat.AreaUnderROC(positive, negative, .95)
	if err != nil {
		return fmt.Errorf("calibration: %w", err)
	}
	c.AUC = append(c.AUC, AUC{Ranking: "level", Of: "controls", AUC: a})
	return nil
}
