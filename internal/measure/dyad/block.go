package dyad

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// What follows finds the reports worth weighing without looking at every two.
// weigh keeps two reports of a common dyad only where
//
//   - both cite an address, or
//   - both name an actor, and the dates lie within nearEnough or each data set
//     tells one incident of it in all, or
//   - the cosine of their titles is at least sameTitle, or
//   - both date an activity alike and share a word that is not mute.
//
// Each of these is a key that both must have. More meet under a key than weigh
// keeps, and none that it would keep is missed.

// A key is something two reports must have in common to meet.
type key struct {
	kind     string
	text     string
	dyad     pair
	from, to int64 // of an activity
}

// A posting is a report under a key, by its hash: two keys of one hash cost a
// look and change nothing.
type posting struct {
	hash uint64
	t    int32 // index into the list
}

// runs calls fn with the reports under each key.
func runs(list []posting, fn func([]posting) error) error {
	slices.SortFunc(list, func(a, b posting) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.t, b.t)) })
	list = slices.Compact(list)
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].hash == list[0].hash {
			n++
		}
		if err := fn(list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// A meeting is two indices into the list, the smaller first, in one number so that
// many sort fast.
type meeting uint64

func (m meeting) both() (a, b int) { return int(m >> 32), int(uint32(m)) }

// meetings are the pairs of reports of different data sets that share a key,
// each once.
func (l *linker) meetings(ctx context.Context) ([]meeting, error) {
	var out []meeting
	seed := maphash.MakeSeed()
	var list []posting
	for _, step := range []struct {
		keys func(t *report, put func(key))
		meet func(run []posting, out []meeting) []meeting
	}{{l.tieKeys, l.across}, {l.wordKeys(), l.across}, {actorKeys, l.nearby}} {
		list = list[:0]
		for i, t := range l.list {
			step.keys(t, func(k key) { list = append(list, posting{maphash.Comparable(seed, k), int32(i)}) })
		}
		err := runs(list, func(run []posting) error {
			out = step.meet(run, out)
			return ctx.Err()
		})
		if err != nil {
			return nil, err
		}
		slices.Sort(out)
		out = slices.Compact(out)
	}
	return out, nil
}

// across pairs the reports of a run that are of different data sets.
func (l *linker) across(run []posting, out []meeting) []meeting {
	slices.SortStableFunc(run, func(a, b posting) int { return strings.Compare(l.list[a.t].dataset, l.list[b.t].dataset) })
	first := 0 // of the data set
	for i, a := range run {
		if l.list[a.t].dataset != l.list[run[first].t].dataset {
			first = i
		}
		for _, b := range run[:first] {
			out = append(out, meet(a.t, b.t))
		}
	}
	return out
}

func meet(a, b int32) meeting { return meeting(min(a, b))<<32 | meeting(max(a, b)) }

// nearby pairs the reports of a run whose data sets differ and whose dates lie
// within nearEnough days.
func (l *linker) nearby(run []posting, out []meeting) []meeting {
	type dated struct {
		t        int32
		from, to time.Time
	}
	var list []dated
	for _, p := range run {
		t := l.list[p.t]
		when := t.activity
		if when.IsZero() {
			when = t.disclosed
		}
		if !when.IsZero() {
			list = append(list, dated{p.t, when.From, when.To}) // an open beginning is the zero time, before all
		}
	}
	slices.SortStableFunc(list, func(a, b dated) int { return a.from.Compare(b.from) })
	open := map[string][]dated{} // by data set, those that may reach the next
	for _, d := range list {
		mine := l.list[d.t].dataset
		for dataset, before := range open {
			if dataset == mine {
				continue
			}
			before = slices.DeleteFunc(before, func(o dated) bool {
				return !o.to.IsZero() && d.from.Sub(o.to) > (nearEnough+1)*24*time.Hour
			})
			for _, o := range before {
				out = append(out, meet(d.t, o.t))
			}
			open[dataset] = before
		}
		open[mine] = append(open[mine], d)
	}
	return out
}

func actorKeys(t *report, put func(key)) {
	for _, id := range t.actors {
		for _, p := range t.pairs {
			put(key{kind: "actor", text: string(id), dyad: p})
		}
	}
}

// tieKeys are addresses and actors told of once.
func (l *linker) tieKeys(t *report, put func(key)) {
	for _, p := range t.pairs {
		for _, u := range t.urls {
			put(key{kind: "address", text: u, dyad: p})
		}
		for _, id := range t.actors {
			if l.strikes[strike{id, t.dataset}] == 1 {
				put(key{kind: "sole", text: string(id), dyad: p})
			}
		}
	}
}

// wordKeys are the words one of which two reports must share for their titles to
// be alike, and any word with the dates of an activity.
//
// The weight of the words they share is S >= sameTitle sqrt(AB), A and B the
// weight of all words of each title but those that name an actor of either. As
// S <= B, S >= sameTitle² A. If what they share holds no word that may name an
// actor, the rarest of it cannot be among the commonest words that have less than
// this share of the rest; and it is the same word in both. If it holds one, that
// one is a key.
func (l *linker) wordKeys() func(t *report, put func(key)) {
	names := map[string]bool{} // words that are left out beside some report
	for _, t := range l.list {
		for _, w := range t.aliases {
			names[w] = true
		}
	}
	return func(t *report, put func(key)) {
		var own, may []string
		for _, w := range t.words {
			switch {
			case l.words.idf(w) <= 0 || contains(t.aliases, w):
			case names[w]:
				may = append(may, w)
			default:
				own = append(own, w)
			}
		}
		keys := slices.Concat(may, l.words.rarest(own, sameTitle*sameTitle))
		for _, p := range t.pairs {
			for _, w := range keys {
				put(key{kind: "word", text: w, dyad: p})
			}
			if !spans(t.activity) {
				continue
			}
			for _, w := range own { // those that may name an actor are keys already
				put(key{kind: "span", text: w, dyad: p, from: t.activity.From.Unix(), to: t.activity.To.Unix()})
			}
		}
	}
}

// rarest leaves out the commonest words that together have less than a share of
// the weight of all.
func (l *lexicon) rarest(words []string, share float64) []string {
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(l.df[a]-l.df[b], strings.Compare(a, b)) })
	norm := l.norm(words)
	rest := share * norm * norm * (1 - 1e-9) // rounding keeps a word too many
	for len(words) > 0 {
		w := l.idf(words[len(words)-1])
		if rest -= w * w; rest <= 0 {
			break
		}
		words = words[:len(words)-1]
	}
	return words
}

// spans reports whether an activity is dated to its first and last month or day
// and lasts long enough that another is not so dated by chance.
func spans(activity evidence.Interval) bool {
	return activity.Precision() >= evidence.Month && activity.Days() > 31
}
