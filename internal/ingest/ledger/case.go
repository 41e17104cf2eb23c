package ledger

import (
	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A Case is one case file. Lines are 1-based and are no part of its meaning.
type Case struct {
	File string // as given to Parse

	ID      string // letters, digits, dots and dashes; data set "case:ID"
	Title   string
	About   string // what the case is and is not
	Notice  string // licence and copyright of what it is made from
	Version string

	Question   question
	Actors     []Actor
	Sources    []Source
	Evidence   []Item
	Agreements []agreement
	Controls   []Control
	Policy     policy
}

// Dataset is the name under which the case's records are stored.
func (c *Case) Dataset() string { return "case:" + c.ID }

// question is what the case asks. A and B name actors or states.
type question struct {
	A, B     []string
	From, To string // EDTF dates, or empty
	Line     int
}

// Two states of a claim that no evidence has: what a program read from a report
// and nobody has accepted, and what somebody refused. Such entries are kept, so
// that nobody is asked twice, and are no records.
const (
	Proposed evidence.Status = "proposed"
	Refused  evidence.Status = "refused"
)

// pending reports that a claim of this status is no evidence.
func pending(s evidence.Status) bool { return s == Proposed || s == Refused }

// An Actor is a group the case speaks of.
type Actor struct {
	Name    string
	Country string // ISO 3166-1 alpha-2 of the state it is attributed to; empty where none
	By      string // who coined Name
	Source  string // id of the source that does
	Aliases []Alias
	Note    string
	Line    int
}

// An Alias is another name of an actor, and who uses it.
type Alias struct {
	Name   string
	By     string // who coined it
	Source string // id of a source
	Status evidence.Status
	Grade  evidence.Admiralty // of this claim; empty takes the source's
	Note   string
	Line   int
}

// A Source is a publication that evidence cites.
type Source struct {
	ID        string
	Publisher string
	Country   string // seat of the publisher
	Title     string
	URL       string
	Via       string // the copy or catalogue in which it was read
	Published evidence.Interval
	Grade     evidence.Admiralty
	Marking   evidence.TLP
	Group     string // sources that repeat one another share it
	Note      string
	Line      int
}

// An Item is one entry of the evidence list. Several actors, or several seconds,
// make one record for each pair.
type Item struct {
	ID      string
	Class   evidence.Class
	Kind    string // possibly-same: less than identity
	Event   string // groups items about one incident or claim
	Actors  []string
	With    []string
	Speaker string // who said it, where not the publisher
	Country string // sponsor: the state it is attributed to

	Value     string
	Ref       string   // external id of the value: S0013, T1566.001, CVE-2017-0005
	Aliases   []string // other names of the value
	Targets   []evidence.Target
	Objective string

	Activity, Detected, Disclosed evidence.Interval

	Basis       evidence.Basis
	Consent     evidence.Consent
	Exclusivity evidence.Exclusivity
	Status      evidence.Status
	AcceptedAs  evidence.Status // of what is proposed: the status it has once accepted
	Confidence  evidence.Confidence
	Grade       evidence.Admiralty

	Source  string
	Locator string // page or section; replaces the source's URL
	Note    string
	Line    int
}

// An agreement is a treaty or statement between states.
type agreement struct {
	ID      string
	Name    string
	Kind    string // one of Kinds
	Parties []string
	Signed  evidence.Interval
	InForce evidence.Interval // empty is unknown
	Clauses []string          // of Clauses
	Status  evidence.Status
	Grade   evidence.Admiralty
	Source  string
	Locator string
	Note    string
	Line    int
}

// A Control is an outcome that a sound method must give on this case.
type Control struct {
	ID         string
	A, B       string
	From, To   string
	LevelMin   int // 0..5
	LevelMax   int
	Signs      []string // any of these; empty does not matter
	Confidence string   // low, moderate, high; empty does not matter
	Contested  bool     // the pair or claim must come out as contested
	Why        string
	Line       int
}

// A policy says how names are to be resolved for this case; it is resolve's
// policy as a case file writes it.
type policy struct {
	Split           [][]string
	Join            []join
	IncludeDisputed bool
	IgnoreDatasets  []string
}

// A join merges names by the writer's word.
type join struct {
	Names []string
	Why   string
}
