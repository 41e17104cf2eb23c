package dyad

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/incident"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/mispevidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/ingest/stixevidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

var public struct {
	sync.Mutex
	records []evidence.Record
}

// publicRecords are the public data sets and the built-in cases, read once.
func publicRecords(t testing.TB) []evidence.Record {
	t.Helper()
	paths := []string{
		publicdata.Path(t, "incidents/EuRepoC_Global_Database_1.1.csv.xz"), publicdata.Path(t, "incidents/cfr-cyber-operations-2022.csv.xz"),
		publicdata.Path(t, "attack/enterprise-attack-18.1.stix20.json.xz"), publicdata.Path(t, "misp/galaxy-threat-actor.json.xz"),
	}
	public.Lock()
	defer public.Unlock()
	if public.records != nil {
		return public.records
	}
	out := builtin(t)
	for _, path := range paths {
		in, err := source.File(path).Open(context.Background(), []source.Format{stixevidence.Format, mispevidence.GalaxyFormat, incident.Format}, "", source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		keep := func(r evidence.Record) error { out = append(out, r); return nil }
		if err := source.All(in, keep, func(*source.RecordError) {}); err != nil {
			t.Fatal(err)
		}
		in.Close()
	}
	public.records = out
	return out
}

// builtin are the cases that the command adds.
func builtin(t testing.TB) []evidence.Record {
	t.Helper()
	var out []evidence.Record
	for _, name := range []string{"agreements", "partner-spying"} {
		b, err := cases.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		c, bad, err := ledger.Parse(bytes.NewReader(b), name)
		if err != nil || len(bad) > 0 {
			t.Fatal(err, bad)
		}
		out = slices.Concat(out, c.Records())
	}
	return out
}
