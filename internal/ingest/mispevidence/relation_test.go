package mispevidence

import (
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

func TestRelationsBetweenActorsAreClaimsOfTheGalaxy(t *testing.T) {
	recs, bad, _ := readAll(t, GalaxyFormat, []byte(`{"type":"threat-actor","category":"actor","version":1,"values":[
		{"value":"Heron","uuid":"AAAAAAAA-0000-4000-8000-000000000001","meta":{"country":"CN"},"related":[
			{"dest-uuid":"aaaaaaaa-0000-4000-8000-000000000002","type":"similar","tags":["estimative-language:likelihood-probability=\"likely\""]},
			{"dest-uuid":"aaaaaaaa-0000-4000-8000-000000000002","type":"similar"},
			{"dest-uuid":"aaaaaaaa-0000-4000-8000-000000000003","type":"part-of"},
			{"dest-uuid":"aaaaaaaa-0000-4000-8000-000000000003","type":"linked-to"},
			{"dest-uuid":"aaaaaaaa-0000-4000-8000-000000000003","type":"admires"},
			{"dest-uuid":"aaaaaaaa-0000-4000-8000-000000000001","type":"similar"},
			{"dest-uuid":"aaaaaaaa-0000-4000-8000-000000000009","type":"similar"}]},
		{"value":"Egret","uuid":"aaaaaaaa-0000-4000-8000-000000000002"},
		{"value":"Wader","uuid":"aaaaaaaa-0000-4000-8000-000000000003"}]}`))
	var got []string
	for _, r := range recs {
		if !r.Object.IsZero() {
			got = append(got, string(r.Class)+" "+r.Kind+": "+r.Subject.Name+": "+r.Value)
			if r.Object.Ref == "" || r.Independence != "misp-galaxy" || r.Subject.Country != "" {
				t.Errorf("%+v", r)
			}
		}
	}
	slices.Sort(got)
	want := []string{"possibly-same part: Heron: part-of Wader", "possibly-same related: Heron: linked-to Wader", "possibly-same similar: Heron: similar Egret, likely"}
	if len(bad) > 0 || !slices.Equal(got, want) {
		t.Errorf("%q, want %q; %v", got, want, bad)
	}
}

func TestTheGalaxysRelationsBetweenActorsAreRead(t *testing.T) {
	recs, _, _ := readAll(t, GalaxyFormat, publicdata.Read(t, galaxyTA))
	n := map[evidence.Class]int{}
	found := false
	for _, r := range recs {
		if !r.Object.IsZero() {
			n[r.Class]++
			found = found || r.Subject.Name == "TA406" && r.Object.Name == "Kimsuky" && r.Kind == evidence.KindPart
		}
	}
	if n[evidence.PossiblySame] < 103 || n[evidence.Statement] < 1 || !found {
		t.Errorf("%v, TA406 part of Kimsuky: %v", n, found)
	}
}
