package indicator

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
	"golang.org/x/text/encoding/unicode"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// Defaults are the fields of an indicator that a list does not say itself.
type Defaults struct {
	Group      string // see Indicator.Fallback
	Source     string
	Confidence evidence.Confidence
	Marking    evidence.TLP
	Markings   marking.Rules // what the markings of lists allow
}

func (d Defaults) fill(i *Indicator) {
	if i.Group == "" {
		i.Fallback = d.Group
	}
	if i.Source == "" {
		i.Source = d.Source
	}
	if i.Confidence.IsZero() {
		i.Confidence = d.Confidence
	}
	if i.Marking == "" {
		i.Marking = d.Marking
	}
}

// A Refusal is a row, attribute or object that gave no indicator, and why.
type Refusal struct {
	File  string `json:"file"`
	Line  int64  `json:"line,omitempty"`
	Ref   string `json:"ref,omitempty"`   // id of the object
	Value string `json:"value,omitempty"` // as written, shortened
	Why   string `json:"why"`
}

func (r Refusal) Error() string {
	s := r.File
	if r.Line > 0 {
		s += fmt.Sprintf(":%d", r.Line)
	}
	if r.Ref != "" {
		s += ": " + r.Ref
	}
	return s + ": " + r.Why
}

// Loaded accounts for every row of a list: Rows = rows that gave indicators +
// the sum of Skipped + len(Refused). A row may give several indicators.
type Loaded struct {
	Format     string         `json:"format"`
	Rows       int64          `json:"rows"`
	Indicators int64          `json:"indicators"` // given to the builder
	Skipped    map[string]int `json:"skipped,omitempty"`
	Refused    []Refusal      `json:"refused,omitempty"`
	// Benign are indicators that stand on a list of benign values: they were taken,
	// and belong to nobody.
	Benign []Refusal `json:"benign,omitempty"`
	Notes  []string  `json:"notes,omitempty"` // sentences for the user

	from, to uint32 // its rows in the set
}

// maxNotes bounds the notes of a list that is bad throughout.
const maxNotes = 20

func (l *Loaded) note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); len(l.Notes) < maxNotes && !slices.Contains(l.Notes, n) {
		l.Notes = append(l.Notes, n)
	}
}

func (l *Loaded) skip(why string) {
	if l.Skipped == nil {
		l.Skipped = map[string]int{}
	}
	l.Skipped[why]++
}

func (l *Loaded) refuse(file string, line int64, ref, value, why string) {
	l.Refused = append(l.Refused, Refusal{File: file, Line: line, Ref: ref, Value: clip(value), Why: why})
}

// maxList bounds what is read of one list.
const maxList = 4 << 30

func limited(r io.Reader) io.Reader { return io.LimitReader(r, maxList) }

// LoadFile adds the indicators of a file ("-" is standard input), plain or
// packed with gzip, zstd or xz, whose form is found by looking: STIX objects,
// MISP events, feeds in JSON, OpenIOC, CSV with a header, or a plain list.
func LoadFile(b *Builder, path string, def Defaults) (l *Loaded, err error) {
	var in io.Reader = os.Stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("read indicators: %w", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		in = f
	}
	return Load(b, path, in, def)
}

// Load is LoadFile for a reader.
func Load(b *Builder, name string, r io.Reader, def Defaults) (*Loaded, error) {
	from, benign := b.mark()
	l, err := load(b, name, r, def)
	if l != nil {
		l.from = from
		l.to, _ = b.mark()
		l.Benign = b.benign[benign:]
		if err == nil && l.Indicators == 0 && len(l.Refused) == 0 {
			l.note("it gives no indicator")
		}
	}
	return l, err
}

func load(b *Builder, name string, r io.Reader, def Defaults) (*Loaded, error) {
	br, err := unpack(bufio.NewReaderSize(r, sniffSize))
	if err != nil {
		return nil, fmt.Errorf("read indicators %s: %w", name, err)
	}
	if mark, _ := br.Peek(2); string(mark) == "\xff\xfe" || string(mark) == "\xfe\xff" {
		br = bufio.NewReaderSize(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(br), sniffSize)
	}
	head, err := br.Peek(sniffSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read indicators %s: %w", name, err)
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if len(text) == 0 {
		return nil, fmt.Errorf("read indicators %s: the file is empty", name)
	}
	switch {
	case (text[0] == '{' || text[0] == '[') && isSTIX(text):
		return loadSTIX(b, name, br, def)
	case (text[0] == '{' || text[0] == '[' && bytes.Contains(head, []byte("{"))) && mispWord.Match(text):
		return loadMISP(b, name, br, def)
	case text[0] == '{' || text[0] == '[' && bytes.Contains(head, []byte("{")):
		return loadFeed(b, name, br, def)
	case text[0] == '<':
		return loadOpenIOC(b, name, br, def)
	}
	if _, ok := findHeader(head); ok {
		return loadCSV(b, name, br, def)
	}
	return LoadList(b, name, br, def)
}

const sniffSize = 64 << 10

// isSTIX tells STIX from MISP by the first of the words that only one of them has.
func isSTIX(text []byte) bool {
	s := stixWord.FindIndex(text)
	m := mispWord.FindIndex(text)
	return s != nil && (m == nil || s[0] < m[0])
}

var (
	stixWord = regexp.MustCompile(`"type"\s*:\s*"bundle"|"spec_version"\s*:|"id"\s*:\s*"[a-z0-9-]+--`)
	mispWord = regexp.MustCompile(`"(?:Event|response|Attribute|Orgc?|to_ids|threat_level_id)"\s*:`)
)

func unpack(br *bufio.Reader) (*bufio.Reader, error) {
	magic, err := br.Peek(6)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var r io.Reader
	switch {
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		r, err = gzip.NewReader(br)
	case bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		r, err = zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
	case string(magic) == "\xfd7zXZ\x00":
		r, err = xz.NewReader(br)
	default:
		return br, nil
	}
	if err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(r, sniffSize), nil
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
