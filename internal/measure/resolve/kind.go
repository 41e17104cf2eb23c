package resolve

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Kind is what sort of actor an actor is.
type Kind string

// The kinds. A state's group has a state behind it by some source's word; a
// group that a table only calls no state's is [NonState]; one of which nobody says
// anything is [Unclear].
const (
	StateGroup Kind = "state"
	Criminal   Kind = "criminal"
	Hacktivist Kind = "hacktivist"
	Firm       Kind = "firm"
	Person     Kind = "person"
	NonState   Kind = "non-state"
	Program    Kind = "program"
	Unclear    Kind = "unclear"
)

// Kinds lists them, a state's groups first.
func Kinds() []Kind {
	return []Kind{StateGroup, Criminal, Hacktivist, Firm, Person, NonState, Program, Unclear}
}

// ParseKinds reads which actors a question about a state is about: empty for a
// state's groups, "all", or kinds with commas.
func ParseKinds(text string) ([]Kind, error) {
	if strings.TrimSpace(text) == "" {
		return []Kind{StateGroup}, nil
	}
	var out []Kind
	for name := range strings.SplitSeq(text, ",") {
		switch name = strings.TrimSpace(name); {
		case name == "all":
			return Kinds(), nil
		case slices.Contains(Kinds(), Kind(name)):
			out = append(out, Kind(name))
		default:
			return nil, fmt.Errorf("%q is no kind of actor; there are all, state, criminal, hacktivist, firm, person, non-state, program and unclear", name)
		}
	}
	return out, nil
}

var (
	//go:embed words/kinds.txt
	kindList string
	//go:embed words/schemes.txt
	schemeList string
	//go:embed words/programs.txt
	programList string

	phrases       = readPhrases()
	schemes       = readSchemes()
	knownPrograms = wordSet(programList)
)

// A phrase of a description speaks for a kind.
type phrase struct {
	kind Kind
	part string // its longest part in lower case, which a text must hold
	has  *regexp.Regexp
}

func readPhrases() []phrase {
	var out []phrase
	for _, line := range lines(kindList) {
		kind, text, _ := strings.Cut(line, "\t")
		part := slices.MaxFunc(strings.Split(text, "*"), func(a, b string) int { return len(a) - len(b) })
		fold := "(?i:"
		if strings.ToUpper(text) == text { // abbreviations are capitals
			fold = "(?:"
		}
		pattern := fold + strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, `\w*`) + ")"
		out = append(out, phrase{Kind(kind), strings.ToLower(part), regexp.MustCompile(`(?:^|\W)` + pattern + `(?:\W|$)`)})
	}
	return out
}

// readSchemes gives the kind of a first ("gold*") or last ("*spider") word.
func readSchemes() map[string]Kind {
	out := map[string]Kind{}
	for _, line := range lines(schemeList) {
		f := strings.Split(line, "\t")
		if len(f) > 2 {
			out[f[1]+"*"] = Kind(f[0])
		} else {
			out["*"+f[1]] = Kind(f[0])
		}
	}
	return out
}

// settleKinds says of every actor what sort it is. The first of these that
// speaks decides: of a name that only incident tables know, whether it is a
// program's or a firm's; a sponsor claim; a state that a source writes with the
// name; a state from which nobody else works; the naming scheme of its own names;
// the descriptions of its entries; what incident tables call the initiator.
func (d *Directory) settleKinds(c *corpus) {
	for _, a := range d.actors {
		a.Kind, a.KindWhy = d.kindOf(c, a)
	}
}

func (d *Directory) kindOf(c *corpus, a *Actor) (Kind, string) {
	if len(a.Refs) == 0 {
		switch {
		case c.software[Fold(a.Name)]:
			return Program, "the evidence knows a program of this name"
		case knownPrograms[Fold(a.Name)]:
			return Program, "a known program of this name"
		}
		if words := strings.Fields(strings.ToLower(a.Name)); len(words) > 1 && schemes["*"+words[len(words)-1]] == Firm {
			return Firm, "the name " + a.Name
		}
	}
	for _, at := range a.Countries {
		if at.Basis == basisSponsor && c.counts(at.Status) {
			return StateGroup, "a sponsor is named by " + at.Dataset
		}
	}
	if by := a.attributedBy(c); by != "" {
		return StateGroup, "attributed by " + by
	}
	if onlyTheState[a.Country] {
		return StateGroup, "nobody hacks from " + evidence.CountryInText(a.Country) + " but for the state"
	}
	for _, ref := range a.Refs {
		if e := c.entries[ref]; e != nil {
			if kind := schemeOf(e.name); kind != "" {
				return kind, "the name " + e.name
			}
		}
	}
	for _, p := range phrases {
		for _, ref := range a.Refs {
			if e := c.entries[ref]; e != nil && strings.Contains(e.aboutLower, p.part) {
				if found := p.has.FindString(e.about); found != "" {
					return p.kind, fmt.Sprintf("%s writes %q", e.catalogue, strings.TrimSpace(found))
				}
			}
		}
	}
	if kind := a.initiator.kind(); kind != "" {
		return kind, "incident tables"
	}
	return Unclear, "no source says"
}

// onlyTheState are the states without access to the network but by leave of the
// state, so that whoever works from there works for it, stealing money as well.
var onlyTheState = map[string]bool{"KP": true}

// attributedBy is a data set that writes a state with the name and does not say
// elsewhere that it means the country of origin, or "".
func (a *Actor) attributedBy(c *corpus) string {
	for _, at := range a.Countries {
		origin := func(o attribution) bool {
			return o.Basis == basisOrigin && o.Dataset == at.Dataset && o.Country == at.Country
		}
		if at.Basis == basisStated && c.counts(at.Status) && !slices.ContainsFunc(a.Countries, origin) {
			return at.Dataset
		}
	}
	return ""
}

// schemeOf is what the publisher's scheme says of a name of two words or more,
// or "".
func schemeOf(name string) Kind {
	words := strings.Fields(strings.ToLower(name))
	if len(words) < 2 {
		return ""
	}
	if kind := schemes["*"+words[len(words)-1]]; kind != "" && len(words) == 2 {
		return kind
	}
	return schemes[words[0]+"*"]
}

// initiators counts what incident tables call an actor.
type initiators map[evidence.Initiator]int

// initiated adds what incident tables call one of the actor's entries or names.
func (a *Actor) initiated(n initiators) {
	for k, v := range n {
		if a.initiator == nil {
			a.initiator = initiators{}
		}
		a.initiator[k] += v
	}
}

// kind is what the tables say: a state's where any of them says so.
func (n initiators) kind() Kind {
	switch {
	case n[evidence.InitiatorState]+n[evidence.InitiatorAffiliated] > 0:
		return StateGroup
	case n[evidence.InitiatorPrivate] > 0:
		return NonState
	case n[evidence.InitiatorPerson] > 0:
		return Person
	case n[evidence.InitiatorUnsaid] > 0:
		return StateGroup
	}
	return ""
}
