package document

import (
	"strings"

	"github.com/rivo/uniseg"
)

// displayWidth is the number of terminal columns that s takes, East Asian wide
// characters and emoji counting two and combining marks none (UAX #11, UAX #29).
func displayWidth(s string) int { return uniseg.StringWidth(s) }

// pad fills s with spaces to width columns, on the left where right is set.
func pad(s string, width int, right bool) string {
	n := width - displayWidth(s)
	if n <= 0 {
		return s
	}
	if right {
		return strings.Repeat(" ", n) + s
	}
	return s + strings.Repeat(" ", n)
}

// wrap breaks s at spaces into lines of at most width columns, the first of at
// most first. A word that is longer stands on a line of its own, so that an
// address can still be copied. There is always at least one line.
func wrap(s string, width, first int) []string {
	var lines []string
	var b strings.Builder
	used, limit := 0, first
	for _, word := range strings.Fields(s) {
		n := displayWidth(word)
		if used > 0 && used+1+n > limit {
			lines = append(lines, b.String())
			b.Reset()
			used, limit = 0, width
		}
		if used > 0 {
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return append(lines, b.String())
}

// wrapHard is wrap with longer words broken, for table cells, which must not
// push their neighbours out of line.
func wrapHard(s string, width int) []string {
	var lines []string
	for _, l := range wrap(s, width, width) {
		for displayWidth(l) > width {
			head, rest := breakAt(l, width)
			lines = append(lines, head)
			l = rest
		}
		lines = append(lines, l)
	}
	return lines
}

// breakAt is splitAt, but after the last hyphen, slash, dot or underscore of the
// line where there is one past its first three bytes.
func breakAt(s string, width int) (head, rest string) {
	head, rest = splitAt(s, width)
	if i := strings.LastIndexAny(head, "-/._"); rest != "" && i >= 3 {
		return head[:i+1], head[i+1:] + rest
	}
	return head, rest
}

// splitAt cuts s after at most width columns, between grapheme clusters and
// after at least one of them.
func splitAt(s string, width int) (head, rest string) {
	used, state := 0, -1
	rest = s
	for rest != "" {
		cluster, next, w, st := uniseg.FirstGraphemeClusterInString(rest, state)
		if used > 0 && used+w > width {
			break
		}
		head += cluster
		rest, state = next, st
		used += max(w, 1)
	}
	return head, rest
}

// longestWord is the width of the widest word of s.
func longestWord(s string) int {
	n := 0
	for _, w := range strings.Fields(s) {
		n = max(n, displayWidth(w))
	}
	return n
}
