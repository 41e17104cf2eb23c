package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/calibration"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// MaxSaved is the largest saved result that [Read] takes, in bytes.
const MaxSaved = 256 << 20

// saved are the results that Read knows by their schema.
var saved = map[string]func([]byte) (any, error){
	assess.Schema:           decode(func(a *assess.Assessment) *[]string { return &a.Warnings }),
	calibration.Schema:      decode(func(c *calibration.Calibration) *[]string { return &c.Warnings }),
	dyad.Schema:             decode(func(t *dyad.Table) *[]string { return &t.Warnings }),
	landscape.Schema:        decode(func(l *landscape.Landscape) *[]string { return &l.Warnings }),
	landscape.ListingSchema: decode(func(l *landscape.Listing) *[]string { return &l.Warnings }),
}

// decode reads a result, to whose warnings it adds what it does not know. That is
// looked for only where something is there: it takes longer than to read.
func decode[T any](warnings func(*T) *[]string) func([]byte) (any, error) {
	return func(b []byte) (any, error) {
		result := new(T)
		strict := json.NewDecoder(bytes.NewReader(b))
		strict.DisallowUnknownFields()
		if strict.Decode(result) == nil {
			return result, nil
		}
		result = new(T)
		if err := json.Unmarshal(b, result); err != nil {
			return nil, err
		}
		if unknown := unknownFields(b, result); len(unknown) > 0 {
			w := warnings(result)
			*w = append(*w, "the file holds fields that this version does not know and does not show: "+strings.Join(unknown, ", "))
		}
		return result, nil
	}
}

// renamed are the names of earlier versions. A key or value with its quotes stands
// in no text, where quotes are escaped.
var renamed = []struct {
	was *regexp.Regexp
	is  string
}{
	{regexp.MustCompile(`"channel":\s*"crossfire"`), `"channel":"attacks"`},
	{regexp.MustCompile(`"tellings":`), `"reports":`},
}

// Read takes a result back from the JSON that [Write] made of it. What it
// returns renders as the original did. Fields that a later version added are
// named in a warning of the result; a schema of another version is an error.
func Read(r io.Reader) (result any, err error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxSaved+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read saved result: %w", err)
	case len(b) > MaxSaved:
		return nil, fmt.Errorf("read saved result: it is larger than %d MiB", MaxSaved>>20)
	case len(bytes.TrimSpace(b)) == 0:
		return nil, errors.New("read saved result: the input is empty; save one with --format json")
	}
	var head struct {
		Schema *string `json:"schema"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return nil, fmt.Errorf("read saved result: %w", locate(b, err))
	}
	if head.Schema == nil {
		return nil, errors.New(`read saved result: there is no "schema"; only what was written with --format json can be read`)
	}
	read, ok := saved[*head.Schema]
	if !ok {
		return nil, fmt.Errorf("read saved result: schema %q is not one this version reads (%s); render it with the version that wrote it",
			document.Plain(*head.Schema), strings.Join(slices.Sorted(maps.Keys(saved)), ", "))
	}
	for _, r := range renamed {
		b = r.was.ReplaceAll(b, []byte(r.is))
	}
	result, err = read(b)
	if err != nil {
		return nil, fmt.Errorf("read saved result: %w", locate(b, err))
	}
	return result, nil
}

// locate adds the line of a JSON error, and says what was expected where.
func locate(b []byte, err error) error {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	line := func(offset int64) int { return 1 + bytes.Count(b[:min(max(offset, 0), int64(len(b)))], []byte("\n")) }
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: not JSON: %w", line(syntax.Offset), err)
	case errors.As(err, &mismatch):
		return fmt.Errorf("line %d: %s is a JSON %s", line(mismatch.Offset), mismatch.Field, mismatch.Value)
	}
	return err
}
