package telemetry

// A Batch holds what the fast path found in a run of lines: addresses parsed,
// everything else as places in Data. Line i of the batch begins at Starts[i].
type Batch struct {
	Data   []byte
	Starts []uint32 // of every event
	V4     []V4
	V6     []V6
	Names  []Span // domains and hosts
	URLs   []URLSpan
	Hashes []Span
	JA3    []Span
	JA4    []Span
	// Exact lists, in order, where lines begin that only the exact path can
	// read. They are in none of the other fields or counts.
	Exact []uint32
	// Nothing counts entries with nothing to match; Blank counts blank lines.
	Nothing, Blank int64
}

// BatchLines is how many lines make a batch full.
const BatchLines = 512

// V4 is an IPv4 address of event Line.
type V4 struct {
	Addr uint32 // big-endian value: 1.2.3.4 is 0x01020304
	Line uint32
}

// V6 is an IPv6 address of event Line.
type V6 struct {
	Hi, Lo uint64
	Line   uint32
}

// Span is Data[From:To], a value of event Line.
type Span struct{ Line, From, To uint32 }

// URLSpan is an HTTP request of event Line: the place of the host, empty where
// Path is absolute, and of the path.
type URLSpan struct {
	Line             uint32
	HostFrom, HostTo uint32
	PathFrom, PathTo uint32
}

// Reset empties the batch for lines of data.
func (b *Batch) Reset(data []byte) {
	b.Data = data
	b.Starts, b.V4, b.V6 = b.Starts[:0], b.V4[:0], b.V6[:0]
	b.Names, b.URLs, b.Hashes = b.Names[:0], b.URLs[:0], b.Hashes[:0]
	b.JA3, b.JA4, b.Exact = b.JA3[:0], b.JA4[:0], b.Exact[:0]
	b.Nothing, b.Blank = 0, 0
}

// Full reports that no further line should be read into the batch.
func (b *Batch) Full() bool { return len(b.Starts)+len(b.Exact) >= BatchLines }

// exactScanner is the fast path of a schema that has none: every line goes to
// the exact path.
type exactScanner struct{}

// ExactOnly returns a Scanner that hands every line to the exact path.
func ExactOnly() Scanner { return exactScanner{} }

func (exactScanner) Scan(data []byte, b *Batch) int {
	b.Reset(data)
	at := 0
	for at < len(data) && !b.Full() {
		b.Exact = append(b.Exact, uint32(at))
		_, n := cutLine(data[at:])
		at += n
	}
	return at
}
