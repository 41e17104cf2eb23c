package document

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names, titles and notes come from outside and may hold anything. The
// functions of this file make them inert in each format; every renderer passes
// every string through the one of its format.

// Plain makes a string safe for a terminal and a single line: line breaks and
// tabs become spaces; other control characters, bidirectional controls, other
// invisible formatting and line separators are shown as their code point; bytes
// that are not UTF-8 become U+FFFD. Joiners (U+200C, U+200D), which several
// scripts need, are kept.
func Plain(s string) string {
	if !strings.ContainsFunc(s, suspicious) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s { // an invalid byte ranges as U+FFFD
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte(' ')
		case suspicious(r):
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func suspicious(r rune) bool {
	switch {
	case r >= ' ' && r <= '~':
		return false // nearly everything; the tables below are slow
	case r == '\u200c' || r == '\u200d':
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp)
}

var markdownEscaper = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `<`, `&lt;`, `>`, `&gt;`, `|`, `\|`,
	`~`, `\~`, `&`, `&amp;`, `#`, `\#`, `$`, `\$`, `!`, `\!`, `@`, `&#64;`, `://`, `\://`, `www.`, `www\.`,
)

// blockStart matches what would begin a list or underline a heading; its group
// is the character to escape.
var blockStart = regexp.MustCompile(`^(?:[0-9]+)?([-+.)])(?:\s|$)|^([-=])[-=]*\s*$`)

// markdown makes a string literal in GitHub's Markdown: no markup, no links, no
// table borders, no HTML.
func markdown(s string) string {
	s = markdownEscaper.Replace(Plain(s))
	if m := blockStart.FindStringSubmatchIndex(s); m != nil {
		at := max(m[2], m[4]) // the group that took part; the other is -1
		return s[:at] + `\` + s[at:]
	}
	return s
}

// spreadsheet keeps a text cell of a CSV file from being read as a formula: one
// that begins with = + - @ or their full-width forms, also after spaces, gets an
// apostrophe in front. Leading tabs and carriage returns, which some programs
// strip before they look, have become spaces by then.
func spreadsheet(s string) string {
	s = Plain(s)
	t := strings.TrimLeft(s, " \u00a0\u3000")
	if t == "" {
		return s
	}
	if r, _ := utf8.DecodeRuneInString(t); strings.ContainsRune("=+-@＝＋－＠", r) {
		return "'" + s
	}
	return s
}

// link returns the address of a locator that may be followed, percent-encoded,
// or "": only http and https with a host.
func link(locator string) string {
	if !strings.HasPrefix(locator, "https://") && !strings.HasPrefix(locator, "http://") {
		return ""
	}
	if strings.ContainsFunc(locator, func(r rune) bool { return r == ' ' || r == utf8.RuneError || suspicious(r) }) {
		return ""
	}
	u, err := url.Parse(locator)
	if err != nil || u.Host == "" || u.User != nil {
		return ""
	}
	s := u.String()
	if strings.ContainsAny(s, "<>\"`\\|") {
		return ""
	}
	return s
}

// Message makes text safe for a terminal, line by line: what [Write] does with
// every string, for errors and remarks.
func Message(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = Plain(line)
	}
	return strings.Join(lines, "\n")
}
