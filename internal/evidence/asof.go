package evidence

import (
	"cmp"
	"slices"
	"time"
)

// disclosed is the date on which a record was made public, as far as it or its
// citation tells; zero where neither does.
func (r *Record) disclosed() Interval { return cmp.Or(r.Disclosed, r.Citation.Published) }

// over is the end of the last unit that a date names, or of its first where it is
// open behind.
func (iv Interval) over() time.Time {
	if !iv.To.IsZero() || iv.From.IsZero() {
		return iv.To
	}
	_, end := unit(iv.From, iv.FromPrecision)
	return end
}

// act is the date of what a record tells of; of an agreement, when it came into
// force.
func (r *Record) act() Interval {
	act := cmp.Or(r.Activity, r.Detected)
	if r.Class == Agreement {
		act.To = time.Time{}
	}
	return act
}

// Since is for each record the moment from which it counts as made public, and
// whether it states one. A month or a year of publication counts once it is over, so
// that nothing counts early; and nothing counts before the last unit of time of which
// it tells began. A record that states no day counts from the first on which its data
// set discloses anything, where one does, and once what it tells of is over; from the
// zero time where nothing says more.
func Since(records []Record) (since []time.Time, stated []bool) {
	since, stated = make([]time.Time, len(records)), make([]bool, len(records))
	first := map[string]time.Time{}
	for i := range records {
		r := &records[i]
		on := r.disclosed()
		if on.IsZero() {
			continue
		}
		since[i], stated[i] = on.over(), true
		if act := r.act(); !act.To.IsZero() {
			if began, _ := unit(act.To.Add(-time.Nanosecond), act.ToPrecision); began.After(since[i]) {
				since[i] = began
			}
		}
		if f, seen := first[r.Origin.Dataset]; !seen || since[i].Before(f) {
			first[r.Origin.Dataset] = since[i]
		}
	}
	for i := range records {
		if stated[i] {
			continue
		}
		since[i] = records[i].act().over()
		if f := first[records[i].Origin.Dataset]; f.After(since[i]) {
			since[i] = f
		}
	}
	return since, stated
}

// Undated counts the records of one data set that count although they state no day on
// which they were made public.
type Undated struct {
	Dataset string
	Records int
	First   time.Time // the least of the moments from which they count; zero where nothing says since when
}

// AsOf is what of the records had been made public by the end of a date, by [Since],
// and which of these state no day. It depends on nothing that was made public later:
// the answer is that of whoever read no more.
func AsOf(records []Record, day Interval) (kept []Record, undated []Undated) {
	since, stated := Since(records)
	at := map[string]int{}
	for i := range records {
		if since[i].After(day.To) {
			continue
		}
		kept = append(kept, records[i])
		if stated[i] {
			continue
		}
		set := records[i].Origin.Dataset
		n, seen := at[set]
		if !seen {
			n = len(undated)
			at[set] = n
			undated = append(undated, Undated{Dataset: set, First: since[i]})
		}
		undated[n].Records++
		if since[i].Before(undated[n].First) {
			undated[n].First = since[i]
		}
	}
	slices.SortFunc(undated, func(a, b Undated) int { return cmp.Compare(a.Dataset, b.Dataset) })
	return kept, undated
}
