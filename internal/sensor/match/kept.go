package match

import (
	"context"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/retro"
)

// keep keeps the entries of a block, also of one that the store knows: it may
// have been matched without a keeper.
func (m *run) keep(r *indicator.Result) error {
	if m.opt.Keeper == nil {
		return nil
	}
	err := m.opt.Keeper.Add(r)
	r.Lines = nil
	return err
}

// keepFirst writes kept entries before the store says how far a followed log was
// read: a later run goes on from there. Other logs are read from the beginning
// again, so that their entries may wait for larger files.
func (m *run) keepFirst() error {
	if m.opt.Keeper == nil || !m.opt.Follow {
		return nil
	}
	return m.opt.Keeper.Flush()
}

// Kept matches what a keeper kept in a folder.
func (m *run) Kept(ctx context.Context, dir string) error {
	out := Log{Log: dir, Format: "kept"}
	found, err := retro.Scan(ctx, dir, m.opt.Set, m.opt.Workers, func(r *indicator.Result) error {
		out.Counts.Add(r.Counts)
		out.count(r.Hits)
		m.tick(r)
		return m.add(ctx, r, &out)
	})
	if err != nil {
		return err
	}
	if err := m.flush(ctx); err != nil {
		return err
	}
	if found.Partial > 0 {
		m.opt.Remark("%s: %d blocks of logs lack a day, since its folder was removed or a run with --keep was killed: what is there was matched, and their lines are not counted", dir, found.Partial)
	}
	m.out.Logs = append(m.out.Logs, out)
	return nil
}
