package report

import (
	"strconv"
	"strings"
)

// A merger draws sentences together that differ in their figures only: "3 and
// 7 items" and "4 and 7 items" become "3 to 4 and 7 items". A figure is a word
// that is a number; numbers within names ("APT28") are part of the name.
type merger struct{ byPattern map[string][]span }

type span struct {
	low, high         float64
	lowText, highText string
}

func newMerger() *merger { return &merger{byPattern: map[string][]span{}} }

// add takes sentences in before the first call of text.
func (m *merger) add(sentences []string) {
	for _, s := range sentences {
		pattern, figures := figures(s)
		spans := m.byPattern[pattern]
		if spans == nil {
			spans = make([]span, len(figures))
			for i, f := range figures {
				v, _ := strconv.ParseFloat(f, 64)
				spans[i] = span{v, v, f, f}
			}
			m.byPattern[pattern] = spans
			continue
		}
		for i, f := range figures {
			v, _ := strconv.ParseFloat(f, 64)
			if v < spans[i].low {
				spans[i].low, spans[i].lowText = v, f
			}
			if v > spans[i].high {
				spans[i].high, spans[i].highText = v, f
			}
		}
	}
}

// text is the sentence with each figure replaced by the range it has over all
// sentences of its kind.
func (m *merger) text(sentence string) string {
	pattern, _ := figures(sentence)
	for _, s := range m.byPattern[pattern] {
		r := s.lowText
		if s.highText != s.lowText {
			r += " to " + s.highText
		}
		pattern = strings.Replace(pattern, "\x00", r, 1)
	}
	return pattern
}

// figures returns a sentence with NUL in place of its figures, and the figures.
func figures(s string) (pattern string, found []string) {
	parts := strings.Split(strings.ReplaceAll(s, "\x00", ""), " ")
	for i, p := range parts {
		core := strings.Trim(p, "(),;:")
		core = strings.TrimSuffix(core, ".")
		if core == "" || core[0] < '0' || core[0] > '9' {
			continue
		}
		if _, err := strconv.ParseFloat(core, 64); err != nil {
			continue
		}
		found = append(found, core)
		parts[i] = strings.Replace(p, core, "\x00", 1)
	}
	return strings.Join(parts, " "), found
}
