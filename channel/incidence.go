package channel

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/cahoots-project/cahoots/evidence"
	"github.com/cahoots-project/cahoots/resolve"
	"github.com/cahoots-project/cahoots/stat"
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
		for _, t := range targets(r) {
			if t.Country != "" {
				add(t.Country, evidence.CountryName(t.Country), t.Country)
			}
		}
	})
}

// TargetSector is the incidence of actors and the sectors they worked against.
func TargetSector(c *Corpus) *Incidence {
	return c.incidence("target sector", func(r *evidence.Record, add func(key, name, ref string)) {
		for _, t := range targets(r) {
			if t.Sector != "" {
				add(t.Sector, t.Sector, "")
			}
		}
	})
}

// targets are the victims of a record that speaks of an act by its subject.
func targets(r *evidence.Record) []evidence.Target {
	if strikes(r.Class) && (r.Status == "" || r.Status == evidence.Asserted) {
		return r.Targets
	}
	return nil
}

// An Incidence is a bipartite relation of actors and items: which actor has
// which item.
type Incidence struct {
	Channel string
	Actors  []resolve.ActorID // rows, sorted
	Items   []Item            // columns, by key
	matrix  *stat.Matrix
	rows    map[resolve.ActorID]int
}

// Item is one column of an Incidence.
type Item struct {
	Key  string
	Name string
	Ref  string
}

func (c *Corpus) incidence(name string, items func(*evidence.Record, func(key, name, ref string))) *Incidence {
	held := map[resolve.ActorID]map[string]bool{}
	known := map[string]Item{}
	for i := range c.records {
		id := c.subject[i]
		if id == "" {
			continue
		}
		items(&c.records[i], func(key, name, ref string) {
			if held[id] == nil {
				held[id] = map[string]bool{}
			}
			held[id][key] = true
			// The smallest spelling shows, so that the order of records does
			// not matter; one with a catalogue id goes before one without.
			it, seen := known[key]
			if next := (Item{Key: key, Name: name, Ref: ref}); !seen || preferred(next, it) {
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
	inc.matrix = stat.NewMatrix(len(inc.Actors), len(inc.Items))
	for i, id := range inc.Actors {
		inc.rows[id] = i
		for key := range held[id] {
			inc.matrix.Set(i, column[key])
		}
	}
	return inc
}

func preferred(a, b Item) bool {
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
