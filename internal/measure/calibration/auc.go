package calibration

import (
	"context"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// An auc is the area under the receiver operating characteristic: how often a
// ranking puts what is linked above what is not. 0.5 is no better than chance.
type auc struct {
	Ranking string `json:"ranking"` // by what the pairs were ranked
	Of      string `json:"of"`      // which pairs
	stat.AUC
}

// auc ranks the controls by level.
func (r *runner) auc(_ context.Context, c *Calibration) error { return c.ofControls() }

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
	c.AUC = append(c.AUC, auc{Ranking: "level", Of: "controls", AUC: a})
	return nil
}
