package stixevidence

import (
	"maps"
	"slices"
	"sync"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// sealAll seals records on a few workers, in place.
func sealAll(list []evidence.Record) {
	const share = 256
	var wg sync.WaitGroup
	for from := 0; from < len(list); from += share {
		part := list[from:min(from+share, len(list))]
		wg.Go(func() {
			for i := range part {
				part[i] = part[i].Seal()
			}
		})
	}
	wg.Wait()
}

// conclude writes the notes that need the whole input.
func (g *graph) conclude() {
	if g.heaped > 0 {
		g.note("%d campaign dates stand on the first of a month and are carried with the precision of a month: ATT&CK puts them there where the day is not known.", g.heaped)
	}
	for _, class := range slices.Sorted(maps.Keys(g.claimed)) {
		g.note("%d claims of class %s were read from sentences of descriptions that link two groups.", g.claimed[class], class)
	}
	if g.unframed > 0 {
		g.note("%d sentences of descriptions link two groups and say nothing that is read.", g.unframed)
	}
	if g.unknownMarks > 0 {
		g.note("%d citation marks name a source that the object does not list.", g.unknownMarks)
	}
	for _, property := range sortedKeys(g.lost) {
		g.note("%s: left out of %d objects, which are read without it.", property, g.lost[property])
	}
	g.sum.Notes = append(g.sum.Notes, g.unread.Notes()...)
}
