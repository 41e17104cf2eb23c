// Package assess measures every pair on every channel and states what can and
// cannot be concluded.
//
// [Run] is the front door: evidence and a question in, an [Assessment] out, no
// I/O. The package is not for reading evidence (source), not for the statistics
// themselves (stat, channel) and not for showing results (report).
package assess

import (
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// Schema names the JSON form of an Assessment.
const Schema = "cahoots/assessment/v1"

// An Assessment answers one question over one body of evidence.
type Assessment struct {
	Schema   string    `json:"schema"`
	Tool     Tool      `json:"tool"`
	Question Question  `json:"question"`
	Data     []Dataset `json:"data"`
	Sides    Sides     `json:"sides"`
	// Reach is how far the data on incidents go, EDTF: incident tables, or campaigns
	// where there are none; empty where none is dated. Beyond says that the period asked
	// about goes on after it, or lies after it altogether.
	Reach  string `json:"reach,omitempty"`
	Beyond Beyond `json:"beyond,omitempty"`
	Pairs  []Pair `json:"pairs"` // by level, then names; every pair of the question, also those not measurable
	// Unlisted counts the pairs of a question about the world that are not in
	// Pairs, with the reason.
	Unlisted []unlisted `json:"unlisted,omitempty"`
	// Elsewhere are cited links of those for whom sources take an actor of the
	// question, where no link is cited of itself.
	Elsewhere []elsewhere `json:"elsewhere,omitempty"`
	// Channels says for each channel how many pairs were tested and what came
	// of it, over all pairs of the question.
	Channels []ChannelSummary `json:"channels"`
	// Robustness is what changes of the evidence did to the pairs, change by
	// change; nil in files of earlier versions.
	Robustness *RobustnessMatrix `json:"robustness,omitempty"`
	// Activity is what both sides are on record for, by date, whether a verdict
	// rests on it or not; nil in files of earlier versions.
	Activity *Activity `json:"activity,omitempty"`
	// Records are all records that a verdict rests on, by id.
	Records  map[evidence.ID]evidence.Record `json:"records"`
	Notices  []string                        `json:"notices,omitempty"` // licences and copyright of the data shown
	Marking  evidence.TLP                    `json:"marking"`           // the strictest of all the evidence
	Warnings []string                        `json:"warnings"`
}

// Beyond says how a period lies to the end of the data.
type Beyond string

// A period within the data is [Within].
const (
	Within Beyond = ""
	Partly Beyond = "partly"
	Wholly Beyond = "wholly"
)

// Tool is what made the assessment.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Seed    uint64 `json:"seed"`
}

// Question is what was asked. A and B are each a state (alpha-2 code) or a
// comma-separated list of actor names; From and To bound the period, EDTF dates
// or empty.
type Question struct {
	A    string `json:"a"`
	B    string `json:"b"`
	From string `json:"from"`
	To   string `json:"to"`
	// Null is the null model of the overlap channels: "sdsm" (default) or
	// "fisher", a contrast that is invalid on this data and says so.
	Null  string  `json:"null,omitempty"`
	Alpha float64 `json:"alpha"` // level of the tests, after adjustment over all pairs and channels
	// Actors are the kinds of actor for which a state stands: empty for those with
	// the state behind them, "all", or a list with commas (see resolve.ParseKinds).
	Actors string `json:"actors,omitempty"`
	// NoBuiltin names the kinds of built-in evidence that are left out: a list
	// with commas of agreements, links and spying, or [AllBuiltin]. Empty leaves
	// none out.
	NoBuiltin string `json:"no_builtin,omitempty"`
	// AsOf is the day, EDTF, by whose end something must have been disclosed to
	// count; empty for all there is.
	AsOf string `json:"as_of,omitempty"`
}

// AllBuiltin leaves all built-in evidence out.
const AllBuiltin = "all"

// Dataset is one body of evidence that took part.
type Dataset struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
	Records int    `json:"records"`
	Builtin bool   `json:"builtin,omitempty"` // carried by the program
	// Until is the last day of an act or a disclosure on record, EDTF; empty where
	// nothing is dated.
	Until string `json:"until,omitempty"`
}

// Sides holds what is said about the two states rather than their groups.
type Sides struct {
	A         Side          `json:"a"`
	B         Side          `json:"b"`
	Strategic string        `json:"strategic"` // S0 to S4; empty where a side has no state
	Why       string        `json:"strategic_why"`
	Evidence  []evidence.ID `json:"evidence"` // agreements in force, statements, denials
	// Timing tests whether what is laid to one side follows what is laid to the
	// other: all groups of a side together, with the incidents of which only the
	// state is named. One measurement for dates of acts, one of disclosures.
	Timing []channel.Measurement `json:"timing,omitempty"`
	// Claims about the two sides as such, which name no group on at least one
	// side: a newspaper's claim that a state helped, a denial.
	Claims []Claim `json:"claims"`
	// Others are the attacks of a state that was asked about as such on one of the
	// other side that no group of the pairs is on record for: whom the source does
	// not name, or nobody counts among the groups of the state. Hacktivists and
	// individuals who are not said to work for it are left out.
	Others []channel.Link `json:"others,omitempty"`
}

