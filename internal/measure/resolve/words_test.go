package resolve

import "testing"

func TestWordsThatNameNobodyArePlaceholders(t *testing.T) {
	for _, s := range []string{"Unknown", "N/A", "-", "?", "None", "TBD", "APT", "Hackers", "China", "Chinese hackers", "Chinese state-sponsored actors",
		"threat actor", "Unknown group", "Russian Federation", "Iranian government hackers", "The Group", ""} {
		if !placeholder(s) {
			t.Errorf("%q is taken for a name", s)
		}
	}
	for _, s := range []string{"Iranian Cyber Army", "Syrian Electronic Army", "APT28", "Group 74", "Equation Group", "IT Army of Ukraine", "Ghost Blade", "NoName057(16)",
		"Naikon", "Lazarus Group", "UNC2452", "FIN7", "Team 401", "ITG05", "Ke3chang"} {
		if placeholder(s) {
			t.Errorf("%q is taken for nobody's name", s)
		}
	}
}
