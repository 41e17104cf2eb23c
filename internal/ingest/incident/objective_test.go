package incident

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

const inferring = `
dataset: toy
publisher: Somebody
id: {column: id}
fields:
  initiator: who
  objective:
    column: act
    split: ";"
    values: {Wiping: disruption}
    infer:
      - values: {Theft: espionage}
        only: [{column: kind, list: python, values: [State]}]
        unless: [{column: sector, list: python, values: [Finance]}]
        why: theft by a state
`

// Theft is read as espionage where every initiator is a state and no victim a
// bank, and the record says so; what the source states always comes first.
func TestAnObjectiveIsInferredOnlyUnderItsConditions(t *testing.T) {
	table := "id,who,act,kind,sector\n" +
		"1,A,theft,\"['State', 'State']\",['Telecoms']\n" +
		"2,A,Theft,\"['State', 'Criminal']\",\n" +
		"3,A,Theft,,\n" +
		"4,A,Theft,['State'],\"[['Telecoms', 'Finance']]\"\n" +
		"5,A,Theft; Wiping,['State'],\n" +
		"6,A,Leak,['State'],\n"
	want := map[string]string{"1": "espionage", "5": "disruption"}
	m, err := parseMap([]byte(inferring))
	if err != nil {
		t.Fatal(err)
	}
	r, err := newReader(context.Background(), strings.NewReader(table), m, source.Info{Name: "toy.csv"}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; ; n++ {
		rec, err := r.Next()
		if err == io.EOF && n == 6 {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if rec.Objective != want[rec.Origin.Object] {
			t.Errorf("incident %s: objective %q, want %q", rec.Origin.Object, rec.Objective, want[rec.Origin.Object])
		}
		if _, marked := rec.Extra[evidence.ExtraObjectiveBasis]; marked != (rec.Origin.Object == "1") {
			t.Errorf("incident %s: marked as inferred: %v", rec.Origin.Object, marked)
		}
	}
	if n := r.Summary().Counts["incident whose objective was inferred"]; n != 1 {
		t.Errorf("%d incidents counted as inferred, want 1", n)
	}
}

func TestAnInferenceWithoutReasonOrConditionIsRefused(t *testing.T) {
	for _, cut := range []string{"        why: theft by a state\n", "        only: [{column: kind, list: python, values: [State]}]\n"} {
		if _, err := parseMap([]byte(strings.Replace(inferring, cut, "", 1))); err == nil || !strings.Contains(err.Error(), "infer") {
			t.Errorf("without %q: %v", strings.TrimSpace(cut), err)
		}
	}
}
