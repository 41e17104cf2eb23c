package assess

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
)

// The kinds of variants, in the order in which they are listed.
const (
	kindDataset     = "data set"
	kindCountry     = "publisher country"
	kindSource      = "source"
	kindAliases     = "disputed aliases"
	kindAttribution = "attribution"
	kindDates       = "dates"
)

var variantKinds = []string{kindDataset, kindCountry, kindSource, kindAliases, kindAttribution, kindDates}

// drawsOf is the number of draws over attributions, and over dates.
const drawsOf = 20

// variant is one change of the evidence.
type variant struct {
	kind, what string
	records    int // left out
	draw       bool
	channel.Change
	// other is the measurement under another policy of names; nil otherwise.
	other *measurement
}

// variants lists every change to try, and those that change nothing or cannot be
// run, with the reason.
func (m *measurement) variants(in Input) (run []variant, skipped []VariantSummary) {
	for _, leave := range []struct {
		kind string
		what func(*evidence.Record) string
	}{
		{kindDataset, func(r *evidence.Record) string { return r.Origin.Dataset }},
		{kindCountry, func(r *evidence.Record) string { return cmp.Or(r.Citation.PublisherCountry, unknownCountry) }},
	} {
		one := m.leavingOut(leave.kind, leave.what)
		if len(one) == 0 {
			skipped = append(skipped, VariantSummary{Kind: leave.kind, What: "all", Why: "the evidence is all of one " + leave.kind})
		}
		run = append(run, one...)
	}
	aliases, why, err := m.aliasVariant(in)
	switch {
	case err != nil:
		why = err.Error()
		fallthrough
	case why != "":
		skipped = append(skipped, VariantSummary{Kind: kindAliases, What: aliasWhat(in), Why: why})
	default:
		run = append(run, aliases)
	}
	doubtful := m.doubtful()
	if len(doubtful) == 0 {
		skipped = append(skipped, VariantSummary{Kind: kindAttribution, What: "draws", Why: "no record states a confidence or a grade"})
	} else {
		for n := range drawsOf {
			run = append(run, m.attributionDraw(in.Tool.Seed, n, doubtful))
		}
	}
	if !m.datesMove() {
		skipped = append(skipped, VariantSummary{Kind: kindDates, What: "draws", Why: "no test of timing could be run and no period was asked for, so that no verdict depends on a day"})
		return run, skipped
	}
	for n := range drawsOf {
		run = append(run, variant{kind: kindDates, what: fmt.Sprintf("draw %d", n+1), draw: true, Change: channel.Change{Pick: func(key string) float64 {
			return draw(in.Tool.Seed, "dates", n, key)
		}}})
	}
	return run, skipped
}

const unknownCountry = "unknown country"

// leavingOut makes a variant for each value of what, without its records. One
// value that all records share is no variant.
func (m *measurement) leavingOut(kind string, what func(*evidence.Record) string) []variant {
	records := m.corpus.Records()
	values := make([]string, len(records))
	n := map[string]int{}
	for i := range records {
		values[i] = what(&records[i])
		n[values[i]]++
	}
	if len(n) < 2 {
		return nil
	}
	var out []variant
	for _, value := range slices.Sorted(maps.Keys(n)) {
		name := value
		if kind == kindCountry && value != unknownCountry {
			name = evidence.CountryName(value)
		}
		out = append(out, variant{kind: kind, what: name, records: n[value], Change: channel.Change{Keep: func(i int) bool { return values[i] != value }}})
	}
	return out
}

// doubtful lists the records with a stated confidence below certainty, or a
// grade, with the probability of each. What states neither is kept in every
// draw: a missing value is no doubt.
func (m *measurement) doubtful() map[int]float64 {
	out := map[int]float64{}
	for i, r := range m.corpus.Records() {
		percent, stated := r.Confidence.Value()
		if !stated {
			percent, stated = r.Grade.Confidence().Value()
		}
		if stated && percent < 100 {
			out[i] = float64(percent) / 100
		}
	}
	return out
}

func (m *measurement) attributionDraw(seed uint64, n int, doubtful map[int]float64) variant {
	records := m.corpus.Records()
	dropped := map[int]bool{}
	for i, p := range doubtful {
		if draw(seed, "attribution", n, string(records[i].ID)) >= p {
			dropped[i] = true
		}
	}
	return variant{kind: kindAttribution, what: fmt.Sprintf("draw %d", n+1), draw: true, records: len(dropped), Change: channel.Change{Keep: func(i int) bool { return !dropped[i] }}}
}

// datesMove reports whether a day drawn from an interval can change anything.
func (m *measurement) datesMove() bool {
	return !m.period.IsZero() || m.battery.Dated()
}

// draw is a number in [0, 1) that depends on its arguments alone, so that
// neither the order of records nor the number of cores matters.
func draw(seed uint64, what string, n int, key string) float64 {
	h := fnv.New64a()
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], seed)
	binary.LittleEndian.PutUint64(b[8:], uint64(n))
	h.Write(b[:])
	h.Write([]byte(what))
	h.Write([]byte{0})
	h.Write([]byte(key))
	// FNV's upper bits mix poorly on short keys; a finaliser (MurmurHash3's)
	// spreads them.
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	x ^= x >> 33
	return float64(x>>11) / (1 << 53)
}
