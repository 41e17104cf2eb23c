package marking

import (
	"regexp"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// definitions are the marking definitions whose meaning is known by their
// identifier: TLP 1 (STIX 2.1, section 7.2.1.4), TLP 2.0 (OASIS Common Object
// Repository), OpenCTI's own for AMBER+STRICT, and MITRE's copyright statements
// on ATT&CK and CAPEC.
var definitions = map[string]evidence.TLP{
	"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": evidence.Clear,
	"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": evidence.Green,
	"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": evidence.Amber,
	"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": evidence.Red,
	"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": evidence.Clear,
	"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": evidence.Green,
	"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": evidence.Amber,
	"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": evidence.AmberStrict,
	"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": evidence.Red,
	"marking-definition--826578e1-40ad-459f-bc73-ede076f81f37": evidence.AmberStrict,
	"marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168": "",
	"marking-definition--17d82bb2-eeeb-4898-bda5-3ddbcd2b799d": "",
}

// tlp2 are the definitions under which a level is written.
var tlp2 = map[evidence.TLP]string{
	evidence.Clear:       "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
	evidence.Green:       "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
	evidence.Amber:       "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
	evidence.AmberStrict: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
	evidence.Red:         "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}

// TLPDefinition is the identifier of the STIX marking definition of a level,
// which every implementation shares; "" for the unmarked and for what is no
// level of TLP.
func TLPDefinition(t evidence.TLP) string { return tlp2[t] }

// TLPOf is the level that a well-known STIX marking definition stands for.
func TLPOf(definition string) (level evidence.TLP, ok bool) {
	level = definitions[definition]
	return level, level != ""
}

// isNotice reports a text that states copyright or licence and nothing else.
// The texts are a table: a keyword in a longer text proves nothing ("Copyright
// 2024 Example. Do not distribute.").
func isNotice(text string) bool {
	t := strings.TrimSuffix(fold(text), ".")
	t = years.ReplaceAllString(t, "#")
	t = strings.NewReplacer("(c)", "©", "copyright ©", "copyright", "® ", " ", "®", "", "™", "", "(tm)", "").Replace(t)
	t = strings.Join(strings.Fields(strings.ReplaceAll(t, "©", "copyright")), " ")
	return notices[t]
}

var years = regexp.MustCompile(`\b(?:19|20)\d\d(?: ?[-–] ?(?:19|20)\d\d)?\b`)

// notices are the known texts, folded: years as #, marks of trade left out.
var notices = func() map[string]bool {
	known := map[string]bool{}
	for _, t := range []string{
		"cc0", "cc0 1.0", "cc0-1.0", "cc0 1.0 universal", "public domain",
		"cc by 4.0", "cc-by-4.0", "cc by-sa 4.0", "cc-by-sa-4.0", "cc by 3.0", "cc by-nc-sa 4.0", "cc-by-nc-sa-4.0",
		"creative commons attribution 4.0 international", "creative commons attribution 4.0 international license",
		"creative commons attribution-sharealike 4.0 international",
		"apache license 2.0", "apache license, version 2.0", "apache-2.0", "mit", "mit license", "bsd-2-clause", "bsd-3-clause",
		"open government licence v3.0", "odc-by 1.0", "odbl 1.0",
	} {
		known[t] = true
	}
	for _, holder := range []string{
		"the mitre corporation", "the mitre corporation. all rights reserved", "oasis open", "oasis open. all rights reserved",
		"the mitre corporation. mitre att&ck and att&ck are registered trademarks of the mitre corporation",
		"the mitre corporation. att&ck and mitre att&ck are registered trademarks of the mitre corporation",
		"the mitre corporation. capec and the capec logo are trademarks of the mitre corporation",
		"the mitre corporation. this work is reproduced and distributed with the permission of the mitre corporation",
	} {
		for _, form := range []string{"copyright #, ", "copyright # ", "copyright "} {
			known[form+holder] = true
		}
	}
	return known
}()
