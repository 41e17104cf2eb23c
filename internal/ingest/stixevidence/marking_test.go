package stixevidence

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/marking"
)

var ceilings = []evidence.TLP{evidence.Clear, evidence.Green, evidence.Amber, evidence.AmberStrict, evidence.Red}

// marked is an object whose texts are canaries, under a marking.
type marked struct {
	text   string
	level  evidence.TLP
	canary string
}

// randomBundle makes objects of every kind that bears on records, each with a
// canary in every text and marked at random.
func randomBundle(rnd *rand.Rand) (out []marked) {
	pick := func(list ...string) string { return list[rnd.IntN(len(list))] }
	some := func(typ string, n int) string { return id(typ, 1+rnd.IntN(n)) }
	serial, makers := 0, 1+rnd.IntN(3)
	add := func(typ string, n int, more ...string) {
		serial++
		canary := fmt.Sprintf("kanary%03dx", serial)
		level := append([]evidence.TLP{"", "", evidence.Undecided}, ceilings...)[rnd.IntN(8)]
		var marks string
		switch ref := marking.TLPDefinition(level); {
		case level == evidence.Undecided:
			marks = `"object_marking_refs":["` + id("marking-definition", 7) + `"]`
		case level != "" && rnd.IntN(4) == 0:
			marks = `"granular_markings":[{"marking_ref":"` + ref + `","selectors":["name"]}]`
		case level != "":
			marks = `"object_marking_refs":["` + ref + `"]`
		}
		more = append(more, marks, `"external_references":[`+pick("", `{"source_name":"`+canary+`","url":"https://`+canary+`.example/","description":"`+canary+`. (2020, May 3). `+canary+`."}`)+`]`,
			`"description":"`+canary+`"`, `"x_note":"`+canary+`"`)
		if typ != "relationship" && typ != "sighting" && typ != "opinion" && !strings.Contains(strings.Join(more, ","), `"name":`) {
			more = append(more, `"name":"`+canary+`"`)
		}
		if typ == "intrusion-set" || typ == "campaign" || typ == "malware" {
			more = append(more, `"aliases":["`+canary+` alias"]`)
		}
		maker := some("identity", makers)
		if makers == 2 { // the one who says it in the open, and the one who does not
			if maker = id("identity", 1); level.Compare(evidence.Clear) > 0 {
				maker = id("identity", 2)
			}
		}
		if (makers < 3 || rnd.IntN(3) > 0) && typ != "identity" {
			more = append(more, `"created_by_ref":"`+maker+`"`)
		}
		out = append(out, marked{obj(typ, n, more...), level, canary})
	}
	for n := range 3 {
		add("identity", n+1)
		add("intrusion-set", n+1)
		add("campaign", n+1, `"first_seen":"2021-03-02T00:00:00Z"`)
		add("malware", n+1)
		add("infrastructure", n+1)
		add("location", n+1, `"country":"`+pick("RU", "CN", "UA")+`"`)
		add("identity", n+11, `"identity_class":"class"`, `"name":"`+pick("Russia", "China")+`"`)
	}
	for n := range 22 {
		from, relation, to := some("intrusion-set", 3), "uses", some("malware", 3)
		switch rnd.IntN(9) {
		case 0:
			relation, to = "attributed-to", id("identity", 11+rnd.IntN(3))
		case 1:
			relation, to = pick("originates-from", "targets", "located-at"), some("location", 3)
		case 2:
			from, relation, to = some("campaign", 3), "attributed-to", some("intrusion-set", 3)
		case 3, 4:
			from = some("campaign", 3)
		case 5:
			relation, to = pick("owns", "compromises", "uses"), some("infrastructure", 3)
		case 6:
			relation, to = pick("duplicate-of", "attributed-to", "impersonates"), some("intrusion-set", 3)
		}
		add("relationship", n+1, fmt.Sprintf(`"source_ref":%q,"relationship_type":%q,"target_ref":%q`, from, relation, to), `"start_time":"2021-05-06T07:08:09Z"`)
	}
	for n := range 5 {
		add("report", n+1, `"published":"2020-0`+fmt.Sprint(1+rnd.IntN(9))+`-02T00:00:00Z"`, `"object_refs":["`+pick(some("intrusion-set", 3), some("relationship", 22))+`"]`)
		add("opinion", n+1, `"opinion":"disagree"`, `"object_refs":["`+pick(some("intrusion-set", 3), some("relationship", 22), some("campaign", 3))+`"]`)
		add("sighting", n+1, `"sighting_of_ref":"`+pick(some("intrusion-set", 3), some("campaign", 3))+`"`, `"where_sighted_refs":["`+some("location", 3)+`"]`)
	}
	// Newer versions, whose maker thinks otherwise of who may see them. For whoever
	// may not see the newer the older is the object, as if there were no other.
	for n := range 3 {
		for _, typ := range []string{"intrusion-set", "campaign", "malware", "infrastructure"} {
			if rnd.IntN(3) > 0 {
				continue
			}
			for version := range 1 + rnd.IntN(3) {
				add(typ, n+1, fmt.Sprintf(`"modified":"202%d-01-01T00:00:00.000Z"`, 1+version), pick("", "", `"revoked":true`))
			}
		}
	}
	rnd.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func upTo(list []marked, ceiling evidence.TLP) (texts []string) {
	for _, m := range list {
		if m.level.Compare(ceiling) <= 0 {
			texts = append(texts, m.text)
		}
	}
	return texts
}

// within is what a ceiling lets out of records, in order.
func within(records []evidence.Record, ceiling evidence.TLP) []evidence.Record {
	var out []evidence.Record
	for _, r := range records {
		if r.Marking.Compare(ceiling) <= 0 {
			r.Origin.Line = 0
			out = append(out, r)
		}
	}
	out = evidence.Settle(out)
	slices.SortFunc(out, evidence.Compare)
	return out
}

func TestUpToACeilingTheRecordsAreThoseOfTheObjectsUpToIt(t *testing.T) {
	marks := `{"type":"marking-definition","spec_version":"2.1","id":"` + id("marking-definition", 7) + `","created":"2022-01-01T00:00:00Z","name":"SECRET","definition_type":"class","definition":{}}`
	for seed := range uint64(60) {
		list := randomBundle(rand.New(rand.NewPCG(seed, 1)))
		whole := readBundle(t, append(upTo(list, evidence.Undecided), marks)...)
		for _, ceiling := range ceilings {
			got, want := within(whole.records, ceiling), within(readBundle(t, append(upTo(list, ceiling), marks)...).records, ceiling)
			a, _ := json.MarshalIndent(got, "", " ")
			b, _ := json.MarshalIndent(want, "", " ")
			if string(a) != string(b) {
				t.Fatalf("bundle %d at %s: %d records, %d from what may be seen alone\n%s", seed, ceiling, len(got), len(want), firstDifference(string(a), string(b)))
			}
			for _, m := range list {
				if m.level.Compare(ceiling) > 0 && strings.Contains(string(a), m.canary) {
					t.Fatalf("bundle %d at %s: the text of an object marked %s is told:\n%s", seed, ceiling, m.level, m.text)
				}
			}
		}
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return strings.Join(x[max(0, i-12):min(len(x), i+6)], "\n") + "\n---\n" + strings.Join(y[max(0, i-12):min(len(y), i+6)], "\n")
		}
	}
	return ""
}

