package assess_test

import (
	"encoding/json"
	"testing"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

func TestAnAnswerDoesNotDependOnWhatElseWasAskedOfTheBody(t *testing.T) {
	records := rich()
	body, err := assess.NewBody(t.Context(), records, resolve.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []assess.Question{{A: "NO", B: "PT"}, {A: "Group A0", B: "Group B0"}, {A: "NO", B: "PT", From: "2020-06", To: "2021"}, {A: "NO", B: "PT"}} {
		in := assess.Input{Records: records, Question: q, VerdictsOnly: true, Tool: assess.Tool{Seed: 1}}
		alone, err := assess.Run(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		in.Body = body
		among, err := assess.Run(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(alone)
		b, _ := json.Marshal(among)
		if string(a) != string(b) {
			t.Errorf("%s and %s, %s to %s: another answer among others", q.A, q.B, q.From, q.To)
		}
	}
}
