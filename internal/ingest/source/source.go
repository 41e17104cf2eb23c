// Package source opens a file, recognises its format and yields evidence one
// record at a time.
//
// It holds the contract that every format package keeps ([Reader]), the
// compression layers and the limits on what comes from outside. It is not for
// any one format: those are the packages below it, passed to [Member.Open] as a plain
// slice by the command. It is not for deciding what a name means (resolve).
package source

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// A Format opens one kind of input. The command line owns the list of formats;
// nothing registers itself.
type Format struct {
	// Name as a person would write it after --as: "stix", "misp-galaxy", "incidents", "case".
	Name string
	// Sniff reports whether the input could be this format, from at most its
	// first 64 KiB (decompressed) and its name without compression suffix. On
	// false, why says what was missing, for the error that lists every attempt.
	Sniff func(head []byte, name string) (ok bool, why string)
	// Open starts reading. r is already decompressed; it is closed by the
	// caller.
	Open func(ctx context.Context, r io.Reader, in Info, opt Options) (Reader, error)
}

// Info says what is being read, for origins and error messages.
type Info struct {
	Name string // path or URL as the user gave it; "-" is standard input
}

// Options limit what a reader accepts and steer table formats.
type Options struct {
	MaxBytes  int64  // decompressed size of one input; 0 is DefaultMaxBytes
	MaxObject int64  // bytes of one object or row; 0 is DefaultMaxObject
	MaxDepth  int    // nesting of JSON; 0 is DefaultMaxDepth
	Name      string // what the input is called in origins and messages, where not by its path: the address a copy came from
	// Markings decide what markings allow; the zero value knows the common ones.
	Markings marking.Rules
	// Lookup gives the versions that earlier inputs had of objects that this one
	// refers to and does not hold, the newest last; nil knows of none.
	Lookup func(ids []string) (map[string][][]byte, error)
	// Publisher stands for what names nobody, and PublisherCountry (ISO 3166-1
	// alpha-2) is its seat: the user's word for whose file it is.
	Publisher, PublisherCountry string
	Map                         []byte // a column map (YAML) for incident tables; nil lets the built-in maps recognise the header
}

// Limits when Options leaves them zero.
const (
	DefaultMaxBytes  = 16 << 30
	DefaultMaxObject = jsonscan.DefaultMaxObject
	defaultMaxDepth  = jsonscan.DefaultMaxDepth
)

// Limits are those of the options for a walk over JSON.
func (o Options) Limits() jsonscan.Limits {
	return jsonscan.Limits{MaxObject: o.MaxObject, MaxDepth: o.MaxDepth}
}

// A Reader yields records until io.EOF.
//
// Next returns one of: a record; a *RecordError, after which Next may be called
// again (a bad record is data); io.EOF at the proper end; or any other error,
// which is final (a broken stream is an error).
type Reader interface {
	Next() (evidence.Record, error)
	// Summary is complete after io.EOF, and says so far what was read before.
	Summary() Summary
}

// Summary accounts for everything a reader saw: each object of the input became
// records, was skipped for a stated reason, or was rejected.
type Summary struct {
	Format  string `json:"format"`
	Dataset string `json:"dataset"`
	Version string `json:"version,omitempty"`
	// Scope is what of the data set the input is an edition of, where that is
	// less than all: one MISP event.
	Scope    string `json:"scope,omitempty"`
	License  string `json:"license,omitempty"` // notice to reproduce where the data is shown
	Objects  int    `json:"objects"`           // objects or rows seen
	Records  int    `json:"records"`           // records yielded
	Rejected int    `json:"rejected"`          // RecordErrors yielded
	// Counts by kind, as the source's own vocabulary names it:
	// "intrusion-set": 172, "intrusion-set uses malware": 647.
	Counts map[string]int `json:"counts,omitempty"`
	// Skipped counts objects that are no evidence about actors, by reason:
	// "revoked": 15, "no actor: malware uses attack-pattern": 9836.
	Skipped map[string]int `json:"skipped,omitempty"`
	// Covers is what the records are about.
	Covers Coverage `json:"covers,omitzero"`
	// Withdrawn are the objects that the input takes back, with the version that
	// does; Referable what other inputs may refer to, in the reader's own words.
	Withdrawn []evidence.Withdrawal `json:"-"`
	Referable []evidence.Referable  `json:"-"`
	// Notes are sentences for the user, such as how many dates were heaped.
	Notes []string `json:"notes,omitempty"`
}

// A RecordError is one bad record: where it stands, and why it was rejected.
type RecordError struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`   // 1-based
	Object string `json:"object,omitempty"` // the source's id
	Path   string `json:"path,omitempty"`   // within the object: "/objects/17/first_seen", or the column
	Why    string `json:"why"`
}

func (e *RecordError) Error() string {
	s := e.File
	if e.Line > 0 {
		s += fmt.Sprintf(":%d", e.Line)
	}
	if e.Object != "" {
		s += ": " + e.Object
	}
	if e.Path != "" {
		s += " " + e.Path
	}
	return s + ": " + e.Why
}

// All drains r, calling keep for every record and reject for every RecordError,
// and returns the first final error other than io.EOF.
func All(r Reader, keep func(evidence.Record) error, reject func(*RecordError)) error {
	for {
		rec, err := r.Next()
		var bad *RecordError
		switch {
		case err == nil:
			if err := keep(rec); err != nil {
				return err
			}
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad):
			reject(bad)
		default:
			return err
		}
	}
}
