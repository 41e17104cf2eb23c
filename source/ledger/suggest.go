package ledger

import (
	"fmt"
	"strings"
)

// suggest names the nearest of the known words, or all of them.
func suggest(word string, known []string) string {
	best, near := len(word), ""
	for _, k := range known {
		if n := distance(strings.ToLower(word), k); n < best {
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

// distance is Levenshtein's edit distance over bytes, with words cut at 64.
func distance(a, b string) int {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diag
			if a[i] != b[j] {
				cost++
			}
			diag = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// limited cuts the list of all known words that suggest falls back on.
func limited(s string) string {
	if len(s) > 200 {
		return s[:strings.LastIndex(s[:200], ",")] + ", ..."
	}
	return s
}
