package assess

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// Robustness says how the verdict on a pair fares when the evidence is changed:
// whatever a single data set, publisher country or source contributes is left
// out, disputed aliases are let in, and doubtful attributions and dates are
// drawn. Who is who stays as the whole evidence has it, except where aliases are
// the change.
type Robustness struct {
	Variants  int     `json:"variants"` // changes tried one at a time; draws not counted
	LevelLow  Level   `json:"level_low"`
	LevelHigh Level   `json:"level_high"`
	Signs     []Sign  `json:"signs"` // every sign that came up, sorted
	P         []Range `json:"p"`     // for each channel that could be measured
	// Changes are the variants that give another level or sign, or take the pair
	// out of the question.
	Changes []change    `json:"changes"`
	Draws   []drawRange `json:"draws"`
	// Mover is the single change that would move the verdict furthest, in a
	// sentence; it says so where there is none.
	Mover string `json:"mover"`
}

// Range is what became of one channel's raw p over all variants and draws.
type Range struct {
	Channel string  `json:"channel"`
	PLow    float64 `json:"p_low"`
	PHigh   float64 `json:"p_high"`
	// Lost counts the variants and draws in which it was no longer measurable.
	Lost int `json:"lost,omitempty"`
}

// change is the verdict on a pair in one variant.
type change struct {
	Kind  string `json:"kind"` // of the variant, see [VariantSummary]
	What  string `json:"what"`
	Level Level  `json:"level"`
	Sign  Sign   `json:"sign"`
	// Note is set where the pair leaves the question, with the level null: nothing
	// else attributes a group to the state asked about, or the two become one
	// actor.
	Note string `json:"note,omitempty"`
}

// drawRange is what repeated draws of one kind did to a pair.
type drawRange struct {
	Kind      string `json:"kind"` // "attribution" or "dates"
	Draws     int    `json:"draws"`
	Same      int    `json:"same"` // with the level and sign of the verdict
	LevelLow  Level  `json:"level_low"`
	LevelHigh Level  `json:"level_high"`
	NotAsked  int    `json:"not_asked,omitempty"` // a group was no longer attributed to the state
}

// RobustnessMatrix is the variants over all pairs.
type RobustnessMatrix struct {
	Variants []VariantSummary `json:"variants"`
	// WhoSays counts who says what about whom.
	WhoSays []Testimony `json:"who_says"`
}

// VariantSummary is one change of the evidence and what it did to the pairs that
// can be assessed.
type VariantSummary struct {
	Kind    string `json:"kind"` // "data set", "publisher country", "disputed aliases", "attribution", "dates"
	What    string `json:"what"`
	Records int    `json:"records"` // left out, or moved
	Pairs   int    `json:"pairs"`
	Same    int    `json:"same"`
	Raised  int    `json:"raised"`
	Lowered int    `json:"lowered"`
	Turned  int    `json:"turned"`    // same level, another sign
	Gone    int    `json:"not_asked"` // left the question
	// Why says why a variant changes nothing or was not run; such a variant has
	// no pairs.
	Why string `json:"why,omitempty"`
}

// outcome is one pair in one variant.
type outcome struct {
	level Level
	sign  Sign
	note  string // not empty: the pair left the question
	tests []channel.Tested
}

// outcome is what the verdict on the findings would be.
func (f findings) outcome() outcome {
	v := judge(f)
	return outcome{level: v.level, sign: v.sign, tests: f.tests}
}

// robustness tries every variant on every pair that can be assessed and writes
// what came of it into the pairs. pairs[k] is the verdict on m.pairs[at[k]].
func (m *measurement) robustness(ctx context.Context, in Input, pairs []*Pair, at []int) (*RobustnessMatrix, error) {
	r := newRemeasurement(m, at)
	variants, skipped := m.variants(in)
	folds := make([]*folding, len(pairs))
	for k, p := range pairs {
		folds[k] = newFolding(p, r.baseP(k))
	}
	out := &RobustnessMatrix{Variants: skipped, WhoSays: m.testimony()}
	for batch := range slices.Chunk(variants, max(1, runtime.GOMAXPROCS(0))) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		trials, errs := make([][]outcome, len(batch)), make([]error, len(batch))
		var wait sync.WaitGroup
		for i, v := range batch {
			wait.Go(func() { trials[i], errs[i] = r.try(v) })
		}
		wait.Wait()
		for i, v := range batch {
			if errs[i] != nil {
				return nil, fmt.Errorf("robustness, %s %s: %w", v.kind, v.what, errs[i])
			}
			s := VariantSummary{Kind: v.kind, What: v.what, Records: v.records, Pairs: len(pairs)}
			for k := range pairs {
				folds[k].add(v, trials[i][k], &s)
				folds[k].foldP(trials[i][k])
			}
			out.Variants = append(out.Variants, s)
		}
	}
	for k, p := range pairs {
		m.withoutSources(folds[k], at[k])
		p.Robustness = folds[k].close()
	}
	slices.SortStableFunc(out.Variants, func(a, b VariantSummary) int {
		return cmp.Or(cmp.Compare(slices.Index(variantKinds, a.Kind), slices.Index(variantKinds, b.Kind)), cmp.Compare(a.What, b.What))
	})
	return out, nil
}

