package stat

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// attack is what the tests need of the ATT&CK enterprise bundle: live groups by
// name, with the live software and techniques they use.
type attack struct {
	groups               []string
	software, techniques *Matrix
}

func (a attack) row(t testing.TB, name string) int {
	t.Helper()
	i, ok := slices.BinarySearch(a.groups, name)
	if !ok {
		t.Fatalf("ATT&CK has no group %q", name)
	}
	return i
}

var (
	attackOnce sync.Once
	attackRead attack
)

// readAttack decodes the bundle once for all tests; it skips where the data is
// absent.
func readAttack(t testing.TB) attack {
	const file = "attack/enterprise-attack-18.1.stix20.json.xz"
	publicdata.Path(t, file)
	attackOnce.Do(func() { attackRead = decodeAttack(t, publicdata.Read(t, file)) })
	return attackRead
}

func decodeAttack(t testing.TB, b []byte) attack {
	type object struct {
		ID, Type, Name     string
		Revoked            bool
		Deprecated         bool   `json:"x_mitre_deprecated"`
		RelationshipType   string `json:"relationship_type"`
		SourceRef          string `json:"source_ref"`
		TargetRef          string `json:"target_ref"`
		ExternalReferences []struct {
			SourceName string `json:"source_name"`
			ExternalID string `json:"external_id"`
		} `json:"external_references"`
	}
	var bundle struct{ Objects []object }
	if err := json.Unmarshal(b, &bundle); err != nil {
		t.Fatal(err)
	}
	live := map[string]object{}
	names := map[string]bool{}
	for _, o := range bundle.Objects {
		if o.Revoked || o.Deprecated {
			continue
		}
		live[o.ID] = o
		if o.Type == "intrusion-set" {
			names[o.Name] = true
		}
	}
	groups := slices.Sorted(maps.Keys(names))
	uses := func(types ...string) *Matrix {
		var cells [][2]string
		items := map[string]int{}
		for _, o := range bundle.Objects {
			group, item := live[o.SourceRef], live[o.TargetRef]
			if live[o.ID].ID == "" || o.RelationshipType != "uses" || group.Type != "intrusion-set" || !slices.Contains(types, item.Type) {
				continue
			}
			cells = append(cells, [2]string{group.Name, item.ID})
			items[item.ID] = 0
		}
		for k, id := range slices.Sorted(maps.Keys(items)) {
			items[id] = k
		}
		m := NewMatrix(len(groups), len(items))
		for _, c := range cells {
			i, _ := slices.BinarySearch(groups, c[0])
			m.Set(i, items[c[1]])
		}
		return m
	}
	return attack{groups, uses("malware", "tool"), uses("attack-pattern")}
}

// On ATT&CK, Fisher's test finds links between half of all pairs of groups; a
// degree-preserving null does not.
func TestFisherFindsLinksEverywhereOnAttackAndSDSMDoesNot(t *testing.T) {
	a := readAttack(t)
	s, err := NewSDSM(a.techniques)
	if err != nil {
		t.Fatal(err)
	}
	var fisher, fisherPairs, sdsm, sdsmPairs int
	m, items := a.techniques, 488 // techniques with a group
	for _, p := range m.Pairs() {
		if m.RowDegree(p.A) == 0 || m.RowDegree(p.B) == 0 {
			continue
		}
		f, err := hypergeometric(items, m.RowDegree(p.A), m.RowDegree(p.B), m.Overlap(p.A, p.B), TailUpper)
		if err != nil {
			t.Fatal(err)
		}
		fisherPairs++
		if f < .05 {
			fisher++
		}
		if r := s.Overlap(p.A, p.B, TailUpper); r.P != nil {
			sdsmPairs++
			if *r.P < .05 {
				sdsm++
			}
		}
	}
	if fisherPairs != 14028 || m.Columns() != items {
		t.Fatalf("%d pairs over %d techniques, want 14028 over %d", fisherPairs, m.Columns(), items)
	}
	near(t, "share of pairs below .05 with Fisher", float64(fisher)/float64(fisherPairs), .494, .0005)
	near(t, "share of pairs below .05 with SDSM", float64(sdsm)/float64(sdsmPairs), .05, .03)
	t.Logf("Fisher %d of %d, SDSM %d of %d below .05", fisher, fisherPairs, sdsm, sdsmPairs)
}
