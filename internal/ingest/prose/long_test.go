package prose

import (
	"strings"
	"testing"
)

// In a whole report as in a passage "both" and "linked" join two groups only where
// these fill the parts that the words ask for.
func TestInALongTextAWordForALinkNeedsBothGroups(t *testing.T) {
	filler := strings.Repeat("The implant keeps its settings in a file beside itself. ", 60)
	for text, want := range map[string]string{
		"Marsh Hawk and Polar Lynx share an unpublished rootkit.":                            "shared-non-public-tool",
		"Marsh Hawk cooperates with Polar Lynx.":                                             "statement",
		"We saw Marsh Hawk and Polar Lynx. Both deploy the same unpublished rootkit.":        "shared-non-public-tool",
		"We saw Marsh Hawk, Polar Lynx and Grey Sable. Both deploy an unpublished rootkit.":  "",
		"The activity is tied to the groups that are called Marsh Hawk and Polar Lynx.":      "",
		"It is linked to one family; Marsh Hawk, among others, is known to us (Polar Lynx).": "",
	} {
		got := ""
		for _, l := range Read(filler+text, Options{Publisher: "Example Labs"}).Links {
			if l.Class != "alias" {
				got += string(l.Class)
			}
		}
		if got != want {
			t.Errorf("%s\nis read as %q, want %q", text, got, want)
		}
	}
}
