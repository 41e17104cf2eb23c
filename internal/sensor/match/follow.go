package match

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// Follow matches logs as they grow, until ctx ends. What was found is committed
// with the place in the log, at least every second.
func (m *run) Follow(ctx context.Context, logs []string) error {
	failed := make([]error, len(logs))
	var wg sync.WaitGroup
	for i, name := range logs {
		wg.Go(func() { failed[i] = m.followOne(ctx, name) })
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return errors.Join(failed...)
		case <-tick.C:
			m.mu.Lock()
			err := m.flush(ctx)
			m.mu.Unlock()
			if err != nil {
				m.opt.Remark("%v; trying again", err)
			}
		}
	}
}

func (m *run) followOne(ctx context.Context, name string) error {
	path := name
	if abs, err := filepath.Abs(name); err == nil {
		path = abs // a later run may be started elsewhere
	}
	from, err := m.opt.Store.Followed(ctx, path)
	if err != nil {
		return err
	}
	l, missed, err := telemetry.Follow(ctx, path, telemetry.FollowOptions{From: from, Opening: m.opening()})
	if err != nil {
		return err
	}
	if missed {
		m.opt.Remark("%s: the log read up to line %d is gone: what was added to it since is missing", name, from.Line)
	}
	first := int64(1)
	if from != nil && !missed {
		first = from.Line + 1
	}
	// The log ends when ctx does; what was read until then is matched and kept.
	whole := context.WithoutCancel(ctx)
	return errors.Join(m.scan(whole, whole, l, first), l.Close())
}
