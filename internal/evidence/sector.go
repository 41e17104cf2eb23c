package evidence

import (
	"strings"
	"sync"
)

// ParseSector returns the STIX 2.1 industry-sector-ov term (section 10.8) for a
// sector as EuRepoC, CFR, the MISP galaxy and case files word it. Words after
// the first bracket are explanation and do not count. ok is false for what
// names no sector ("Other", "Unknown", "Criminal").
//
// The vocabulary has no terms for some victims, so the nearest one is taken:
// "communications" for the media, "non-profit" for civil society and
// activists, "education" for science, "commercial" for business in general,
// "defense" for the armed forces and arms makers, "emergency-services" for the
// police.
func ParseSector(s string) (sector string, ok bool) {
	s, _, _ = strings.Cut(strings.ToLower(s), "(")
	s = strings.Join(strings.Fields(strings.NewReplacer("_", " ", "&", "and").Replace(s)), " ")
	sector, ok = sectors()[s]
	return sector, ok
}

var sectors = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for term, words := range sectorWords {
		m[term] = term
		m[strings.ReplaceAll(term, "-", " ")] = term
		for w := range strings.SplitSeq(words, ";") {
			if w = strings.TrimSpace(w); w != "" {
				m[w] = term
			}
		}
	}
	return m
})

// sectorWords gives for each term of industry-sector-ov the other words for it,
// in lower case.
var sectorWords = map[string]string{
	"aerospace":                  "space; aviation; aerospace industry; satellite; airlines; air transport",
	"agriculture":                "food; food and agriculture; agriculture and food",
	"automotive":                 "automotive industry",
	"chemical":                   "chemicals; chemical industry",
	"commercial":                 "private sector; business; corporate targets; trade; services; private companies; corporations; logistics and trade; gambling; gambling companies; gambling websites; other services",
	"communications":             "media; news - media; news; journalists; journalist; press; media and entertainment; broadcasting; news media",
	"construction":               "civil engineering; engineering; building",
	"dams":                       "",
	"defense":                    "defence; military; armed forces; defence industry; defense industry; defense industrial base; defence industrial base; defense contractor; defense contractors; defence contractors; military industry; arms",
	"education":                  "science; academia; academia - university; university; universities; research; research - innovation; higher education; scientific research; think tanks; think tank; academic; schools",
	"emergency-services":         "police; police - law enforcement; law enforcement; emergency services; civil protection; firefighters",
	"energy":                     "oil and gas; oil; gas; petroleum; electric; electricity; power; energy company; oil and energy; energy and utilities",
	"entertainment":              "gaming; games; video games; sport; sports; culture",
	"financial-services":         "finance; financial; financial services; bank; banks; banking; payment; investment; cryptocurrency; cryptocurrencies; stock exchange; financial sector; accounting",
	"government":                 "state institutions / political system; government, administration; government administration; government institutions; government agencies; government agencies and services; diplomacy; diplomatic; intelligence; intelligence agencies; political party; political parties; embassies; embassy; foreign affairs; election infrastructure / related systems; elections; justice; judiciary; legislative; legislature; parliament; politics; security service; intergovernmental; international / supranational organization; international organisations; international organizations; political; other government",
	"government-local":           "local government; municipalities; municipal",
	"government-national":        "government / ministries; ministries; ministry; national government",
	"government-public-services": "civil service / administration; civil service; public administration; public services; public sector",
	"government-regional":        "regional government",
	"healthcare":                 "health; medical; health care; health-care; hospitals; hospital; biomedical; medicine",
	"hospitality-leisure":        "hospitality; travel; tourism; hotels; leisure",
	"infrastructure":             "critical infrastructure",
	"insurance":                  "",
	"manufacturing":              "critical manufacturing; industrial; industry; electronics manufacturers; electronic; electronics; semiconductor; semiconductor industry; semiconductors; heavy industry; manufacturers",
	"mining":                     "metals; metallurgy; mining and metals",
	"non-profit":                 "civil society; activists; activist; ngos; ngo; dissidents; dissident; opposition; social groups; advocacy / activists; political opposition / dissidents / expats; human rights; non-profit organisation; non-profit organization; religious organization; religious organizations; religious; ethnic; separatists; charities; other social groups; pro-democracy and human rights political organizations",
	"nuclear":                    "nuclear energy; nuclear power",
	"pharmaceuticals":            "pharmaceutical; pharmacy; pharma; covid-19 research organizations",
	"retail":                     "e-commerce; wholesale",
	"technology":                 "information technology; it; high tech; high-tech; ict; software; digital services; it services; computer; information and communication technology; hardware",
	"telecommunications":         "telecoms; telecomms; telecom; telecommunication; isps; isp; internet service providers; telecommunications providers",
	"transportation":             "transport; rail; logistics; maritime; shipping; transportation systems; railways; transportation and logistics; ports",
	"utilities":                  "utility; water and sewage",
	"water":                      "drinking water; water supply; wastewater",
}
