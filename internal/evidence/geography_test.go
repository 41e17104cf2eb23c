package evidence

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestProseMentionsStatesByNameAndDemonym(t *testing.T) {
	for text, want := range map[string]string{
		"Russian and Belarusian websites":                                     "RU BY",
		"Government agencies in Afghanistan, Belarus and Ukraine":             "AF BY UA",
		"U.S. defense contractors":                                            "US",
		"The U.S.Small Business Administration":                               "US",
		"South Korean defense, education, and medical companies":              "KR",
		"North Korean defectors and South Korean journalists":                 "KP KR",
		"North and South Korea":                                               "KP KR",
		"Korea (Democratic People's Republic of)":                             "KP",
		"Korea (Republic of)":                                                 "KR",
		"Democratic People's Republic of Korea":                               "KP",
		"Iran (Islamic Republic of), China":                                   "IR CN",
		"Hong Kong pro-democracy activists":                                   "HK",
		"states around the South China Sea":                                   "",
		"Latin American banks, Bank of America":                               "US",
		"they told us that it was turkey, and polish on a chad":               "",
		"Russian-speaking users and a Russian speaker":                        "",
		"Turkey’s ministry; Russia?? invasion":                                "TR RU",
		"targets in Papua New Guinea, Guinea-Bissau and Guinea":               "PG GW GN",
		"Islamic State of Iraq and the Levant; Iraq":                          "IQ",
		"New Jersey and Jersey":                                               "JE",
		"Japan, Myanmar, the Philippines, and Taiwan":                         "JP MM PH TW",
		"Democratic Republic of the Congo; Republic of the Congo":             "CD CG",
		"Niger, Nigeria; Nigerian, Nigerien":                                  "NE NG",
		"the UAE and the UK":                                                  "AE GB",
		"Government agencies in Tbilisi, Georgia":                             "GE",
		"offices in Atlanta, Georgia":                                         "US",
		"São Tomé and Príncipe, Côte d’Ivoire, Türkiye":                       "ST CI TR",
		"Middle Eastern governments, the European Union and NATO":             "",
		"Trinidad and Tobago; Bosnia and Herzegovina; Saint Kitts and Nevis.": "TT BA KN",
		"": "",
	} {
		if got := strings.Join(CountriesIn(text), " "); got != want {
			t.Errorf("%q mentions %q, want %q", text, got, want)
		}
	}
}

func TestEveryCountryNameMentionsItself(t *testing.T) {
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			if got, ok := ParseCountry(code); !ok || got != code {
				continue
			}
			name := CountryName(code)
			if got, ok := ParseCountry(name); !ok || got != code {
				t.Errorf("%s: name %q parses as %q", code, name, got)
			}
			if got := CountriesIn("Attack on " + name + " in May"); !slices.Equal(got, []string{code}) {
				t.Errorf("%s: prose with %q mentions %v", code, name, got)
			}
		}
	}
}

func TestSpellingsOfTheDataSetsAreKnown(t *testing.T) {
	for s, want := range map[string]string{
		"aland islands": "AX", "cabo verde": "CV", "saint lucia": "LC", "St. Lucia": "LC", "reunion": "RE", "curacao": "CW",
		"sao tome and principe": "ST", "Lebonon": "LB", "Palestine, State of": "PS", "timor leste": "TL", "XKX": "XK",
		"palestinian territory": "PS", "Congo, the Democratic Republic of the": "CD", "Republic of the Congo": "CG", "Swaziland": "SZ",
		"N Korea": "KP", "S. Korea": "KR", "Korea, North": "KP", "Korea (South)": "KR", "German Federal Republic": "DE", "Iran, Islamic Rep.": "IR", "Korea, Rep.": "KR",
	} {
		if got, ok := ParseCountry(s); !ok || got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
	for _, s := range []string{"Middle East (region)", "NATO", "Eastern Europe", "European Union", "Kurdistan", "ISIS", "South America", "Unknown"} {
		if got, ok := ParseCountry(s); ok {
			t.Errorf("%q was taken for %s", s, got)
		}
	}
}

func TestBlocMembershipIsDated(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		bloc, day string
		n         int
		in, out   string
	}{
		{"NATO", "2023-04-03", 30, "TR", "FI"},
		{"NATO", "2023-04-04", 31, "FI", "SE"},
		{"nato", "2024-03-07", 32, "SE", "UA"},
		{"NATO", "1949-01-01", 0, "", "US"},
		{"EU", "2020-01-31", 28, "GB", "RS"},
		{"EU", "2020-02-01", 27, "HR", "GB"},
		{"SCO", "2023-07-03", 8, "IN", "IR"},
		{"SCO", "2024-07-04", 10, "BY", "TM"},
		{"CSTO", "2020-01-01", 6, "AM", "UZ"},
		{"Five Eyes", "1950-01-01", 3, "CA", "AU"},
		{"Five Eyes", "2022-01-01", 5, "NZ", "FR"},
	} {
		got := Members(c.bloc, day(c.day))
		if len(got) != c.n || c.in != "" && !slices.Contains(got, c.in) || slices.Contains(got, c.out) || !slices.IsSorted(got) {
			t.Errorf("%s on %s: %d members %v; want %d, with %q, without %q", c.bloc, c.day, len(got), got, c.n, c.in, c.out)
		}
	}
	if Members("Warsaw", day("1970-01-01")) != nil {
		t.Error("an unknown bloc has members")
	}
	for _, b := range slices.Sorted(maps.Keys(blocs)) {
		for _, ms := range blocs[b] {
			if day(ms.from).IsZero() || ms.until != "" && ms.until <= ms.from {
				t.Errorf("%s: %+v", b, ms)
			}
			if code, ok := ParseCountry(ms.code); !ok || code != ms.code {
				t.Errorf("%s: %q is no state", b, ms.code)
			}
		}
	}
}

