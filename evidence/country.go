package evidence

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
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

var countries = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	names := display.English.Regions()
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
		}
	}
	delete(m, "zzz")
	for s, code := range spellings {
		m[foldCountry(s)] = code
	}
	return m
})

func foldCountry(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.NewReplacer("’", "'", "&", "and", ".", "").Replace(s)
	s = strings.TrimPrefix(s, "the ")
	return strings.Join(strings.Fields(s), " ")
}

// Codes of the region subtag registry that name no state or are withdrawn.
var notStates = map[string]bool{
	"AC": true, "AN": true, "CP": true, "CQ": true, "CS": true, "DG": true, "EA": true, "EZ": true, "FQ": true,
	"IC": true, "NT": true, "PC": true, "SU": true, "TA": true, "UN": true, "YU": true, "EU": true, "QO": true, "ZZ": true,
}

// Names that read better than the registry's.
var countryNames = map[string]string{
	"BA": "Bosnia and Herzegovina", "CD": "DR Congo", "CG": "Congo", "HK": "Hong Kong", "MK": "North Macedonia",
	"MM": "Myanmar", "MO": "Macao", "PS": "Palestine", "VA": "Holy See", "TR": "Türkiye",
}
