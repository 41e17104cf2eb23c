package assess_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/incident"
	"github.com/cahoots-project/cahoots/internal/ingest/mispevidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/ingest/stixevidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// publicEvidence is the two catalogues and the two incident tables.
func publicEvidence(t testing.TB) []evidence.Record {
	t.Helper()
	var out []evidence.Record
	for _, rel := range []string{
		"attack/enterprise-attack-18.1.stix20.json.xz", "misp/galaxy-threat-actor.json.xz",
		"incidents/EuRepoC_Global_Database_1.1.csv.xz", "incidents/cfr-cyber-operations-2022.csv.xz",
	} {
		in, err := source.File(publicdata.Path(t, rel)).Open(t.Context(), []source.Format{stixevidence.Format, mispevidence.GalaxyFormat, incident.Format}, "", source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = source.All(in, func(r evidence.Record) error { out = append(out, r); return nil }, func(*source.RecordError) {})
		in.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// BenchmarkRun shows how the time grows with the pairs asked about, with the
// robustness matrix and without.
func BenchmarkRun(b *testing.B) {
	records := publicEvidence(b)
	for _, q := range []assess.Question{
		{A: "Mustang Panda, Scarab, APT31", B: "RU"}, {A: "IR", B: "RU"}, {A: "CN", B: "RU"}, {A: "world", B: "world"},
	} {
		for _, only := range []bool{true, false} {
			b.Run(fmt.Sprintf("%s-%s/verdicts-only=%v", q.A, q.B, only), func(b *testing.B) {
				var a *assess.Assessment
				for b.Loop() {
					var err error
					if a, err = assess.Run(context.Background(), assess.Input{Records: records, Question: q, VerdictsOnly: only}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(len(a.Pairs)), "pairs")
				if a.Robustness != nil {
					b.ReportMetric(float64(len(a.Robustness.Variants)), "variants")
				}
			})
		}
	}
}
