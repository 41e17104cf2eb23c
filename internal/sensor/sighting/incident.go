package sighting

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A Sighting is a partial with whose system it was and whom it points to.
type Sighting struct {
	Partial
	Organisation *Organisation
	Finding      *Finding
}

// Alone reports whether the host is one that counts: it has an address, and stands
// for no others.
func (s *Sighting) Alone() bool { return s.System.Host.IsValid() && s.Organisation.Role == "" }

// DefaultGap is the number of days after which a group seen again in an
// organisation is a new incident.
const DefaultGap = 14

// An Incident is what one group did in one organisation without a pause of the
// stated number of days.
type Incident struct {
	ID           string // of group, organisation and first seen; 128 bits in hexadecimal
	Group        Group
	Organisation Organisation
	First, Last  time.Time
	// Earliest is First, or when the group was first met through indicators that
	// were not yet in force, without a pause of the stated number of days before
	// First. Known is the first entry that shows an indicator already disclosed;
	// zero where there is none.
	Earliest, Known time.Time
	Days            []Day     // with sightings, in order
	Systems         int       // that stand for themselves
	Events          int64     // log entries
	Indicators      []string  // keys, sorted
	Disclosed       time.Time // earliest disclosure of any of them; zero where none is known
	Marking         evidence.TLP
	Confidence      evidence.Confidence
	Synthetic       bool
}

// Incidents joins the sightings of each group in each organisation while fewer
// than gap days lie between the days of one and the next: with gap 14, a group
// seen on the 1st and again on the 14th is one incident, on the 1st and the 15th
// two. They come in the order of first seen, organisation and group.
//
// early are sightings by indicators not yet in force: they make no incident, and
// say how much earlier one would begin.
func Incidents(sightings, early []Sighting, gap int) []Incident {
	before := byPair(early)
	var out []Incident
	for k, list := range byPair(sightings) {
		from := 0
		for i := 1; i <= len(list); i++ {
			if i == len(list) || int(list[i].Day-list[i-1].Day) >= gap {
				in := incident(list[from:i])
				in.reachBack(before[k], gap)
				out = append(out, in)
				from = i
			}
		}
	}
	slices.SortFunc(out, func(a, b Incident) int {
		return cmp.Or(a.First.Compare(b.First), strings.Compare(a.Organisation.Name, b.Organisation.Name), strings.Compare(a.Group.Key, b.Group.Key))
	})
	return out
}

type pair struct{ organisation, group string }

// byPair are the sightings of each group in each organisation, in order.
func byPair(sightings []Sighting) map[pair][]*Sighting {
	by := map[pair][]*Sighting{}
	for i := range sightings {
		s := &sightings[i]
		k := pair{s.Organisation.Name, s.Finding.Group.Key}
		by[k] = append(by[k], s)
	}
	for _, list := range by {
		slices.SortFunc(list, func(a, b *Sighting) int { return ComparePartials(a.Partial, b.Partial) })
	}
	return by
}

// reachBack finds the earliest of the early sightings before the incident.
func (in *Incident) reachBack(early []*Sighting, gap int) {
	day := in.Days[0]
	for i := len(early) - 1; i >= 0; i-- {
		s := early[i]
		if s.Day > day || !s.First.Before(in.First) {
			continue
		}
		if int(day-s.Day) >= gap {
			return
		}
		day = s.Day
		in.Earliest = earlier(in.Earliest, s.First)
	}
}

func incident(list []*Sighting) Incident {
	first := list[0]
	in := Incident{Group: first.Finding.Group, Organisation: *first.Organisation, First: first.First, Last: first.Last}
	systems, keys := map[System]bool{}, map[string]bool{}
	for _, s := range list {
		if s.First.Before(in.First) {
			in.First = s.First
		}
		if s.Last.After(in.Last) {
			in.Last = s.Last
		}
		if n := len(in.Days); n == 0 || in.Days[n-1] != s.Day {
			in.Days = append(in.Days, s.Day)
		}
		if s.Alone() {
			systems[s.System] = true
		}
		for _, k := range s.Finding.Indicators {
			keys[k] = true
		}
		if s.Finding.Known {
			in.Known = earlier(in.Known, s.First)
		}
		in.Events += s.Events
		in.Disclosed = earlier(in.Disclosed, s.Finding.Disclosed)
		in.Marking = evidence.Strictest(in.Marking, s.Finding.Marking)
		in.Confidence = surer(in.Confidence, s.Finding.Confidence)
		in.Synthetic = in.Synthetic || s.Finding.Synthetic
	}
	in.Earliest = in.First
	in.Systems = len(systems)
	for k := range keys {
		in.Indicators = append(in.Indicators, k)
	}
	slices.Sort(in.Indicators)
	sum := sha256.Sum256([]byte(in.Group.Name + "\x00" + in.Organisation.Name + "\x00" + in.First.Format(time.RFC3339Nano)))
	in.ID = hex.EncodeToString(sum[:16])
	return in
}
