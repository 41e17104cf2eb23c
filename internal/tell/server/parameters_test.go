package server

import (
	"errors"
	"net/url"
	"testing"

	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
)

// Whatever a query holds, it is a question within the limits, or a mistake that
// is told to the asker.
func FuzzTableQueries(f *testing.F) {
	for _, s := range []string{"", "a=CN&b=RU&from=2014&to=2020-06&friends=true&years=4&agreement=x&builtin=false", "from=2023-09&to=2023-09-30&gap=3",
		"years=99999999999999999999", "window=lead 9&prevalence=7e-1&group=x&without-answers=true", "gap=-1", "from=../..", "a=%00&b=\u202e", "from=9999-12-31&to=0000", "friends=TRUE", "from=2021/2022&to=..", "gap=+7&years=%2B7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		query, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		var ask errAsk
		q, err := readDyadQuestion(query)
		if err != nil && !errors.As(err, &ask) {
			t.Errorf("dyads, %q: %v is told to nobody", s, err)
		}
		if err == nil && (q.Years < 1 || q.Years > 50 || len(q.A) > longestState || len(q.B) > longestState || len(q.From) > longestDate || len(q.To) > longestDate || len(q.Agreement) > longestAgreement) {
			t.Errorf("dyads, %q: %+v", s, q)
		}
		var in landscape.Input
		err = readPeriod(query, &in)
		if err != nil && !errors.As(err, &ask) {
			t.Errorf("landscape, %q: %v is told to nobody", s, err)
		}
		if err == nil && (in.Gap < 1 || in.Gap > longestGap || len(in.From) > longestDate || len(in.To) > longestDate) {
			t.Errorf("landscape, %q: %+v", s, in)
		}
	})
}
