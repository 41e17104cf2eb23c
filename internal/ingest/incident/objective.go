package incident

import (
	"errors"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// An inference says under which conditions a word of the source, which names an
// act and not its aim, is read as an objective all the same. What is inferred is
// marked with the record, see [evidence.ExtraObjectiveBasis].
type inference struct {
	Values map[string]string `yaml:"values"` // word of the field's column (any case): objective
	// Only and Unless bound the inference: in each column of Only there must be
	// a value, and every value must be listed; in those of Unless none may be.
	Only   []condition `yaml:"only"`
	Unless []condition `yaml:"unless"`
	Why    string      `yaml:"why"` // the reason, kept with the record
}

// A condition is a column and some of the values it may hold, in any case.
type condition struct {
	Column named    `yaml:"column"`
	List   string   `yaml:"list"` // as in [Field]
	Values []string `yaml:"values"`
}

func (in *inference) check() error {
	switch {
	case len(in.Values) == 0:
		return errors.New("infer: values are missing")
	case len(in.Only) == 0:
		return errors.New("infer: only is missing: a word that always means an objective stands in values")
	case in.Why == "":
		return errors.New("infer: why is missing: an inference is kept with its reason")
	}
	for _, c := range slices.Concat(in.Only, in.Unless) {
		if c.Column.Name == "" || len(c.Values) == 0 {
			return errors.New("infer: a condition needs a column and values")
		}
		if c.List != "" && c.List != "python" {
			return errors.New("infer: the list of a condition is python, or one value a cell")
		}
	}
	return nil
}

// objective sets the first value that the map's table translates, or the cell
// itself where the map has no table; failing that, what the map infers.
func (r *reader) objective(rec *evidence.Record, w row) {
	f := r.m.Fields.Objective
	if f == nil {
		return
	}
	var unknown []string
	for _, v := range r.flat(f, w) {
		if len(f.values) == 0 || f.yields(v) {
			rec.Objective = v
			return
		}
		unknown = append(unknown, v)
	}
	for i := range f.Infer {
		in := &f.Infer[i]
		if objective := in.of(unknown); objective != "" && r.holds(in, w) {
			rec.Objective = objective
			rec.Extra[evidence.ExtraObjectiveBasis] = quoted("inferred: " + in.Why)
			r.tally.inferred++
			return
		}
	}
	if len(unknown) > 0 {
		r.tally.fault(f.name(), "incidents have an objective that is not in the map's table; it stays unknown", w.line, unknown[0])
	}
}

// of returns the objective of the first word that has one.
func (in *inference) of(words []string) string {
	for _, w := range words {
		for from, to := range in.Values {
			if strings.EqualFold(strings.TrimSpace(from), w) {
				return to
			}
		}
	}
	return ""
}

func (r *reader) holds(in *inference, w row) bool {
	for _, c := range in.Only {
		values := r.flat(&field{Column: c.Column, List: c.List}, w)
		if len(values) == 0 || slices.ContainsFunc(values, func(v string) bool { return !c.lists(v) }) {
			return false
		}
	}
	for _, c := range in.Unless {
		if slices.ContainsFunc(r.flat(&field{Column: c.Column, List: c.List}, w), c.lists) {
			return false
		}
	}
	return true
}

func (c condition) lists(v string) bool {
	return slices.ContainsFunc(c.Values, func(w string) bool { return strings.EqualFold(strings.TrimSpace(w), v) })
}
