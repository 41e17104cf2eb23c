package evidence

import "slices"

// Class says what kind of statement a record makes. The values are stable: they
// are written to stores, case files and exports.
type Class string

// Statements about one actor.
const (
	// Alias: the actor named Subject is also called Value. Citation.Publisher
	// says it; Record.Coiner is who coined Value, where the source tells.
	Alias Class = "alias"
	// Sponsor: the actor works for, or is attributed to, the state in
	// Subject.Country; Value is the organ where named (for example "GRU 26165").
	Sponsor Class = "sponsor"
	// Activity: the actor was seen at work; Targets say against whom.
	Activity Class = "activity"
	// Incident: one incident of an incident data set; records of one incident
	// share Event.
	Incident Class = "incident"
	// Campaign: a named campaign attributed to the actor; Value is its name.
	Campaign Class = "campaign"
	// UsesSoftware: the actor used the malware or tool Value (ValueRef an
	// external id such as "S0013").
	UsesSoftware Class = "uses-software"
	// UsesTechnique: the actor used the ATT&CK technique ValueRef ("T1566.001").
	UsesTechnique Class = "uses-technique"
	// Exploits: the actor exploited the vulnerability Value ("CVE-2017-0005").
	Exploits Class = "exploits"
	// Targets: the actor targets the countries or sectors in Targets.
	Targets Class = "targets"
	// Infrastructure: the actor used the host, domain or address Value.
	Infrastructure Class = "infrastructure"
)

// Statements about two actors, or an actor and a state: the classes of the
// evidence ledger.
const (
	CoCompromise          Class = "co-compromise"                   // same host, overlapping time
	AccessHandover        Class = "access-handover"                 // one actor's tool run through the other's access
	JointOperation        Class = "joint-operation"                 // the two took part in one operation, or one worked for the other
	SharedInfrastructure  Class = "shared-exclusive-infrastructure" // infrastructure, key or certificate nobody else has
	InfrastructureOverlap Class = "infrastructure-overlap"          // servers, addresses or domains that both used, and perhaps others
	SharedTool            Class = "shared-non-public-tool"          // tool, builder or 0-day not for sale or download
	CodeSimilarity        Class = "code-similarity"
	SharedPublicTool      Class = "shared-public-tool"
	SameTarget            Class = "same-target"          // same victim organisation
	TargetAvoidance       Class = "target-avoidance"     // lists divided, one leaves where the other works
	TemporalOrder         Class = "temporal-order"       // one repeatedly follows the other at a fixed lag
	TechniqueOverlap      Class = "technique-overlap"    // as stated by a source, not as computed
	Statement             Class = "statement"            // officials or vendors say they do cooperate
	Denial                Class = "denial"               // somebody denies it
	Takeover              Class = "takeover"             // Subject took over Object's infrastructure or tools
	FalseFlag             Class = "false-flag"           // Subject posed as Object
	AttackOnState         Class = "attack-on-state"      // Subject attacked the state in Targets (a partner of its own)
	AttackOnGroup         Class = "attack-on-group"      // Subject attacked Object itself: its systems, its tools, its people
	InformationExchange   Class = "information-exchange" // indicators or targets passed on, documented
)

// Statements about who is who.
const (
	// PossiblySame: Subject and Object, two names, are or may be one actor, or one
	// is a part of the other. Status says how firmly: asserted, contested or left
	// open, denied; Kind whether it is less than identity. It is no link between
	// two actors and merges none.
	PossiblySame Class = "possibly-same"
)

// KindOrigin is the Kind of a [Sponsor] record whose source names the state from
// which the actor comes, and does not say that the state stands behind it.
const KindOrigin = "origin"

// Kinds of a record of class [PossiblySame]; without one, identity is meant.
const (
	KindPart    = "part"    // a sub-group, an umbrella, an overlap in part
	KindSimilar = "similar" // a catalogue's "similar"
	KindRelated = "related" // said to be related, and not how
)

// Statements between states.
const (
	// Agreement: the states in Parties agreed on Clauses; Activity is the time
	// in force, Disclosed the signature.
	Agreement Class = "agreement"
)

var classes = []Class{
	Alias, Sponsor, Activity, Incident, Campaign, UsesSoftware, UsesTechnique, Exploits, Targets, Infrastructure,
	CoCompromise, AccessHandover, JointOperation, SharedInfrastructure, InfrastructureOverlap, SharedTool, CodeSimilarity, SharedPublicTool, SameTarget,
	TargetAvoidance, TemporalOrder, TechniqueOverlap, Statement, Denial, Takeover, FalseFlag, AttackOnState, AttackOnGroup,
	InformationExchange, Agreement, PossiblySame,
}

// Classes returns every known class in the order of the documentation.
func Classes() []Class { return slices.Clone(classes) }

// Valid reports whether c is one of [Classes].
func (c Class) Valid() bool { return slices.Contains(classes, c) }

// Ledger reports whether c speaks of a link between two actors, or of an
// attack by an actor on a state, rather than of one actor alone.
func (c Class) Ledger() bool {
	return slices.Index(classes, c) >= slices.Index(classes, CoCompromise) && c != Agreement && c != PossiblySame && c.Valid()
}
