package indicator

import (
	"testing"

	"github.com/cahoots-project/cahoots/internal/publicdata"
)

func TestPublicSuitesLoad(t *testing.T) {
	for _, rel := range []string{
		"indicators/cert-ua-iocs.csv", "indicators/etac-ukraine-war-iocs.csv.xz",
		"suites/stix21/examples/indicator-for-c2-ip-address.json", "suites/stix21/examples/threat-reports/apt1.json",
		"suites/misp/misp-stix-test_event1_stix21.json", "suites/misp/misp-stix-test_events_collection_1.json",
		"suites/misp/misp-stix-test_objects_collection_1.json", "suites/misp/misp-stix-test_objects_collection_stix21.json",
		"suites/misp/pymisp-existing_event.json", "suites/misp/pymisp-mainly_objects_1.json", "suites/misp/pymisp-event_obj_attr_tag.json",
		"suites/misp/pymisp-japanese_test.json",
	} {
		var b Builder
		l, err := LoadFile(&b, publicdata.Path(t, rel), Defaults{})
		if err != nil {
			t.Errorf("%s: %v", rel, err)
			continue
		}
		t.Logf("%s: %s, %d rows, %d indicators, %v, %d refused", rel, l.Format, l.Rows, l.Indicators, l.Skipped, len(l.Refused))
		for i, r := range l.Refused {
			if i < 6 {
				t.Log("   ", r.Error(), "|", r.Value)
			}
		}
	}
}
