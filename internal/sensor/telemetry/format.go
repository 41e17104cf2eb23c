package telemetry

import "fmt"

// A Format opens one kind of log. The command owns the list; nothing registers
// itself.
type Format struct {
	// Name as a person would write it after --as: "suricata", "zeek", "nfdump".
	Name string
	// Describe is one line for --help.
	Describe string
	// Sniff reports whether the log could be this format, from its first
	// bytes (at most 64 KiB, decompressed) and its name without compression
	// suffix. On false, why says what was missing.
	Sniff func(head []byte, name string) (ok bool, why string)
	// Schema reads what the log's beginning says of its lines (a header, a
	// column map, nothing).
	Schema func(head []byte, name string) (Schema, error)
	// Headers says that lines after the first may change the schema.
	Headers bool
	// Objects says that one entry may span lines (pretty-printed JSON, an
	// array of objects): the log is re-cut into one object per line first.
	Objects func(head []byte) bool
	// Each is where the entries stand in a log that is one JSON object; empty where
	// it is not.
	Each string
	// Lines says that a line alone tells that it is an entry, also where a shipper
	// wrapped it.
	Lines bool
	// Addresses reports whether every entry of such a log should name an address;
	// nil is no.
	Addresses func(head []byte, name string) bool
}

// Outcome says what a line was.
type Outcome uint8

// Outcomes of Decode.
const (
	IsEvent Outcome = iota
	IsBlank
	IsHeader
	IsNothing // an entry with nothing that an indicator could match
	IsOther   // a line of another kind than the log's entries that are read
)

// Skip is the reason under which the outcome is counted, empty for an event.
func (o Outcome) Skip() string {
	return [...]string{"", SkipBlank, SkipHeader, SkipNothing, SkipOther}[o]
}

// A Schema knows how to read the lines of one log from some line on. It is
// immutable and may be used by many goroutines.
type Schema interface {
	// Decode is the exact path: one line, without its newline, to one event.
	// An error rejects the line and says why. The event holds no reference to
	// line.
	Decode(line []byte) (Event, Outcome, error)
	// Scanner returns a fast path for one goroutine.
	Scanner() Scanner
	// After returns the schema for the line after data: the receiver, unless
	// data holds header lines that change it.
	After(data []byte) Schema
}

// A Scanner is the fast path: it finds the raw field values of many lines
// without making events. It agrees with Decode on every line, or hands the line
// to it.
type Scanner interface {
	// Scan reads whole lines from the beginning of data into b, which it
	// empties first, until b is full or data ends, and returns how many bytes
	// it consumed: more than 0 if data is not empty.
	Scan(data []byte, b *Batch) int
}

// WhyCut is the reason for rejecting the last line of a broken log.
const WhyCut = "the log breaks off inside this line"

// WhyTooLong is the reason for rejecting a line of n bytes.
func WhyTooLong(n int64) string {
	return fmt.Sprintf("line of %d bytes is over the limit of %d", n, maxLine)
}
