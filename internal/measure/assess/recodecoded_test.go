package assess_test

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// A recoding of one field of one record, made in the evidence itself.
type byHand struct {
	record    int
	field, is string
	set       func(*evidence.Record)
}

func recodings(records []evidence.Record, at []int) (out []byHand) {
	for _, i := range at {
		add := func(field, was, is string, set func(*evidence.Record)) {
			if was != is {
				out = append(out, byHand{i, field, is, set})
			}
		}
		r := records[i]
		for _, v := range []evidence.Consent{evidence.ConsentShown, evidence.ConsentRefused, evidence.ConsentUnknown} {
			add("consent", string(r.Consent), string(v), func(r *evidence.Record) { r.Consent = v })
		}
		for _, v := range []evidence.Basis{evidence.Observed, evidence.Assessed, evidence.Reported} {
			add("basis", string(r.Basis), string(v), func(r *evidence.Record) { r.Basis = v })
		}
		for _, v := range []evidence.Exclusivity{evidence.Public, evidence.Shared, evidence.Exclusive} {
			add("exclusivity", string(r.Exclusivity), string(v), func(r *evidence.Record) { r.Exclusivity = v })
		}
		for _, v := range []evidence.Status{evidence.Asserted, evidence.Contested} {
			add("status", string(cmp.Or(r.Status, evidence.Asserted)), string(v), func(r *evidence.Record) { r.Status = v })
		}
		for _, v := range evidence.Classes() {
			if v.Ledger() && v != evidence.AttackOnState {
				add("class", string(r.Class), string(v), func(r *evidence.Record) { r.Class = v })
			}
		}
	}
	return out
}

func act(name string) evidence.Record {
	r := handover(name, "", "case:u", "Weekly", "CH")
	r.Class, r.Object, r.Consent, r.Basis = evidence.Activity, evidence.Actor{}, "", ""
	return r
}

// asCoded is the verdict on evidence in which the changes are made.
func asCoded(t *testing.T, records []evidence.Record, changes ...byHand) assess.Pair {
	t.Helper()
	records = slices.Clone(records)
	for _, c := range changes {
		c.set(&records[c.record])
		records[c.record] = records[c.record].Seal()
	}
	a, err := assess.Run(context.Background(), assess.Input{Records: records, Question: assess.Question{A: "Group A3", B: "Group B3"}, VerdictsOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	return a.Pairs[0]
}

// What is told of recodings is what one finds who codes the records otherwise and
// asks again: every change of one field of one record. Changes of two are never
// nearer, for one refusal of consent turns whatever is not unilateral, and its
// contrary what is.
func TestRecodingsAreThoseThatCodingAnewFinds(t *testing.T) {
	link := func(publisher string, with func(*evidence.Record)) evidence.Record {
		r := handover("Group A3", "Group B3", "case:"+publisher, publisher, "SE")
		with(&r)
		return r
	}
	tool := func(r *evidence.Record) { r.Class, r.Consent, r.Exclusivity = evidence.SharedTool, "", evidence.Public }
	heard := func(r *evidence.Record) { r.Basis, r.Consent, r.Status = evidence.Reported, "", evidence.Contested }
	stolen := func(r *evidence.Record) {
		r.Class, r.Consent, r.Event = evidence.Takeover, evidence.ConsentRefused, "e1"
	}
	said := func(r *evidence.Record) { r.Class, r.Consent, r.Basis = evidence.Statement, "", evidence.Reported }
	for _, links := range [][]evidence.Record{
		{link("Courier", func(*evidence.Record) {})}, {link("Courier", tool)}, {link("Courier", heard)}, {link("Courier", stolen), link("Herald", tool)},
		{link("Courier", said)}, {link("Courier", func(*evidence.Record) {}), link("Herald", func(r *evidence.Record) { r.Consent = evidence.ConsentRefused })},
	} {
		records := more(nil, append([]evidence.Record{act("Group A3"), act("Group B3")}, links...)...)
		a, err := assess.Run(context.Background(), assess.Input{Records: records, Question: assess.Question{A: "Group A3", B: "Group B3"}})
		if err != nil {
			t.Fatal(err)
		}
		p := a.Pairs[0]
		var at []int
		for i := range links {
			at = append(at, 2+i)
		}
		order := []string{"consent", "basis", "exclusivity", "status", "class"}
		all, turn, first := recodings(records, at), 0, len(order)
		furthest, told := 0, false
		for _, c := range all {
			q := asCoded(t, records, c)
			if q.Level == p.Level && q.Sign == p.Sign {
				continue
			}
			turn++
			field, far := slices.Index(order, c.field), max(int(q.Level-p.Level), int(p.Level-q.Level))
			if field < first || field == first && far > furthest {
				first, furthest = field, far
			}
			if r := p.Recoding; r != nil && records[c.record].ID == r.Record && c.field == r.Field && c.is == r.Is {
				told = q.Level == r.Level && q.Sign == r.Sign
			}
		}
		r := p.Recoding
		if r == nil || r.Tried != len(all) || r.Turn != turn || !told || r.Field != order[first] || max(int(r.Level-p.Level), int(p.Level-r.Level)) != furthest {
			t.Errorf("%v %s: told %+v; coded anew %d of %d turn, the nearest by %s and %d levels", p.Level, p.Sign, r, turn, len(all), order[min(first, len(order)-1)], furthest)
		}
	}
}
