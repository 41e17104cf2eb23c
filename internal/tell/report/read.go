package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/calibration"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// MaxSaved is the largest saved result that [Read] takes, in bytes.
const MaxSaved = 1 << 30

// saved are the results that Read knows by their schema.
var saved = map[string]func([]byte) (any, error){
	assess.Schema: func(b []byte) (any, error) {
		a := new(assess.Assessment)
		if err := json.Unmarshal(b, a); err != nil {
			return nil, err
		}
		if unknown := unknownFields(b, a); len(unknown) > 0 {
			a.Warnings = append(a.Warnings, "the file holds fields that this version does not know and does not show: "+strings.Join(unknown, ", "))
		}
		return a, nil
	},
	calibration.Schema: func(b []byte) (any, error) {
		c := new(calibration.Calibration)
		if err := json.Unmarshal(b, c); err != nil {
			return nil, err
		}
		if unknown := unknownFields(b, c); len(unknown) > 0 {
			c.Warnings = append(c.Warnings, "the file holds fields that this version does not know and does not show: "+strings.Join(unknown, ", "))
		}
		return c, nil
	},
	dyad.Schema: func(b []byte) (any, error) {
		t := new(dyad.Table)
		if err := json.Unmarshal(b, t); err != nil {
			return nil, err
		}
		if unknown := unknownFields(b, t); len(unknown) > 0 {
			t.Warnings = append(t.Warnings, "the file holds fields that this version does not know and does not show: "+strings.Join(unknown, ", "))
		}
		return t, nil
	},
	landscape.Schema: func(b []byte) (any, error) {
		l := new(landscape.Landscape)
		if err := json.Unmarshal(b, l); err != nil {
			return nil, err
		}
		if unknown := unknownFields(b, l); len(unknown) > 0 {
			l.Warnings = append(l.Warnings, "the file holds fields that this version does not know and does not show: "+strings.Join(unknown, ", "))
		}
		return l, nil
	},
	landscape.ListingSchema: func(b []byte) (any, error) {
		l := new(landscape.Listing)
		if err := json.Unmarshal(b, l); err != nil {
			return nil, err
		}
		if unknown := unknownFields(b, l); len(unknown) > 0 {
			l.Warnings = append(l.Warnings, "the file holds fields that this version does not know and does not show: "+strings.Join(unknown, ", "))
		}
		return l, nil
	},
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
	decode, ok := saved[*head.Schema]
	if !ok {
		return nil, fmt.Errorf("read saved result: schema %q is not one this version reads (%s); render it with the version that wrote it",
			document.Plain(*head.Schema), strings.Join(slices.Sorted(maps.Keys(saved)), ", "))
	}
	result, err = decode(b)
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
