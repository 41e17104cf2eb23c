package ledger

import (
	"strings"
	"unicode"
)

// quote writes a text plainly where every YAML reader takes it for the same
// text, and in double quotes elsewhere.
func quote(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func plain(s string) bool {
	if s == "" || len(s) > 60 {
		return false
	}
	letter := false
	for i, r := range s {
		switch {
		case unicode.IsLetter(r):
			letter = true
		case r >= '0' && r <= '9', i > 0 && (r == '-' || r == '.' || r == '_' || r == '/'):
		case r == ' ' && i > 0 && i < len(s)-1:
		default:
			return false
		}
	}
	if s[0] >= '0' && s[0] <= '9' {
		// Numbers and dates stay as they are: this reader keeps their digits,
		// but a lone number such as 0x1 or 1e5 goes in quotes.
		return !letter
	}
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		return s == "true" || s == "false"
	}
	return letter
}
