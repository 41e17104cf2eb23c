package question

import (
	"context"
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
)

// What the records of a pair say of it, in the words of the controls.
const (
	documented = "documented" // asserted work together, with consent
	taken      = "taken"      // a takeover or a false flag
	doubtful   = "doubtful"   // nothing but contested and denied claims
	other      = "other"
)

func sort(p assess.Pair) string {
	said := map[string]bool{}
	for _, l := range p.Links {
		together := slices.Contains([]evidence.Class{evidence.AccessHandover, evidence.JointOperation, evidence.InformationExchange}, l.Class)
		switch {
		case l.Status != evidence.Asserted || l.Class == evidence.Denial:
			said[doubtful] = true
		case l.Class == evidence.Takeover || l.Class == evidence.FalseFlag || l.Consent == evidence.ConsentRefused:
			said[taken] = true
		case together && l.Consent == evidence.ConsentShown:
			said[documented] = true
		default:
			said[other] = true
		}
	}
	for _, what := range []string{documented, taken, other, doubtful} {
		if said[what] {
			return what
		}
	}
	return other
}

// Every pair of the ledger is a control: documented work together ranks above
// whatever was taken, posed or doubted, what was taken is never cooperation, and
// what is only doubted comes out low and contested.
func TestThePairsOfTheLedgerComeOutInOrder(t *testing.T) {
	in, err := Assess(assess.Input{Question: assess.Question{A: assess.World, B: assess.World}, VerdictsOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	a, err := assess.Run(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	n, lowest, highest := map[string]int{}, assess.JointOperation, assess.NoneFound
	for _, p := range a.Pairs {
		if len(p.Links) == 0 {
			continue
		}
		what := sort(p)
		n[what]++
		name := p.A.Name + " and " + p.B.Name
		switch what {
		case documented:
			lowest = min(lowest, p.Level)
			if p.Sign != assess.Cooperative {
				t.Errorf("%s, documented: %s, %s", name, p.Level, p.Sign)
			}
		case taken:
			highest = max(highest, p.Level)
			if p.Sign == assess.Cooperative || p.Sign == assess.NoSign {
				t.Errorf("%s, taken: %s, %s", name, p.Level, p.Sign)
			}
		case doubtful:
			highest = max(highest, p.Level)
			if p.Sign != assess.NoSign || p.Confidence != assess.Low || !p.Contested && !onlyDenied(p) {
				t.Errorf("%s, doubtful: %s, %s, %s, contested %v", name, p.Level, p.Sign, p.Confidence, p.Contested)
			}
		}
	}
	if lowest <= highest {
		t.Errorf("a documented link is %s, and one taken or doubted %s", lowest, highest)
	}
	if n[documented] < 20 || n[taken] < 10 || n[doubtful] < 25 {
		t.Errorf("%v", n)
	}
	t.Logf("%v; documented from %s, others up to %s", n, lowest, highest)
}

func onlyDenied(p assess.Pair) bool {
	return !slices.ContainsFunc(p.Links, func(l channel.Link) bool { return l.Status == evidence.Contested })
}
