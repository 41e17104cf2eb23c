package channel

import (
	"slices"
	"sync"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// A Corpus is evidence indexed by who it is about. Build it once and measure
// many pairs on it; it is read-only afterwards and safe for concurrent use.
type Corpus struct {
	Directory *resolve.Directory
	records   []evidence.Record // by id
	subject   []resolve.ActorID // of each record; "" where the name resolves to nobody
	object    []resolve.ActorID
	bySubject map[resolve.ActorID][]int
	byObject  map[resolve.ActorID][]int
	names     software
	kept      *kept // see Keep
}

// kept are the incidences that were read once, by channel.
type kept struct {
	mu        sync.Mutex
	incidence map[string]*Incidence
}

// Keep makes the corpus hold on to what its overlap channels read and draw, for many
// questions over it. It changes no result. Call it before the corpus is shared.
func (c *Corpus) Keep() { c.kept = &kept{incidence: map[string]*Incidence{}} }

// NewCorpus indexes records, in any order, under the names of dir. Records that
// occur twice count once.
func NewCorpus(records []evidence.Record, dir *resolve.Directory) *Corpus {
	c := &Corpus{
		Directory: dir,
		records:   slices.Clone(records),
		bySubject: map[resolve.ActorID][]int{},
		byObject:  map[resolve.ActorID][]int{},
	}
	slices.SortFunc(c.records, evidence.Compare)
	c.records = slices.CompactFunc(c.records, func(a, b evidence.Record) bool { return a.ID == b.ID })
	c.subject = make([]resolve.ActorID, len(c.records))
	c.object = make([]resolve.ActorID, len(c.records))
	for i := range c.records {
		r := &c.records[i]
		if id, ok := dir.Of(r.Subject); ok {
			c.subject[i] = id
			c.bySubject[id] = append(c.bySubject[id], i)
		}
		if r.Object.Name == "" && r.Object.Ref == "" {
			continue
		}
		if id, ok := dir.Of(r.Object); ok {
			c.object[i] = id
			c.byObject[id] = append(c.byObject[id], i)
		}
	}
	c.names = nameSoftware(c.records)
	return c
}

// Records are all records, by id. The slice is shared: do not change it.
func (c *Corpus) Records() []evidence.Record { return c.records }

// About returns the records whose subject is the actor, by id.
func (c *Corpus) About(id resolve.ActorID) []*evidence.Record {
	out := make([]*evidence.Record, len(c.bySubject[id]))
	for n, i := range c.bySubject[id] {
		out[n] = &c.records[i]
	}
	return out
}

// Places are the places, in [Corpus.Records], of the records whose subject is the
// actor, ascending. The slice is shared: do not change it.
func (c *Corpus) Places(id resolve.ActorID) []int { return c.bySubject[id] }

// StateOf is the state at whose door the record at a place lays what it says:
// the one it names, else that of the actor it is about. Empty where neither is
// known.
func (c *Corpus) StateOf(place int) string {
	if state := c.records[place].Subject.Country; state != "" {
		return state
	}
	if id := c.subject[place]; id != "" {
		return c.country(id)
	}
	return ""
}

// within reports whether the best date of r, activity before detection before
// disclosure, meets the period. The zero period admits everything; a record
// without any date is admitted only by the zero period.
func within(r *evidence.Record, period evidence.Interval) bool {
	if period.IsZero() {
		return true
	}
	when, _ := r.When()
	return when.Overlaps(period)
}
