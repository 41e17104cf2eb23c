package report

import (
	"fmt"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// A relation is what a pair is an instance of, in the words of the card.
type relation struct {
	kind         document.Finding // empty where nothing is found of the two
	actor, other string           // who acts and on whom; A and B where both do alike
	from         int              // index of the side that acts; -1 where both do
	sentence     string           // of the headline
	arrow        string           // of the picture
	row          string           // of the table of what matters, between the two names
}

// tone colours a relation: two that hack each other are told from one that hacks.
func (r relation) tone() document.Finding {
	if r.kind == document.Hacks && r.from < 0 {
		return document.EachOther
	}
	return r.kind
}

func relationOf(p pairView) relation {
	both := func(kind document.Finding, sentence, arrow, row string) relation {
		return relation{kind, p.A.Name, p.B.Name, -1, sentence, arrow, row}
	}
	switch {
	case worksTogether(p) && p.Contested:
		return both(document.Together, pairName(p)+" may work together; the sources disagree", "work together", levelText(p.Level))
	case worksTogether(p):
		return both(document.Together, pairName(p)+" work together", "work together", levelText(p.Level))
	case oneTook(p):
		return took(p)
	case sharesSupply(p) && p.Contested:
		return both(document.Supplier, pairName(p)+" may share a supplier; the sources disagree", "common supplier", levelText(p.Level))
	case sharesSupply(p):
		return both(document.Supplier, pairName(p)+" share a supplier at least; whether by consent is not shown", "common supplier", levelText(p.Level))
	case oneAttacks(p):
		switch forth, back := struck(p); {
		case forth && back:
			return both(document.Hacks, pairName(p)+" hack each other", "hack each other", "hack each other")
		case back:
			return relation{document.Hacks, p.A.Name, p.B.Name, 1, fmt.Sprintf("%s hacks %s", p.B.Name, p.A.Name), "hacks the group", "is hacked by"}
		}
		return relation{document.Hacks, p.A.Name, p.B.Name, 0, fmt.Sprintf("%s hacks %s", p.A.Name, p.B.Name), "hacks the group", "hacks"}
	}
	return relation{actor: p.A.Name, other: p.B.Name}
}

// took is the relation of a pair of which one took from the other, or posed as it.
func took(p pairView) relation {
	actor, other, class := taker(p)
	r := relation{kind: document.Unasked, actor: actor, other: other, from: btoi(actor != p.A.Name), arrow: "acts through, unasked", row: classText(class)}
	switch class {
	case evidence.FalseFlag:
		r.sentence, r.arrow = fmt.Sprintf("%s poses as %s", actor, other), "poses as"
	case evidence.Takeover:
		r.sentence = fmt.Sprintf("%s hacks %s and acts through it, unasked", actor, other)
	default:
		r.sentence, r.row = fmt.Sprintf("one of %s took from the other", pairName(p)), "takes from"
	}
	return r
}
