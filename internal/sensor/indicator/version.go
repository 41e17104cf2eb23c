package indicator

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/cahoots-project/cahoots/internal/format/stix"
)

// edition is the newest version of an object that was read, in whatever list,
// and the rows that it gave.
type edition struct {
	modified int64  // nanoseconds since 1970
	content  uint64 // of the object; decides between two of one time
	from, to uint32 // rows
}

type objectID [16]byte

func idOf(id string) objectID {
	sum := sha256.Sum256([]byte(id))
	return objectID(sum[:16])
}

// version makes o the object of its identifier if it is newer than what was read
// before; the rows of an older version no longer count. False says that it is
// not newer.
func (b *Builder) version(o *stix.Object) bool {
	sum := sha256.Sum256([]byte(stix.Canonical(o)))
	now := edition{modified: nanos(o.Modified), content: binary.BigEndian.Uint64(sum[:]), from: b.len(), to: b.len()}
	id := idOf(o.ID)
	old, known := b.editions[id]
	if known && (old.modified > now.modified || old.modified == now.modified && old.content <= now.content) {
		return false
	}
	if known && old.to > old.from {
		b.dropped = append(b.dropped, [2]uint32{old.from, old.to})
	}
	if b.editions == nil {
		b.editions = map[objectID]edition{}
	}
	b.editions[id] = now
	return true
}

// versioned notes the rows that were added for o.
func (b *Builder) versioned(o *stix.Object) {
	e := b.editions[idOf(o.ID)]
	e.to = b.len()
	b.editions[idOf(o.ID)] = e
}

func (b *Builder) len() uint32 {
	if b.rows == nil {
		return 0
	}
	return uint32(b.rows.list.len())
}

// superseded are the rows of versions that are no longer the object.
func (b *Builder) superseded() map[uint32]bool {
	rows := map[uint32]bool{}
	for _, d := range b.dropped {
		for n := d[0]; n < d[1]; n++ {
			rows[n] = true
		}
	}
	return rows
}
