package indicator

import (
	"context"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/suricata"
)

func TestPublishedListsLoadWithEveryRowAccountedFor(t *testing.T) {
	for _, rel := range []string{"indicators/cert-ua-iocs.csv", "indicators/etac-ukraine-war-iocs.csv.xz"} {
		var b Builder
		l, err := loadCSV(&b, rel, strings.NewReader(string(publicdata.Read(t, rel))), Defaults{})
		if err != nil {
			t.Fatal(err)
		}
		skipped := 0
		for _, n := range l.Skipped {
			skipped += n
		}
		if l.Rows != l.Indicators+int64(skipped)+int64(len(l.Refused)) || l.Indicators == 0 {
			t.Errorf("%s: %d rows, %d indicators, %d skipped, %d refused", rel, l.Rows, l.Indicators, skipped, len(l.Refused))
		}
		why := map[string]int{}
		for _, r := range l.Refused {
			why[r.Why]++
		}
		t.Logf("%s: %d rows, %d indicators, %v, %v", rel, l.Rows, l.Indicators, l.Skipped, why)
	}
}

func TestScanFindsPlantedTraffic(t *testing.T) {
	var b Builder
	i, err := Guess("evil.example.org")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Add(i); err != nil {
		t.Fatal(err)
	}
	log, err := telemetry.Opening{Formats: []telemetry.Format{suricata.Format()}}.Read("eve", strings.NewReader(`{"timestamp":"2024-01-02T03:04:05.000000+0000","flow_id":1,"event_type":"dns","src_ip":"10.0.0.1","dest_ip":"9.9.9.9","proto":"UDP","dns":{"type":"query","rrname":"a.EVIL.example.org"}}
`))

	if err != nil {
		t.Fatal(err)
	}
	n := 0
	counts, err := Scan(context.Background(), log, b.Set(), ScanOptions{}, func(r *Result) error {
		n += len(r.Hits)
		return nil
	})
	if err != nil || n != 1 || counts.Events != 1 {
		t.Fatalf("%d hits, %+v, %v", n, counts, err)
	}
}
