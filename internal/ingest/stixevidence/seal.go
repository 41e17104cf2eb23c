package stixevidence

import (
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
	if g.unknownMarks > 0 {
		g.note("%d citation marks name a source that the object does not list.", g.unknownMarks)
	}
	if n := len(g.undefined); n > 0 {
		g.note("%d markings are used but not defined in the input (%s first); records under them are marked RED.", n, sortedKeys(g.undefined)[0])
	}
}
