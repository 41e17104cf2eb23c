package channel

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// software tells which written names are one program. A catalogue id (S0013)
// is the key where the name, or one of its aliases, belongs to a single id;
// otherwise the folded name is. Names of several ids key themselves, so that a
// name given to two programs merges neither.
type software map[string]string // folded name -> key

func nameSoftware(records []evidence.Record) software {
	names := software{}
	for i := range records {
		r := &records[i]
		if r.Class != evidence.UsesSoftware || r.ValueRef == "" {
			continue
		}
		for _, n := range append([]string{r.Value}, r.ValueAliases...) {
			f := foldName(n)
			if key, seen := names[f]; seen && key != r.ValueRef {
				names[f] = "name:" + f
				continue
			}
			names[f] = r.ValueRef
		}
	}
	return names
}

func (s software) key(r *evidence.Record) string {
	if r.ValueRef != "" {
		return r.ValueRef
	}
	for _, n := range append([]string{r.Value}, r.ValueAliases...) {
		if key, ok := s[foldName(n)]; ok && !strings.HasPrefix(key, "name:") {
			return key
		}
	}
	return "name:" + foldName(r.Value)
}

// foldName drops case, spaces and punctuation: "Cobalt Strike", "CobaltStrike"
// and "cobalt-strike" are one.
func foldName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// The overlap channels.
var (
	softwareChannel      = overlap("software", Tools, Software)
	techniqueChannel     = overlap("technique", Methods, Technique)
	targetCountryChannel = overlap("target country", Victims, TargetCountry)
	targetSectorChannel  = beside(overlap("target sector", Victims, TargetSector))
)

// Software is the incidence of actors and the malware and tools they used.
func Software(c *Corpus) *Incidence {
	return c.incidence("software", func(r *evidence.Record, add func(key, name, ref string)) {
		if r.Class == evidence.UsesSoftware {
			add(c.names.key(r), r.Value, r.ValueRef)
		}
	})
}

// Technique is the incidence of actors and ATT&CK techniques; a sub-technique
// is an item of its own.
func Technique(c *Corpus) *Incidence {
	return c.incidence("technique", func(r *evidence.Record, add func(key, name, ref string)) {
		if r.Class == evidence.UsesTechnique && r.ValueRef != "" {
			add(r.ValueRef, r.Value, r.ValueRef)
		}
	})
}

// TargetCountry is the incidence of actors and the states they worked against.
func TargetCountry(c *Corpus) *Incidence {
	return c.incidence("target country", func(r *evidence.Record, add func(key, name, ref string)) {
		for _, t := range TargetsOf(r) {
			if t.Country != "" {
				add(t.Country, evidence.CountryName(t.Country), t.Country)
			}
		}
	})
}

// TargetSector is the incidence of actors and the sectors they worked against.
func TargetSector(c *Corpus) *Incidence {
	return c.incidence("target sector", func(r *evidence.Record, add func(key, name, ref string)) {
		for _, t := range TargetsOf(r) {
			if t.Sector != "" {
				add(t.Sector, t.Sector, "")
			}
		}
	})
}

// TargetsOf are the victims of a record that speaks of an act by its subject and
// is neither contested nor denied; none for other records.
func TargetsOf(r *evidence.Record) []evidence.Target {
	if strikes(r.Class) && (r.Status == "" || r.Status == evidence.Asserted) {
		return r.Targets
	}
	return nil
}

// An Incidence is a bipartite relation of actors and items: which actor has
// which item.
type Incidence struct {
	Channel    string
	Actors     []resolve.ActorID // rows, sorted
	Items      []item            // columns, by key
	matrix     *stat.Matrix
	rows       map[resolve.ActorID]int
	cells      []cell
	publishers map[int]int // of each record that tells of a cell: the number of who told it, by name
}

// cell is one actor's having one item, with the records that say so.
type cell struct {
	row, column int
	records     []int // of Corpus.Records
}

// item is one column of an Incidence.
type item struct {
	Key  string
	Name string
	Ref  string
}

