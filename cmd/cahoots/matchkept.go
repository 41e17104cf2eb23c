package main

import (
	"context"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/retro"
)

// check refuses options that exclude one another.
func (o *matchOptions) check(logs []string) error {
	switch {
	case o.retro == "":
		return nil
	case len(o.indicators) == 0:
		return usagef("--retro needs --indicators FILE")
	case len(logs) > 0 || o.follow:
		return usagef("--retro DIR takes the place of logs; match logs in a run of their own")
	case o.keep != "":
		return usagef("--retro reads what --keep wrote; give one of them")
	}
	return nil
}

// openKept readies the folder in which entries are kept.
func (m *matcher) openKept() (err error) {
	if m.opt.keep != "" {
		m.keeper, err = retro.Open(m.opt.keep)
	}
	return err
}

// keep keeps the entries of a block, also of one that the store knows: it may
// have been matched without --keep.
func (m *matcher) keep(r *indicator.Result) error {
	if m.keeper == nil {
		return nil
	}
	err := m.keeper.Add(r)
	r.Lines = nil
	return err
}

// keepFirst writes kept entries before the store says how far a followed log was
// read: a later run goes on from there. Other logs are read from the beginning
// again, so that their entries may wait for larger files.
func (m *matcher) keepFirst() error {
	if m.keeper == nil || !m.opt.follow {
		return nil
	}
	return m.keeper.Flush()
}

// kept ends keeping, or matches what was kept.
func (m *matcher) kept(ctx context.Context) error {
	if m.keeper != nil {
		return m.keeper.Flush()
	}
	if m.opt.retro == "" {
		return nil
	}
	out := matchedLog{Log: m.opt.retro, Format: "kept"}
	found, err := retro.Scan(ctx, m.opt.retro, m.set, m.opt.workers, func(r *indicator.Result) error {
		out.Counts.Add(r.Counts)
		out.Hits += int64(len(r.Hits))
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
		m.remark("%s: %d blocks of logs lack a day, since its folder was removed or a run with --keep was killed: what is there was matched, and their lines are not counted", m.opt.retro, found.Partial)
	}
	m.out.Logs = append(m.out.Logs, out)
	return nil
}
