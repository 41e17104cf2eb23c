package evidence

import "slices"

// LastDay is the last day of which a record tells that something happened: the
// end of its best date, or the beginning where that is no more than a year; zero
// where it has none or tells of nothing that happened.
func (r *Record) LastDay() Interval {
	when, _ := r.When()
	if when.From.IsZero() || r.Class == Alias || r.Class == Sponsor || r.Class == Agreement {
		return Interval{}
	}
	day := when.From
	if !when.To.IsZero() && when.ToPrecision >= Month {
		day = when.To.AddDate(0, 0, -1) // intervals end before their To
	}
	return Interval{From: day, To: day.AddDate(0, 0, 1), FromPrecision: Day, ToPrecision: Day}
}

// Reach is the last day that incident tables tell of, or campaigns where there
// are none; zero where nothing is dated. What the program carries was gathered
// for its question and does not count.
func Reach(records []Record) Interval {
	var until Interval
	for _, classes := range [][]Class{{Incident}, {Campaign, Activity}} {
		for i := range records {
			r := &records[i]
			if end := r.LastDay(); !r.Origin.Builtin && slices.Contains(classes, r.Class) && end.To.After(until.To) {
				until = end
			}
		}
		if !until.IsZero() {
			break
		}
	}
	return until
}
