package difference

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// What became of records.
const (
	Added        = "added"
	Withdrawn    = "withdrawn"
	Changed      = "changed"
	Reattributed = "re-attributed"
)

// A Cause is what moved a pair: records that came, went or changed together, because
// they are of one object of a source or tell of one report. Without all causes of a
// pair its verdict is what it was, and each is needed for that.
type Cause struct {
	What string            `json:"what"`
	New  []evidence.Record `json:"new,omitempty"` // that are there now
	Old  []evidence.Record `json:"old,omitempty"` // that were there before
}

// First is the record that a cause is named after: the first of those there now,
// else of those there before.
func (c *Cause) First() *evidence.Record {
	if len(c.New) > 0 {
		return &c.New[0]
	}
	return &c.Old[0]
}

// A Change is the difference between two bodies of evidence.
type Change struct {
	old, new []evidence.Record
	units    []Cause
	oldDir   *resolve.Directory
	newDir   *resolve.Directory
	ask      Ask
	answers  map[string]verdicts // by the units undone
}

// verdicts are those of the pairs of one answer, by the folded names.
type verdicts map[[2]string]*Verdict

// newChange compares two bodies of evidence about which ask answers one question.
func newChange(old, new []evidence.Record, policy resolve.Policy, ask Ask) (*Change, error) {
	c := &Change{old: old, new: new, ask: ask, answers: map[string]verdicts{}}
	c.units = units(old, new)
	var err error
	if c.oldDir, err = resolve.Resolve(old, policy); err != nil {
		return nil, err
	}
	c.newDir, err = resolve.Resolve(new, policy)
	return c, err
}

// units are the records of one body that the other has not, put together: by the
// object of their source where it changed, else by the report that tells of them.
func units(old, new []evidence.Record) []Cause {
	had, has := map[evidence.ID]bool{}, map[evidence.ID]bool{}
	for i := range old {
		had[old[i].ID] = true
	}
	for i := range new {
		has[new[i].ID] = true
	}
	gone := map[string]bool{}
	for i := range old {
		if r := &old[i]; !has[r.ID] && r.Origin.Object != "" {
			gone[object(r)] = true
		}
	}
	changed := map[string]bool{}
	for i := range new {
		if r := &new[i]; !had[r.ID] && gone[object(r)] {
			changed[object(r)] = true
		}
	}
	by := map[string]*Cause{}
	unit := func(r *evidence.Record) *Cause {
		key := "report\x00" + r.Origin.Dataset + "\x00" + r.Citation.Publisher + "\x00" + r.Citation.Title + "\x00" + r.Citation.Locator
		if changed[object(r)] {
			key = object(r)
		}
		if by[key] == nil {
			by[key] = &Cause{}
		}
		return by[key]
	}
	for i := range old {
		if r := &old[i]; !has[r.ID] {
			has[r.ID] = true // of two the first
			u := unit(r)
			u.Old = append(u.Old, *r)
		}
	}
	for i := range new {
		if r := &new[i]; !had[r.ID] {
			had[r.ID] = true
			u := unit(r)
			u.New = append(u.New, *r)
		}
	}
	var out []Cause
	for _, u := range by {
		slices.SortFunc(u.Old, evidence.Compare)
		slices.SortFunc(u.New, evidence.Compare)
		u.What = u.what()
		out = append(out, *u)
	}
	slices.SortFunc(out, func(a, b Cause) int { return evidence.Compare(*a.First(), *b.First()) })
	return out
}

func object(r *evidence.Record) string {
	return "object\x00" + r.Origin.Dataset + "\x00" + r.Origin.Object
}

