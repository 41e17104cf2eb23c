package sighting

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// An Origin is where an entry stands. The zero Origin is not known: an older
// version of the program read the entry.
type Origin struct {
	Log  string // as the user named it
	Line int64  // 1-based; 0 where it is not known, as in what was kept of a log
}

// merge takes the one whose line is known, of these one whose log is, of these the
// first by name and line.
func (a Origin) merge(b Origin) Origin {
	none := func(is bool) int {
		if is {
			return 1
		}
		return 0
	}
	if cmp.Or(none(a.Line == 0)-none(b.Line == 0), none(a.Log == "")-none(b.Log == ""), strings.Compare(a.Log, b.Log), cmp.Compare(a.Line, b.Line)) <= 0 {
		return a
	}
	return b
}

// A Link says which connection an entry is about. What is 0 is not known.
type Link struct {
	// Community is made of the Community ID, which is the same wherever the
	// connection was seen, and of another connection between the same ends and
	// ports later; Flow of the sensor's own name of it.
	Community, Flow int64
	Began           time.Time // of the connection, UTC; zero where it is not known
}

func linkOf(e *telemetry.Event) Link {
	return Link{Community: number(e.CommunityID()), Flow: number(e.Connection.Flow), Began: e.Connection.Began}
}

// number is 63 bits of a hash, not 0; 0 of no text.
func number(s string) int64 {
	if s == "" {
		return 0
	}
	sum := sha256.Sum256([]byte(s))
	return int64(binary.BigEndian.Uint64(sum[:])>>1 | 1)
}

// merge takes what is known; of what two readings know otherwise the greater.
func (a Link) merge(b Link) Link {
	return Link{Community: max(a.Community, b.Community), Flow: max(a.Flow, b.Flow), Began: earlier(a.Began, b.Began)}
}
