package indicator

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/evidence"
)

// Defaults are the fields of an indicator that a list does not say itself.
type Defaults struct {
	Group      string
	Source     string
	Confidence evidence.Confidence
	Marking    evidence.TLP
}

func (d Defaults) fill(i *Indicator) {
	if i.Group == "" {
		i.Group = d.Group
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

// errNoList says that the first bytes are no list of indicators.
var errNoList = errors.New("is no list of indicators: expected a STIX 2.1 bundle, a MISP event, a CSV with a header, or one value per line")

// maxList bounds what is read of one list.
const maxList = 4 << 30

func limited(r io.Reader) io.Reader { return io.LimitReader(r, maxList) }

// sortedKeys lists the reasons of Skipped in order.
func (l *Loaded) Reasons() []string {
	var keys []string
	for k := range l.Skipped {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
