package assess_test

import (
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

func TestTheNearestRecodingIsTold(t *testing.T) {
	records := more(corpus(), handover("Group A3", "Group B3", "case:u", "Courier", "SE"))
	p := pairOf(t, run(t, records, assess.Question{A: "NO", B: "PT"}), "Group A3", "Group B3")
	r := p.Recoding
	if p.Level != assess.JointOperation || r == nil || r.Field != "consent" || r.Was != "shown" || r.Is != "refused" || r.Level != assess.NoneFound || r.Sign != assess.Unilateral {
		t.Fatalf("%v: %+v", p.Level, r)
	}
	// Coded so, the verdict is what was told.
	for i, x := range records {
		if x.ID == r.Record {
			records[i].Consent = evidence.Consent(r.Is)
			records[i] = records[i].Seal()
		}
	}
	if q := pairOf(t, run(t, records, assess.Question{A: "NO", B: "PT"}), "Group A3", "Group B3"); q.Level != r.Level || q.Sign != r.Sign {
		t.Errorf("coded so it is %v %s, not %v %s", q.Level, q.Sign, r.Level, r.Sign)
	}
	second := handover("Group A3", "Group B3", "case:v", "Herald", "FI")
	second.Basis, second.Consent = evidence.Assessed, evidence.ConsentUnknown
	q := pairOf(t, run(t, more(corpus(), second), assess.Question{A: "NO", B: "PT"}), "Group A3", "Group B3")
	if q.Recoding == nil || q.Recoding.Turn == 0 || q.Recoding.Turn > q.Recoding.Tried {
		t.Errorf("%+v", q.Recoding)
	}
	if bare := pairOf(t, run(t, corpus(), assess.Question{A: "NO", B: "PT"}), "Group A3", "Group B3"); bare.Recoding != nil {
		t.Errorf("nothing is coded between the two, and is recoded: %+v", bare.Recoding)
	}
}
