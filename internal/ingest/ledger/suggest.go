package ledger

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// suggest names the nearest of the known words, or all of them.
func suggest(word string, known []string) string {
	best, near := len(word), ""
	for _, k := range known {
		if n := levenshtein.ComputeDistance(strings.ToLower(word[:min(len(word), 64)]), k); n < best {
			best, near = n, k
		}
	}
	if near != "" && best <= 1+len(word)/3 {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) == 0 {
		return "none is given"
	}
	return "known here: " + strings.Join(known, ", ")
}

// limited cuts the list of all known words that suggest falls back on.
func limited(s string) string {
	if len(s) > 200 {
		return s[:strings.LastIndex(s[:200], ",")] + ", ..."
	}
	return s
}
