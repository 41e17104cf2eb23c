package simulation

import (
	"fmt"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// A Preset is a plan of who attacks whom.
type Preset struct {
	Name     string
	Describe string
	from     time.Time
	days     int
	orgs     int
	groups   []group
	// others is the number of incidents of groups without a state for each
	// incident of one with a state.
	others int
	// Prevalence is the share of systems above which the landscape of the truth counts
	// an indicator as nobody's, 0 for none; the preset has one that most systems show.
	Prevalence float64
}

// group is one actor of a preset.
type group struct {
	name, alias string
	state       string
	class       sighting.Class
	objective   sighting.Objective
	sectors     []string // preferred; nil is any
	orgs        int      // of a state's group: how many organisations it works in
	// daily is how many systems show the group on a day: from low to high, by
	// month; a state's group without it has a number of systems a month instead.
	daily   func(month time.Month) (low, high int)
	monthly [2]int
}

// Presets lists what can be simulated.
func Presets() []Preset {
	year := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	return []Preset{
		{Name: "telecom-2023", Describe: "a year of a national telecom, shaped like published figures of 2023", from: year, days: 365, orgs: 160, groups: groups(25), others: 4},
		{Name: "telecom-month", Describe: "one month, September 2023, of the same", from: year.AddDate(0, 8, 0), days: 30, orgs: 80, groups: groups(12), others: 4},
		{Name: "telecom-week", Describe: "one week of the same, for a first try", from: year.AddDate(0, 8, 0), days: 7, orgs: 40, groups: groups(6), others: 4},
		{Name: "telecom-common", Describe: "the same week, with a name that most systems show and a list lays to a group: landscape --prevalence 25", from: year.AddDate(0, 8, 0), days: 7, orgs: 40, groups: groups(6), others: 4, Prevalence: 0.25},
	}
}

// Find returns the preset of a name.
func Find(name string) (Preset, error) {
	var names []string
	for _, p := range Presets() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Preset{}, fmt.Errorf("preset %q is unknown; use one of %s", name, strings.Join(names, ", "))
}

// steady is a number of systems a day that does not depend on the month.
func steady(low, high int) func(time.Month) (int, int) {
	return func(time.Month) (int, int) { return low, high }
}

// autumn rises to a peak in September.
func autumn(low, high, peakLow, peakHigh int) func(time.Month) (int, int) {
	return func(m time.Month) (int, int) {
		if m == time.September {
			return peakLow, peakHigh
		}
		return low, high
	}
}

// groups are the actors of all presets. The three Chinese groups together show
// 20 to 40 systems on every day of September, and fewer before and after;
// Lazarus 10 to 20 systems a month.
func groups(orgs int) []group {
	government := []string{"government-national", "defense", "education"}
	return []group{
		{name: "Mustang Panda", alias: "Bronze President", state: "CN", class: sighting.StateAffiliated, objective: sighting.Espionage, sectors: government, orgs: orgs, daily: autumn(1, 5, 10, 18)},
		{name: "APT31", alias: "Zirconium", state: "CN", class: sighting.StateAffiliated, objective: sighting.Espionage, sectors: government, orgs: orgs * 2 / 3, daily: autumn(0, 3, 6, 12)},
		{name: "APT40", alias: "Leviathan", state: "CN", class: sighting.StateAffiliated, objective: sighting.Espionage, sectors: []string{"technology", "manufacturing", "transportation"}, orgs: orgs / 2, daily: autumn(0, 2, 4, 10)},
		{name: "Lazarus Group", alias: "Hidden Cobra", state: "KP", class: sighting.StateAffiliated, objective: sighting.Financial, sectors: []string{"financial-services", "technology"}, orgs: orgs / 2, monthly: [2]int{10, 20}},
		{name: "Kimsuky", alias: "Velvet Chollima", state: "KP", class: sighting.StateAffiliated, objective: sighting.Espionage, sectors: []string{"education", "government-national"}, orgs: orgs / 3, monthly: [2]int{3, 9}},
		{name: "APT28", alias: "Fancy Bear", state: "RU", class: sighting.StateAffiliated, objective: sighting.Espionage, sectors: government, orgs: orgs / 2, daily: steady(0, 4)},
		{name: "Sandworm Team", alias: "Voodoo Bear", state: "RU", class: sighting.StateAffiliated, objective: sighting.Disruption, sectors: []string{"energy", "telecommunications"}, orgs: orgs / 3, monthly: [2]int{2, 8}},
		{name: "MuddyWater", alias: "Static Kitten", state: "IR", class: sighting.StateAffiliated, objective: sighting.Espionage, sectors: []string{"telecommunications", "government-national"}, orgs: orgs / 3, monthly: [2]int{2, 9}},
		{name: "Synthetic Stealer Crew", class: sighting.Criminal, objective: sighting.Financial},
		{name: "Synthetic Botnet One", class: sighting.Criminal, objective: sighting.Financial},
		{name: "Synthetic Botnet Two", class: sighting.Criminal, objective: sighting.Financial},
		{name: "Synthetic Loader Crew", class: sighting.Criminal, objective: sighting.Financial},
		{name: "Synthetic Ransom Crew", class: sighting.Criminal, objective: sighting.Financial},
		{name: "Synthetic Phishing Crew", class: sighting.Criminal, objective: sighting.Financial},
		{name: "Synthetic Hacktivists", class: sighting.Hacktivist, objective: sighting.Disruption},
		{name: "", class: sighting.UnknownClass, objective: sighting.UnknownObjective}, // indicators that nobody attributes
	}
}
