package question

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// AsOf leaves of an input what had been disclosed by the end of a day, EDTF, and
// warns of what counts without a date of disclosure (see [evidence.AsOf]). This is
// the only place where a question is put into the past, before anything is measured:
// the answer is that over a store into which nothing later was read. An empty day
// leaves the input as it is.
func AsOf(in assess.Input, text string) (assess.Input, error) {
	day, err := asOf(text)
	if err != nil || day.IsZero() {
		return in, err
	}
	kept, undated := evidence.AsOf(in.Records, day)
	in.Records, in.Datasets = kept, counted(in.Datasets, kept)
	if len(undated) > 0 {
		in.Warnings = append(slices.Clip(in.Warnings), undatedWarning(text, undated))
	}
	return in, nil
}

// asOf reads a day that has an end.
func asOf(text string) (evidence.Interval, error) {
	day, err := evidence.ParseInterval(text)
	if err == nil && !day.IsZero() && (strings.Contains(text, "/") || day.To.IsZero()) {
		err = fmt.Errorf("%q is no day; give 2022-03-31, 2022-03 or 2022", text)
	}
	if err != nil {
		return evidence.Interval{}, fmt.Errorf("as of: %w", err)
	}
	return day, nil
}

// counted tells of data sets what the records left tell: how many these are, and of
// those that came in several inputs no more, because no record says in which.
func counted(sets []assess.Dataset, kept []evidence.Record) []assess.Dataset {
	n, inputs := map[string]int{}, map[string]int{}
	for i := range kept {
		n[kept[i].Origin.Dataset]++
	}
	for _, d := range sets {
		inputs[d.Name]++
	}
	var out []assess.Dataset
	for _, d := range sets {
		switch {
		case n[d.Name] == 0:
			continue
		case inputs[d.Name] > 1:
			d = assess.Dataset{Name: d.Name, Builtin: d.Builtin}
			inputs[d.Name] = 0
		case inputs[d.Name] == 0:
			continue
		}
		d.Records = n[d.Name]
		out = append(out, d)
	}
	return out
}

func undatedWarning(day string, undated []evidence.Undated) string {
	var parts []string
	for _, u := range undated {
		since := "always"
		if !u.First.IsZero() {
			since = "from " + u.First.Add(-time.Nanosecond).Format(time.DateOnly) + " on"
		}
		parts = append(parts, fmt.Sprintf("%s (%d) %s", u.Dataset, u.Records, since))
	}
	return fmt.Sprintf("As of %s these records count although nothing says when they were disclosed, from the first disclosure of their data set or the end of what they tell of: %s", day, strings.Join(parts, "; "))
}
