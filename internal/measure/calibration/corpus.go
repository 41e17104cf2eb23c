package calibration

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// dataset names the records of synthetic corpora.
const dataset = "case:synthetic"

// A corpus is invented evidence whose truth is known.
type corpus struct {
	Records []evidence.Record
	A, B    []string // the groups of the two sides
	// Linked are the groups between which a link was planted, if any was.
	Linked [2]string
}

// Question asks about all groups of the two sides.
func (c *corpus) Question() assess.Question {
	return assess.Question{A: strings.Join(c.A, ", "), B: strings.Join(c.B, ", ")}
}

// One asks about the linked groups alone.
func (c *corpus) One() assess.Question { return assess.Question{A: c.Linked[0], B: c.Linked[1]} }

// usualRecords is somewhat more than a corpus has of records.
const usualRecords = 3500

// Make makes corpus n of a seed. The same setting, seed and number give the same
// records; with another Linked or Link only the first group of side A differs.
func (s Setting) Make(seed, n uint64) (*corpus, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	w := newWorld(s, stream(seed, n, worldPart))
	c := &corpus{Linked: [2]string{"Group A1", "Group B1"}, Records: make([]evidence.Record, 0, usualRecords)}
	for i, g := range w.groups {
		switch i / groupsPerSide {
		case 0:
			c.A = append(c.A, g.name)
		case 1:
			c.B = append(c.B, g.name)
		}
		r := recorder{world: w, group: g, rng: stream(seed, n, recordPart+uint64(i))}
		r.blur(stream(seed, n, morePart+1000+uint64(i)))
		if i == 0 {
			c.Records = append(c.Records, r.write(w.linked(seed, n))...)
		} else {
			c.Records = append(c.Records, r.write(w.alone(i, seed, n))...)
		}
	}
	return c, nil
}

// A recorder writes down what a group did, as vendors would.
type recorder struct {
	world *world
	group group
	rng   *rand.Rand
	more  *rand.Rand // of further confounders
	twin  *group     // shares a name with the group; nil where none does
	out   []evidence.Record
}

// blur prepares what further confounders do to the group's records.
func (r *recorder) blur(more *rand.Rand) {
	r.more = more
	other, shares := &r.world.groups[more.IntN(len(r.world.groups))], more.Float64() < ambiguousShare
	if r.world.setting.has(ambiguousNames) && shares && other.name != r.group.name {
		r.twin = other
	}
}

func (r *recorder) write(d doings) []evidence.Record {
	r.out = make([]evidence.Record, 0, 1+len(d.software)+len(d.tech)+len(d.acts))
	name := r.base(evidence.Alias, r.group.vendor)
	name.Value = r.group.name
	r.add(name)
	for _, t := range d.software {
		rec := r.base(evidence.UsesSoftware, t.vendor)
		item := t.item
		if r.world.setting.has(ambiguousNames) && item%10 == 9 {
			item-- // goes by the name of another
		}
		rec.Value, rec.ValueRef = fmt.Sprintf("Tool %d", item), fmt.Sprintf("S%04d", item)
		r.add(rec)
	}
	for _, t := range d.tech {
		rec := r.base(evidence.UsesTechnique, t.vendor)
		rec.Value, rec.ValueRef = fmt.Sprintf("Technique %d", t.item), fmt.Sprintf("T%04d", t.item)
		r.add(rec)
	}
	for i, a := range d.acts {
		rec := r.base(evidence.Incident, a.vendor)
		rec.Event = fmt.Sprintf("%s:%s-%d", dataset, r.group.name, i)
		rec.Value = fmt.Sprintf("act %d of %s", i, r.group.name)
		rec.Targets = []evidence.Target{{Country: states[a.state], Sector: fmt.Sprintf("sector %d", a.sector)}}
		rec.Activity, rec.Disclosed = r.activity(a), r.disclosure(a)
		r.add(rec)
	}
	return r.out
}

func (r *recorder) base(class evidence.Class, vendor int) evidence.Record {
	publisher := fmt.Sprintf("Vendor %d", vendor)
	return evidence.Record{
		Class:    class,
		Subject:  evidence.Actor{Name: r.group.name, Ref: dataset + ":" + r.group.name, Country: r.group.state},
		Citation: evidence.Citation{Publisher: publisher, PublisherCountry: states[2+vendor], Locator: "synthetic corpus"},
		Origin:   evidence.Origin{Dataset: dataset, Object: fmt.Sprintf("%s/%d", r.group.name, len(r.out))},
	}
}

func (r *recorder) add(rec evidence.Record) {
	if r.twin != nil && rec.Class != evidence.Alias && r.more.Float64() < ambiguousShare {
		rec.Subject = evidence.Actor{Name: r.twin.name, Ref: dataset + ":" + r.twin.name, Country: r.twin.state}
	}
	r.out = append(r.out, rec.Seal())
	if r.world.setting.has(copiedReports) && rec.Class != evidence.Alias && r.more.Float64() < copiedShare {
		vendor := r.more.IntN(vendors)
		rec.Citation.Publisher, rec.Citation.PublisherCountry = fmt.Sprintf("Vendor %d", vendor), states[2+vendor]
		rec.Origin.Object = fmt.Sprintf("%s/%d", r.group.name, len(r.out))
		if rec.Event != "" {
			rec.Event += "-copied"
		}
		r.out = append(r.out, rec.Seal())
	}
}

// start is the first day of every corpus.
var start = time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)

// activity dates an act as finely as it became known.
func (r *recorder) activity(a act) evidence.Interval {
	err := r.world.setting.DateSD * r.rng.NormFloat64()
	heaped, yearly, slips := r.rng.Float64() < heapedShare, r.rng.Float64() < heapedYearShare, r.rng.Float64() < heapedSlips
	date := func(day float64) evidence.Interval {
		on := start.AddDate(0, 0, int(fold(day, days)))
		switch {
		case !r.world.setting.has(heapedDates) || !heaped:
			return evidence.On(on, evidence.Day)
		case yearly && slips:
			return evidence.MustInterval(on.Format("2006") + "-01-01")
		case slips:
			return evidence.MustInterval(on.Format("2006-01") + "-01")
		case yearly:
			return evidence.MustInterval(on.Format("2006"))
		default:
			return evidence.MustInterval(on.Format("2006-01"))
		}
	}
	return date(a.day + err)
}

// disclosure is when the vendor told of an act: two months later in the median.
func (r *recorder) disclosure(a act) evidence.Interval {
	told, collected := a.day+60*math.Exp(r.rng.NormFloat64()), r.rng.Float64() < reportShare
	if r.world.setting.has(oneVendor) && a.vendor == 0 && collected {
		for _, d := range r.world.reports {
			if d >= told {
				told = d
				break
			}
		}
	}
	return evidence.On(start.AddDate(0, 0, int(told)), evidence.Day)
}
