package evidence

import (
	"slices"
	"strings"
	"time"
)

// A membership is one state's time in a bloc. An empty until is still in it.
type membership struct {
	code        string
	from, until string // ISO dates; until is the first day outside
}

// Members returns the states that belonged to a bloc on a day, as ISO 3166-1
// alpha-2 codes in alphabetical order. The bloc is named as in blocs, in any
// case. It is nil where the bloc is unknown or had no members yet: membership is
// a dated fact, and Finland is no NATO state before 4 April 2023.
func Members(bloc string, on time.Time) []string {
	day := on.UTC().Format(time.DateOnly)
	var codes []string
	for _, m := range blocs[strings.ToUpper(strings.TrimSpace(bloc))] {
		if m.from <= day && (m.until == "" || day < m.until) {
			codes = append(codes, m.code)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// since gives the states that joined on one day.
func since(from string, codes ...string) []membership {
	var ms []membership
	for _, c := range codes {
		ms = append(ms, membership{code: c, from: from})
	}
	return ms
}

var blocs = map[string][]membership{
	// Dates of accession (deposit of the instrument); the twelve founders from
	// the treaty's entry into force. NATO, "Member countries" topic page.
	"NATO": slices.Concat(
		since("1949-08-24", "BE", "CA", "DK", "FR", "GB", "IS", "IT", "LU", "NL", "NO", "PT", "US"),
		since("1952-02-18", "GR", "TR"), since("1955-05-06", "DE"), since("1982-05-30", "ES"),
		since("1999-03-12", "CZ", "HU", "PL"),
		since("2004-03-29", "BG", "EE", "LT", "LV", "RO", "SI", "SK"),
		since("2009-04-01", "AL", "HR"), since("2017-06-05", "ME"), since("2020-03-27", "MK"),
		since("2023-04-04", "FI"), since("2024-03-07", "SE"),
	),
	// Entry into force of the treaties of accession; the founders from the
	// Treaty of Rome. EUR-Lex, summaries on enlargement; the United Kingdom left
	// at the end of 31 January 2020 (Agreement on withdrawal, OJ L 29, 2020).
	"EU": slices.Concat(
		since("1958-01-01", "BE", "DE", "FR", "IT", "LU", "NL"),
		since("1973-01-01", "DK", "IE"), []membership{{"GB", "1973-01-01", "2020-02-01"}},
		since("1981-01-01", "GR"), since("1986-01-01", "ES", "PT"), since("1995-01-01", "AT", "FI", "SE"),
		since("2004-05-01", "CY", "CZ", "EE", "HU", "LT", "LV", "MT", "PL", "SI", "SK"),
		since("2007-01-01", "BG", "RO"), since("2013-07-01", "HR"),
	),
	// Founding declaration of Shanghai; accessions at the summits of Astana
	// (2017), New Delhi (2023) and Astana (2024).
	"SCO": slices.Concat(
		since("2001-06-15", "CN", "KG", "KZ", "RU", "TJ", "UZ"), since("2017-06-09", "IN", "PK"),
		since("2023-07-04", "IR"), since("2024-07-04", "BY"),
	),
	// Charter of the organisation, in force 18 September 2003. Armenia has
	// suspended its participation since 2024 without leaving.
	"CSTO": slices.Concat(
		since("2003-09-18", "AM", "BY", "KG", "KZ", "RU", "TJ"), []membership{{"UZ", "2006-08-16", "2012-12-19"}},
	),
	// UKUSA agreement of 5 March 1946 and its extensions (NSA and GCHQ release
	// of 2010): Canada from 1948, Australia and New Zealand from 1956. Only the
	// years of the extensions are known.
	"FIVE EYES": slices.Concat(since("1946-03-05", "GB", "US"), since("1948-01-01", "CA"), since("1956-01-01", "AU", "NZ")),
	// Joint leaders' statement, 15 September 2021.
	"AUKUS": since("2021-09-15", "AU", "GB", "US"),
	// ASEAN secretariat, member states; Timor-Leste from the 47th summit.
	"ASEAN": slices.Concat(
		since("1967-08-08", "ID", "MY", "PH", "SG", "TH"), since("1984-01-07", "BN"), since("1995-07-28", "VN"),
		since("1997-07-23", "LA", "MM"), since("1999-04-30", "KH"), since("2025-10-26", "TL"),
	),
	// Charter of the Gulf Cooperation Council, 25 May 1981.
	"GCC": since("1981-05-25", "AE", "BH", "KW", "OM", "QA", "SA"),
}