// industrySectorOV is the vocabulary as the OASIS JSON schema of STIX 2.1
// (schemas/sdos/identity.json) lists it.
const industrySectorOV = `agriculture aerospace automotive chemical commercial communications construction defense education
	energy entertainment financial-services government emergency-services government-local government-national
	government-public-services government-regional healthcare hospitality-leisure infrastructure dams nuclear water insurance
	manufacturing mining non-profit pharmaceuticals retail technology telecommunications transportation utilities`

func TestSectorsAreOfTheVocabulary(t *testing.T) {
	want := strings.Fields(industrySectorOV)
	slices.Sort(want)
	if got := Sectors(); !slices.Equal(got, want) {
		t.Errorf("terms are %v\nwant %v", got, want)
	}
	seen := map[string]string{}
	for term, words := range sectorWords {
		for w := range strings.SplitSeq(words, ";") {
			w = strings.TrimSpace(w)
			if w == "" {
				continue
			}
			if other, twice := seen[w]; twice {
				t.Errorf("%q stands under %s and %s", w, term, other)
			}
			seen[w] = term
			if got, _ := ParseSector(strings.ToUpper(w)); got != term {
				t.Errorf("%q parses as %q, want %q", w, got, term)
			}
		}
	}
}

func TestSectorWordsOfTheDataSets(t *testing.T) {
	for s, want := range map[string]string{
		"Government / ministries": "government-national", "Civil service / administration": "government-public-services",
		"Corporate Targets (corporate targets only coded if the respective company is not part of the critical infrastructure definition)": "commercial",
		"State institutions / political system": "government", "Defence industry": "defense", "Private sector": "commercial",
		"Civil society": "non-profit", "Government, Administration": "government", "Telecomms": "telecommunications", "Media": "communications",
		"Advocacy / activists (e.g. human rights organizations)": "non-profit", "High-Tech": "technology", "financial_services": "financial-services",
	} {
		if got, ok := ParseSector(s); !ok || got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
	for _, s := range []string{"", "Other", "Unknown", "Not available", "Criminal"} {
		if got, ok := ParseSector(s); ok {
			t.Errorf("%q was taken for %s", s, got)
		}
	}
}

func FuzzCountriesIn(f *testing.F) {
	for _, s := range []string{"U.S. and South Korean", "Korea (Democratic People's Republic of)", "U.", "Saint", "’s", "Türkiye's\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := CountriesIn(s)
		for i, c := range got {
			if p, ok := ParseCountry(c); !ok || p != c || slices.Contains(got[:i], c) {
				t.Fatalf("%q mentions %v", s, got)
			}
		}
	})
}

func BenchmarkCountriesIn(b *testing.B) {
	text := strings.Repeat("Chinese hackers targeted government agencies in Afghanistan, Belarus, Russia and Ukraine with South Korean lures. ", 50)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		CountriesIn(text)
	}
}

// Sectors returns the terms that [ParseSector] yields, in alphabetical order.
func Sectors() []string {
	var terms []string
	for term := range sectorWords {
		terms = append(terms, term)
	}
	slices.Sort(terms)
	return terms
}
