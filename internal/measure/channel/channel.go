// Package channel turns evidence about two actors into one measurable kind of
// link, a file per channel.
//
// It is not for verdicts (assess), nor for test theory (stat).
package channel

import (
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// A Measurement is one pair on one statistical channel.
type Measurement struct {
	Channel string `json:"channel"`
	stat.Result
	// Shared lists what both have, rarest first.
	Shared []SharedItem `json:"shared,omitempty"`
	// Ranking holds similarity measures that order pairs for a reader; they
	// have no error rate and support no verdict.
	Ranking *ranking `json:"ranking,omitempty"`
	// Direction is, on a timing channel, which side follows the other: "a->b"
	// where events of B follow events of A.
	Direction string `json:"direction,omitempty"`
	// PAlone is, on a channel of the joint test, the p of the maximum over all
	// pairs on this channel alone, as if no other had been looked at.
	PAlone *float64 `json:"p_alone,omitempty"`
	// Contrast is the same overlap under a null model that is no part of the
	// verdict.
	Contrast *contrast `json:"contrast,omitempty"`
	// Checks stand beside the test for a reader; none of them carries a verdict.
	Checks []Check `json:"checks,omitempty"`
}

// A contrast is an overlap under another null model.
type contrast struct {
	Null     string  `json:"null"`
	Expected float64 `json:"expected"`
	P        float64 `json:"p"` // raw, in (0, 1]
}

// A Check is a look at the same events by other means.
type Check struct {
	Name     string   `json:"name"`
	Observed float64  `json:"observed"`
	Expected *float64 `json:"expected,omitempty"`
	P        *float64 `json:"p,omitempty"` // raw
	N        int      `json:"n,omitempty"` // what it was taken over: events, dyads
	Note     string   `json:"note,omitempty"`
}

// SharedItem is one item both actors have.
type SharedItem struct {
	Item   string `json:"item"`
	Ref    string `json:"ref,omitempty"`
	Actors int    `json:"actors"` // how many actors of the whole corpus have it
}

// ranking is IDF-weighted similarity.
type ranking struct {
	Jaccard         float64 `json:"jaccard"`
	WeightedJaccard float64 `json:"weighted_jaccard"`
	Cosine          float64 `json:"cosine"`
}

// A Link is one piece of cited evidence that connects the two actors of a pair,
// or one actor to the other's state.
type Link struct {
	Channel string         `json:"channel"` // "ledger" or "attacks" (on the other's state)
	Class   evidence.Class `json:"class"`
	// Direction is "a->b" or "b->a" where one acts on the other, "" where mutual.
	Direction string `json:"direction,omitempty"`
	// State is the country attacked (alpha-2), of an attack.
	State string `json:"state,omitempty"`
	// Victims is the number of states that the record of an attack names: one was
	// aimed at, many may have been met by chance.
	Victims int `json:"victims,omitempty"`
	// Incident is the incident that the record of an attack tells of: links of one
	// incident tell the same. Empty for lists of targets.
	Incident    string               `json:"incident,omitempty"`
	When        string               `json:"when,omitempty"` // EDTF
	WhenKind    string               `json:"when_kind,omitempty"`
	Text        string               `json:"text"`
	Status      evidence.Status      `json:"status,omitempty"`
	Basis       evidence.Basis       `json:"basis,omitempty"`
	Consent     evidence.Consent     `json:"consent,omitempty"`
	Exclusivity evidence.Exclusivity `json:"exclusivity,omitempty"`
	Source      string               `json:"source"` // independence group
	// Records say the same: one incident told by two data sets is one link
	// with both records.
	Records []evidence.ID `json:"records"`
}
