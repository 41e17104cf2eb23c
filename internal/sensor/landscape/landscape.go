package landscape

import (
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// Schema names the JSON form of a Landscape.
const Schema = "cahoots/landscape/v1"

// A Landscape is the figures of one period. Lists are in the order stated at
// each; nothing in it is rounded but days of duration, to three decimals.
type Landscape struct {
	Schema string `json:"schema"`
	Tool   Tool   `json:"tool"`
	// Synthetic says that some of it rests on indicators that were made up.
	Synthetic bool   `json:"synthetic"`
	Period    Period `json:"period"`
	Only      *Only  `json:"only,omitempty"` // what it was narrowed to
	// Data is the first to the last day of the logs, as far as that is known, else
	// with a sighting, in force or not. It bounds what can be known: an incident at its edge may have begun earlier or go on.
	Data  Period `json:"data"`
	Rules Rules  `json:"rules"`
	Units Units  `json:"units"`

	Totals Figures `json:"totals"`
	// Prevalent lists indicators that so many systems show that they are more
	// likely common than hostile; by systems, then indicator.
	Prevalent  []Prevalent  `json:"prevalent"`
	Contacts   []Contact    `json:"contacts"`   // by direction and outcome, also those in no other figure
	Classes    []Class      `json:"classes"`    // by incidents, then name
	Groups     []Group      `json:"groups"`     // ranked by organisations, systems, incidents, events
	States     []State      `json:"states"`     // ranked alike
	Sectors    []Sector     `json:"sectors"`    // ranked alike
	Objectives []Objective  `json:"objectives"` // by incidents, then name
	GroupDays  []GroupDay   `json:"group_days"` // by date, then group
	StateDays  []StateDay   `json:"state_days"` // by date, then state
	GroupMons  []GroupMonth `json:"group_months"`
	StateMons  []StateMonth `json:"state_months"`
	// Dwell is the time from an incident's first entry to its last; Disclosure
	// the time from its first entry to the first disclosure of an indicator it
	// shows. The first row of each is over all groups.
	Dwell      []Durations `json:"dwell"`
	Disclosure []Durations `json:"time_to_disclosure"`
	// Previous is the period of the same length before, and Changes compares
	// the groups of both; absent where no period was asked for.
	Previous *Previous `json:"previous,omitempty"`
	// Agreements lists activity between states that had an agreement in force.
	Agreements []agreement `json:"agreements"`
	Incidents  []Incident  `json:"incidents"` // by first seen, organisation, group
	Conflicts  []Conflict  `json:"conflicts"` // by indicator
	Unmapped   Unmapped    `json:"unmapped"`
	// Own lists indicators that name an address inside the organisation map and
	// were met from outside it; by indicator, then organisation.
	Own      []ownIndicator `json:"own_indicators"`
	Hostless Hostless       `json:"without_host"`
	// Roles sums up systems that the map says stand for others, or for nobody; by
	// role, then organisation.
	Roles      []InRole   `json:"roles"`
	NotInForce NotInForce `json:"not_in_force"`
	Read       *Read      `json:"read,omitempty"`

	Marking  evidence.TLP `json:"marking,omitempty"`
	Warnings []string     `json:"warnings"`
}

// Tool is what made a landscape.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// A Period is a run of days, both included. The zero Period has no days.
type Period struct {
	From string `json:"from"` // ISO 8601 dates; empty where there is no day
	To   string `json:"to"`
	Days int    `json:"days"`
}

// Rules are the choices that the figures depend on.
type Rules struct {
	// GapDays: a group seen again after so many days is a new incident.
	GapDays int `json:"gap_days"`
	// Window says how far the validity of indicators is taken at its word:
	// "stated", "strict", "lead DAYS" or "ignore".
	Window string `json:"window"`
	// Prevalence is the share of all systems with sightings above which an
	// indicator counts as unattributed; 0 is none.
	Prevalence float64 `json:"prevalence"`
	// NoAnswers: what shows its indicators in DNS answers only is left out.
	NoAnswers bool `json:"without_answers,omitempty"`
}

// Units says in a sentence what each unit is.
type Units struct {
	Events        string `json:"events"`
	Systems       string `json:"systems"`
	Organisations string `json:"organisations"`
	Incidents     string `json:"incidents"`
}

// Figures are counts in each unit, within the period.
type Figures struct {
	Incidents     int   `json:"incidents"` // active in the period
	Organisations int   `json:"organisations"`
	Systems       int   `json:"systems"`
	Events        int64 `json:"events"`
	Groups        int   `json:"groups"` // without "unattributed" and disputed ones
	// Connections that the events are about, each once, whatever logs and sensors
	// tell of it; 0 where nobody asked the entries.
	Connections int64 `json:"connections,omitempty"`
}

// Prevalent is an indicator that a large share of all systems with sightings show.
type Prevalent struct {
	Indicator string  `json:"indicator"`
	Systems   int     `json:"systems"`
	Share     float64 `json:"share"`   // of all systems with sightings in the data, 0 to 1, four decimals
	Demoted   bool    `json:"demoted"` // it counts as unattributed
}

// Contact sums up the entries in force that went one way with one outcome.
type Contact struct {
	Direction     string `json:"direction"`  // "outbound", "inbound", "lateral", "own address listed", "unknown"
	Outcome       string `json:"outcome"`    // "answered", "unanswered", "blocked", "unknown"
	Answer        bool   `json:"in_answers"` // shown in DNS answers only
	Counted       bool   `json:"counted"`    // in the other figures
	Organisations int    `json:"organisations"`
	Systems       int    `json:"systems"`
	Events        int64  `json:"events"`
}

// ownIndicator is an indicator that names a system of the map's own.
type ownIndicator struct {
	Indicator    string `json:"indicator"`
	Group        string `json:"group"`
	Organisation string `json:"organisation"` // whose the system is
	Events       int64  `json:"events"`
}

// Hostless counts entries that name no address: they are in the figures of
// events and incidents, and in none of systems.
type Hostless struct {
	Events int64 `json:"events"`
}

// InRole is what was seen of the systems of one role in one organisation.
type InRole struct {
	Role         sighting.Role `json:"role"` // "resolver", "proxy", "nat", "honeypot"
	Organisation string        `json:"organisation"`
	Systems      int           `json:"systems"` // in no other figure
	Events       int64         `json:"events"`
	Counted      bool          `json:"counted"` // the events, not the systems, are in the other figures
}

// Class is the share of one class of groups in all incidents.
type Class struct {
	Class         sighting.Class `json:"class"`
	Incidents     int            `json:"incidents"`
	Share         float64        `json:"share"` // of all incidents, 0 to 1, four decimals
	Organisations int            `json:"organisations"`
	Systems       int            `json:"systems"`
	Events        int64          `json:"events"`
}

// Peak is the day with most systems, the earliest of several.
type Peak struct {
	Date          string `json:"date"`
	Systems       int    `json:"systems"`
	Organisations int    `json:"organisations"`
}

// Group is one group's activity.
type Group struct {
	Rank          int                `json:"rank"` // from 1; equal figures share a rank
	Group         string             `json:"group"`
	State         string             `json:"state,omitempty"` // ISO 3166-1 alpha-2 of the sponsor
	Class         sighting.Class     `json:"class"`
	Objective     sighting.Objective `json:"objective"`
	Candidates    []string           `json:"candidates,omitempty"` // between whom sources disagree
	Incidents     int                `json:"incidents"`
	Organisations int                `json:"organisations"`
	Systems       int                `json:"systems"`
	Events        int64              `json:"events"`
	Connections   int64              `json:"connections,omitempty"`
	ActiveDays    int                `json:"active_days"`
	Peak          Peak               `json:"peak"`
	FirstSeen     time.Time          `json:"first_seen"` // within the period
	LastSeen      time.Time          `json:"last_seen"`

	key string
}

// State is the activity of all groups of one sponsor state.
type State struct {
	Rank          int    `json:"rank"`
	State         string `json:"state"` // ISO 3166-1 alpha-2
	Groups        int    `json:"groups"`
	Incidents     int    `json:"incidents"`
	Organisations int    `json:"organisations"`
	Systems       int    `json:"systems"`
	Events        int64  `json:"events"`
	Connections   int64  `json:"connections,omitempty"`
	ActiveDays    int    `json:"active_days"`
	Peak          Peak   `json:"peak"`
}

// Sector is what the organisations of one sector saw.
type Sector struct {
	Rank          int    `json:"rank"`
	Sector        string `json:"sector"` // "unknown" where the map names none
	Incidents     int    `json:"incidents"`
	Organisations int    `json:"organisations"`
	Systems       int    `json:"systems"`
	Events        int64  `json:"events"`
	Groups        int    `json:"groups"`
}

// Objective is the share of one objective in all incidents.
type Objective struct {
	Objective     sighting.Objective `json:"objective"`
	Incidents     int                `json:"incidents"`
	Share         float64            `json:"share"`
	Organisations int                `json:"organisations"`
	Systems       int                `json:"systems"`
	Events        int64              `json:"events"`
}

// GroupDay is one group on one day.
type GroupDay struct {
	Date          string `json:"date"`
	Group         string `json:"group"`
	Organisations int    `json:"organisations"`
	Systems       int    `json:"systems"`
	Events        int64  `json:"events"`
}

// StateDay is the groups of one state on one day.
type StateDay struct {
	Date          string `json:"date"`
	State         string `json:"state"`
	Organisations int    `json:"organisations"`
	Systems       int    `json:"systems"`
	Events        int64  `json:"events"`
}

// GroupMonth is one group in one calendar month, or what the period has of it.
type GroupMonth struct {
	Month         string `json:"month"`
	Group         string `json:"group"`
	Organisations int    `json:"organisations"`
	Systems       int    `json:"systems"`
	Events        int64  `json:"events"`
}

// StateMonth is the groups of one state in one calendar month.
type StateMonth struct {
	Month         string `json:"month"`
	State         string `json:"state"`
	Organisations int    `json:"organisations"`
	Systems       int    `json:"systems"`
	Events        int64  `json:"events"`
}

// Durations sums up a time, in days, over the incidents of one group.
type Durations struct {
	Group     string  `json:"group"` // "all" for the row over all groups
	Incidents int     `json:"incidents"`
	Median    float64 `json:"median_days"` // of those with a value; 0 where there is none
	Least     float64 `json:"least_days"`
	Most      float64 `json:"most_days"`
	// Censored counts incidents whose value is a lower bound, or not known yet:
	// a dwell that may have begun before the data or go on after it; an
	// indicator that nobody has disclosed (these have no value).
	Censored int `json:"censored"`
	// Early counts incidents first seen after the disclosure of an indicator
	// they show (a negative time): the disclosure was an early warning. For
	// dwell it is 0.
	Early int `json:"early_warning"`
}

// Previous is the period before, and what changed.
type Previous struct {
	Period  Period   `json:"period"`
	Totals  Figures  `json:"totals"`
	Covered bool     `json:"covered"` // the data reach back to its first day
	Changes []change `json:"changes"` // by size of the change in systems, then group
}

// change compares a group in both periods.
type change struct {
	Group         string `json:"group"`
	Organisations int    `json:"organisations"`
	Before        int    `json:"organisations_before"`
	Systems       int    `json:"systems"`
	SystemsBefore int    `json:"systems_before"`
	Status        string `json:"status"` // "new", "gone", "more", "fewer", "same" (by systems)
}

// agreement is activity by groups of one state against organisations of
// another on days on which both were parties to an agreement in force.
type agreement struct {
	From          string        `json:"from"`      // state of the groups
	To            string        `json:"to"`        // country of the organisations
	Agreement     string        `json:"agreement"` // its name
	InForce       string        `json:"in_force"`  // ISO 8601 interval
	Groups        []string      `json:"groups"`
	Incidents     int           `json:"incidents"`
	Organisations int           `json:"organisations"`
	Systems       int           `json:"systems"`
	Events        int64         `json:"events"`
	Evidence      []evidence.ID `json:"evidence"`
}

// Incident is one incident that was active in the period, in full.
type Incident struct {
	ID           string             `json:"id"`
	Group        string             `json:"group"`
	State        string             `json:"state,omitempty"`
	Class        sighting.Class     `json:"class"`
	Objective    sighting.Objective `json:"objective"`
	Organisation string             `json:"organisation"`
	Sector       string             `json:"sector,omitempty"`
	Country      string             `json:"country,omitempty"`
	FirstSeen    time.Time          `json:"first_seen"`
	LastSeen     time.Time          `json:"last_seen"`
	// Earliest is FirstSeen, or when the group was met before through indicators
	// not yet in force. FirstKnown is the first entry that shows an indicator that
	// had been disclosed.
	Earliest   time.Time  `json:"first_seen_at_all"`
	FirstKnown *time.Time `json:"first_seen_while_known,omitempty"`
	Days       int        `json:"days"`       // with sightings
	DwellDays  float64    `json:"dwell_days"` // from FirstSeen
	DwellAll   float64    `json:"dwell_days_at_all"`
	// MayBegin and MayGoOn: fewer days than the gap lie between the incident
	// and the edge of the data, so that it may be longer.
	MayBegin    bool                `json:"may_have_begun_earlier"`
	MayGoOn     bool                `json:"may_go_on"`
	Systems     int                 `json:"systems"`
	Events      int64               `json:"events"`
	Connections int64               `json:"connections,omitempty"`
	Indicators  []string            `json:"indicators"`
	Disclosed   *time.Time          `json:"disclosed,omitempty"`
	ToDisclose  *float64            `json:"days_to_disclosure,omitempty"` // negative: disclosed before it was seen here
	Confidence  evidence.Confidence `json:"confidence,omitzero"`
}

// Conflict is an indicator in force that sources attribute to several groups.
type Conflict struct {
	Indicator string   `json:"indicator"`
	Groups    []string `json:"groups"`
	Events    int64    `json:"events"`
}

// Unmapped counts systems of no known organisation, under no other name. They
// are in every figure of systems and events, and in none of organisations.
type Unmapped struct {
	Incidents int   `json:"incidents"`
	Systems   int   `json:"systems"`
	Events    int64 `json:"events"`
}

// NotInForce counts entries that show indicators none of which was in force at
// the time. They are in no other figure.
type NotInForce struct {
	Systems  int   `json:"systems"`
	Events   int64 `json:"events"`
	TooEarly int64 `json:"too_early"` // events with an indicator that was in force later
	TooLate  int64 `json:"too_late"`  // events with none that would be
	// Earlier counts incidents that would begin earlier if all of it counted.
	Earlier int `json:"incidents_earlier"`
}

// Read accounts for the lines of the logs.
type Read struct {
	Lines    int64 `json:"lines"`
	Events   int64 `json:"events"`
	Rejected int64 `json:"rejected"`
	Skipped  int64 `json:"skipped"`
	// First and Last bound the times of their events; zero where not known.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
}
