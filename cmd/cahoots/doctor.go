package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// examined is what a file is and what ingest would make of it.
type examined struct {
	Input      string                `json:"input"`
	Format     string                `json:"format"` // "" where no format knows it
	Summary    source.Summary        `json:"summary"`
	Publishers map[string]int        `json:"publishers"` // records by who says them
	Markings   map[evidence.TLP]int  `json:"markings"`   // records by marking; "" has none
	Rejected   []*source.RecordError `json:"rejected"`
	Problem    string                `json:"problem,omitempty"` // why it, or the rest of it, cannot be read
	Advice     []advice              `json:"advice"`

	of string
}

// An advice says what is left out, how often, and what helps.
type advice struct {
	What   string `json:"what"`
	First  string `json:"first,omitempty"` // where it is met first
	Count  int    `json:"count"`
	Remedy string `json:"remedy"`
}

func (a *app) doctorCommand() *cobra.Command {
	var opt readOptions
	cmd := &cobra.Command{
		Use:   "doctor FILE...",
		Short: "Say what a file is and what would be read of it",
		Long: `Reads files as cahoots ingest does, and stores nothing: what kind each is, who says
what is in it, what would be read, what left out and why, what its markings allow,
and what helps. What a bundle refers to is looked for in the store, if there is one. The exit status is the one that ingest would end with.`,
		Example: `  cahoots doctor unknown.json
  cahoots doctor --map my-map.yaml incidents.xlsx
  cahoots doctor feed/ --format json`,
		Args: atLeast(1, "at least one FILE, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.doctor(cmd.Context(), args, opt) },
	}
	opt.flags(cmd.Flags())
	return cmd
}

func (a *app) doctor(ctx context.Context, args []string, opt readOptions) error {
	if err := opt.load(); err != nil {
		return err
	}
	var all []examined
	var failures []error
	faulty := false
	failed := func(err error) { failures = append(failures, err) }
	if held, err := a.openStore(ctx, true); err == nil { // files are examined with and without one
		defer held.Close()
		opt.source.Lookup = func(ids []string) (map[string][]byte, error) { return held.Referred(ctx, ids) }
	}
	err := a.eachInput(ctx, args, opt, func(in *input) error {
		e, err := a.examine(ctx, in)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed(fmt.Errorf("%s cannot be read as it is", in.Name))
		}
		faulty = faulty || e.Summary.Rejected > 0 || in.Of == "" && fruitless(e.Summary)
		all = append(all, e)
		return nil
	}, failed)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		if err := a.write(doctorDocument(all), document.Options{}); err != nil {
			return err
		}
	}
	if err := errors.Join(failures...); err != nil {
		return err
	}
	if faulty {
		return errRejected
	}
	return nil
}

// examine reads one file to its end. An error is one that ingest would end with;
// the account says it too.
func (a *app) examine(ctx context.Context, in *input) (e examined, err error) {
	e = examined{Input: in.Name, of: in.of(), Publishers: map[string]int{}, Markings: map[evidence.TLP]int{}}
	e.Summary.Notes = in.notes
	if in.empty {
		return e, nil
	}
	r, err := in.open(ctx)
	if err != nil {
		var u unread
		e.problem(err)
		if u.add(in, err) { // an index, or a stranger in a folder
			err = nil
		}
		return e, err
	}
	defer r.Close()
	bar := a.progress("reading "+in.Name, r)
	defer bar.done()
	e.Format = r.Format()
	err = source.All(r, func(rec evidence.Record) error {
		bar.tick()
		e.Publishers[cmp.Or(rec.Citation.Publisher, rec.Citation.Locator)]++
		e.Markings[rec.Marking]++
		return nil
	}, func(bad *source.RecordError) {
		if len(e.Rejected) < maxListed {
			e.Rejected = append(e.Rejected, bad)
		}
	})
	notes := e.Summary.Notes
	e.Summary = r.Summary()
	e.Summary.Notes = append(notes, e.Summary.Notes...)
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
	return e, err
}

func (e *examined) problem(err error) {
	e.Problem = strings.TrimPrefix(err.Error(), e.Input+": ")
	e.advise(e.Problem, "", 1)
}

func (e *examined) advise(what, first string, n int) {
	e.Advice = append(e.Advice, advice{What: what, First: first, Count: n, Remedy: remedy(what)})
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

// allows says what a marking lets the user do with what is marked so.
func allows(m evidence.TLP) string {
	switch {
	case m == "":
		return "not marked: leaves with every export, as if it were CLEAR"
	case m == evidence.Clear:
		return "leaves with every export"
	case m.Compare(evidence.Red) > 0:
		return "not understood, so stricter than RED: never leaves; decide with --treat-marking"
	}
	return fmt.Sprintf("leaves only with --ceiling %s or above", m)
}
