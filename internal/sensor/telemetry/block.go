package telemetry

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
)

// Sizes.
const (
	// BlockSize is the grid on which logs are cut: block k of a log holds the
	// lines that begin at decompressed offsets [k*BlockSize, (k+1)*BlockSize).
	BlockSize = 1 << 20
	// maxLine is the longest line accepted; a longer one is rejected, counted
	// once, and never held in memory.
	maxLine = 16 << 20
	// headSize is how much of a log's beginning identifies it.
	headSize = 4096
)

// A Block is a run of whole lines of one log.
type Block struct {
	Log    string // name of the log, as the user gave it
	Number int64  // k of the grid
	Seq    int64  // place among the blocks of this reading: 0, 1, 2, ...
	Offset int64  // of Data in the decompressed log
	// Data holds whole lines, each with its newline except perhaps the last of
	// the log. It is valid until Release.
	Data []byte
	// Schema of the first line of Data.
	Schema Schema
	// TooLong is the length of a line over [maxLine] that stood at the end of
	// the block and was dropped; 0 if there was none. (A line that long reaches
	// beyond its block, so no block can hold two.)
	TooLong int64
	// Cut says that the log broke off inside the last line (a compressed file
	// cut short): that line is rejected.
	Cut bool

	// Restart says that the block is the first of another file than the block
	// before it: lines are numbered from 1 again.
	Restart bool
	// After is where to go on behind the block, for logs that are followed.
	After *Position

	release func()
}

// Release gives the block's memory back for reuse.
func (b *Block) Release() {
	if b.release != nil {
		b.release()
		b.release = nil
	}
}

// ID identifies the block by what it holds and where it stands in its log: the
// same log read again, renamed, copied or compressed anew gives the same IDs.
// It is made of the offset, the length, the CRC-32C of the data and the SHA-256
// of the first 4 KiB, cut to 128 bits, in hexadecimal.
func (b *Block) ID() string {
	h := sha256.New()
	var n [20]byte
	binary.LittleEndian.PutUint64(n[0:], uint64(b.Offset))
	binary.LittleEndian.PutUint64(n[8:], uint64(len(b.Data)))
	binary.LittleEndian.PutUint32(n[16:], crc32.Checksum(b.Data, castagnoli))
	h.Write(n[:])
	h.Write(b.Data[:min(len(b.Data), headSize)])
	return hex.EncodeToString(h.Sum(nil)[:16])
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// LineID identifies a line by its bytes alone (SHA-256 cut to 128 bits), so
// that an entry that arrives twice, in whatever file, can be told.
func LineID(line []byte) [16]byte {
	sum := sha256.Sum256(line)
	return [16]byte(sum[:16])
}

// A Rejection is one line that is no event: where it stands, and why.
type Rejection struct {
	File   string `json:"file"`
	Line   int64  `json:"line"`   // 1-based; within the block until its log is known
	Offset int64  `json:"offset"` // of the line in the decompressed log
	Why    string `json:"why"`
}

func (r Rejection) Error() string {
	return fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.Why)
}

// Counts account for every line of what was read:
// Lines = Events + the sum of Skipped + Rejected.
type Counts struct {
	Bytes    int64 `json:"bytes"` // decompressed
	Lines    int64 `json:"lines"`
	Events   int64 `json:"events"`
	Rejected int64 `json:"rejected"`
	// Skipped counts lines that are no event by design, by reason.
	Skipped map[string]int64 `json:"skipped,omitempty"`
}

// Reasons for skipping a line.
const (
	SkipBlank   = "blank line"
	SkipHeader  = "header or comment"
	SkipNothing = "nothing an indicator could match"
	SkipOther   = "line of another kind"
)

// Skip counts n lines skipped for a reason.
func (c *Counts) Skip(why string, n int64) {
	if n == 0 {
		return
	}
	if c.Skipped == nil {
		c.Skipped = map[string]int64{}
	}
	c.Skipped[why] += n
}

// Add adds the counts of another block or log.
func (c *Counts) Add(o Counts) {
	c.Bytes += o.Bytes
	c.Lines += o.Lines
	c.Events += o.Events
	c.Rejected += o.Rejected
	for why, n := range o.Skipped {
		c.Skip(why, n)
	}
}
