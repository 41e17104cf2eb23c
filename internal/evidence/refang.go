package evidence

import "strings"

var refangs = strings.NewReplacer(
	"[.]", ".", "(.)", ".", "{.}", ".", "[.", ".", ".]", ".", "[dot]", ".", "(dot)", ".", "{dot}", ".", "[DOT]", ".", "(DOT)", ".",
	"[:]", ":", "[://]", "://", "[:/]", ":/", "[/]", "/", "[@]", "@", "[at]", "@", `\.`, ".",
	"\u200b", "", "\ufeff", "", "\u00ad", "")

// Refang undoes what authors do so that nobody clicks on an indicator
// (hxxps://example[.]org), and removes surrounding space, quotes and angle
// brackets.
func Refang(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool {
		return r <= ' ' || r == '"' || r == '\'' || r == '<' || r == '>' || r == '`' || r == '\u00a0' || r == '\ufeff' || r == '\u200b'
	})
	if needsRefang(s) {
		s = refangs.Replace(s)
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return s
	}
	switch strings.ToLower(scheme) {
	case "hxxp", "h**p", "hxtp", "htxp", "hxxx", "[http]":
		scheme = "http"
	case "hxxps", "h**ps", "hxtps", "htxps", "[https]":
		scheme = "https"
	case "fxp", "fxps":
		scheme = "ftp"
	}
	return scheme + "://" + rest
}

// needsRefang reports whether s holds anything that refangs replaces.
func needsRefang(s string) bool {
	for _, c := range []byte(s) {
		if c == '[' || c == ']' || c == '(' || c == '{' || c == '\\' || c >= 0x80 {
			return true
		}
	}
	return false
}