func TestNothingIsCopiedFromAnObjectIntoALaxerRecord(t *testing.T) {
	red := `"object_marking_refs":["` + marking.TLPDefinition(evidence.Red) + `"]`
	text := func(s string) string { return `"name":"` + s + `","description":"` + s + `"` }
	group, campaign, tool := id("intrusion-set", 1), id("campaign", 1), id("malware", 1)
	out := readBundle(t, maker, obj("identity", 2, text("SECRET PUBLISHER"), red), obj("identity", 3, `"name":"Russia","identity_class":"class"`),
		obj("intrusion-set", 1, `"name":"Open Group"`), obj("malware", 1, `"name":"Open Tool"`), obj("campaign", 1, `"name":"Open Campaign"`),
		obj("intrusion-set", 2, `"name":"Granular"`, `"aliases":["SECRET ALIAS"]`, `"granular_markings":[{"marking_ref":"`+marking.TLPDefinition(evidence.Red)+`","selectors":["aliases.[0]"]}]`),
		rel(1, group, "attributed-to", id("identity", 3), red, `"description":"SECRET ATTRIBUTION"`),
		rel(2, group, "uses", tool, `"created_by_ref":"`+id("identity", 2)+`"`),
		rel(3, campaign, "attributed-to", group, red), rel(4, campaign, "uses", tool),
		obj("opinion", 1, `"opinion":"disagree","explanation":"SECRET OPINION","object_refs":["`+id("relationship", 2)+`"]`, red),
		obj("report", 1, text("SECRET REPORT"), `"published":"2019-01-01T00:00:00Z"`, `"object_refs":["`+id("relationship", 2)+`"]`, red))
	open := within(out.records, evidence.Clear)
	told, _ := json.Marshal(open)
	for _, secret := range []string{"SECRET", `"country":"RU"`, "contested", "2019", "Open Campaign"} {
		if strings.Contains(string(told), secret) {
			t.Errorf("%s is told to everybody: %s", secret, told)
		}
	}
	all := within(out.records, evidence.Red)
	n := map[evidence.Class]int{}
	for _, r := range all {
		n[r.Class]++
		if r.Class == evidence.UsesSoftware && r.Origin.Object == id("relationship", 2) && (r.Status != evidence.Contested || r.Citation.Title != "SECRET REPORT") {
			t.Errorf("whoever may see all is shown %+v", r)
		}
		if r.Class == evidence.Sponsor && r.Subject.Country != "RU" {
			t.Errorf("the attribution is lost: %+v", r)
		}
	}
	if n[evidence.UsesSoftware] != 2 || n[evidence.Campaign] != 1 || n[evidence.Sponsor] != 1 {
		t.Errorf("whoever may see all is shown %v", n)
	}
}
