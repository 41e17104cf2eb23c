package dyad

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// exhaustive weighs every two reports of a common dyad.
func (l *linker) exhaustive() []*candidate {
	var out []*candidate
	for i, t := range l.list {
		for _, u := range l.list[i+1:] {
			if t.event == u.event || t.dataset == u.dataset || len(commonPairs(t, u)) == 0 {
				continue
			}
			if c := l.weigh(t, u); c != nil {
				out = append(out, c)
			}
		}
	}
	best(out)
	return out
}

// sameJoins links records both ways and counts what was weighed and found.
func sameJoins(t rapid.TB, records []evidence.Record) (candidates, joined int) {
	t.Helper()
	who, err := resolve.Resolve(records, resolve.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	list, _, _ := reports(records, who)
	groups, merges, refused, err := link(context.Background(), list)
	if err != nil {
		t.Fatal(err)
	}
	plain := newLinker(list).exhaustive()
	wantGroups, wantMerges, wantRefused := join(list, plain)
	for _, r := range wantRefused {
		if !slices.ContainsFunc(refused, func(o refusal) bool { return reflect.DeepEqual(r, o) }) {
			t.Fatalf("not found with keys: %+v", r)
		}
	}
	if !reflect.DeepEqual(merges, wantMerges) || !reflect.DeepEqual(refused, wantRefused) || !reflect.DeepEqual(groups, wantGroups) {
		t.Fatalf("%d joins and %d refusals with keys, %d and %d without", len(merges), len(refused), len(wantMerges), len(wantRefused))
	}
	return len(plain), len(merges)
}

func TestKeysFindWhatComparingEveryTwoFinds(t *testing.T) {
	states := rapid.SampledFrom([]string{"CN", "RU", "IN"})
	words := rapid.SliceOfN(rapid.SampledFrom(strings.Fields("red lotus shipyard ministry Oxcart teapot bear wiper grid probe east west rail dam port bank mail fax visa oil gas tax vote news radar drone")), 0, 5)
	dates := rapid.SampledFrom([]string{"2019", "2020-03", "2020-03/2020-06", "2019-01/2020-06", "2020-03-03", "2020-05-31/..", "../2020-02", "told 2020-04-02", "told 2020-09-02", "told 2021-01-01", ""})
	urls := rapid.SampledFrom([]string{"", "", "https://a.example/1", "https://a.example/2"})
	names := rapid.SampledFrom([]string{"", "Oxcart", "Teapot", "Grid Bear", "Once"})
	rapid.Check(t, func(t *rapid.T) {
		records := []evidence.Record{also("Oxcart", "Red Lotus"), also("Teapot", "Wiper Bear")}
		for i := range rapid.IntRange(2, 40).Draw(t, "n") {
			set := rapid.SampledFrom([]string{"one", "two", "three"}).Draw(t, "set")
			records = append(records, said(set, fmt.Sprint(i*2/3), states.Draw(t, "from"), states.Draw(t, "to"), strings.Join(words.Draw(t, "title"), " "),
				dates.Draw(t, "when"), at(urls.Draw(t, "url")), by(names.Draw(t, "name"))))
		}
		sameJoins(t, records)
	})
}

// also says that an actor has another name.
func also(name, alias string) evidence.Record {
	return evidence.Record{
		Class: evidence.Alias, Subject: evidence.Actor{Name: name, Ref: "list:" + name}, Value: alias,
		Citation: evidence.Citation{Publisher: "List"}, Origin: evidence.Origin{Dataset: "list", Object: name + alias},
	}.Seal()
}

// Words are as unevenly used as people use them, and data sets tell of each
// other's incidents.
func TestKeysFindTheSameInLargerCorpora(t *testing.T) {
	for seed := range uint64(3) {
		candidates, joined := sameJoins(t, retold(rand.New(rand.NewPCG(seed, 1)), 1500))
		t.Logf("%d candidates, %d joined", candidates, joined)
		if candidates < 300 || joined < 50 {
			t.Errorf("%d candidates and %d joined: too few to show anything", candidates, joined)
		}
	}
}

// retold makes incidents of three data sets, a third of them told before.
func retold(rng *rand.Rand, n int) []evidence.Record {
	zipf := rand.NewZipf(rng, 1.1, 3, 3000)
	states := strings.Fields("CN RU IR KP US IN")
	var out []evidence.Record
	type act struct{ from, to, title, when, url, name string }
	var acts []act
	for i := range n {
		set := []string{"one", "one", "two", "three"}[rng.IntN(4)]
		a := act{from: states[rng.IntN(4)], to: states[rng.IntN(6)], name: fmt.Sprintf("Group w%d", zipf.Uint64()), url: fmt.Sprintf("https://a.example/%d", rng.IntN(n))}
		for range 2 + rng.IntN(6) {
			a.title += fmt.Sprintf(" w%d", zipf.Uint64())
		}
		year, month := 2010+rng.IntN(10), 1+rng.IntN(9)
		a.when = []string{fmt.Sprintf("%d-%02d", year, month), fmt.Sprintf("%d-%02d/%d-%02d", year, month, year, month+3), fmt.Sprintf("told %d-%02d-11", year, month), fmt.Sprint(year), ""}[rng.IntN(5)]
		if rng.IntN(3) == 0 && len(acts) > 0 {
			told := acts[rng.IntN(len(acts))]
			a.from, a.to = told.from, told.to
			for _, same := range []func(){func() { a.title = told.title + " more" }, func() { a.title += " " + strings.Fields(told.title)[0] }, func() { a.when = told.when }, func() { a.url = told.url }, func() { a.name = told.name }} {
				if rng.IntN(2) == 0 {
					same()
				}
			}
		}
		acts = append(acts, a)
		out = append(out, said(set, fmt.Sprint(i), a.from, a.to, a.title, a.when, at(a.url), by(a.name)))
	}
	return out
}

// The commonest word of both titles is too little for titles to be alike, and with
// the first and last month of an activity it is enough.
func TestACommonWordWithTheDatesOfAnActivityIsFound(t *testing.T) {
	for _, common := range []string{"dam", "oxcart"} { // the other may name an actor
		records := []evidence.Record{
			also("Oxcart", "Red Lotus"), said("four", "1", "KP", "US", "", "2001", by("Oxcart")),
			said("one", "a", "CN", "RU", "quiet "+common, "2020-03/2020-06"), said("two", "b", "CN", "RU", "loud "+common, "2020-03/2020-06"),
		}
		for i := range 26 {
			title := fmt.Sprintf("w%d", i)
			if i < 3 {
				title += " " + common
			}
			records = append(records, said("three", title, "IN", "US", title, fmt.Sprint(1990+i)))
		}
		if candidates, joined := sameJoins(t, records); candidates != 1 || joined != 1 {
			t.Errorf("%s: %d candidates, %d joined", common, candidates, joined)
		}
	}
}

func TestKeysFindTheSameOnPublicData(t *testing.T) {
	if testing.Short() {
		t.Skip("every two of the public reports take some seconds")
	}
	candidates, joined := sameJoins(t, publicRecords(t))
	t.Logf("%d candidates, %d joined", candidates, joined)
}

func TestACancelledCountStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Count(ctx, Input{Records: retold(rand.New(rand.NewPCG(1, 1)), 50)}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
