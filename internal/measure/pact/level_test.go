package pact

import (
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

func agreed(id, kind, inForce string, parties ...string) evidence.Record {
	r := evidence.Record{
		Class: evidence.Agreement, Value: id, Kind: kind, Parties: parties, Citation: evidence.Citation{Publisher: "Gazette"},
		Origin: evidence.Origin{Dataset: "case:pacts", Object: id},
	}
	if inForce != "" {
		r.Activity = evidence.MustInterval(inForce)
	}
	return r.Seal()
}

func TestTheStrategicLevelIsThatOfTheFirmestAgreementInForce(t *testing.T) {
	p := New([]evidence.Record{
		agreed("words", "joint statement", "2000/..", "CN", "RU"),
		agreed("treaty", "treaty", "2010/2015", "CN", "RU"),
		agreed("eyes", "intelligence sharing", "1946/..", "AU", "CA"),
		agreed("undated", "treaty", "", "IR", "KP"),
	})
	for _, c := range []struct{ a, b, period, want string }{
		{"CN", "RU", "", "S2"}, {"CN", "RU", "2016/2017", "S1"}, {"CN", "RU", "1990/1995", "S0"},
		{"AU", "CA", "", "S3"}, {"US", "FR", "", "S2"}, {"CN", "IN", "", "S1"}, // NATO, SCO
		{"IR", "KP", "", "S2"}, {"IR", "KP", "2020/2021", "S0"}, {"BR", "KP", "", "S0"},
	} {
		period, err := evidence.ParseInterval(c.period)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Level([]string{c.a}, []string{c.b}, period); got.Level != c.want {
			t.Errorf("%s and %s, %q: %s (%s), want %s", c.a, c.b, c.period, got.Level, got.Why, c.want)
		}
	}
}

func TestAgreementsNobodyLookedUpAreNotNone(t *testing.T) {
	if got := New(nil).Level([]string{"CN"}, []string{"RU"}, evidence.Interval{}); got.Level != "" || got.Why != "agreements were not looked up: the evidence holds none between any states" {
		t.Errorf("%+v", got)
	}
}
