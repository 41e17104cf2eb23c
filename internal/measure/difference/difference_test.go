package difference_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/difference"
)

// corpus is made-up evidence about six groups of two states, with what each uses.
func corpus(rng *rand.Rand) (out []evidence.Record) {
	for g := range 6 {
		who := group(g)
		out = append(out, record(evidence.Alias, who, "Name of "+who.Name, "alias"), record(evidence.Sponsor, who, "an organ", "sponsor"))
		for k := range 4 {
			out = append(out, record(evidence.UsesSoftware, who, fmt.Sprintf("tool %d", rng.IntN(30)), fmt.Sprintf("uses %d", k)))
		}
	}
	return out
}

func group(n int) evidence.Actor {
	return evidence.Actor{Name: fmt.Sprintf("Group %c", 'A'+n), Ref: fmt.Sprintf("made:%d", n), Country: []string{"CN", "RU"}[n%2]}
}

func record(class evidence.Class, who evidence.Actor, value, object string) evidence.Record {
	return evidence.Record{
		Class: class, Subject: who, Value: value, Status: evidence.Asserted, Basis: evidence.Observed,
		Citation: evidence.Citation{Publisher: "Press", Title: object + " of " + who.Name},
		Origin:   evidence.Origin{Dataset: "made", Object: who.Ref + " " + object},
	}.Seal()
}

// link is a documented link between two groups.
func link(a, b evidence.Actor, class evidence.Class, consent evidence.Consent) evidence.Record {
	r := record(class, a, "seen at work", "link")
	r.Object, r.Consent, r.Exclusivity = b, consent, evidence.Exclusive
	return r.Seal()
}

// What moved a verdict is named, whatever else changed; where nothing moved, nothing
// is. `make changes` plants a hundred of each kind.
func TestTheRecordThatMovedAVerdictIsNamed(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("CAHOOTS_CHANGES"))
	right, all := 0, 0
	for seed := range uint64(max(n, 1)) {
		for _, kind := range []string{difference.Added, difference.Withdrawn, difference.Changed, difference.Reattributed, "nothing"} {
			rng := rand.New(rand.NewPCG(seed, 15))
			base := corpus(rng)
			a, b := group(2*rng.IntN(3)), group(2*rng.IntN(3)+1)
			handed := link(a, b, evidence.AccessHandover, evidence.ConsentShown)
			old, new := slices.Clone(base), slices.Clone(base)
			switch kind {
			case difference.Added:
				new = append(new, handed)
			case difference.Withdrawn:
				old = append(old, handed)
			case difference.Changed:
				old, new = append(old, handed), append(new, link(a, b, evidence.SharedPublicTool, evidence.ConsentUnknown))
			case difference.Reattributed:
				other := handed
				other.Object = group(1 + (int(b.Ref[len(b.Ref)-1]-'0')+1)%6/2*2)
				if other.Object == b {
					other.Object = group(1)
				}
				if other.Object == b {
					other.Object = group(3)
				}
				old, new = append(old, handed), append(new, other.Seal())
			}
			for k := range 3 { // what else came in, and moves nothing
				new = append(new, record(evidence.UsesSoftware, group(rng.IntN(6)), fmt.Sprintf("own tool %d", k), fmt.Sprintf("more %d", k)))
			}
			in := assess.Input{Question: assess.Question{A: "CN", B: "RU"}, Tool: assess.Tool{Seed: 1}}
			was, is := in, in
			was.Records, is.Records = old, new
			d, err := difference.Stores(t.Context(), was, is, 100)
			if err != nil {
				t.Fatal(err)
			}
			moved := slices.DeleteFunc(slices.Clone(d.Moved), func(m difference.Moved) bool { return m.Old != nil && m.New != nil && m.Old.Level == m.New.Level })
			all++
			ok := (len(moved) == 0) == (kind == "nothing")
			for _, m := range moved {
				ok = ok && len(m.Causes) == 1 && m.Causes[0].What == kind && m.Causes[0].First().Origin.Object == handed.Origin.Object
			}
			if ok {
				right++
			} else {
				t.Logf("seed %d, %s: %+v", seed, kind, moved)
			}
		}
	}
	if right*100 < all*99 {
		t.Errorf("%d of %d changes were named", right, all)
	}
	t.Logf("%d of %d", right, all)
}