func (c *Cause) what() string {
	switch {
	case len(c.Old) == 0:
		return Added
	case len(c.New) == 0:
		return Withdrawn
	}
	states := func(list []evidence.Record) (out []string) {
		for _, r := range list {
			out = append(out, r.Subject.Name+"\x00"+r.Subject.Country+"\x00"+r.Object.Name)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	if !slices.Equal(states(c.Old), states(c.New)) {
		return Reattributed
	}
	return Changed
}

// undone is the newer body with some of what changed put back.
func (c *Change) undone(which []int) []evidence.Record {
	drop := map[evidence.ID]bool{}
	var back []evidence.Record
	for _, u := range which {
		for _, r := range c.units[u].New {
			drop[r.ID] = true
		}
		back = append(back, c.units[u].Old...)
	}
	out := slices.DeleteFunc(slices.Clone(c.new), func(r evidence.Record) bool { return drop[r.ID] })
	return append(out, back...)
}

// Find adds to a pair that moved what moved it: of what changed the least, what
// concerns the pair first, without which the verdict is what it was.
func (c *Change) Find(ctx context.Context, m *Moved) error {
	m.Looked = true
	if len(c.units) == 1 {
		m.Causes = []Cause{c.units[0]}
		return nil
	}
	order := c.order(m)
	enough := func(n int) (bool, error) { return c.returns(ctx, m, order[:n]) }
	// The answers at the first few are tried one by one, then in doubling steps.
	low, high := 0, len(order)
	for n := 1; n < len(order); n *= 2 {
		ok, err := enough(n)
		if err != nil {
			return err
		}
		if ok {
			high = n
			break
		}
		low = n
	}
	for high-low > 1 {
		mid := (low + high) / 2
		ok, err := enough(mid)
		if err != nil {
			return err
		}
		if ok {
			high = mid
		} else {
			low = mid
		}
	}
	least, err := c.least(ctx, m, order[:high])
	if err != nil {
		return err
	}
	for _, u := range least {
		m.Causes = append(m.Causes, c.units[u])
	}
	return nil
}

// mostTried bounds how many changes are each tried to be dispensable.
const mostTried = 12

// least drops what is not needed, the least likely first.
func (c *Change) least(ctx context.Context, m *Moved, which []int) ([]int, error) {
	if len(which) > mostTried {
		return which, nil
	}
	left := slices.Clone(which)
	for i := len(left) - 2; i >= 0; i-- { // the last is needed: without it the others were not enough
		less := slices.Delete(slices.Clone(left), i, i+1)
		ok, err := c.returns(ctx, m, less)
		if err != nil {
			return nil, err
		}
		if ok {
			left = less
		}
	}
	return left, nil
}

// returns reports whether the pair's verdict is what it was once some of what
// changed is put back.
func (c *Change) returns(ctx context.Context, m *Moved, which []int) (bool, error) {
	if len(which) == len(c.units) {
		return true, nil // nothing is left that changed
	}
	sorted := slices.Sorted(slices.Values(which))
	key := ""
	for _, u := range sorted {
		key += strconv.Itoa(u) + ","
	}
	known, ok := c.answers[key]
	if !ok {
		known = verdicts{}
		a, err := c.ask(ctx, c.undone(sorted))
		switch {
		case ctx.Err() != nil:
			return false, ctx.Err()
		case err == nil:
			for i := range a.Pairs {
				known[between(a.Pairs[i].A.Name, a.Pairs[i].B.Name)] = verdictOf(&a.Pairs[i])
			}
		} // what cannot be asked has no verdict
		c.answers[key] = known
	}
	was := m.old
	if was == nil {
		was = m.new
	}
	return known[between(was.A.Name, was.B.Name)].same(m.Old), nil
}

func between(a, b string) [2]string {
	a, b = resolve.Fold(a), resolve.Fold(b)
	return [2]string{min(a, b), max(a, b)}
}

// order is that in which changes are tried for a pair: what the verdicts rest on,
// what tells of both groups, what tells of one, all else.
func (c *Change) order(m *Moved) []int {
	cited := map[evidence.ID]bool{}
	ids := map[resolve.ActorID]bool{}
	for _, p := range []*assess.Pair{m.old, m.new} {
		if p == nil {
			continue
		}
		ids[p.A.ID], ids[p.B.ID] = true, true
		for _, id := range p.Evidence {
			cited[id] = true
		}
		for _, l := range p.Links {
			for _, id := range l.Records {
				cited[id] = true
			}
		}
	}
	rank := make([]int, len(c.units))
	order := make([]int, len(c.units))
	for u := range c.units {
		order[u] = u
		best := 3
		for dir, list := range map[*resolve.Directory][]evidence.Record{c.oldDir: c.units[u].Old, c.newDir: c.units[u].New} {
			for i := range list {
				best = min(best, rankOf(&list[i], dir, ids, cited))
			}
		}
		rank[u] = best
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rank[a], rank[b]) })
	return order
}

func rankOf(r *evidence.Record, dir *resolve.Directory, ids map[resolve.ActorID]bool, cited map[evidence.ID]bool) int {
	if cited[r.ID] {
		return 0
	}
	n := 0
	for _, who := range []evidence.Actor{r.Subject, r.Object} {
		if id, ok := dir.Of(who); ok && ids[id] {
			n++
		}
	}
	return 3 - n
}
