package stixevidence

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/stix"
)

// targets are the victims an object stands for: a state, or an organisation
// with its state, once for each of its sectors; or a sector, where the object is
// a class of organisations.
func (g *graph) targets(o *stix.Object) []evidence.Target {
	t := evidence.Target{Country: countryOf(o)}
	state := o.Type == "location" && t.Country != "" || strings.EqualFold(o.Name, evidence.CountryName(t.Country))
	if o.Type == "identity" {
		t.Country = cmp.Or(t.Country, g.seats[o.ID], stateNamed(o))
	}
	sectors := o.Sectors
	if o.Class == "class" {
		if sector, ok := evidence.ParseSector(o.Name); ok && len(sectors) == 0 {
			sectors = []string{sector}
		}
	} else if !state {
		t.Name = o.Name
	}
	if len(sectors) == 0 {
		if t == (evidence.Target{}) {
			t.Name = o.Name
		}
		return []evidence.Target{t}
	}
	var list []evidence.Target
	for _, sector := range sectors {
		if t.Sector = sector; sector != "" {
			if known, ok := evidence.ParseSector(sector); ok {
				t.Sector = known
			}
		}
		list = append(list, t)
	}
	return list
}

// organs are words for what only a state has. A name with one of them and with
// the name of one state is of that state ("Ministry of Foreign Affairs of
// Belarus"); other names that mention a state ("University of Georgia") need not be.
var organs = regexp.MustCompile(`(?i)\b(ministry|ministries|minister|government|parliament|embassy|embassies|consulate|presidency|prime minister|armed forces|army|navy|air force|central bank|national bank|intelligence service|security service)\b`)

// stateNamed is the state that the name of an organ of a state says, if it says one.
func stateNamed(o *stix.Object) string {
	if !organs.MatchString(o.Name) {
		return ""
	}
	codes := evidence.CountriesIn(o.Name)
	if len(codes) != 1 {
		return ""
	}
	return codes[0]
}
