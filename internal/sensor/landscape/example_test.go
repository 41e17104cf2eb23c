package landscape_test

import (
	"fmt"
	"iter"
	"net/netip"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// A landscape is a function of what sensors saw, whose the indicators are, and
// whose the addresses are.
func ExampleRun() {
	day := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
	organisations, err := sighting.ReadMap("map.csv", strings.NewReader("cidr,organisation,sector,country\n198.18.1.0/24,Ministry,government-national,NL\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	l, err := landscape.Run(landscape.Input{
		Partials: func(func(*sighting.Partial) bool) iter.Seq2[sighting.Partial, error] {
			return func(yield func(sighting.Partial, error) bool) {
				yield(sighting.Partial{Day: sighting.DayOf(day), System: sighting.System{Host: netip.MustParseAddr("198.18.1.7")},
					Indicators: []string{"domain:a.example"}, First: day, Last: day.Add(time.Hour), Events: 12}, nil)
			}
		},
		Statements: []sighting.Statement{{Type: "domain", Value: "a.example", Group: "Ember Bear"}},
		Map:        organisations,
		Records: []evidence.Record{evidence.Record{Class: evidence.Sponsor, Subject: evidence.Actor{Name: "Ember Bear", Ref: "x:1", Country: "RU"},
			Citation: evidence.Citation{Publisher: "Example Institute"}, Origin: evidence.Origin{Dataset: "x"}}.Seal()},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, i := range l.Incidents {
		fmt.Println(i.Group, i.Organisation)
	}
	// Output:
	// Ember Bear Ministry
}
