package retro

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	zstdcodec "github.com/parquet-go/parquet-go/compress/zstd"

	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// metaKey is where the footer of a file says what blocks its rows are of, in
// their order: JSON, packed with zstd, in base64.
const metaKey = "cahoots.kept.v1"

// A segment is the part of one block of a log that lies in one day. Rows of a
// file stand segment by segment. What is said of the block itself stands in each
// of its segments.
type segment struct {
	Block    string                `json:"block"` // telemetry.Block.ID
	Log      string                `json:"log"`
	Number   int64                 `json:"number"`
	Counts   telemetry.Counts      `json:"counts"`
	First    time.Time             `json:"first,omitzero"` // see indicator.Result
	Last     time.Time             `json:"last,omitzero"`
	Rejected []telemetry.Rejection `json:"rejected,omitempty"`
	Days     int                   `json:"days"` // number of segments of the block
	Rows     int64                 `json:"rows"`
}

func (s *segment) compare(o *segment) int {
	return cmp.Or(strings.Compare(s.Log, o.Log), cmp.Compare(s.Number, o.Number), strings.Compare(s.Block, o.Block))
}

// maxMeta bounds what a footer's list of blocks unpacks to.
const maxMeta = 1 << 30

// fileName names a file by its blocks, so that the same blocks written again
// take the place of themselves.
func fileName(list []segment) string {
	h := sha256.New()
	for i := range list {
		io.WriteString(h, list[i].Block+"\n")
	}
	return hex.EncodeToString(h.Sum(nil)[:16]) + ".parquet"
}

// writeFile writes segments, with the rows that fill gives for each, to a file of
// a folder: whole and synced, or not at all.
func writeFile(dir string, list []segment, fill func(i int, write func([]row) error) error) (path string, err error) {
	if err := files.MakeFolder(dir, files.PrivateFolder); err != nil {
		return "", fmt.Errorf("keeping log entries: %w", err)
	}
	path = filepath.Join(dir, fileName(list))
	if err := files.Write(path, files.Private, func(w io.Writer) error { return writeRows(w, list, fill) }); err != nil {
		return "", fmt.Errorf("keeping log entries in %s: %w", path, err)
	}
	return path, nil
}

func writeRows(w io.Writer, list []segment, fill func(i int, write func([]row) error) error) error {
	meta, err := packMeta(list)
	if err != nil {
		return err
	}
	pw := parquet.NewGenericWriter[row](w, parquet.Compression(&codec), parquet.CreatedBy("cahoots", "", ""),
		parquet.MaxRowsPerRowGroup(rowGroup), parquet.KeyValueMetadata(metaKey, meta))
	for i := range list {
		var n int64
		err := fill(i, func(rows []row) error {
			n += int64(len(rows))
			_, err := pw.Write(rows)
			return err
		})
		if err == nil && n != list[i].Rows {
			err = fmt.Errorf("block %s has %d rows, not %d", list[i].Block, n, list[i].Rows)
		}
		if err != nil {
			return err
		}
	}
	return pw.Close()
}

// rowGroup is how many rows share dictionaries; it bounds memory on both sides.
const rowGroup = 1 << 16

// codec is the fastest level: its window takes half the memory of the default's,
// for files that are some 6% larger.
var codec = zstdcodec.Codec{Level: zstdcodec.SpeedFastest}

func packMeta(list []segment) (string, error) {
	b, err := json.Marshal(list)
	if err != nil {
		return "", err
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(z.EncodeAll(b, nil)), z.Close()
}

func unpackMeta(s string) (list []segment, err error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	err = json.NewDecoder(io.LimitReader(z, maxMeta)).Decode(&list)
	return list, err
}

// A kept is one file, open.
type kept struct {
	path string
	file *os.File
	pq   *parquet.File
	list []segment
}

// openKept opens a file that writeFile wrote.
func openKept(path string) (k *kept, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(damaged(path, err), f.Close())
		}
	}()
	defer caught(&err)
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	k = &kept{path: path, file: f}
	if k.pq, err = parquet.OpenFile(f, st.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true)); err != nil {
		return nil, err
	}
	meta, ok := k.pq.Lookup(metaKey)
	if !ok {
		return nil, errors.New("it was not written by cahoots match --keep")
	}
	if have, all := k.pq.Schema().Columns(), parquet.SchemaOf(row{}).Columns(); len(have) > len(all) || len(have) <= colHost || !slices.EqualFunc(have, all[:len(have)], slices.Equal) {
		return nil, errors.New("its columns are not those of cahoots match --keep")
	}
	if k.list, err = unpackMeta(meta); err != nil {
		return nil, err
	}
	var rows int64
	for i := range k.list {
		rows += k.list[i].Rows
	}
	if rows != k.pq.NumRows() {
		return nil, fmt.Errorf("it holds %d rows, and its footer speaks of %d", k.pq.NumRows(), rows)
	}
	return k, nil
}

// rowsOf is the number of rows of a segment.
func (k *kept) rowsOf(i int) int64 {
	if i >= len(k.list) {
		return math.MaxInt32
	}
	return k.list[i].Rows
}

func (k *kept) Close() error { return k.file.Close() }

// each gives the rows of the wanted segments, some at a time. They are valid
// until the next call.
func (k *kept) each(want func(i int) bool, take func(i int, rows []row) error) (err error) {
	defer caught(&err)
	r := parquet.NewGenericReader[row](k.pq)
	defer func() { err = errors.Join(err, r.Close()) }()
	buf := make([]row, 512)
	at, from := int64(0), int64(0) // where the reader stands, and where the segment begins
	for i := range k.list {
		left := k.list[i].Rows
		if want(i) && left > 0 {
			if at != from {
				if err := r.SeekToRow(from); err != nil {
					return damaged(k.path, err)
				}
			}
			for left > 0 {
				n, err := r.Read(buf[:min(int64(len(buf)), left)])
				if n == 0 {
					return damaged(k.path, cmp.Or(err, io.ErrUnexpectedEOF))
				}
				if err := take(i, buf[:n]); err != nil {
					return err
				}
				left -= int64(n)
			}
			at = from + k.list[i].Rows
		}
		from += k.list[i].Rows
	}
	return nil
}

// caught makes an error of what the Parquet reader throws at a damaged file.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("reading Parquet: %v", p)
	}
}

func damaged(path string, err error) error {
	return fmt.Errorf("kept log entries %s: %w; remove the file and match its logs again with --keep", path, err)
}

// keptFiles lists the kept files of a folder, by day and name.
func keptFiles(dir string) ([]string, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("kept log entries: %w", err)
	}
	found, err := filepath.Glob(filepath.Join(escape(dir), "*", "*.parquet"))
	if err != nil {
		return nil, fmt.Errorf("kept log entries of %s: %w", dir, err)
	}
	found = slices.DeleteFunc(found, func(f string) bool { return strings.HasPrefix(filepath.Base(f), ".") })
	slices.Sort(found)
	return found, nil
}

var escapes = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)

// escape makes a pattern of a path; on Windows a pattern cannot be escaped.
func escape(path string) string {
	if filepath.Separator == '\\' {
		return path
	}
	return escapes.Replace(path)
}
