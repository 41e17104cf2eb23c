package landscape

import (
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// ListingSchema names the JSON form of a Listing.
const ListingSchema = "cahoots/sightings/v1"

// A Listing is sightings one by one.
type Listing struct {
	Schema    string `json:"schema"`
	Tool      Tool   `json:"tool"`
	Synthetic bool   `json:"synthetic"`
	Period    Period `json:"period"`
	Only      *Only  `json:"only,omitempty"`
	Asked     Ask    `json:"asked"`
	Rules     Rules  `json:"rules"`
	// Events and Systems count all that was asked for, also beyond the limit.
	Events  int64 `json:"events"`
	Systems int   `json:"systems"`
	// LeftOut counts entries of the period, and of what it was narrowed to, that are
	// not listed.
	LeftOut   LeftOut    `json:"left_out"`
	Sightings []Sighting `json:"sightings"` // by time, entry, group
	// Next is what [Ask.After] takes to go on; empty where this is the end.
	Next     string       `json:"next,omitempty"`
	Marking  evidence.TLP `json:"marking,omitempty"`
	Warnings []string     `json:"warnings"`
}

// LeftOut counts log entries.
type LeftOut struct {
	NotCounted int64 `json:"not_counted"` // in which no system took part: see direction and outcome
	NotInForce int64 `json:"not_in_force"`
}

// Ask says which sightings are wanted, beside the period and whom it is narrowed
// to.
type Ask struct {
	// Incident is the id of an incident, or its beginning; its group, organisation
	// and days are then what is asked for.
	Incident string `json:"incident,omitempty"`
	// Direction and Outcome are words of [Contact], or "any". Where both are empty,
	// entries are listed in which the host took part: those that the figures count.
	Direction string `json:"direction,omitempty"`
	Outcome   string `json:"outcome,omitempty"`
	// After is where an earlier listing stopped.
	After string `json:"after,omitempty"`
}

// A Sighting is what one log entry shows of one group.
type Sighting struct {
	Time time.Time `json:"time"`
	Host string    `json:"host,omitempty"` // address; empty where the entry has none
	// Private says that other networks use the address too: it means a system only
	// together with the sensor.
	Private      bool                `json:"private,omitempty"`
	Sensor       string              `json:"sensor,omitempty"`
	Organisation string              `json:"organisation"`
	Sector       string              `json:"sector,omitempty"`
	Country      string              `json:"country,omitempty"`
	Role         sighting.Role       `json:"role,omitempty"` // of the host by the map: resolver, proxy, nat, honeypot
	Direction    string              `json:"direction"`
	Outcome      string              `json:"outcome"`
	Answer       bool                `json:"in_answers,omitempty"` // shown in DNS answers only
	Counted      bool                `json:"counted"`              // in the figures of a landscape
	Group        string              `json:"group"`
	State        string              `json:"state,omitempty"`
	Class        sighting.Class      `json:"class"`
	Candidates   []string            `json:"candidates,omitempty"` // between whom sources disagree
	Indicators   []string            `json:"indicators"`           // in force, as "type:value"
	Known        bool                `json:"known"`                // one of them had been disclosed by then
	Confidence   evidence.Confidence `json:"confidence,omitzero"`
	Marking      evidence.TLP        `json:"marking,omitempty"`
	Synthetic    bool                `json:"synthetic,omitempty"`
	Log          string              `json:"log,omitempty"`  // as it was named to match
	Line         int64               `json:"line,omitempty"` // 1-based, decompressed; 0 where not known
	// Connection is the same for entries about one connection; empty where the log
	// does not say which.
	Connection string `json:"connection,omitempty"`
	Entry      string `json:"entry"` // identity of the line
}
