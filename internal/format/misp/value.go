package misp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Words is a value that MISP writes as a string, a number or a list of them.
type Words []string

func (w *Words) UnmarshalJSON(b []byte) error {
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

// First is the first value, or "".
func (w Words) First() string {
	if len(w) == 0 {
		return ""
	}
	return w[0]
}

// Text is a scalar that MISP writes as a string, a number, a truth value or null.
type Text string

func (t *Text) UnmarshalJSON(b []byte) error {
	var w Words
	if err := w.UnmarshalJSON(b); err != nil || len(w) > 1 || bytes.HasPrefix(bytes.TrimSpace(b), []byte("[")) {
		return fmt.Errorf("want one text, found %s", kindOf(b))
	}
	*t = Text(w.First())
	return nil
}

// True reports a truth value that holds, in whatever way it is written.
func (t Text) True() bool { return t == "1" || strings.EqualFold(string(t), "true") }

// Many is a list of objects, or one object without the list.
type Many[T any] []T

func (m *Many[T]) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	if len(b) > 0 && b[0] == '{' {
		var one T
		if err := json.Unmarshal(b, &one); err != nil {
			return err
		}
		*m = Many[T]{one}
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

// Moment reads a time as MISP writes it: seconds since 1970, possibly in quotes,
// an ISO 8601 time or a day. What stands for no date is none.
func Moment(s string) (evidence.Interval, error) {
	s = strings.TrimSpace(s)
	switch {
	case s == "" || strings.Trim(s, "0-: T.Z") == "": // "0", "0000-00-00"
		return evidence.Interval{}, nil
	case len(s) >= 8 && len(s) <= 11 && strings.Trim(s, "0123456789") == "":
		sec, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return evidence.Interval{}, err
		}
		return bounded(evidence.On(time.Unix(sec, 0), evidence.Second), s)
	case (len(s) == 13 || len(s) == 16) && strings.Trim(s, "0123456789") == "": // with thousandths or millionths, as MISP keeps them
		n, err := strconv.ParseInt(s, 10, 64)
		if len(s) == 13 {
			n *= 1000
		}
		if err != nil {
			return evidence.Interval{}, err
		}
		return bounded(evidence.On(time.UnixMicro(n), evidence.Second), s)
	}
	if iv, err := evidence.ParseInterval(s); err == nil {
		if evidence.StandIn(iv.From) {
			return evidence.Interval{}, nil
		}
		return iv, nil
	}
	if t, day, ok := evidence.ParseTime(s); ok && !day { // both take what Python and PHP write
		return bounded(evidence.On(t, evidence.Second), s)
	}
	return evidence.Interval{}, fmt.Errorf("%q is no time: give epoch seconds or ISO 8601", s)
}

func bounded(iv evidence.Interval, s string) (evidence.Interval, error) {
	switch y := iv.From.Year(); {
	case evidence.StandIn(iv.From):
		return evidence.Interval{}, nil
	case y < 1980 || y > 2199:
		return evidence.Interval{}, fmt.Errorf("time %q is outside the years 1980 to 2199", s)
	}
	return iv, nil
}

// PathOf is the JSON pointer of the field at which decoding failed, beneath base.
func PathOf(base string, err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		return base + "/" + strings.ReplaceAll(wrong.Field, ".", "/")
	}
	return base
}