// Side is one party of the question.
type Side struct {
	Label     string   `json:"label"`
	Countries []string `json:"countries"`
	Actors    []string `json:"actors"`
	// Apart are the actors of a state that the question is not about: criminals,
	// hacktivists, firms, persons, and those of which nobody says that a state
	// stands behind them.
	Apart []apart `json:"apart,omitempty"`
}

// apart are actors of one kind that a state's side leaves out.
type apart struct {
	Kind   resolve.Kind `json:"kind"`
	Actors []string     `json:"actors"` // by name
}

// Claim is a statement about the sides that is shown but moves no pair.
type Claim struct {
	Text       string          `json:"text"`
	Class      evidence.Class  `json:"class"`
	Subject    string          `json:"subject"`
	Object     string          `json:"object"`
	Source     string          `json:"source"`
	When       string          `json:"when,omitempty"` // EDTF
	Status     evidence.Status `json:"status"`
	Level      Level           `json:"level"`
	Confidence string          `json:"confidence"`
	Why        string          `json:"why"`
	Evidence   []evidence.ID   `json:"evidence"`
	// Asked: both parties are what was asked about, a state by its name or one of
	// the groups, and not only of the same states.
	Asked bool `json:"asked,omitempty"`
}

// Sign tells cooperation from its opposites.
type Sign string

// The signs of a link.
const (
	NoSign       Sign = "none" // nothing links the two
	Cooperative  Sign = "cooperative"
	Unilateral   Sign = "unilateral"   // takeover, theft, false flag
	Adversarial  Sign = "adversarial"  // one attacks the other group
	Undetermined Sign = "undetermined" // linked, consent unknown
)

// Actor is one side of a pair as shown.
type Actor struct {
	ID      resolve.ActorID `json:"id"`
	Name    string          `json:"name"`
	Country string          `json:"country"`
}

// Pair is the verdict on two groups.
type Pair struct {
	A          Actor         `json:"a"`
	B          Actor         `json:"b"`
	Level      Level         `json:"level"`
	LevelName  string        `json:"level_name"`
	Sign       Sign          `json:"sign"`
	Confidence string        `json:"confidence"` // low, moderate, high
	Contested  bool          `json:"contested,omitempty"`
	Why        string        `json:"why"`
	Evidence   []evidence.ID `json:"evidence"`
	Missing    string        `json:"missing"` // what evidence the next rung needs
	// LookedA and LookedB say how much evidence there was to find a link in.
	LookedA coverage `json:"looked_a"`
	LookedB coverage `json:"looked_b"`
	// Together is what the joint test over all channels of the verdict says.
	Together channel.Together `json:"together"`
	// Channels has every channel, also those that could not be measured; it is
	// empty where the pair is not assessable.
	Channels []channel.Measurement `json:"channels"`
	Links    []channel.Link        `json:"links"` // ledger and attacks entries that bear on the pair
	Warnings []string              `json:"warnings"`
	// Possibly is who says that the two may be one actor, or one a part of the
	// other; nil where nobody does. They are judged as two.
	Possibly *resolve.Possibility `json:"possibly,omitempty"`
	// Robustness is nil where the pair is not assessable, and in files of earlier
	// versions.
	Robustness *Robustness `json:"robustness,omitempty"`
	// Explanations are the competing explanations of what the two have in common;
	// none where they have nothing.
	Explanations []Explanation `json:"explanations,omitempty"`
	// Recoding is the nearest change of one field of one record that would turn the
	// verdict; nil where no cited link joins the two.
	Recoding *Recoding `json:"recoding,omitempty"`
	// Weight is the weight of evidence for their knowingly working together; nil
	// like Robustness.
	Weight *Weight `json:"weight,omitempty"`
}

// coverage is how much the evidence tells of one actor's doings in the period:
// what could have shown a link.
type coverage struct {
	Records int `json:"records"` // of acts, tools, techniques, targets; names and sponsors do not count
	Sources int `json:"sources"` // independent ones
}

// ChannelSummary is one channel over all pairs of the question.
type ChannelSummary struct {
	Channel       string `json:"channel"`
	Null          string `json:"null"`
	Pairs         int    `json:"pairs"`  // asked
	Tested        int    `json:"tested"` // could have found a link
	Blind         int    `json:"blind"`  // could be measured, and could have found none
	Actors        int    `json:"actors"` // rows of the null model: every actor of the evidence with an item
	Items         int    `json:"items"`  // columns
	NotMeasurable int    `json:"not_measurable"`
	RawBelow05    int    `json:"raw_below_05"`
	Rejected      int    `json:"rejected"` // after adjustment, at the question's alpha
	Adjustment    string `json:"adjustment"`
	// Beside marks channels that are no part of the verdict.
	Beside bool `json:"beside,omitempty"`
	// Inflation is by how much pairs that nobody asked about are less like chance
	// than chance; what was observed is divided by it. 0 beside the joint test.
	Inflation float64 `json:"inflation,omitempty"`
	// ExpectedShare is how many times all that is shared the expected-degree model
	// expects; 0 where it was not asked.
	ExpectedShare float64  `json:"expected_share,omitempty"`
	Warnings      []string `json:"warnings"`
}
