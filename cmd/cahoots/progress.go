package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// meter knows how far a long piece of work has come, in bytes.
type meter interface {
	BytesRead() int64
	Size() int64 // -1 where it is not known
}

// progress shows how far a reader has come, at a terminal only.
type progress struct {
	bar  *progressbar.ProgressBar
	m    meter
	last time.Time
}

func (a *app) progress(what string, m meter) *progress {
	p := &progress{m: m}
	if a.terminal() {
		p.last = time.Now()
		p.bar = progressbar.NewOptions64(m.Size(),
			progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(a.Err), progressbar.OptionShowBytes(true),
			progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionEnableColorCodes(false))
	}
	return p
}

func (p *progress) tick() {
	if p.bar == nil || time.Since(p.last) < 100*time.Millisecond {
		return
	}
	p.last = time.Now()
	_ = p.bar.Set64(p.m.BytesRead()) // a progress line that cannot be drawn is no reason to stop
}

// at shows work that reports its own length, -1 where it is not known.
func (p *progress) at(done, total int64) {
	if p.bar == nil {
		return
	}
	p.bar.ChangeMax64(total)
	_ = p.bar.Set64(done)
}

func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
