package evidence

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Admiralty is the NATO source grade: reliability of the source A to F and
// credibility of the information 1 to 6 (AJP-2.1). F and 6 mean "cannot be
// judged": a missing value, not a middling one. The zero value is ungraded.
// Its text form is two characters, such as "B2".
type Admiralty string

// Valid reports whether a is empty or a letter A-F followed by a digit 1-6.
func (a Admiralty) Valid() bool {
	return a == "" || len(a) == 2 && a[0] >= 'A' && a[0] <= 'F' && a[1] >= '1' && a[1] <= '6'
}

// Confidence maps the credibility digit to the STIX 2.1 scale (1..5 = 90, 70,
// 50, 30, 10; STIX 2.1 appendix A). 6, and no grade, give no confidence.
func (a Admiralty) Confidence() Confidence {
	if len(a) != 2 || a[1] < '1' || a[1] > '5' {
		return Confidence{}
	}
	return Percent(90 - 20*int(a[1]-'1'))
}

// Confidence is a source's own confidence on the STIX scale 0 to 100. The zero
// value means that the source stated none, which is not the same as 0.
type Confidence struct {
	percent uint8
	stated  bool
}

// Percent returns a stated confidence, clamped to 0..100.
func Percent(n int) Confidence {
	return Confidence{percent: uint8(max(0, min(100, n))), stated: true}
}

// Value returns the percentage and whether one was stated.
func (c Confidence) Value() (percent int, stated bool) { return int(c.percent), c.stated }

// IsZero reports that no confidence was stated (encoding/json's omitzero).
func (c Confidence) IsZero() bool { return !c.stated }

// MarshalJSON gives the number, or null where none was stated.
func (c Confidence) MarshalJSON() ([]byte, error) {
	if !c.stated {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(c.percent), 10), nil
}

// UnmarshalJSON reads a number 0..100 or null.
func (c *Confidence) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	if string(b) == "null" {
		*c = Confidence{}
		return nil
	}
	n, err := strconv.Atoi(string(b))
	if err != nil || n < 0 || n > 100 {
		return fmt.Errorf("confidence %s is not a whole number from 0 to 100", b)
	}
	*c = Percent(n)
	return nil
}

// TLP is a Traffic Light Protocol 2.0 marking (FIRST, 2022), least strict
// first. The zero value is unmarked and counts as CLEAR for ordering.
type TLP string

// Markings, from the least to the most strict.
const (
	Clear       TLP = "CLEAR"
	Green       TLP = "GREEN"
	Amber       TLP = "AMBER"
	AmberStrict TLP = "AMBER+STRICT"
	Red         TLP = "RED"
)

// Undecided stands for a marking that is not understood. It is stricter than
// RED: what is under it leaves at no ceiling until somebody decides.
const Undecided TLP = "UNDECIDED"

var tlpOrder = []TLP{"", Clear, Green, Amber, AmberStrict, Red}

// UpTo are the markings that a ceiling lets out, none at all among them.
func UpTo(ceiling TLP) []TLP {
	return slices.DeleteFunc(slices.Clone(tlpOrder), func(t TLP) bool { return t.Compare(ceiling) > 0 })
}

// ParseTLP accepts the five levels in any case, with or without "TLP:", with
// any sign or none between AMBER and STRICT, and TLP 1's WHITE as CLEAR.
func ParseTLP(s string) (TLP, error) {
	t := strings.ToUpper(strings.TrimSpace(s))
	t = strings.TrimLeft(strings.TrimPrefix(t, "TLP"), ":-_ ")
	switch t {
	case "WHITE":
		t = "CLEAR"
	case "AMBER-STRICT", "AMBER_STRICT", "AMBER STRICT", "AMBERSTRICT", "AMBER + STRICT":
		t = "AMBER+STRICT"
	}
	if !slices.Contains(tlpOrder, TLP(t)) {
		return "", fmt.Errorf("marking %q is not a TLP label; use CLEAR, GREEN, AMBER, AMBER+STRICT or RED", s)
	}
	return TLP(t), nil
}

// Compare is negative where t is less strict than o, 0 where equal, positive
// where stricter. A label outside the protocol counts as stricter than RED, so
// that what is not understood never leaks.
func (t TLP) Compare(o TLP) int { return t.rank() - o.rank() }

func (t TLP) rank() int {
	i := slices.Index(tlpOrder, t)
	if i < 0 {
		return len(tlpOrder)
	}
	return max(i, 1)
}

// Strictest returns the stricter of the two: a product carries the strictest
// marking of what it was made from.
func Strictest(a, b TLP) TLP {
	if a.Compare(b) >= 0 {
		return a
	}
	return b
}

// Status says how a claim stands.
type Status string

// The states of a claim. The zero value counts as asserted.
const (
	Asserted  Status = "asserted"
	Contested Status = "contested" // doubted by others, or by its own publisher
	Denied    Status = "denied"    // the party concerned denies it
)

// Disputed reports whether a claim is contested or denied: it is shown, and counts
// for nothing that is not disputed itself.
func (s Status) Disputed() bool { return s == Contested || s == Denied }

// Basis says how a link came to be known. Only what was observed can carry the
// two upper rungs of the ladder.
type Basis string

// The bases of a link. The zero value is unknown.
const (
	Observed Basis = "observed" // somebody saw it in systems, logs or code
	Assessed Basis = "assessed" // somebody concluded it
	Reported Basis = "reported" // somebody says that somebody else knows
)

// Consent says whether the actor whose access, tools or infrastructure the
// other used agreed to it.
type Consent string

// Consent as the source shows it. The zero value says the question does not arise.
const (
	ConsentShown   Consent = "shown"
	ConsentRefused Consent = "refused" // taken without asking
	ConsentUnknown Consent = "unknown"
)

// Exclusivity says who else can have the thing shared.
type Exclusivity string

// Exclusivity of a tool or of infrastructure. The zero value is unknown.
const (
	Public    Exclusivity = "public"    // for download or sale
	Shared    Exclusivity = "shared"    // known in several hands, not public
	Exclusive Exclusivity = "exclusive" // known in one hand
)
