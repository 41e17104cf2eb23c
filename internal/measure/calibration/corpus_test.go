package calibration

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

func corpusOf(t *testing.T, s Setting, n uint64) *corpus {
	t.Helper()
	c, err := s.Make(1, n)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCorporaHoldEvidenceAndNoLink(t *testing.T) {
	c := corpusOf(t, Setting{Confounders: Confounders()}, 1)
	for _, r := range c.Records {
		if err := r.Validate(); err != nil {
			t.Fatalf("%s: %v", r.Origin.Object, err)
		}
		if r.Class.Ledger() || !r.Object.IsZero() {
			t.Fatalf("%s is about two groups", r.Origin.Object)
		}
	}
	if len(c.A) != groupsPerSide || len(c.B) != groupsPerSide {
		t.Errorf("%d and %d groups", len(c.A), len(c.B))
	}
}

func TestNoRealStateIsMeant(t *testing.T) {
	if len(states) != stateItems {
		t.Fatalf("%d states", len(states))
	}
	for _, s := range states {
		if code, ok := evidence.ParseCountry(s); ok {
			t.Errorf("%s is %s", s, evidence.CountryName(code))
		}
	}
}

func TestTheSameSeedAndNumberGiveTheSameCorpus(t *testing.T) {
	s := Setting{Confounders: Confounders(), Link: Aligned, Linked: .5}
	if !reflect.DeepEqual(corpusOf(t, s, 4), corpusOf(t, s, 4)) {
		t.Error("two corpora of one seed differ")
	}
	if reflect.DeepEqual(corpusOf(t, s, 4), corpusOf(t, s, 5)) {
		t.Error("two corpora of one seed and different numbers are the same")
	}
}

// What a link changes is the linked group and nothing else, so that corpora with
// and without it can be compared.
func TestALinkChangesTheLinkedGroupOnly(t *testing.T) {
	for _, link := range []link{Aligned, softwareOnly, actsOnly} {
		base := Setting{Confounders: Confounders(), Link: link}
		with := base
		with.Linked = .7
		a, b := corpusOf(t, base, 2), corpusOf(t, with, 2)
		if len(a.Records) != len(b.Records) {
			t.Fatalf("%s: %d and %d records", link, len(a.Records), len(b.Records))
		}
		changed := 0
		for i := range a.Records {
			if a.Records[i].ID == b.Records[i].ID {
				continue
			}
			changed++
			if name := a.Records[i].Subject.Name; name != a.Linked[0] {
				t.Fatalf("%s: a record of %s changed", link, name)
			}
		}
		if changed == 0 {
			t.Errorf("%s: nothing changed", link)
		}
	}
}

func TestAlignedGroupsShareMoreTargets(t *testing.T) {
	shared := func(c *corpus) int {
		var sets [2][]string
		for _, r := range c.Records {
			for i, name := range c.Linked {
				if r.Class == evidence.Incident && r.Subject.Name == name && !slices.Contains(sets[i], r.Targets[0].Country) {
					sets[i] = append(sets[i], r.Targets[0].Country)
				}
			}
		}
		n := 0
		for _, s := range sets[0] {
			if slices.Contains(sets[1], s) {
				n++
			}
		}
		return n
	}
	of := func(link link, q float64) (n int) {
		for i := range uint64(5) {
			n += shared(corpusOf(t, Setting{Confounders: usual(), Link: link, Linked: q, Size: 2}, i))
		}
		return n
	}
	none, aligned, acts, tools := of(Aligned, 0), of(Aligned, .8), of(actsOnly, .8), of(softwareOnly, .8)
	if none >= aligned || none >= acts || tools != none {
		t.Errorf("targets shared: %d unlinked, %d aligned, %d by acts, %d by tools", none, aligned, acts, tools)
	}
}

// Every confounder does what it is named after.
func TestConfoundersArePlanted(t *testing.T) {
	dates := func(s Setting) (day, coarse, firsts int) {
		for _, r := range corpusOf(t, s, 3).Records {
			if r.Class != evidence.Incident {
				continue
			}
			if r.Activity.Days() > 1 {
				coarse++
				continue
			}
			day++
			if strings.HasSuffix(r.Activity.String(), "-01") {
				firsts++
			}
		}
		return day, coarse, firsts
	}
	if _, coarse, _ := dates(Setting{}); coarse != 0 {
		t.Errorf("%d coarse dates without heaping", coarse)
	}
	if day, coarse, firsts := dates(Setting{Confounders: []confounder{heapedDates}}); coarse < day || firsts*30 < day {
		t.Errorf("heaped: %d to the day, of them %d on the first, %d coarser", day, firsts, coarse)
	}
	most := func(s Setting, class evidence.Class) int {
		held := map[string]int{}
		top := 0
		for _, r := range corpusOf(t, s, 3).Records {
			if r.Class == class {
				held[r.ValueRef]++
				top = max(top, held[r.ValueRef])
			}
		}
		return top
	}
	if even, popular := most(Setting{}, evidence.UsesSoftware), most(Setting{Confounders: []confounder{popularTools}}, evidence.UsesSoftware); popular < 2*even {
		t.Errorf("the most popular tool is used by %d groups, %d where none is popular", popular, even)
	}
	told := func(s Setting) int {
		n := 0
		c := corpusOf(t, s, 3)
		for _, r := range c.Records {
			if r.Citation.Publisher == "Vendor 0" && slices.Contains(append(c.A, c.B...), r.Subject.Name) {
				n++
			}
		}
		return n
	}
	if few, many := told(Setting{}), told(Setting{Confounders: []confounder{oneVendor}}); many < 2*few {
		t.Errorf("the vendor tells %d records of the two sides, %d where none stands out", many, few)
	}
	busiest := func(s Setting) int {
		n := map[string]int{}
		top := 0
		for _, r := range corpusOf(t, s, 3).Records {
			if r.Class == evidence.Incident {
				day := r.Activity.String()
				n[day]++
				top = max(top, n[day])
			}
		}
		return top
	}
	if calm, shock := busiest(Setting{}), busiest(Setting{Confounders: []confounder{sharedShock}}); shock < 2*calm {
		t.Errorf("%d acts on the busiest day, %d without a shock", shock, calm)
	}
}

// Further confounders do what they are named after, and leave the usual corpora as
// they were.
func TestFurtherConfoundersArePlanted(t *testing.T) {
	with := func(c confounder) []evidence.Record {
		return corpusOf(t, Setting{Confounders: []confounder{c}}, 3).Records
	}
	plain := corpusOf(t, Setting{}, 3).Records
	bursts := func(records []evidence.Record) (n int) {
		last := map[string]evidence.Record{}
		for _, r := range records {
			l, seen := last[r.Subject.Name]
			if gap := r.Activity.From.Sub(l.Activity.From).Hours() / 24; r.Class == evidence.Incident {
				if seen && gap >= 0 && gap <= 20 && l.Targets[0] == r.Targets[0] {
					n++
				}
				last[r.Subject.Name] = r
			}
		}
		return n
	}
	if few, many := bursts(plain), bursts(with(campaigns)); many < 200 || few > many/10 {
		t.Errorf("%d acts follow the last against its target, %d without campaigns", many, few)
	}
	own := func(records []evidence.Record) (n int) {
		for _, r := range records {
			if r.Class == evidence.Incident && theatre(r.Targets[0].Country) == theatre(r.Subject.Country) {
				n++
			}
		}
		return n
	}
	if few, many := own(plain), own(with(theatres)); many < 2*few {
		t.Errorf("%d acts in the own part of the world, %d without theatres", many, few)
	}
	if n := len(with(copiedReports)); n < len(plain)*5/4 {
		t.Errorf("%d records, %d without copies", n, len(plain))
	}
	if n := len(with(excerptedLists)); n > len(plain)*9/10 {
		t.Errorf("%d records, %d without excerpts", n, len(plain))
	}
	laid := 0
	for _, r := range with(ambiguousNames) {
		laid += count(!strings.HasPrefix(r.Origin.Object, r.Subject.Name+"/"))
	}
	if laid < 5 || laid > 100 {
		t.Errorf("%d records are laid to another group", laid)
	}
}

// Lists of the size that ATT&CK has: a median of 4 tools and 18 techniques.
func TestSparseListsAreAsLongAsThoseOfATTACK(t *testing.T) {
	median := func(class evidence.Class) int {
		var counts []int
		for n := range uint64(10) {
			held := map[string]int{}
			for _, r := range corpusOf(t, Setting{Confounders: usual(), Sparse: true}, n).Records {
				if r.Class == class {
					held[r.Subject.Name]++
				}
			}
			for _, k := range held {
				counts = append(counts, k)
			}
		}
		slices.Sort(counts)
		return counts[len(counts)/2]
	}
	if tools, techniques := median(evidence.UsesSoftware), median(evidence.UsesTechnique); tools < 4 || tools > 5 || techniques < 17 || techniques > 19 {
		t.Errorf("a median of %d tools and %d techniques", tools, techniques)
	}
}

// What the oracle does not find at its level without a link, it finds with one.
func TestTheOracleFindsLinks(t *testing.T) {
	s := Setting{Confounders: usual(), Link: Aligned, Linked: .5}
	limits := s.thresholds(3)
	found, alarms := 0, 0
	for n := range uint64(40) {
		found += count(limits.pass(JointTest, s.look(2, n)[0], false, .05))
		unlinked := s
		unlinked.Linked = 0
		alarms += count(limits.pass(JointTest, unlinked.look(2, n)[0], true, .05))
	}
	if found < 38 || alarms > 6 {
		t.Errorf("found in %d of 40, alarms in %d", found, alarms)
	}
}

func TestSettingsThatMakeNoSenseAreErrors(t *testing.T) {
	for _, s := range []Setting{{Linked: 1.5}, {DateSD: -1}, {Confounders: []confounder{"weather"}}} {
		if _, err := s.Make(1, 1); err == nil {
			t.Errorf("%+v was made", s)
		}
	}
}
