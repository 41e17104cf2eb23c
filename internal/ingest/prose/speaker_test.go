package prose

import "testing"

// Whose word a link is, is told where the text passes on somebody else's.
func TestWhoSaysItIsToldWhereTheTextPassesItOn(t *testing.T) {
	for text, want := range map[string]string{
		"APT28 and Turla cooperate, ESET says.":                                                "ESET",
		"According to Mandiant, Sandworm collaborated with XakNet.":                            "Mandiant",
		"Officials believe that APT28 cooperates with Turla.":                                  "Officials",
		"Secureworks found that APT28 cooperates with Turla.":                                  "",
		"'We have never worked with LockBit', said a spokesman of Akira.":                      "Akira",
		"We saw APT28 and Turla cooperate; APT28 cooperates with Turla to this day.":           "",
		"In Microsoft's view APT28 cooperates with Turla, and this has been so for ten years.": "Microsoft",
	} {
		links := Read(text, Options{Publisher: "Secureworks"}).Links
		if len(links) != 1 || links[0].Speaker != want {
			t.Errorf("%s\nis said by %q: %+v", text, want, links)
		}
	}
}
