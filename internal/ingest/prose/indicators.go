package prose

import (
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
)

// An Indicator is an address, name, URL or hash that a text gives.
type Indicator struct {
	Type       indicator.Type `json:"type"`
	Value      string         `json:"value"` // refanged and normalised
	Written    string         `json:"written"`
	Group      string         `json:"group,omitempty"` // to which the sentence gives it
	Start, End int            `json:"-"`
	Page       int            `json:"page,omitempty"`
	Offset     int            `json:"offset"`
}

// fileEndings are top-level domains that are endings of files too; a name with
// one is a domain only where it was written so that nobody clicks on it.
var fileEndings = wordSet("exe dll doc docx xls xlsx zip rar js py pl sh rs ps bat cmd md txt pdf png jpg php asp aspx jsp java so in bin dat db cc app mov ini log lnk vbs hta iso img html htm xml json tmp cab msi sys scr com.exe")

const edges = " \t\r\n\"'`<>,;|*“”‘’()«»"

// findIndicators looks at every stretch without a blank.
func (r *reading) findIndicators() {
	seen := map[string]bool{}
	text := r.text
	for i := 0; i < len(text); {
		if isSpace(text[i]) {
			i++
			continue
		}
		end := i
		for end < len(text) && !isSpace(text[end]) {
			end++
		}
		if end-i >= 7 && end-i < 2048 {
			r.indicatorIn(i, end, seen)
		}
		i = end
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (r *reading) indicatorIn(from, to int, seen map[string]bool) {
	word := r.text[from:to]
	if k := strings.Index(word, "]("); k > 0 { // Markdown: the link is the page's, not the attacker's
		word = word[:k]
	}
	word = strings.TrimRight(strings.Trim(word, edges), ".:!?\\)")
	if !strings.Contains(word, "]:") { // an IPv6 address with its port keeps its brackets
		word = strings.TrimLeft(word, "[({")
	}
	if strings.HasSuffix(word, "]") && !strings.Contains(word, "[") {
		word = strings.TrimSuffix(word, "]")
	}
	if len(word) < 7 || !strings.ContainsAny(word, ".:]") && !hexadecimal(word) {
		return
	}
	defanged := strings.ContainsAny(word, "[]{}") || strings.HasPrefix(strings.ToLower(word), "hxxp") || strings.Contains(word, "(.)") || strings.Contains(word, "(dot)")
	ind, err := indicator.Guess(word)
	if err != nil || seen[string(ind.Type)+ind.Value] {
		return
	}
	switch ind.Type {
	case indicator.Domain:
		suffix, icann := publicsuffix.PublicSuffix(ind.Value)
		last := suffix[strings.LastIndexByte(suffix, '.')+1:]
		if !icann && last != "onion" || fileEndings[last] && !defanged || strings.Contains(ind.Value, "_") {
			return
		}
	case indicator.URL:
		if !strings.Contains(word, "://") && !defanged {
			return // "and/or", "4.2/5"
		}
	}
	seen[string(ind.Type)+ind.Value] = true
	at := from + strings.Index(r.text[from:to], word)
	r.indicators = append(r.indicators, Indicator{Type: ind.Type, Value: ind.Value, Written: word, Group: r.givenTo(at), Start: at, End: at + len(word)})
}

func hexadecimal(s string) bool {
	return (len(s) == 32 || len(s) == 40 || len(s) == 64) && strings.Trim(strings.ToLower(s), "0123456789abcdef") == ""
}

// givenTo is the group that the sentence around a place names, where it is one.
func (r *reading) givenTo(at int) string {
	for s := range r.sents {
		if from, to := r.bounds(s); at >= from && at < to {
			in := r.groupsIn(s)
			for _, k := range in {
				if r.mentions[k].who != r.mentions[in[0]].who {
					return ""
				}
			}
			if len(in) > 0 {
				return r.mentions[in[0]].Text
			}
			return ""
		}
	}
	return ""
}
