package intake

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/ingest/incident"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/mispevidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/ingest/stixevidence"
)

// Formats are the inputs the program reads, in the order they are tried.
func Formats() []source.Format {
	return []source.Format{mispevidence.FeedFormat, stixevidence.Format, mispevidence.GalaxyFormat, mispevidence.EventFormat, ledger.Format(), incident.Format}
}

// An Input is one file to read: named, or within a folder or an archive, or what
// somebody sent.
type Input struct {
	source.Member
	As      string // the name of a format; empty lets it be recognised
	Options source.Options
	Notes   []string // of where it was got
	// Watch is told when reading begins, and gives what to call at every record and
	// at the end; nil where nobody looks.
	Watch func(*source.Input) (tick, done func())
}

// Argument is what the user named: a folder or an archive, else the input.
func (in *Input) Argument() string { return cmp.Or(in.Of, in.Name) }

// NoFault reports that an input which cannot be opened is no evidence and no fault
// either: the index of other files, or a stranger in a folder or an archive.
func (in *Input) NoFault(err error) bool {
	var index *source.IndexError
	var unknown *source.UnknownError
	return errors.As(err, &index) || in.Of != "" && errors.As(err, &unknown)
}

// open begins to read the input; what it refers to and does not hold is looked up
// in what refer has, where it is not nil.
func (in *Input) open(ctx context.Context, refer Referrer) (from *source.Input, tick, done func(), err error) {
	opt := in.Options
	if refer != nil {
		opt.Lookup = func(ids []string) (map[string][][]byte, error) { return refer.Referred(ctx, ids) }
	}
	if from, err = in.Open(ctx, Formats(), in.As, opt); err != nil {
		return nil, nil, nil, err
	}
	tick, done = func() {}, func() {}
	if in.Watch != nil {
		tick, done = in.Watch(from)
	}
	return from, tick, done, nil
}

// reading says how bytes are read: another column map, and another decision about
// markings, makes other records of the same bytes.
func reading(format string, so source.Options) string {
	if so.Map != nil {
		format += fmt.Sprintf(" map %x", sha256.Sum256(so.Map))
	}
	if decided := so.Markings.String(); decided != "" {
		format += fmt.Sprintf(" markings %x", sha256.Sum256([]byte(decided)))
	}
	if so.Publisher != "" {
		format += fmt.Sprintf(" publisher %q %s", so.Publisher, so.PublisherCountry)
	}
	return format
}
