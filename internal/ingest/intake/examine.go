package intake

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// Examined is what a file is and what would be made of it.
type Examined struct {
	Input      string                `json:"input"`
	Format     string                `json:"format"` // "" where no format knows it
	Summary    source.Summary        `json:"summary"`
	Publishers map[string]int        `json:"publishers"` // records by who says them
	Markings   map[evidence.TLP]int  `json:"markings"`   // records by marking; "" has none
	Rejected   []*source.RecordError `json:"rejected"`
	Problem    string                `json:"problem,omitempty"` // why it, or the rest of it, cannot be read
	Advice     []Advice              `json:"advice"`

	Of string `json:"-"` // what the user named: a folder or an archive, else the input
}

// An Advice says what is left out, how often, and what helps.
type Advice struct {
	What   string `json:"what"`
	First  string `json:"first,omitempty"` // where it is met first
	Count  int    `json:"count"`
	Remedy string `json:"remedy"`
}

// Examine reads one input to its end and keeps nothing. An error is one that [Take]
// would end with; the account says it too. refer may be nil.
func Examine(ctx context.Context, refer Referrer, in *Input) (e Examined, err error) {
	e = examining(in)
	from, tick, done, err := in.open(ctx, refer)
	if err != nil {
		e.problem(err)
		if in.NoFault(err) {
			err = nil
		}
		return e, err
	}
	defer from.Close()
	defer done()
	e.Format = from.Format()
	var rejected []*source.RecordError
	err = source.All(from, func(r evidence.Record) error {
		tick()
		e.note(&r)
		return nil
	}, func(bad *source.RecordError) {
		if len(rejected) < maxListed {
			rejected = append(rejected, bad)
		}
	})
	e.end(from.Summary(), rejected, err)
	return e, err
}

func examining(in *Input) Examined {
	e := Examined{Input: in.Name, Of: in.Argument(), Publishers: map[string]int{}, Markings: map[evidence.TLP]int{}}
	e.Summary.Notes = in.Notes
	return e
}

// note counts a record.
func (e *Examined) note(r *evidence.Record) {
	e.Publishers[cmp.Or(r.Citation.Publisher, r.Citation.Locator)]++
	e.Markings[r.Marking]++
}

// end completes the account with that of the reader, and with advice.
func (e *Examined) end(sum source.Summary, rejected []*source.RecordError, err error) {
	notes := e.Summary.Notes
	e.Summary, e.Rejected = sum, rejected
	e.Summary.Notes = append(notes, sum.Notes...)
	if err != nil {
		e.problem(err)
	}
	for _, reason := range slices.Sorted(maps.Keys(e.Summary.Skipped)) {
		e.advise(reason, "", e.Summary.Skipped[reason])
	}
	reasons, first := map[string]int{}, map[string]string{}
	for _, bad := range e.Rejected {
		if reasons[bad.Why]++; reasons[bad.Why] == 1 {
			first[bad.Why] = place(bad)
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		e.advise(reason, first[reason], reasons[reason])
	}
}

func (e *Examined) problem(err error) {
	e.Problem = strings.TrimPrefix(err.Error(), e.Input+": ")
	e.advise(e.Problem, "", 1)
}

func (e *Examined) advise(what, first string, n int) {
	e.Advice = append(e.Advice, Advice{What: what, First: first, Count: n, Remedy: remedy(what)})
}

// place is where a bad record stands in its file.
func place(e *source.RecordError) string {
	s := strings.TrimSpace(e.Object + " " + e.Path)
	if e.Line > 0 {
		s = strings.TrimSpace(fmt.Sprintf("line %d %s", e.Line, s))
	}
	return s
}

// remedies are tried in their order; the first whose words occur counts.
var remedies = []struct{ words, remedy string }{
	{"is the index of", "nothing is lost: name the folder"},
	{"header fits no built-in map", "describe its columns in a map and give it with --map (docs/incident-maps.md)"},
	{"fits a built-in map", "describe its columns in a map and give it with --map (docs/incident-maps.md)"},
	{"column", "name the column as the file does, in the map given with --map"},
	{"not recognised", "a table needs a column map (--map, docs/incident-maps.md); else say what it is with --as"},
	{"same identifier", "let the map say group_by, where several rows make one incident"},
	{"no actor tagged", `tag the event in MISP, as misp-galaxy:threat-actor="NAME"`},
	{"several actors tagged", "tag the attribute, and not the event, with the one it belongs to"},
	{"names no source", "name who says it in the file: created_by_ref, external_references, or a report that lists the object"},
	{"no citation", "name who says it in the file: created_by_ref, external_references, or a report that lists the object"},
	{"revoked", "nothing is lost: the object that replaces it is read"},
	{"deprecated", "nothing: the publisher withdrew it"},
	{"not evidence about an actor", "nothing: such an object does not say who did what"},
	{"not in the", "ingest together the files that hold both ends"},
	{"not found", "ingest together the files that hold both ends"},
	{"wrong type or value", "mend the value in the file, or tell who made it"},
	{"truncated", "get the file again: it breaks off"},
	{"UTF-8", "save it as UTF-8"},
	{"larger than the limit", "split the file"},
}

// remedy is what helps against a reason for leaving something out; "" where
// nothing is known to.
func remedy(reason string) string {
	for _, r := range remedies {
		if strings.Contains(reason, r.words) {
			return r.remedy
		}
	}
	return ""
}
