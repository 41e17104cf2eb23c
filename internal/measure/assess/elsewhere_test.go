package assess_test

import (
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// Who asks about a group is told of the links of the one that it may be, and the
// verdict stays.
func TestLinksOfTheOneThatAGroupMayBeAreTold(t *testing.T) {
	other := evidence.Actor{Name: "Other Name", Ref: "case:t:other", Country: "NO"}
	record := func(object string, class evidence.Class, a, b evidence.Actor) evidence.Record {
		return evidence.Record{
			Class: class, Subject: a, Object: b, Value: "told so", Basis: evidence.Observed, Consent: evidence.ConsentShown, Exclusivity: evidence.Exclusive,
			Citation: evidence.Citation{Publisher: "Weekly"}, Origin: evidence.Origin{Dataset: "case:t", Object: object},
		}.Seal()
	}
	plain := run(t, corpus(), assess.Question{A: "Group A1", B: "Group B2"})
	one, two := plain.Pairs[0].A, plain.Pairs[0].B
	name := record("name", evidence.Alias, other, evidence.Actor{})
	name.Value = other.Name
	asked := []evidence.Record{
		name.Seal(),
		record("same", evidence.PossiblySame, evidence.Actor{Name: one.Name, Country: one.Country}, other),
		record("link", evidence.AccessHandover, other, evidence.Actor{Name: two.Name, Country: two.Country}),
	}
	a := run(t, more(corpus(), asked...), assess.Question{A: "Group A1", B: "Group B2"})
	if p, was := a.Pairs[0], plain.Pairs[0]; p.Level != was.Level || p.Sign != was.Sign {
		t.Errorf("the verdict moved from %v %v to %v %v", was.Level, was.Sign, p.Level, p.Sign)
	}
	if len(a.Elsewhere) != 1 {
		t.Fatalf("%d links elsewhere: %+v", len(a.Elsewhere), a.Elsewhere)
	}
	e := a.Elsewhere[0]
	if e.A.Name != other.Name || e.B.Name != "Group B2" || e.Level != assess.JointOperation || e.Sign != assess.Cooperative {
		t.Errorf("told of %s and %s: %v %v", e.A.Name, e.B.Name, e.Level, e.Sign)
	}
	if len(e.MayBe) != 1 || e.MayBe[0].Asked.Name != "Group A1" || len(e.MayBe[0].Because.Records) != 1 {
		t.Errorf("because %+v", e.MayBe)
	}
	for _, id := range append(e.Records, e.MayBe[0].Because.Records...) {
		if _, kept := a.Records[id]; !kept {
			t.Errorf("record %s is not kept with the answer", id)
		}
	}
	// Whoever asks about both is told of the pair itself.
	if b := run(t, more(corpus(), asked...), assess.Question{A: "Group A1, Other Name", B: "Group B2"}); len(b.Elsewhere) != 0 {
		t.Errorf("told elsewhere what is asked: %+v", b.Elsewhere)
	}
}
