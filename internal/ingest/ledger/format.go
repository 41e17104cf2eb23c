package ledger

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"regexp"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// Format is the case file among the formats of [source.Open].
func Format() source.Format {
	return source.Format{
		Name:  "case",
		Sniff: sniff,
		Open:  open,
	}
}

var topLevelCase = regexp.MustCompile(`^["']?case["']?[ \t]*:([ \t]|$)`)

func sniff(head []byte, _ string) (bool, string) {
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(head, []byte("\ufeff"))))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if topLevelCase.Match(lines.Bytes()) {
			return true, ""
		}
	}
	return false, "no line that begins with \"case:\""
}

func open(ctx context.Context, r io.Reader, in source.Info, opt source.Options) (source.Reader, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if opt.MaxBytes > 0 && opt.MaxBytes < MaxSize {
		r = io.LimitReader(r, opt.MaxBytes)
	}
	c, bad, err := Parse(r, in.Name)
	if err != nil {
		return nil, err
	}
	return newReader(c, bad), nil
}

// A reader yields what Parse found: the bad entries, then the records.
type reader struct {
	bad     []*source.RecordError
	records []evidence.Record
	sum     source.Summary
}

func newReader(c *Case, bad []*source.RecordError) *reader {
	x := &reader{bad: perEntry(bad), records: c.Records()}
	x.sum = source.Summary{Format: "case", Dataset: c.Dataset(), Version: c.Version, License: c.Notice, Counts: map[string]int{}, Skipped: map[string]int{}}
	names, proposed, refused := 0, 0, 0
	pend := func(s evidence.Status) {
		switch s {
		case Proposed:
			proposed++
		case Refused:
			refused++
		}
	}
	for _, it := range c.Evidence {
		pend(it.Status)
	}
	for _, a := range c.Actors {
		names += len(a.Aliases)
		for _, al := range a.Aliases {
			pend(al.Status)
		}
		if a.Source != "" {
			names++
		}
	}
	count := func(kind string, n int) {
		if n > 0 {
			x.sum.Counts[kind] = n
			x.sum.Objects += n
		}
	}
	count("evidence", len(c.Evidence))
	count("name claim", names)
	count("agreement", len(c.Agreements))
	count("control", len(c.Controls))
	skip := func(why string, n int) {
		if n > 0 {
			x.sum.Skipped[why] = n
		}
	}
	skip("control: an expected outcome, no evidence", len(c.Controls))
	skip("proposed: nobody has accepted it yet (cahoots read --review)", proposed)
	skip("refused by a reviewer", refused)
	x.sum.Objects += len(x.bad)
	return x
}

func (x *reader) Next() (evidence.Record, error) {
	if x.sum.Rejected < len(x.bad) {
		x.sum.Rejected++
		return evidence.Record{}, x.bad[x.sum.Rejected-1]
	}
	if x.sum.Records < len(x.records) {
		x.sum.Records++
		return x.records[x.sum.Records-1], nil
	}
	return evidence.Record{}, io.EOF
}

func (x *reader) Summary() source.Summary { return x.sum }

// perEntry joins the errors of one entry into one, so that an entry is
// rejected once.
func perEntry(bad []*source.RecordError) []*source.RecordError {
	at := map[string]int{}
	var out []*source.RecordError
	for _, e := range bad {
		i, seen := at[e.Object]
		if e.Object == "" || !seen {
			at[e.Object] = len(out)
			one := *e
			out = append(out, &one)
			continue
		}
		if e.Path != out[i].Path {
			out[i].Why += "; " + e.Path + ": " + e.Why
		} else {
			out[i].Why += "; " + e.Why
		}
	}
	return out
}
