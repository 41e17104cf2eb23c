package mispevidence

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// words is a value that MISP writes as a string, a number or a list of them.
type words []string

func (w *words) UnmarshalJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*w = nil
	list, many := v.([]any)
	if !many {
		list = []any{v}
	}
	for _, e := range list {
		switch e := e.(type) {
		case nil:
		case string:
			if e = strings.TrimSpace(e); e != "" {
				*w = append(*w, e)
			}
		case float64:
			*w = append(*w, strconv.FormatFloat(e, 'f', -1, 64))
		case bool:
			*w = append(*w, strconv.FormatBool(e))
		default:
			return fmt.Errorf("want text or a list of texts, found %s", kindOf(b))
		}
	}
	return nil
}

func (w words) first() string {
	if len(w) == 0 {
		return ""
	}
	return w[0]
}

// text is a scalar that MISP writes as a string, a number, a truth value or null.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	var w words
	if err := w.UnmarshalJSON(b); err != nil || len(w) > 1 || bytes.HasPrefix(bytes.TrimSpace(b), []byte("[")) {
		return fmt.Errorf("want one text, found %s", kindOf(b))
	}
	*t = text(w.first())
	return nil
}

func (t text) isTrue() bool { return t == "true" || t == "1" }

// many is a list of objects, or one object without the list.
type many[T any] []T

func (m *many[T]) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	if len(b) > 0 && b[0] == '{' {
		var one T
		if err := json.Unmarshal(b, &one); err != nil {
			return err
		}
		*m = many[T]{one}
		return nil
	}
	return json.Unmarshal(b, (*[]T)(m))
}

func kindOf(b []byte) string {
	b = bytes.TrimSpace(b)
	switch {
	case len(b) == 0:
		return "nothing"
	case b[0] == '{':
		return "an object"
	case b[0] == '[':
		return "a list"
	}
	return fmt.Sprintf("%.40s", b)
}

// moment reads a time as MISP writes it: seconds since 1970, possibly in quotes,
// an ISO 8601 time or a day.
func moment(s string) (evidence.Interval, error) {
	switch {
	case s == "" || s == "0":
		return evidence.Interval{}, nil
	case len(s) >= 8 && len(s) <= 11 && strings.Trim(s, "0123456789") == "":
		sec, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return evidence.Interval{}, err
		}
		return bounded(evidence.On(time.Unix(sec, 0), evidence.Second), s)
	}
	if iv, err := evidence.ParseInterval(s); err == nil {
		return iv, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05.999999999-0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return bounded(evidence.On(t, evidence.Second), s)
		}
	}
	return evidence.Interval{}, fmt.Errorf("%q is no time: give epoch seconds or ISO 8601", s)
}

func bounded(iv evidence.Interval, s string) (evidence.Interval, error) {
	if y := iv.From.Year(); y < 1980 || y > 2199 {
		return evidence.Interval{}, fmt.Errorf("time %q is outside the years 1980 to 2199", s)
	}
	return iv, nil
}

// pathOf is the JSON pointer of the field at which decoding failed, beneath base.
func pathOf(base string, err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		return base + "/" + strings.ReplaceAll(wrong.Field, ".", "/")
	}
	return base
}

func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("misp: %T cannot be encoded: %v", v, err)) // only texts and lists of them come here
	}
	return b
}

// distinct drops empty and repeated texts and keeps the order.
func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