func (c *Corpus) incidence(name string, items func(*evidence.Record, func(key, name, ref string))) *Incidence {
	if c.kept == nil {
		return c.readIncidence(name, items)
	}
	c.kept.mu.Lock()
	defer c.kept.mu.Unlock()
	inc := c.kept.incidence[name]
	if inc == nil {
		inc = c.readIncidence(name, items)
		inc.matrix.Keep()
		c.kept.incidence[name] = inc
	}
	return inc
}

func (c *Corpus) readIncidence(name string, items func(*evidence.Record, func(key, name, ref string))) *Incidence {
	held := map[resolve.ActorID]map[string][]int{}
	known := map[string]item{}
	for i := range c.records {
		id := c.subject[i]
		if id == "" {
			continue
		}
		items(&c.records[i], func(key, name, ref string) {
			if held[id] == nil {
				held[id] = map[string][]int{}
			}
			held[id][key] = append(held[id][key], i)
			// The smallest spelling shows, so that the order of records does
			// not matter; one with a catalogue id goes before one without.
			it, seen := known[key]
			if next := (item{Key: key, Name: name, Ref: ref}); !seen || preferred(next, it) {
				known[key] = next
			}
		})
	}
	inc := &Incidence{Channel: name, Actors: slices.Sorted(maps.Keys(held)), rows: map[resolve.ActorID]int{}}
	column := map[string]int{}
	for _, key := range slices.Sorted(maps.Keys(known)) {
		column[key] = len(inc.Items)
		inc.Items = append(inc.Items, known[key])
	}
	for i, id := range inc.Actors {
		inc.rows[id] = i
		for _, key := range slices.Sorted(maps.Keys(held[id])) {
			inc.cells = append(inc.cells, cell{i, column[key], held[id][key]})
		}
	}
	inc.hear(c)
	inc.fill(nil)
	return inc
}

// hear numbers those who told of the cells.
func (inc *Incidence) hear(c *Corpus) {
	numbers := map[string]int{}
	for _, cell := range inc.cells {
		for _, i := range cell.records {
			numbers[c.records[i].Source()] = 0
		}
	}
	for n, name := range slices.Sorted(maps.Keys(numbers)) {
		numbers[name] = n
	}
	inc.publishers = map[int]int{}
	for _, cell := range inc.cells {
		for _, i := range cell.records {
			inc.publishers[i] = numbers[c.records[i].Source()]
		}
	}
}

// fill makes the matrix of the cells; each is told by the first by name of those
// whose record stands.
func (inc *Incidence) fill(keep func(record int) bool) {
	inc.matrix = stat.NewMatrix(len(inc.Actors), len(inc.Items))
	for _, c := range inc.cells {
		for _, i := range c.records {
			if keep == nil || keep(i) {
				inc.matrix.Tell(c.row, c.column, inc.publishers[i])
			}
		}
	}
}

func preferred(a, b item) bool {
	if (a.Ref != "") != (b.Ref != "") {
		return a.Ref != ""
	}
	return a.Name < b.Name
}

// Degree is how many items the actor has; 0 for one the channel does not know.
func (inc *Incidence) Degree(id resolve.ActorID) int {
	if i, ok := inc.rows[id]; ok {
		return inc.matrix.RowDegree(i)
	}
	return 0
}

// Only returns the incidence as it would be on the records that keep admits, by
// their place in [Corpus.Records]. changed is false where that takes nothing
// away; the result is then inc itself.
func (inc *Incidence) Only(keep func(record int) bool) (out *Incidence, changed bool) {
	var cells []cell
	for _, c := range inc.cells {
		if slices.ContainsFunc(c.records, keep) {
			cells = append(cells, c)
		}
	}
	if len(cells) == len(inc.cells) {
		return inc, false
	}
	out = &Incidence{Channel: inc.Channel, Actors: inc.Actors, Items: inc.Items, rows: inc.rows, cells: cells, publishers: inc.publishers}
	out.fill(keep)
	return out, true
}
