package evidence

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"
)

// ParseCountry returns the ISO 3166-1 alpha-2 code of a state given as alpha-2,
// alpha-3, an English name or a spelling of the data sets ("Korea, Democratic
// People's Republic of", "Iran (Islamic Republic of)"). Regions and
// organisations ("EU (region)", "United Nations") are not states: ok is false.
func ParseCountry(s string) (code string, ok bool) {
	code, ok = countries()[foldCountry(s)]
	return code, ok
}

// CountryName is the English short name of an alpha-2 code, or the code itself
// where it is unknown.
func CountryName(code string) string {
	r, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if n, ok := countryNames[code]; ok {
		return n
	}
	if n := display.English.Regions().Name(r); n != "" {
		return n
	}
	return code
}

// CountryInText is the name as running text has it: "the United States".
func CountryInText(code string) string {
	name := CountryName(code)
	if articled[code] || strings.HasSuffix(name, " Islands") {
		return "the " + name
	}
	return name
}

// States are the alpha-2 codes of all states, sorted.
func States() []string {
	var codes []string
	for code := range maps.Values(countries()) {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// NearStates are the English names of states that s may have meant: those within
// two letters of it, or that begin with it; at most three, the nearest first.
func NearStates(s string) []string {
	type near struct {
		name string
		far  int
	}
	typed := foldCountry(s)
	if len(typed) < 3 || len(typed) > 64 {
		return nil
	}
	var found []near
	for _, code := range States() {
		name := foldCountry(CountryName(code))
		far := levenshtein.ComputeDistance(typed, name)
		if strings.HasPrefix(name, typed) {
			far = min(far, 1)
		}
		if far <= 2 && far*2 < len(typed) {
			found = append(found, near{CountryName(code), far})
		}
	}
	slices.SortStableFunc(found, func(x, y near) int { return cmp.Compare(x.far, y.far) })
	var out []string
	for _, n := range found[:min(3, len(found))] {
		out = append(out, n.name)
	}
	return out
}

var countries = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	names, chinese := display.English.Regions(), display.Chinese.Regions()
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			r, err := language.ParseRegion(code)
			if err != nil || !r.IsCountry() || r.Canonicalize() != r || notStates[code] {
				continue
			}
			m[foldCountry(code)] = code
			m[foldCountry(r.ISO3())] = code
			m[foldCountry(names.Name(r))] = code
			m[foldCountry(chinese.Name(r))] = code
		}
	}
	delete(m, "zzz")
	for s, code := range spellings {
		m[foldCountry(s)] = code
	}
	return m
})

// foldCountry brings a name to the form under which it is looked up: lower case,
// no diacritics, no full stops, no leading article, "St" for "Saint".
func foldCountry(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if !isASCII(s) {
		s = unmarked(s)
	}
	s = countryFolds.Replace(s)
	s = strings.TrimPrefix(s, "the ")
	return strings.Join(strings.Fields(s), " ")
}

var countryFolds = strings.NewReplacer("’", "'", "&", "and", ".", "", "saint ", "st ")

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// unmarked drops the diacritics: "são tomé" is "sao tome".
func unmarked(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Codes of the region subtag registry that name no state or are withdrawn.
var notStates = map[string]bool{
	"AC": true, "AN": true, "CP": true, "CQ": true, "CS": true, "DG": true, "EA": true, "EZ": true, "FQ": true,
	"IC": true, "NT": true, "PC": true, "SU": true, "TA": true, "UN": true, "YU": true, "EU": true, "QO": true, "ZZ": true,
}

// States whose names bear an article in a sentence, beside those of islands.
var articled = map[string]bool{
	"AE": true, "BS": true, "CD": true, "CF": true, "DO": true, "GB": true, "GM": true, "KM": true, "MV": true, "NL": true,
	"PH": true, "SC": true, "US": true, "VA": true,
}

// Names that read better than the registry's.
var countryNames = map[string]string{
	"BA": "Bosnia and Herzegovina", "CD": "DR Congo", "CG": "Congo", "HK": "Hong Kong", "MK": "North Macedonia",
	"MM": "Myanmar", "MO": "Macao", "PS": "Palestine", "VA": "Holy See", "TR": "Türkiye",
}
