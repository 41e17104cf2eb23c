package export

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// A ceilingError says that a result may not leave under the ceiling asked for.
type ceilingError struct{ Marking, Ceiling evidence.TLP }

func (e *ceilingError) Error() string {
	return fmt.Sprintf("the assessment rests on evidence marked TLP:%s, above the ceiling TLP:%s; make it again from what may be shared "+
		"(cahoots export --a SIDE --b SIDE --ceiling %s) or raise --ceiling", e.Marking, e.Ceiling, e.Ceiling)
}

// Within returns the records that a ceiling lets out, each with the bare name
// of its file, and how many it keeps back. What carries no marking counts as
// CLEAR, a label outside TLP 2.0 as stricter than RED.
func Within(records []evidence.Record, ceiling evidence.TLP) (out []evidence.Record, withheld int) {
	out, hidden := evidence.Within(records, ceiling)
	for i := range out {
		out[i].Origin.File = base(out[i].Origin.File) // a path tells about the user's machine
	}
	for _, n := range hidden {
		withheld += n
	}
	return out, withheld
}

func base(path string) string {
	if i := strings.LastIndexAny(path, `/\`); i >= 0 {
		return path[i+1:]
	}
	return path
}

// mixed refuses an assessment that comes with evidence above the ceiling: it
// was made from that too, whether a verdict cites it or not.
func (c Content) mixed(ceiling evidence.TLP) error {
	m := Marking(c.Assessment)
	for i := range c.Records {
		m = evidence.Strictest(m, c.Records[i].Marking)
	}
	if m.Compare(ceiling) > 0 {
		return &ceilingError{Marking: m, Ceiling: ceiling}
	}
	return nil
}

// Marking is the strictest marking an assessment carries: its own, and that of
// every record in it.
func Marking(a *assess.Assessment) evidence.TLP {
	m := cmp.Or(a.Marking, evidence.Clear)
	for _, id := range slices.Sorted(maps.Keys(a.Records)) {
		m = evidence.Strictest(m, a.Records[id].Marking)
	}
	return m
}

// Allowed returns a *ceilingError where an assessment may not leave under
// the ceiling. Its verdicts mix all of its evidence, so nothing of it can be
// cut out: it leaves whole or not at all.
func Allowed(a *assess.Assessment, ceiling evidence.TLP) error {
	if m := Marking(a); m.Compare(ceiling) > 0 {
		return &ceilingError{Marking: m, Ceiling: ceiling}
	}
	return nil
}

// within applies the ceiling of o to everything in c, and puts the defaults
// into o.
func (c Content) within(o *Options) (Content, int, error) {
	ceiling, err := evidence.ParseTLP(string(cmp.Or(o.Ceiling, evidence.Clear)))
	if err != nil {
		return c, 0, err
	}
	o.Ceiling = ceiling
	c.Notes = slices.DeleteFunc(slices.Clone(c.Notes), func(n Note) bool { return n.Marking.Compare(ceiling) > 0 })
	if c.Assessment == nil && c.Records == nil && c.Notes == nil {
		return c, 0, errors.New("there is nothing to write")
	}
	if a := c.Assessment; a != nil {
		if err := c.mixed(ceiling); err != nil {
			return c, 0, err
		}
		if c.Records == nil {
			for _, id := range slices.Sorted(maps.Keys(a.Records)) {
				c.Records = append(c.Records, a.Records[id])
			}
		}
		c.Datasets = append(slices.Clone(c.Datasets), a.Data...)
		c.Notices = append(slices.Clone(c.Notices), a.Notices...)
		o.Tool = assess.Tool{Name: cmp.Or(o.Tool.Name, a.Tool.Name), Version: cmp.Or(o.Tool.Version, a.Tool.Version)}
	}
	o.Tool.Name = cmp.Or(o.Tool.Name, "cahoots")
	var withheld int
	c.Records, withheld = Within(c.Records, ceiling)
	if withheld > 0 && c.Assessment == nil {
		c.Notices = nil // they are of inputs that hold more than may be seen
	}
	slices.SortFunc(c.Records, func(a, b evidence.Record) int {
		return cmp.Or(a.Marking.Compare(b.Marking), evidence.Compare(a, b))
	})
	c.Records = slices.CompactFunc(c.Records, func(a, b evidence.Record) bool { return a.ID == b.ID })
	c.keepDatasets()
	slices.Sort(c.Notices)
	c.Notices = slices.Compact(c.Notices)
	return c, withheld, nil
}

// keepDatasets leaves out the data sets of which no record is let out: their
// names alone may tell something. Those of an assessment stay: it may leave.
func (c *Content) keepDatasets() {
	if c.Assessment != nil {
		return
	}
	has := map[string]bool{}
	for i := range c.Records {
		has[c.Records[i].Origin.Dataset] = true
	}
	c.Datasets = slices.DeleteFunc(slices.Clone(c.Datasets), func(d assess.Dataset) bool { return !has[d.Name] })
}
