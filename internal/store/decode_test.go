package store

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

var alike = cmp.Comparer(func(a, b evidence.Confidence) bool { return a == b })

// every field of a record, so that a new one of the type is noticed here.
func full() evidence.Record {
	when := evidence.MustInterval("2021-08/2022-03")
	return evidence.Record{
		Class: evidence.Agreement, Event: "e", Subject: evidence.Actor{Name: "a&b", Ref: "r", Country: "RU"}, Object: evidence.Actor{Name: "o", Ref: "r", Country: "CN"},
		Value: "v", ValueRef: "S1", ValueAliases: []string{"", `"`}, Coiner: "c", Targets: []evidence.Target{{Country: "UA", Sector: "energy", Name: "é"}, {}},
		Objective: "espionage", Parties: []string{"CN", "RU"}, Clauses: []string{"x"}, Kind: "treaty", Activity: when, Detected: when, Disclosed: when,
		Citation: evidence.Citation{Publisher: "p", PublisherCountry: "US", Title: "t", Locator: "https://x.example/?a=1&b=2", Via: "v", Published: when},
		Grade:    "B2", Confidence: evidence.Percent(100), Marking: evidence.Clear, Status: evidence.Contested, Basis: "b", Consent: evidence.ConsentShown,
		Exclusivity: evidence.Public, Independence: "i", Note: "\x00\u2028<", Origin: evidence.Origin{Dataset: "d", Object: "o", Version: "1", File: "f", Line: 3},
		Extra: map[string]json.RawMessage{"k": json.RawMessage(`{"a":[1]}`)},
	}.Seal()
}

func TestEveryFieldIsDecodedWithoutHelp(t *testing.T) {
	r := full()
	v := reflect.ValueOf(r)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Fatalf("field %s is new: add it to quick, in its place, and to full", v.Type().Field(i).Name)
		}
	}
	body, err := encode(r)
	if err != nil {
		t.Fatal(err)
	}
	var got evidence.Record
	if !quick(string(body), &got, dates{}) {
		t.Fatalf("a body as encode writes it is left to encoding/json: %s", body)
	}
	back := evidence.Record{ID: r.ID, Origin: r.Origin}
	if err := decode(string(body), &back, dates{}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r, back, alike); d != "" {
		t.Error(d)
	}
}

func TestDecodedIsWhatWasEncoded(t *testing.T) {
	word := rapid.OneOf(rapid.Just(""), rapid.String(), rapid.SampledFrom([]string{"<&>", `\"`, "\u2028", "é"}))
	day := rapid.Map(rapid.SampledFrom([]string{"", "2022", "2012/..", "../2015-06", "2022-02-24T04:00:00Z"}), evidence.MustInterval)
	rapid.Check(t, func(t *rapid.T) {
		w := func(name string) string { return word.Draw(t, name) }
		r := evidence.Record{
			Class: evidence.Class(w("class")), Subject: evidence.Actor{Name: w("name"), Country: w("country")}, Value: w("value"),
			ValueAliases: rapid.SliceOf(word).Draw(t, "aliases"), Targets: []evidence.Target{{Name: w("target")}}, Activity: day.Draw(t, "activity"),
			Citation: evidence.Citation{Locator: w("locator"), Published: day.Draw(t, "published")}, Note: w("note"), Origin: evidence.Origin{Dataset: w("dataset")},
		}
		if rapid.Bool().Draw(t, "stated") {
			r.Confidence = evidence.Percent(rapid.IntRange(0, 100).Draw(t, "confidence"))
		}
		r = r.Seal()
		body, err := encode(r)
		if err != nil {
			t.Fatal(err)
		}
		var got, want evidence.Record
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatal(err)
		}
		if !quick(string(body), &got, dates{}) {
			t.Fatalf("left to encoding/json: %s", body)
		}
		if d := cmp.Diff(want, got, alike); d != "" {
			t.Fatal(d)
		}
	})
}

// FuzzDecode holds the quick way to encoding/json: what it accepts, that
// accepts, with the same meaning.
func FuzzDecode(f *testing.F) {
	body, err := encode(full())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(body))
	for _, s := range []string{
		`{"id":"","class":"alias","citation":{},"origin":{"dataset":"d"}}`, `{}`, `{"id":"" }`, `{"class":"a","class":"b"}`, `{,"id":""}`, `{"id":"a",}`,
		`{"id":"\ud800"}`, "{\"id\":\"\xff\"}", `{"confidence":007}`, `{"confidence":1e1}`, `{"confidence":101}`, `{"parties":[]}`, `{"parties":null}`,
		`{"targets":[{}]}`, `{"activity":"2022-13"}`, `{"activity":""}`, `{"extra":{}}`, `{"extra":null}`, `{"extra":{}}}`, `{"citation":{"via":"x","published":"2022"}}`, `{"id":""}{`, `{"extra":`, `{"extra":{`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var got, want evidence.Record
		if !quick(body, &got, dates{}) {
			return
		}
		if err := json.Unmarshal([]byte(body), &want); err != nil {
			t.Fatalf("accepted what is not JSON: %v", err)
		}
		if d := cmp.Diff(want, got, alike); d != "" {
			t.Fatal(d)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	body, err := encode(full())
	if err != nil {
		b.Fatal(err)
	}
	for name, one := range map[string]func(*evidence.Record) bool{
		"quick":         func(r *evidence.Record) bool { return quick(string(body), r, dates{}) },
		"encoding-json": func(r *evidence.Record) bool { return json.Unmarshal(body, r) == nil },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				var r evidence.Record
				if !one(&r) {
					b.Fatal("not decoded")
				}
			}
		})
	}
}
