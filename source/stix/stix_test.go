package stix

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/cahoots-project/cahoots/evidence"
	"github.com/cahoots-project/cahoots/internal/publicdata"
	"github.com/cahoots-project/cahoots/source"
)

type outcome struct {
	records []evidence.Record
	bad     []*source.RecordError
	sum     source.Summary
	err     error
}

func read(t testing.TB, r io.Reader) outcome {
	t.Helper()
	var out outcome
	reader, err := Format.Open(t.Context(), r, source.Info{Name: "test.json"}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := reader.Next()
		var bad *source.RecordError
		switch {
		case err == nil:
			if err := rec.Validate(); err != nil {
				t.Errorf("%s: %v", rec.Origin.Object, err)
			}
			out.records = append(out.records, rec)
		case errors.As(err, &bad):
			out.bad = append(out.bad, bad)
		default:
			if err != io.EOF {
				out.err = err
			}
			out.sum = reader.Summary()
			return out
		}
	}
}

func TestEnterpriseGivesThePublishedCounts(t *testing.T) {
	out := read(t, bytes.NewReader(publicdata.Read(t, "attack/enterprise-attack-18.1.stix20.json.xz")))
	if out.err != nil || len(out.bad) > 0 {
		t.Fatalf("error %v, %d rejected, first %v", out.err, len(out.bad), first(out.bad))
	}
	for kind, want := range map[string]int{
		"intrusion-set": 172, "intrusion-set uses attack-pattern": 4362, "intrusion-set uses malware": 647,
		"intrusion-set uses tool": 457, "campaign, dated": 52, "campaign attributed-to intrusion-set": 25,
	} {
		if got := out.sum.Counts[kind]; got != want {
			t.Errorf("%s: %d, want %d", kind, got, want)
		}
	}
	t.Logf("%+v", out.sum)
	if out.sum.Dataset != "attack-enterprise" || out.sum.Objects != 24771 {
		t.Errorf("%+v", out.sum)
	}
}

func first[T any](list []T) any {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}
