package question

import (
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A Completion is what may stand where somebody has begun to type, with a word on
// what it is.
type Completion struct {
	Value string `json:"value"`
	Says  string `json:"says,omitempty"`
}

// States complete a state by its code, with its name beside it, or by its name.
func States(typed string) (out []Completion) {
	for _, code := range evidence.States() {
		name := evidence.CountryName(code)
		if Begins(code, typed) {
			out = append(out, Completion{code, name})
		} else if len(typed) > 1 && Begins(name, typed) {
			out = append(out, Completion{Value: name})
		}
	}
	return out
}

// Sides complete a side: a state, the world, or a group, the last of a list; groups
// gives the names that begin so.
func Sides(typed string, groups func(begins string) []string) (out []Completion) {
	before, last := "", typed
	if i := strings.LastIndex(typed, ","); i >= 0 {
		last = strings.TrimLeft(typed[i+1:], " ")
		before = typed[:len(typed)-len(last)]
	}
	if before == "" {
		out = States(typed)
		if Begins("world", typed) {
			out = append(out, Completion{Value: "world"})
		}
	}
	for _, name := range groups(last) {
		out = append(out, Completion{Value: before + name})
	}
	return out
}

// Begins reports whether s begins with a prefix, in small letters or capitals.
func Begins(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
