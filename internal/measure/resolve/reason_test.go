package resolve

import (
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// citing is an entry that cites another's identifier.
func citing(dataset, ref, name, target string) []evidence.Record {
	return append(entryOf(dataset, ref, "", name), aliasRecord(dataset, evidence.Actor{Name: name, Ref: ref}, "N", target))
}

// What a merge rests on is said in full, and no more than that.
func TestAMergeSaysWhatTheTwoShare(t *testing.T) {
	for _, c := range []struct {
		records []evidence.Record
		why     string
	}{
		{slices.Concat(entryOf("a", "a:1", "", "Grey Wolf", "Lupus"), entryOf("b", "b:1", "", "Grey Wolf", "Canis")), "both go by the name Grey Wolf."},
		{slices.Concat(entryOf("a", "a:1", "", "Grey Wolf", "Lupus"), entryOf("b", "b:1", "", "Grey Wolf", "Lupus")), "both carry the names Grey Wolf and Lupus."},
		{slices.Concat(entryOf("a", "a:1", "", "Grey Wolf", "Lupus"), entryOf("b", "b:1", "", "Lupus")), "both carry the name Lupus."},
		{slices.Concat(entryOf("a", "a:1", "", "W", "A1", "B1", "C1", "D1"), entryOf("b", "b:1", "", "W", "A1", "B1", "C1", "D1")), "both carry the names A1, B1, C1, D1 and W."},
		{slices.Concat(entryOf("a", "a:1", "", "W", "A1", "B1", "C1", "D1", "E1", "F1"), entryOf("b", "b:1", "", "W", "A1", "B1", "C1", "D1", "E1", "F1")), "both carry the names A1, B1, C1, D1, E1 and 2 more."},
		{slices.Concat(entryOf("a", "a:1", "", "Grey Wolf"), citing("b", "b:1", "Red Fox", "a:1")), "one cites the identifier of the other."},
		{slices.Concat(entryOf("a", "a:1", "", "Grey Wolf", "Lupus"), entryOf("b", "b:1", "", "Grey Wolf", "Lupus"), entryOf("b", "b:2", "", "Red Fox", "Grey Wolf")),
			"both carry the name Lupus, both have Grey Wolf as their own name."},
	} {
		a := mustFind(t, mustResolve(t, c.records, Policy{}), "a:1")
		if len(a.Merges) != 1 || !strings.HasSuffix(a.Merges[0].Why, "are one actor: "+c.why) {
			t.Errorf("%+v, want %s", a.Merges, c.why)
		}
	}
}

func TestWhatForbidsAMergeIsSaidBesideWhatSpeaksForIt(t *testing.T) {
	d := mustResolve(t, slices.Concat(entryOf("a", "a:1", "RU", "Grey Wolf", "Lupus"), entryOf("b", "b:1", "IR", "Grey Wolf", "Lupus")), Policy{})
	var why []string
	for _, c := range d.Conflicts() {
		if c.Kind == mergeRefused {
			why = append(why, c.Why)
		}
	}
	want := "Grey Wolf in a and Grey Wolf in b stay apart: both carry the names Grey Wolf and Lupus, but the sources attribute one to Russia and the other to Iran."
	if len(why) != 1 || why[0] != want {
		t.Errorf("got %q, want %q", why, want)
	}
}

// "Wolf" sorts before "Wolf Group", and their data sets the other way round.
func TestAConflictNamesEachDataSetOnceAndInOrder(t *testing.T) {
	d := mustResolve(t, slices.Concat(
		entryOf("attack-mobile", "attack:G0001", "RU", "Wolf"), entryOf("attack-enterprise", "attack:G0001", "RU", "Wolf Group", "Wolf"), entryOf("z", "z:2", "IR", "Hare", "Wolf")), Policy{})
	for _, c := range d.Conflicts() {
		if c.Kind == nameOfSeveral && strings.Contains(c.Why, "(RU) (attack-enterprise, attack-mobile)") {
			return
		}
	}
	t.Errorf("the two data sets are not named once each, in order: %+v", d.Conflicts())
}

// Of links of which only one can stand, because a catalogue keeps the two at its
// far ends apart, the better supported stands.
func TestTheBetterSupportedLinkStands(t *testing.T) {
	// b's entries are tied to c's and to a's; a's and c's are tied to each other.
	b := func(one, two []string) []evidence.Record {
		return slices.Concat(entryOf("b", "b:1", "", one...), entryOf("b", "b:2", "", two...))
	}
	for _, c := range []struct {
		promise string
		records []evidence.Record
		one     bool // a:1 is b:1 and not c:1
	}{
		{"the same own name before an alias that is one's own name",
			slices.Concat(entryOf("a", "a:1", "", "Wolf", "Fox"), b([]string{"Wolf"}, []string{"Hare"}), append(entryOf("c", "c:1", "", "Fox"), citing("c", "c:1", "Fox", "b:2")...)), true},
		{"an own name and more aliases before an own name and fewer",
			slices.Concat(entryOf("a", "a:1", "", "Wolf", "Fox", "Canis", "Lupus"), b([]string{"Bear", "Wolf"}, []string{"Hare"}),
				append(entryOf("c", "c:1", "", "Fox", "Canis", "Lupus"), citing("c", "c:1", "Fox", "b:2")...)), false},
	} {
		d := mustResolve(t, c.records, Policy{})
		a := mustFind(t, d, "a:1")
		if one := slices.Contains(a.Refs, "b:1"); one != c.one || one == slices.Contains(a.Refs, "c:1") {
			t.Errorf("%s: a:1 is %v", c.promise, a.Refs)
		}
	}
}

func TestALinkIsTheBetterSupportedTheFirmerItsGrounds(t *testing.T) {
	keys := func(n int) []string { return make([]string, n) }
	order := []link{
		{keys: keys(1), cited: true, both: true, primary: 2},
		{keys: keys(2), both: true, primary: 2},
		{keys: keys(1), both: true, primary: 2},
		{keys: keys(1), cited: true, primary: 0},
		{cited: true},
		{keys: keys(2), vague: true},
		{keys: keys(1), primary: 1, coiner: true},
		{keys: keys(1), primary: 1},
		{sameOwn: true},
		{keys: keys(1)},
	}
	for n := 1; n < len(order); n++ {
		if order[n-1].support() <= order[n].support() {
			t.Errorf("%+v has %d, %+v has %d", order[n-1], order[n-1].support(), order[n], order[n].support())
		}
	}
}

func TestANameIsOfferedWithinAQuarterOfItsLettersOrAsAPart(t *testing.T) {
	d := mustResolve(t, entryOf("a", "a:1", "", "Velvet Moths"), Policy{})
	for asked, offered := range map[string]bool{
		"Velvet Mxxhs": true, "Velvet Mxxxs": false, // 2 and 3 of 11 letters
		"moth": true, "mot": false, // four letters of it, and three
	} {
		_, err := d.Find(asked)
		if err == nil || strings.Contains(err.Error(), "Velvet Moths") != offered {
			t.Errorf("%s: offered is not %v: %v", asked, offered, err)
		}
	}
}
