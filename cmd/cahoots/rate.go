package main

import (
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"
)

// rate is a progress line with a speed and a remark, at a terminal only.
type rate struct {
	bar  *progressbar.ProgressBar
	what string
	last time.Time
	over bool
}

// rate shows work of a known size in some unit ("B" is bytes); total is -1
// where the size is not known.
func (a *app) rate(what string, total int64, unit string) *rate {
	r := &rate{what: what}
	if a.terminal() {
		opts := []progressbar.Option{
			progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(a.Err), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(100 * time.Millisecond), progressbar.OptionEnableColorCodes(false), progressbar.OptionSetPredictTime(true),
		}
		if unit == "B" {
			opts = append(opts, progressbar.OptionShowBytes(true))
		} else {
			opts = append(opts, progressbar.OptionShowIts(), progressbar.OptionSetItsString(unit))
		}
		r.bar = progressbar.NewOptions64(total, opts...)
	}
	return r
}

func (r *rate) set(done int64, remark string) {
	if r.bar == nil || r.over || time.Since(r.last) < 100*time.Millisecond {
		return
	}
	r.last = time.Now()
	if remark != "" {
		r.bar.Describe(fmt.Sprintf("%s, %s", r.what, remark))
	}
	_ = r.bar.Set64(done) // a progress line that cannot be drawn is no reason to stop
}

func (r *rate) done() {
	if r.bar != nil && !r.over {
		r.over = true
		_ = r.bar.Finish()
	}
}