// folding gathers what variants did to one pair.
type folding struct {
	pair  *Pair
	out   Robustness
	draws map[string]*drawRange
}

func newFolding(p *Pair, base []Range) *folding {
	return &folding{pair: p, draws: map[string]*drawRange{}, out: Robustness{
		LevelLow: p.Level, LevelHigh: p.Level, Signs: []Sign{p.Sign}, P: base, Changes: []change{}, Draws: []drawRange{},
	}}
}

func (f *folding) add(v variant, o outcome, s *VariantSummary) {
	same := o.note == "" && o.level == f.pair.Level && o.sign == f.pair.Sign
	switch {
	case o.note != "":
		s.Gone++
	case same:
		s.Same++
	case o.level > f.pair.Level:
		s.Raised++
	case o.level < f.pair.Level:
		s.Lowered++
	default:
		s.Turned++
	}
	if o.note == "" {
		f.out.LevelLow, f.out.LevelHigh = min(f.out.LevelLow, o.level), max(f.out.LevelHigh, o.level)
		if !slices.Contains(f.out.Signs, o.sign) {
			f.out.Signs = append(f.out.Signs, o.sign)
		}
	}
	if !v.draw {
		f.out.Variants++
		if !same {
			f.out.Changes = append(f.out.Changes, change{v.kind, v.what, o.level, o.sign, o.note})
		}
		return
	}
	d := f.draws[v.kind]
	if d == nil {
		d = &drawRange{Kind: v.kind, LevelLow: f.pair.Level, LevelHigh: f.pair.Level}
		f.draws[v.kind] = d
	}
	d.Draws++
	switch {
	case o.note != "":
		d.NotAsked++
	case same:
		d.Same++
		fallthrough
	default:
		d.LevelLow, d.LevelHigh = min(d.LevelLow, o.level), max(d.LevelHigh, o.level)
	}
}

func (f *folding) close() *Robustness {
	slices.Sort(f.out.Signs)
	for _, kind := range variantKinds {
		if d := f.draws[kind]; d != nil {
			f.out.Draws = append(f.out.Draws, *d)
		}
	}
	slices.SortStableFunc(f.out.Changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(slices.Index(variantKinds, a.Kind), slices.Index(variantKinds, b.Kind)), cmp.Compare(a.What, b.What))
	})
	f.out.Mover = f.mover()
	return &f.out
}

// mover is the change that takes the verdict furthest: by levels, then by sign,
// then out of the question; of equals the first.
func (f *folding) mover() string {
	reach := func(c change) int {
		switch {
		case c.Note != "":
			return 1
		case c.Level != f.pair.Level:
			return 10 * max(int(c.Level-f.pair.Level), int(f.pair.Level-c.Level))
		}
		return 2
	}
	var best *change
	for i := range f.out.Changes {
		if c := &f.out.Changes[i]; best == nil || reach(*c) > reach(*best) {
			best = c
		}
	}
	switch {
	case best == nil && f.pair.Level > NoneFound:
		return "nothing that was left out or let in moves the verdict"
	case best == nil:
		return "nothing that was left out or let in moves the verdict; evidence would, " + f.pair.Missing
	case best.Note != "":
		return fmt.Sprintf("%s the pair would leave the question: %s", best.phrase(), best.Note)
	}
	if best.Level == NotAssessable {
		return best.phrase() + " the pair could not be assessed: nothing else is on record of one of the two"
	}
	return fmt.Sprintf("%s it would be %s %s, sign %s", best.phrase(), best.Level, best.Level.Name(), best.Sign)
}

// phrase begins a sentence about the change.
func (c change) phrase() string {
	switch c.Kind {
	case kindAliases:
		return c.What
	case kindCountry:
		return "without the publishers of " + c.What
	}
	return fmt.Sprintf("without the %s %s", c.Kind, c.What)
}

// attributions are the records on which it rests that an actor is asked about:
// those that attribute it to a state of its side. Nil where it was named.
func attributions(a resolve.Actor, state string, place map[string]int) [][]int {
	var out [][]int
	for _, at := range a.Countries {
		if at.Country != state || at.Status != "" && at.Status != "asserted" {
			continue
		}
		var records []int
		for _, id := range at.Records {
			if i, ok := place[string(id)]; ok {
				records = append(records, i)
			}
		}
		out = append(out, records)
	}
	return out
}
